/**
 * The grammar of one line of telemetry; `PROTOCOL.md` beside this file describes it. Looks at bytes
 * in place and makes nothing: half a million lines pass here when a backlog or a file is read.
 */
import { parseDecimal } from '../base/ascii.ts';

/** A record in place: `data[start..end)` is the whole line without its line end. Reused; valid only
 * during the call that hands it over. */
export interface RecordLine {
  data: Uint8Array;
  start: number;
  end: number;
  /** First field. */
  type: number;
  /** Second field: fourteen digits at this offset, UTC, the end of the interval. */
  timeAt: number;
  /** Third field: the serial of the device. */
  serialStart: number;
  serialEnd: number;
}

/** Why a line is no record. Counted by reason. */
export type RejectReason =
  | 'empty'
  | 'overlong' // longer than a line may be (http/message.ts)
  | 'no-type' // does not begin with a decimal record type and a TAB
  | 'no-time' // second field is no UTC time
  | 'no-serial' // third field missing or empty
  | 'out-of-place' // an answer (1002) in a request
  | 'cut'; // its end was not captured, or the connection broke off in it

export const TYPE_HEADER = 100;
export const TYPE_TRAILER = 102;
export const TYPE_ANSWER = 1002;

const TAB = 0x09;
export const MAX_TYPE_DIGITS = 5;
export const TIME_DIGITS = 14;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function emptyRecordLine(): RecordLine {
  return {
    data: new Uint8Array(0),
    start: 0,
    end: 0,
    type: 0,
    timeAt: 0,
    serialStart: 0,
    serialEnd: 0,
  };
}

/** Offset of the TAB that ends the field at `start`, or `end`. */
export function fieldEnd(data: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && data[at] !== TAB) at++;
  return at;
}

/** The record type that a line begins with, or undefined. Fills `line` up to its type. */
export function readType(
  data: Uint8Array,
  start: number,
  end: number,
  line: RecordLine,
): number | undefined {
  const typeEnd = fieldEnd(data, start, end);
  if (typeEnd === end) return undefined;
  const type = parseDecimal(data, start, typeEnd, MAX_TYPE_DIGITS);
  if (type === undefined) return undefined;
  if (line.data !== data) line.data = data;
  line.start = start;
  line.end = end;
  line.type = type;
  line.timeAt = typeEnd + 1;
  return type;
}

/** Fills the rest of `line` after `readType`; says what is wrong otherwise. */
export function readIdentity(line: RecordLine): RejectReason | undefined {
  const { data, end, timeAt } = line;
  const timeEnd = fieldEnd(data, timeAt, end);
  if (timeEnd - timeAt !== TIME_DIGITS || !isTime(data, timeAt)) return 'no-time';
  line.serialStart = timeEnd + 1;
  line.serialEnd = fieldEnd(data, line.serialStart, end);
  return line.serialEnd > line.serialStart ? undefined : 'no-serial';
}

/** Number of fields, the type included. */
export function countFields(line: RecordLine): number {
  let count = 1;
  for (let at = line.start; at < line.end; at++) if (line.data[at] === TAB) count++;
  return count;
}

/** Whether fourteen bytes at `at` are YYYYMMDDHHMMSS of a day that the calendar has. */
export function isTime(data: Uint8Array, at: number): boolean {
  for (let i = at; i < at + TIME_DIGITS; i++) {
    const byte = data[i] ?? 0;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  const year = twoDigits(data, at) * 100 + twoDigits(data, at + 2);
  const month = twoDigits(data, at + 4);
  const day = twoDigits(data, at + 6);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && !leap ? 28 : (DAYS_IN_MONTH[month - 1] ?? 0);
  return (
    day >= 1 &&
    day <= days &&
    twoDigits(data, at + 8) < 24 &&
    twoDigits(data, at + 10) < 60 &&
    twoDigits(data, at + 12) < 60
  );
}

function twoDigits(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) - 0x30) * 10 + (data[at + 1] ?? 0) - 0x30;
}
