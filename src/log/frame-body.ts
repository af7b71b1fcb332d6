/** The second part of the payload of a frame of records: the values. Decodes them to rows. */
import { ByteCursor } from '../base/byte-cursor.ts';
import { TIME_DIGITS } from '../record/record-line.ts';
import { BitReader } from './bit-reader.ts';
import { readColumnCounts } from './column-counts.ts';
import { MAX_FRAME_LINE_BYTES, type FrameHead } from './frame-head.ts';
import type { FrameContent, FrameState, Series, TableForms } from './frame-state.ts';
import { printTimeSec } from './record-time.ts';
import type { Row } from './row.ts';
import { columnBytes, copyColumns, decodeTable } from './table-codec.ts';
import { tableLayout, type Table, type TableLayout } from './table-layout.ts';

/** How the numbers of columns are told; part of the format. */
export const ColumnCounts = {
  /** Each row has as many as the one it refers to. */
  AS_REFERENCES: 0,
  /** They follow. */
  TOLD: 1,
} as const;

const TAB = 0x09;

export interface DecodedBody {
  rows: Row[];
  forms: FrameContent['forms'];
  layout: TableLayout;
}

export class FrameBody {
  readonly #data: Uint8Array;
  readonly #start: number;
  readonly #end: number;
  readonly #head: FrameHead;
  readonly #parent: FrameState | undefined;

  /** The values at `data[start..end)` of a frame whose head has been read. */
  constructor(
    data: Uint8Array,
    start: number,
    end: number,
    head: FrameHead,
    parent: FrameState | undefined,
  ) {
    this.#data = data;
    this.#start = start;
    this.#end = end;
    this.#head = head;
    this.#parent = parent;
  }

  /** Undefined where the values make no sense, or those that they stand on do not. */
  decode(): DecodedBody | undefined {
    const parent = this.#parent;
    if (parent?.whole === false) return undefined;
    const { seriesNumbers } = this.#head;
    const series = Array.from(seriesNumbers, (number) => this.#seriesAt(number));
    const cursor = new ByteCursor(this.#data, this.#start, this.#end);
    const layout = this.#readLayout(cursor, series);
    if (layout === undefined) return undefined;
    const bits = new BitReader(this.#data, cursor.at, this.#end);
    const rows = new Array<Row>(series.length);
    const forms = new Map<number, TableForms>();
    let maxBytes = MAX_FRAME_LINE_BYTES;
    for (const table of layout.tables) {
      const tableForms = decodeTable(table, parent?.formsOf(table.key), bits);
      if (tableForms === undefined) return undefined;
      forms.set(table.key, tableForms);
      const bytes = lineBytes(table, series);
      maxBytes -= bytes;
      if (maxBytes < 0 || !this.#printTable(table, series, bytes, rows)) return undefined;
    }
    return { rows, forms, layout };
  }

  #seriesAt(number: number): Series {
    const { series } = this.#head;
    const known = this.#parent?.seriesCount ?? 0;
    const one = number < known ? this.#parent?.seriesAt(number) : series[number - known];
    if (one === undefined) throw new RangeError(`series ${number} of a frame that names none such`);
    return one;
  }

  #readLayout(cursor: ByteCursor, series: readonly Series[]): TableLayout | undefined {
    const kind = cursor.byte();
    if (cursor.failed || kind > ColumnCounts.TOLD) return undefined;
    const told = kind === ColumnCounts.TOLD ? readColumnCounts(cursor, series.length) : undefined;
    if (kind === ColumnCounts.TOLD && told === undefined) return undefined;
    const types = series.map(({ type }) => type);
    const layout = tableLayout(this.#head, types, told, this.#parent);
    if (told === undefined && !layout.asReferences) return undefined;
    let cells = 0;
    for (const { rows, columns } of layout.tables) cells += rows.length * columns;
    // Each takes a TAB at least.
    return cells <= MAX_FRAME_LINE_BYTES ? layout : undefined;
  }

  /** Puts the lines of a table together, all in one piece of memory. */
  #printTable(table: Table, series: readonly Series[], bytes: number, rows: Row[]): boolean {
    const data = new Uint8Array(bytes);
    let at = 0;
    for (let place = 0; place < table.rows.length; place++) {
      const number = table.rows[place] ?? 0;
      const one = series[number];
      const timeSec = this.#head.timesSec[number] ?? NaN;
      const row = one && printIdentity(one, timeSec, data, at);
      if (row === undefined) return false;
      row.end = copyColumns(table, place, data, row.serialEnd);
      rows[number] = row;
      at = row.end;
    }
    return true;
  }
}

/** Bytes of all lines of the table decoded last. */
function lineBytes(table: Table, series: readonly Series[]): number {
  let bytes = columnBytes(table);
  for (const row of table.rows) {
    const one = series[row];
    if (one !== undefined) bytes += one.typeText.length + TIME_DIGITS + one.serial.length + 2;
  }
  return bytes;
}

/** The row up to its serial, at `data[start...]`. Undefined for a time that no record can have. */
function printIdentity(
  { typeText, type, serial }: Series,
  timeSec: number,
  data: Uint8Array,
  start: number,
): Row | undefined {
  const timeAt = start + typeText.length + 1;
  const serialStart = timeAt + TIME_DIGITS + 1;
  const serialEnd = serialStart + serial.length;
  putText(typeText, data, start);
  data[timeAt - 1] = TAB;
  if (!printTimeSec(timeSec, data, timeAt)) return undefined;
  data[serialStart - 1] = TAB;
  putText(serial, data, serialStart);
  return { data, start, end: serialEnd, type, timeAt, serialStart, serialEnd, timeSec };
}

function putText(text: string, to: Uint8Array, at: number): void {
  for (let i = 0; i < text.length; i++) to[at + i] = text.charCodeAt(i);
}
