/**
 * A set of times, in whole seconds since the epoch (uint32). Records come every five minutes, so the
 * times are kept as runs {first, step, count}, twelve bytes each: a day without a hole is one run.
 *
 * Always true of the runs: they are sorted, and the span of each ends before the next one begins; a
 * run of one time has step 0, a longer one a step of at least 1. Adding and deleting leave no two
 * neighbours that could be one run.
 */
import { ByteCursor } from '../base/byte-cursor.ts';
import type { ByteWriter } from '../base/byte-writer.ts';

const FIRST = 0;
const STEP = 1;
const COUNT = 2;
const RUN_WORDS = 3;
const FIRST_RUNS = 2;
const MAX_TIME_SEC = 0xffff_ffff;
/** Encoded, a run is a gap and a count of at least a byte each. */
const LEAST_RUN_BYTES = 2;

export class TimeSet {
  #words = new Uint32Array(FIRST_RUNS * RUN_WORDS);
  #runCount = 0;
  #count = 0;

  /** How many times are in it. */
  get count(): number {
    return this.#count;
  }

  /** How many runs they take. */
  get runCount(): number {
    return this.#runCount;
  }

  /** Memory in use. */
  get heldBytes(): number {
    return this.#words.byteLength;
  }

  get least(): number | undefined {
    return this.#runCount === 0 ? undefined : this.#word(0, FIRST);
  }

  get greatest(): number | undefined {
    return this.#runCount === 0 ? undefined : this.#lastTime(this.#runCount - 1);
  }

  has(timeSec: number): boolean {
    return this.#isIn(this.#runFor(timeSec), timeSec);
  }

  /** False: it was there. */
  add(timeSec: number): boolean {
    const run = this.#runFor(timeSec);
    if (this.#isIn(run, timeSec)) return false;
    if (run >= 0 && timeSec < this.#lastTime(run)) {
      const below = Math.ceil((timeSec - this.#word(run, FIRST)) / this.#word(run, STEP));
      this.#split(run, below, below);
    }
    const placed = this.#place(run, timeSec);
    this.#count++;
    this.#mergeAround(run, placed);
    return true;
  }

  /** False: it was not there. */
  delete(timeSec: number): boolean {
    const run = this.#runFor(timeSec);
    if (!this.#isIn(run, timeSec)) return false;
    const first = this.#word(run, FIRST);
    const step = this.#word(run, STEP);
    const count = this.#word(run, COUNT);
    if (count === 1) this.#remove(run);
    else if (timeSec === first) this.#set(run, first + step, step, count - 1);
    else {
      const below = (timeSec - first) / step;
      if (below === count - 1) this.#set(run, first, step, below);
      else this.#split(run, below, below + 1);
    }
    this.#count--;
    this.#mergeAround(run, run);
    return true;
  }

  /** The smallest time in it that is greater than `timeSec`. */
  firstAfter(timeSec: number): number | undefined {
    const run = this.#runFor(timeSec);
    if (run >= 0 && timeSec < this.#lastTime(run)) {
      const first = this.#word(run, FIRST);
      const step = this.#word(run, STEP);
      return first + (Math.floor((timeSec - first) / step) + 1) * step;
    }
    return run + 1 < this.#runCount ? this.#word(run + 1, FIRST) : undefined;
  }

  /** In ascending order. */
  *[Symbol.iterator](): Generator<number, void> {
    for (let run = 0; run < this.#runCount; run++) {
      const step = this.#word(run, STEP);
      let timeSec = this.#word(run, FIRST);
      for (let left = this.#word(run, COUNT); left > 0; left--, timeSec += step) yield timeSec;
    }
  }

  /**
   * Varints: how many runs; for each of them the first time, as the distance from the last one of
   * the run before (from 0 for the first run), the count, and the step unless the count is 1.
   */
  encode(out: ByteWriter): void {
    out.varint(this.#runCount);
    let before = 0;
    for (let run = 0; run < this.#runCount; run++) {
      const count = this.#word(run, COUNT);
      out.varint(this.#word(run, FIRST) - before);
      out.varint(count);
      if (count > 1) out.varint(this.#word(run, STEP));
      before = this.#lastTime(run);
    }
  }

  /** Undefined unless `data[start..end)` is one whole set and nothing else. */
  static decode(data: Uint8Array, start: number, end: number): TimeSet | undefined {
    const cursor = new ByteCursor(data, start, end);
    const runCount = cursor.varint();
    if (runCount * LEAST_RUN_BYTES > cursor.left) return undefined;
    const set = new TimeSet();
    set.#words = new Uint32Array(Math.max(runCount, FIRST_RUNS) * RUN_WORDS);
    let before = 0;
    for (let run = 0; run < runCount; run++) {
      const gap = cursor.varint();
      const count = cursor.varint();
      const step = count > 1 ? cursor.varint() : 0;
      const first = before + gap;
      before = first + step * (count - 1);
      const ascends = (gap > 0 || run === 0) && count > 0 && (step > 0 || count === 1);
      // A count of 2^32 would not fit a word.
      const fits = before <= MAX_TIME_SEC && count <= MAX_TIME_SEC;
      if (cursor.failed || !ascends || !fits) return undefined;
      set.#set(run, first, step, count);
      set.#runCount++;
      set.#count += count;
    }
    return cursor.failed || cursor.left > 0 ? undefined : set;
  }

  /** Whether the set encoded in `data[start..end)` has the time; makes no set. False where the bytes
   * break off or are damaged before the time is found. */
  static hasEncoded(data: Uint8Array, start: number, end: number, timeSec: number): boolean {
    const cursor = new ByteCursor(data, start, end);
    let before = 0;
    for (let left = cursor.varint(); left > 0; left--) {
      const first = before + cursor.varint();
      const count = cursor.varint();
      const step = count > 1 ? cursor.varint() : 0;
      if (cursor.failed || timeSec < first) return false;
      if (timeSec === first) return count > 0;
      before = first + step * (count - 1);
      if (timeSec <= before) return (timeSec - first) % step === 0;
    }
    return false;
  }

  #word(run: number, which: number): number {
    return this.#words[run * RUN_WORDS + which] ?? 0;
  }

  #lastTime(run: number): number {
    return this.#word(run, FIRST) + this.#word(run, STEP) * (this.#word(run, COUNT) - 1);
  }

  /** Index of the last run that begins at or before the time; -1: none does. The end is looked at
   * first: most times come in order. */
  #runFor(timeSec: number): number {
    let low = 0;
    let high = this.#runCount;
    if (high > 0 && this.#word(high - 1, FIRST) <= timeSec) return high - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#word(middle, FIRST) <= timeSec) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Whether the time is one of the run that `#runFor` found for it. */
  #isIn(run: number, timeSec: number): boolean {
    if (run < 0) return false;
    const sinceFirst = timeSec - this.#word(run, FIRST);
    if (sinceFirst === 0) return true;
    return timeSec <= this.#lastTime(run) && sinceFirst % this.#word(run, STEP) === 0;
  }

  /** Puts a time that lies behind run `run` and before the next one into one of the two, or between
   * them. Returns the index of the run it is in. */
  #place(run: number, timeSec: number): number {
    const next = run + 1;
    const sinceRun = run >= 0 ? timeSec - this.#lastTime(run) : Infinity;
    const untilNext = next < this.#runCount ? this.#word(next, FIRST) - timeSec : Infinity;
    // A run that it continues; else a single time, which gets its step from it.
    let before = run >= 0 && this.#word(run, STEP) === sinceRun;
    let behind = !before && next < this.#runCount && this.#word(next, STEP) === untilNext;
    if (!before && !behind) {
      before = run >= 0 && this.#word(run, COUNT) === 1;
      behind = next < this.#runCount && this.#word(next, COUNT) === 1;
    }
    if (before) this.#set(run, this.#word(run, FIRST), sinceRun, this.#word(run, COUNT) + 1);
    else if (behind) this.#set(next, timeSec, untilNext, this.#word(next, COUNT) + 1);
    else this.#insert(next, timeSec, 0, 1);
    return before ? run : next;
  }

  /** The first `below` times of a run stay in it, those from `above` on become the next run. */
  #split(run: number, below: number, above: number): void {
    const first = this.#word(run, FIRST);
    const step = this.#word(run, STEP);
    const count = this.#word(run, COUNT);
    this.#set(run, first, step, below);
    this.#insert(run + 1, first + above * step, step, count - above);
  }

  /** Makes one of neighbours that have come to fit: runs `low` to `high` and what a split has put
   * behind them were changed. */
  #mergeAround(low: number, high: number): void {
    for (let run = Math.min(high + 1, this.#runCount - 2); run >= Math.max(low - 1, 0); run--) {
      const gap = this.#word(run + 1, FIRST) - this.#lastTime(run);
      const count = this.#word(run, COUNT);
      const nextCount = this.#word(run + 1, COUNT);
      if (count > 1 && this.#word(run, STEP) !== gap) continue;
      if (nextCount > 1 && this.#word(run + 1, STEP) !== gap) continue;
      this.#set(run, this.#word(run, FIRST), gap, count + nextCount);
      this.#remove(run + 1);
    }
  }

  #set(run: number, first: number, step: number, count: number): void {
    const at = run * RUN_WORDS;
    this.#words[at + FIRST] = first;
    this.#words[at + STEP] = count === 1 ? 0 : step;
    this.#words[at + COUNT] = count;
  }

  #insert(run: number, first: number, step: number, count: number): void {
    const used = this.#runCount * RUN_WORDS;
    if (used === this.#words.length) {
      const grown = new Uint32Array(2 * used);
      grown.set(this.#words);
      this.#words = grown;
    }
    this.#words.copyWithin((run + 1) * RUN_WORDS, run * RUN_WORDS, used);
    this.#runCount++;
    this.#set(run, first, step, count);
  }

  #remove(run: number): void {
    const used = this.#runCount * RUN_WORDS;
    this.#words.copyWithin(run * RUN_WORDS, (run + 1) * RUN_WORDS, used);
    this.#runCount--;
  }
}
