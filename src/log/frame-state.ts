/**
 * What later frames of a segment may refer to. A frame is coded against its parent, not against the
 * one before it: the parent of frame n is n with its lowest set bit cleared, so frame 13 stands on 12,
 * that on 8, and that on the reference, frame 0. A damaged frame takes with it only those that stand on
 * it: none for every odd number, and some three on average. It costs half a byte a record; standing
 * always on the frame before would cost all frames to the end of the segment.
 */
import { latin1 } from '../base/ascii.ts';
import type { ColumnForm } from './column-form.ts';

const TAB = '\t';

/** All records of one type (as it is spelled) and one serial. */
export interface Series {
  /** Type and serial as they are spelled, with a TAB between them, one character a byte. */
  key: string;
  typeText: string;
  type: number;
  serial: string;
}

export function seriesOf(typeText: string, serial: string): Series {
  return { key: typeText + TAB + serial, typeText, type: Number(typeText), serial };
}

/** The key of `data[start..serialEnd)`, where type, time and serial stand. */
export function seriesKey(
  data: Uint8Array,
  start: number,
  timeAt: number,
  serialStart: number,
  serialEnd: number,
): string {
  return latin1(data, start, timeAt) + latin1(data, serialStart, serialEnd);
}

/** A whole line that later frames may refer to: `data[start..end)`. */
export interface KeptLine {
  data: Uint8Array;
  start: number;
  /** Where the TAB in front of its first column is. */
  columnsAt: number;
  end: number;
  columns: number;
}

/** How the columns of a table were last written, as far as they ever were columns of numbers. */
export type TableForms = readonly (ColumnForm | undefined)[];

/** What decoding a frame gives to those that stand on it. */
export interface FrameContent {
  /** The last line of each series in the frame, by the number of the series. */
  lines: ReadonlyMap<number, KeptLine>;
  /** By key of the table. */
  forms: ReadonlyMap<number, TableForms>;
}

export function parentIndex(index: number): number {
  return index & (index - 1);
}

const NO_LINES: ReadonlyMap<number, KeptLine> = new Map();

export class FrameState {
  readonly index: number;
  readonly parent: FrameState | undefined;
  /** Number of the record behind the last of this frame. */
  readonly nextOrdinal: number;
  /** Time of its first row, seconds since the epoch. */
  readonly timeSec: number;
  /** Series that this frame is the first of its line to name; they are numbered on from its parent. */
  readonly series: readonly Series[];
  readonly #firstNumber: number;
  /** The nearest state, this one included, that names any series. */
  private readonly naming: FrameState | undefined;
  readonly #numbers = new Map<string, number>();
  #load: () => FrameContent | undefined;
  #content: FrameContent | undefined;
  #loaded = false;

  /** @param load decodes the frame; called when something of it is first asked for */
  constructor(
    place: { index: number; nextOrdinal: number; timeSec: number },
    parent: FrameState | undefined,
    series: readonly Series[],
    load: () => FrameContent | undefined,
  ) {
    this.index = place.index;
    this.nextOrdinal = place.nextOrdinal;
    this.timeSec = place.timeSec;
    this.parent = parent;
    this.series = series;
    this.#firstNumber = parent?.seriesCount ?? 0;
    this.naming = series.length > 0 ? this : parent?.naming;
    this.#load = load;
    series.forEach(({ key }, i) => this.#numbers.set(key, this.#firstNumber + i));
  }

  get seriesCount(): number {
    return this.#firstNumber + this.series.length;
  }

  seriesAt(number: number): Series | undefined {
    let state = this.naming;
    while (state !== undefined && number < state.#firstNumber) state = state.parent?.naming;
    return state?.series[number - state.#firstNumber];
  }

  numberOf(key: string): number | undefined {
    let state = this.naming;
    let number: number | undefined;
    while (state !== undefined && number === undefined) {
      number = state.#numbers.get(key);
      state = state.parent?.naming;
    }
    return number;
  }

  /** The latest line of a series, in this frame or one that it stands on. A view: it holds on to more. */
  lineOf(number: number): Uint8Array | undefined {
    const kept = this.keptLineOf(number);
    return kept?.data.subarray(kept.start, kept.end);
  }

  /** The last lines of this frame alone, by the number of the series. */
  get ownLines(): ReadonlyMap<number, KeptLine> {
    return this.#decoded?.lines ?? NO_LINES;
  }

  keptLineOf(number: number): KeptLine | undefined {
    if (number >= this.seriesCount) return undefined;
    return this.#decoded?.lines.get(number) ?? this.parent?.keptLineOf(number);
  }

  /** By the key of a table, in this frame or one that it stands on. */
  formsOf(table: number): TableForms | undefined {
    return this.#decoded?.forms.get(table) ?? this.parent?.formsOf(table);
  }

  /** Whether this frame and all that it stands on can be decoded. */
  get whole(): boolean {
    return this.#decoded !== undefined && (this.parent?.whole ?? true);
  }

  get #decoded(): FrameContent | undefined {
    if (!this.#loaded) {
      this.#loaded = true;
      this.#content = this.#load();
      // What it was decoded from need not be kept.
      this.#load = () => undefined;
    }
    return this.#content;
  }
}
