/**
 * A record as one row of CSV (RFC 4180, with LF): its fields in columns, the time in RFC 3339. The
 * last column takes the rest of the line, its TABs included: so a row has as many cells as the header,
 * and nothing is left out.
 */
import type { ByteOutput } from '../base/byte-output.ts';
import { fieldEnd, type RecordLine } from './record-line.ts';
import { RECORD_TYPES } from './record-types.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const HYPHEN = 0x2d;
const COLON = 0x3a;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const LINE_FEED = 0x0a;
const FIRST_VISIBLE = 0x20;

const TIME_COLUMN = 1;

/** What is put in front of the digits of a time, by the place of the digit. */
const TIME_MARKS: readonly (number | undefined)[] = Array.from(
  { length: 14 },
  (_, place) => ({ 4: HYPHEN, 6: HYPHEN, 8: LETTER_T, 10: COLON, 12: COLON })[place],
);

/** Names of the columns for records of one type of which all fields are known, or for all others. */
export function csvColumns(type: number | undefined): readonly string[] {
  const known = RECORD_TYPES.find((candidate) => candidate.type === type && candidate.complete);
  return ['type', ...(known?.fields ?? ['time', 'serial', 'fields'])];
}

/**
 * Appends the row to `output`.
 * @param columns how many `csvColumns` has
 */
export function writeRecordCsv(line: RecordLine, columns: number, output: ByteOutput): void {
  const { data, end } = line;
  const { buffer } = output;
  let to = output.length;
  let at = line.start;
  for (let column = 0; column < columns; column++) {
    if (column > 0) buffer[to++] = COMMA;
    // There are fewer fields than columns.
    if (at > end) continue;
    const cellEnd = column === columns - 1 ? end : fieldEnd(data, at, end);
    to =
      column === TIME_COLUMN
        ? putTime(data, at, buffer, to)
        : putCell(data, at, cellEnd, buffer, to);
    at = cellEnd + 1;
  }
  buffer[to++] = LINE_FEED;
  output.length = to;
  output.commit();
}

function putTime(data: Uint8Array, timeAt: number, buffer: Uint8Array, start: number): number {
  let to = start;
  for (let place = 0; place < TIME_MARKS.length; place++) {
    const mark = TIME_MARKS[place];
    if (mark !== undefined) buffer[to++] = mark;
    buffer[to++] = data[timeAt + place] ?? 0;
  }
  buffer[to++] = LETTER_Z;
  return to;
}

function putCell(
  data: Uint8Array,
  start: number,
  end: number,
  buffer: Uint8Array,
  cellAt: number,
): number {
  let to = cellAt;
  for (let at = start; at < end; at++) {
    const byte = data[at] ?? 0;
    if (byte < FIRST_VISIBLE || byte === QUOTE || byte === COMMA) {
      return putQuoted(data, start, end, buffer, cellAt);
    }
    buffer[to++] = byte;
  }
  return to;
}

function putQuoted(
  data: Uint8Array,
  start: number,
  end: number,
  buffer: Uint8Array,
  cellAt: number,
): number {
  let to = cellAt;
  buffer[to++] = QUOTE;
  for (let at = start; at < end; at++) {
    const byte = data[at] ?? 0;
    if (byte === QUOTE) buffer[to++] = QUOTE;
    buffer[to++] = byte;
  }
  buffer[to++] = QUOTE;
  return to;
}
