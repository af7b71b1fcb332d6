/** The readings of one lifetime counter, by time: columns that grow, since there are many of them. */
import type { CounterReading } from './lifetime-counter.ts';

const FIRST_ROOM = 16;

/** 13 bytes a reading, and as much again while it grows. */
export class SampleSeries {
  #times = new Uint32Array(FIRST_ROOM);
  #milliWh = new Float64Array(FIRST_ROOM);
  /** Power of ten. */
  #steps = new Uint8Array(FIRST_ROOM);
  #length = 0;
  #isUsed = false;

  get length(): number {
    return this.#length;
  }

  /** Has had a reading, though all of them may be forgotten. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  get heldBytes(): number {
    return this.#times.byteLength + this.#milliWh.byteLength + this.#steps.byteLength;
  }

  /** Takes a reading in its place; one of the same time is replaced. False when nothing changed. */
  put({ timeSec, milliWh, stepMilliWh }: CounterReading): boolean {
    const at = this.indexAfter(timeSec - 1);
    const step = Math.round(Math.log10(stepMilliWh));
    if (at < this.#length && this.#times[at] === timeSec) {
      if (this.#milliWh[at] === milliWh && this.#steps[at] === step) return false;
    } else {
      this.#open(at);
    }
    this.#isUsed = true;
    this.#times[at] = timeSec;
    this.#milliWh[at] = milliWh;
    this.#steps[at] = step;
    return true;
  }

  /** Index of the first reading after a time. */
  indexAfter(timeSec: number): number {
    let low = 0;
    let high = this.#length;
    // Nearly all come in order.
    if (high > 0 && (this.#times[high - 1] ?? 0) <= timeSec) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) <= timeSec) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  at(index: number): CounterReading | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    return {
      timeSec: this.#times[index] ?? 0,
      milliWh: this.#milliWh[index] ?? 0,
      stepMilliWh: 10 ** (this.#steps[index] ?? 0),
    };
  }

  /** Forgets the readings up to a time, that one included. */
  dropUpTo(timeSec: number): void {
    const from = this.indexAfter(timeSec);
    if (from === 0) return;
    const length = this.#length - from;
    const room = Math.max(FIRST_ROOM, length);
    for (const resize of [this.#resizeTimes, this.#resizeMilliWh, this.#resizeSteps]) {
      resize.call(this, from, room);
    }
    this.#length = length;
  }

  #open(at: number): void {
    if (this.#length === this.#times.length) {
      const room = 2 * this.#length;
      this.#resizeTimes(0, room);
      this.#resizeMilliWh(0, room);
      this.#resizeSteps(0, room);
    }
    this.#times.copyWithin(at + 1, at, this.#length);
    this.#milliWh.copyWithin(at + 1, at, this.#length);
    this.#steps.copyWithin(at + 1, at, this.#length);
    this.#length++;
  }

  #resizeTimes(from: number, room: number): void {
    const grown = new Uint32Array(room);
    grown.set(this.#times.subarray(from, this.#length));
    this.#times = grown;
  }

  #resizeMilliWh(from: number, room: number): void {
    const grown = new Float64Array(room);
    grown.set(this.#milliWh.subarray(from, this.#length));
    this.#milliWh = grown;
  }

  #resizeSteps(from: number, room: number): void {
    const grown = new Uint8Array(room);
    grown.set(this.#steps.subarray(from, this.#length));
    this.#steps = grown;
  }
}
