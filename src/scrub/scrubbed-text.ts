/**
 * The scrubbed bytes of all streams, by stream and offset. They lie in a scratch file in the order in
 * which they were found out; what is in memory is where each run of them begins, a few numbers for
 * each connection.
 */
import { MASK } from './mask.ts';

/** Bytes that are appended, and read again at any place. */
export interface Scratch {
  /** Returns where `data[start..end)` begins. */
  append(data: Uint8Array, start: number, end: number): number;
  /** Fills `target[at..at + bytes)` with what lies at `from`. */
  read(from: number, bytes: number, target: Uint8Array, at: number): void;
}

/** Three numbers each: stream offset, end, and place in the scratch file. Rising offsets. */
type Runs = number[];

const RUN_NUMBERS = 3;

export class ScrubbedText {
  readonly #scratch: Scratch;
  readonly #streams = new Map<number, Runs>();

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
  }

  /** Bytes of one stream come in order. */
  put(stream: number, offset: number, data: Uint8Array, start: number, end: number): void {
    const place = this.#scratch.append(data, start, end);
    const endOffset = offset + (end - start);
    const runs = this.#streams.get(stream) ?? this.#begin(stream);
    const last = runs.length - RUN_NUMBERS;
    const lastEnd = runs[last + 1] ?? NaN;
    const goesOn =
      lastEnd === offset && (runs[last + 2] ?? 0) + offset - (runs[last] ?? 0) === place;
    if (goesOn) runs[last + 1] = endOffset;
    else runs.push(offset, endOffset, place);
  }

  /**
   * Fills `target[at..at + bytes)` with the scrubbed bytes from `offset` on. Bytes that never were
   * part of the stream (they came too late, or somewhere else) are masked.
   */
  fill(stream: number, offset: number, bytes: number, target: Uint8Array, at: number): void {
    target.fill(MASK, at, at + bytes);
    const runs = this.#streams.get(stream);
    if (runs === undefined) return;
    const end = offset + bytes;
    for (let run = firstEndingBehind(runs, offset); run < runs.length; run += RUN_NUMBERS) {
      const runStart = runs[run] ?? 0;
      if (runStart >= end) return;
      const from = Math.max(runStart, offset);
      const to = Math.min(runs[run + 1] ?? 0, end);
      const place = (runs[run + 2] ?? 0) + (from - runStart);
      this.#scratch.read(place, to - from, target, at + (from - offset));
    }
  }

  #begin(stream: number): Runs {
    const runs: Runs = [];
    this.#streams.set(stream, runs);
    return runs;
  }
}

/** Index of the first run that ends behind `offset`. */
function firstEndingBehind(runs: Runs, offset: number): number {
  let low = 0;
  let high = runs.length / RUN_NUMBERS;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((runs[middle * RUN_NUMBERS + 1] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low * RUN_NUMBERS;
}
