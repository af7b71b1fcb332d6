/**
 * Bytes that arrived ahead of their turn, as sorted runs that never overlap. Used for fragments of
 * a datagram and for segments of a stream alike; knows offsets, not protocols.
 *
 * Overlap policy, the only place where it is decided: the first arrival wins, except that a
 * doubtful run (its checksum was wrong) gives way to a later one that is not.
 */

export interface HeldRun {
  /** Stream or datagram offset of the first byte. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly doubtful: boolean;
  readonly arrivedMs: number;
}

/** What a run costs beyond its bytes: a typed array, its buffer and the entry (measured order). */
const RUN_OVERHEAD_BYTES = 200;

export class HeldRuns {
  /** Sorted by offset, disjoint. */
  #runs: HeldRun[] = [];
  #heldBytes = 0;

  /** Held bytes, overhead included. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  get count(): number {
    return this.#runs.length;
  }

  get first(): HeldRun | undefined {
    return this.#runs[0];
  }

  get runs(): readonly HeldRun[] {
    return this.#runs;
  }

  /** Copies what is new of `data[start..end)` at `offset`. Returns how many bytes were not. */
  insert(
    offset: number,
    data: Uint8Array,
    start: number,
    end: number,
    doubtful: boolean,
    arrivedMs: number,
  ): number {
    const endOffset = offset + (end - start);
    if (!doubtful) this.#removeDoubtful(offset, endOffset);
    let index = this.#firstEndingBehind(offset);
    let at = offset;
    let overlapBytes = 0;
    while (at < endOffset) {
      const next = this.#runs[index];
      const freeUntil = next === undefined ? endOffset : Math.min(next.offset, endOffset);
      if (freeUntil > at) {
        const from = start + (at - offset);
        const bytes = copyOf(data, from, from + (freeUntil - at));
        this.#runs.splice(index, 0, { offset: at, bytes, doubtful, arrivedMs });
        this.#heldBytes += bytes.length + RUN_OVERHEAD_BYTES;
        index++;
        at = freeUntil;
      }
      if (next === undefined || at >= endOffset) break;
      const skipTo = Math.min(next.offset + next.bytes.length, endOffset);
      overlapBytes += skipTo - at;
      at = skipTo;
      index++;
    }
    return overlapBytes;
  }

  /** Takes the first run out. */
  shift(): HeldRun | undefined {
    const run = this.#runs.shift();
    if (run !== undefined) this.#heldBytes -= run.bytes.length + RUN_OVERHEAD_BYTES;
    return run;
  }

  /** Forgets everything below `offset`. */
  dropBelow(offset: number): void {
    for (let first = this.#runs[0]; first !== undefined; first = this.#runs[0]) {
      if (first.offset >= offset) return;
      this.shift();
      const keep = first.offset + first.bytes.length - offset;
      if (keep > 0) {
        this.#place(
          0,
          offset,
          copyOf(first.bytes, first.bytes.length - keep, first.bytes.length),
          first,
        );
        return;
      }
    }
  }

  clear(): void {
    this.#runs = [];
    this.#heldBytes = 0;
  }

  #place(index: number, offset: number, bytes: Uint8Array, like: HeldRun): void {
    const { doubtful, arrivedMs } = like;
    this.#runs.splice(index, 0, { offset, bytes, doubtful, arrivedMs });
    this.#heldBytes += bytes.length + RUN_OVERHEAD_BYTES;
  }

  /** Index of the first run that ends behind `offset`. The end is looked at first: most runs come in
   * order. */
  #firstEndingBehind(offset: number): number {
    let index = this.#runs.length;
    while (index > 0) {
      const run = this.#runs[index - 1];
      if (run === undefined || run.offset + run.bytes.length <= offset) break;
      index--;
    }
    return index;
  }

  /** Cuts doubtful bytes out of `from..to`. */
  #removeDoubtful(from: number, to: number): void {
    let index = this.#firstEndingBehind(from);
    for (let run = this.#runs[index]; run !== undefined; run = this.#runs[index]) {
      if (run.offset >= to) return;
      if (!run.doubtful) {
        index++;
        continue;
      }
      this.#runs.splice(index, 1);
      this.#heldBytes -= run.bytes.length + RUN_OVERHEAD_BYTES;
      const runEnd = run.offset + run.bytes.length;
      if (run.offset < from) {
        this.#place(index, run.offset, copyOf(run.bytes, 0, from - run.offset), run);
        index++;
      }
      if (runEnd > to)
        this.#place(index, to, copyOf(run.bytes, to - run.offset, run.bytes.length), run);
    }
  }
}

/** Not `slice`: of a Buffer that is a view, and sources reuse what it views. */
function copyOf(data: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array(data.subarray(start, end));
}
