/** Numbers the series of a frame that is written: those known already, and new ones behind them. */
import { latin1 } from '../base/ascii.ts';
import type { RecordLine } from '../record/record-line.ts';
import { seriesKey, seriesOf, type FrameState, type Series } from './frame-state.ts';

export class SeriesNumbering {
  /** Series that no earlier frame has named, in the order of their numbers. */
  readonly added: Series[] = [];
  readonly #parent: FrameState | undefined;
  readonly #known: number;
  readonly #numbers = new Map<string, number>();
  /** Devices come in the same order each time: so the number behind the one before is tried first. */
  #next = 0;

  constructor(parent: FrameState | undefined) {
    this.#parent = parent;
    this.#known = parent?.seriesCount ?? 0;
  }

  numberOf(line: RecordLine): number {
    const next = this.#seriesAt(this.#next);
    const number = next !== undefined && isOf(line, next) ? this.#next : this.#lookUp(line);
    this.#next = number + 1;
    return number;
  }

  #seriesAt(number: number): Series | undefined {
    const known = this.#known;
    return number < known ? this.#parent?.seriesAt(number) : this.added[number - known];
  }

  #lookUp({ data, start, timeAt, serialStart, serialEnd }: RecordLine): number {
    const key = seriesKey(data, start, timeAt, serialStart, serialEnd);
    const known = this.#parent?.numberOf(key) ?? this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#known + this.added.length;
    this.#numbers.set(key, number);
    const typeText = latin1(data, start, timeAt - 1);
    this.added.push(seriesOf(typeText, latin1(data, serialStart, serialEnd)));
    return number;
  }
}

function isOf(line: RecordLine, { typeText, serial }: Series): boolean {
  const { data, start, timeAt, serialStart, serialEnd } = line;
  return equals(data, serialStart, serialEnd, serial) && equals(data, start, timeAt - 1, typeText);
}

/** @param text one character a byte */
function equals(data: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (data[start + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
