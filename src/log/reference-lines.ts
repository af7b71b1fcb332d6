/**
 * The latest line of each device: a new segment begins with them, so that its first records can be
 * coded as what has changed since. They are no records of the segment.
 */
import type { Row } from './frame-codec.ts';
import type { FrameState } from './frame-state.ts';
import { readIdentity, readType, emptyRecordLine } from '../record/record-line.ts';
import { readTimeSec } from './record-time.ts';

/** A house has some thirty devices. More are left out, those first that were seen first. */
const MAX_LINES = 256;
const MAX_BYTES = 32 * 1024;

export class ReferenceLines {
  /** In the order in which they were first seen: the order of a request, which runs are found in. */
  readonly #lines = new Map<string, Uint8Array>();
  #bytes = 0;

  /** The lines that the frame of a segment can refer to. */
  static of(latest: FrameState): ReferenceLines {
    const lines = new ReferenceLines();
    for (let number = 0; number < latest.seriesCount; number++) {
      const series = latest.seriesAt(number);
      const line = latest.lineOf(number);
      if (series !== undefined && line !== undefined) lines.#put(series.key, line);
    }
    return lines;
  }

  /** Takes the lines of a new frame. */
  note(state: FrameState): void {
    for (const [number, { data, start, end }] of state.ownLines) {
      const series = state.seriesAt(number);
      if (series !== undefined) this.#put(series.key, data.subarray(start, end));
    }
  }

  rows(): Row[] {
    return [...this.#lines.values()].flatMap((data) => {
      const line = emptyRecordLine();
      const isRecord =
        readType(data, 0, data.length, line) !== undefined && readIdentity(line) === undefined;
      return isRecord ? [{ ...line, timeSec: readTimeSec(data, line.timeAt) }] : [];
    });
  }

  #put(key: string, line: Uint8Array): void {
    this.#bytes += line.length - (this.#lines.get(key)?.length ?? 0);
    this.#lines.set(key, line);
    while (this.#lines.size > MAX_LINES || this.#bytes > MAX_BYTES) {
      const [first] = this.#lines;
      if (first === undefined) return;
      this.#bytes -= first[1].length;
      this.#lines.delete(first[0]);
    }
  }
}
