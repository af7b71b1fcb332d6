/**
 * Segments of one direction whose checksum is wrong. Their checksums will be made right like all
 * others, so those that the reassembly did not use must be left out: a reader of the scrubbed capture
 * would take their bytes for good.
 */

interface DoubtedSegment {
  segment: number;
  /** Stream offsets of its payload. */
  from: number;
  to: number;
  used: boolean;
}

export class Doubts {
  readonly #drop: (segment: number) => void;
  /** As many as the reassembly holds back at most. */
  #open: DoubtedSegment[] = [];
  #anyRight = false;

  /** @param drop takes the index of a segment that was not used */
  constructor(drop: (segment: number) => void) {
    this.#drop = drop;
  }

  /** Until then nothing is wrong with wrong checksums: the sender leaves them to its card. */
  rightChecksumSeen(): void {
    this.#anyRight = true;
  }

  add(segment: number, from: number, bytes: number): void {
    // Without payload its flags alone could be used, and they are not.
    if (bytes === 0 && this.#anyRight) this.#drop(segment);
    else this.#open.push({ segment, from, to: bytes === 0 ? Infinity : from + bytes, used: false });
  }

  /** The stream went on from `from` to `to`, with bytes of a segment in doubt or not. */
  delivered(from: number, to: number, doubtful: boolean): void {
    if (this.#open.length === 0) return;
    for (const doubt of this.#open) {
      if (doubtful && doubt.from < to && doubt.to > from && doubt.to !== Infinity)
        doubt.used = true;
    }
    this.#open = this.#open.filter((doubt) => {
      const isOver = doubt.to <= to;
      if (isOver) this.#settle(doubt);
      return !isOver;
    });
  }

  end(): void {
    for (const doubt of this.#open) this.#settle(doubt);
    this.#open = [];
  }

  #settle({ used, segment }: DoubtedSegment): void {
    if (!used && this.#anyRight) this.#drop(segment);
  }
}
