/** A count by the time of its record, the newest ones, in their order however they came. */

export interface TimedCount {
  timeSec: number;
  count: number;
}

/** 8 bytes a count, for all of them from the start. */
export class CountSeries {
  readonly #times: Uint32Array;
  readonly #counts: Uint32Array;
  #length = 0;

  /** @param room beyond it the oldest goes */
  constructor(room: number) {
    this.#times = new Uint32Array(room);
    this.#counts = new Uint32Array(room);
  }

  get length(): number {
    return this.#length;
  }

  /** Takes a count, both numbers below 2^32. Of the same time, the one that comes later counts. */
  put(timeSec: number, count: number): void {
    let at = this.#length;
    // Nearly all come in order.
    while (at > 0 && (this.#times[at - 1] ?? 0) > timeSec) at--;
    if (at > 0 && this.#times[at - 1] === timeSec) {
      this.#counts[at - 1] = count;
      return;
    }
    if (this.#length === this.#times.length) {
      if (at === 0) return;
      at--;
      this.#move(0, 1, at + 1);
    } else {
      this.#move(at + 1, at, this.#length);
      this.#length++;
    }
    this.#times[at] = timeSec;
    this.#counts[at] = count;
  }

  at(index: number): TimedCount | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    return { timeSec: this.#times[index] ?? 0, count: this.#counts[index] ?? 0 };
  }

  #move(to: number, from: number, end: number): void {
    this.#times.copyWithin(to, from, end);
    this.#counts.copyWithin(to, from, end);
  }
}
