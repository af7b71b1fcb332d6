/** A table of a frame, column by column, as bits and back. */
import { copyBytes } from '../base/words.ts';
import type { RecordLine } from '../record/record-line.ts';
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import { Cells } from './cells.ts';
import { decodeColumn, encodeColumn } from './column-codec.ts';
import type { ColumnForm } from './column-form.ts';
import type { TableForms } from './frame-state.ts';
import { NO_REFERENCE, type Table } from './table-layout.ts';

const TAB = 0x09;

/** Kept from table to table; nothing in it outlives the next `encodeTable` or `decodeTable`. */
const cells = new Cells();
/** Where the cursor of each row of `cells` stands: at the TAB in front of its next column. */
let cursors = new Int32Array(0);
let lineEnds = new Int32Array(0);

/** @param rows all rows of the frame */
export function encodeTable(
  table: Table,
  rows: readonly RecordLine[],
  before: TableForms | undefined,
  out: BitWriter,
): TableForms {
  // One column at a time is enough.
  beginTable(table, 1);
  table.rows.forEach((number, place) => {
    const row = rows[number];
    if (row !== undefined) addLine(cells.given + place, row.data, row.serialEnd, row.end);
  });
  const forms: (ColumnForm | undefined)[] = [];
  for (let column = 0; column < table.columns; column++) {
    cutColumn(cells.count);
    forms.push(encodeColumn(cells, before?.[column], out));
  }
  return forms;
}

/** Undefined where the bits make no sense. The columns can then be had from `copyColumns`. */
export function decodeTable(
  table: Table,
  before: TableForms | undefined,
  bits: BitReader,
): TableForms | undefined {
  beginTable(table, table.columns);
  const forms: (ColumnForm | undefined)[] = [];
  for (let column = 0; column < table.columns; column++, cells.base += cells.count) {
    cutColumn(cells.given);
    const form = decodeColumn(cells, before?.[column], bits);
    if (form === undefined) return undefined;
    forms.push(form ?? undefined);
  }
  return forms;
}

/** Bytes of all columns of the table decoded last, with the TABs in front of them. */
export function columnBytes({ columns }: Table): number {
  let bytes = (cells.count - cells.given) * columns;
  cells.base = 0;
  for (let column = 0; column < columns; column++, cells.base += cells.count) {
    for (let cell = cells.given; cell < cells.count; cell++) {
      bytes += cells.endOf(cell) - cells.startOf(cell);
    }
  }
  return bytes;
}

/** Copies the columns of a row of the table decoded last to `to[at...]`; returns where they end. */
export function copyColumns({ columns }: Table, place: number, to: Uint8Array, at: number): number {
  const { bytes, start, end, count } = cells;
  let cell = cells.given + place;
  for (let column = 0; column < columns; column++, cell += count) {
    to[at++] = TAB;
    // Too few bytes for `copyBytes` to pay.
    const cellEnd = end[cell] ?? 0;
    for (let from = start[cell] ?? 0; from < cellEnd; from++) to[at++] = bytes[from] ?? 0;
  }
  return at;
}

/** Sets up `cells`, and copies in the lines that are referred to. */
function beginTable({ given, rows, references }: Table, columns: number): void {
  const count = given.length + rows.length;
  cells.begin(given.length, count, columns);
  references.forEach((reference, place) => {
    if (reference === NO_REFERENCE) return;
    cells.reference[given.length + place] =
      reference < 0 ? -1 - reference : given.length + reference;
  });
  if (count > cursors.length) {
    cursors = new Int32Array(2 * count);
    lineEnds = new Int32Array(2 * count);
  }
  given.forEach(({ data, columnsAt, end }, row) => {
    addLine(row, data, columnsAt, end);
  });
}

/** Copies in the part of a line that has columns. */
function addLine(row: number, data: Uint8Array, from: number, end: number): void {
  cells.need(end - from);
  copyBytes(data, from, end, cells.bytes, cells.length);
  cursors[row] = cells.length;
  cells.length += end - from;
  lineEnds[row] = cells.length;
}

/** Sets the cells of the next column of the first `count` rows. */
function cutColumn(count: number): void {
  const { bytes } = cells;
  for (let row = 0; row < count; row++) {
    const start = (cursors[row] ?? 0) + 1;
    const end = lineEnds[row] ?? 0;
    let at = start;
    while (at < end && bytes[at] !== TAB) at++;
    cursors[row] = at;
    cells.set(row, start, at);
  }
}
