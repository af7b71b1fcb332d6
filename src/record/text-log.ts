/**
 * Records out of text: raw lines as the supervisor sends them, CR LF or LF, with any other text
 * between them or, as a system log has it, before them on their line; and lines of our own JSON. The
 * last line counts without a line end.
 *
 * Text behind a record on its line would be part of the last field: nothing tells them apart.
 */
import { isDigit } from '../base/ascii.ts';
import { LineReader } from '../base/line-reader.ts';
import { MAX_LINE_BYTES } from '../http/message.ts';
import { MAX_RECORD_JSON_BYTES, readRecordJson } from './record-json.ts';
import { fieldEnd, isTime, MAX_TYPE_DIGITS, TIME_DIGITS } from './record-line.ts';
import type { TelemetryReader } from './telemetry-reader.ts';

const TAB = 0x09;
const OPENING_BRACE = 0x7b;

/** What a record is set off by from text before it: blank, TAB, colon, quotes and brackets. */
const SET_OFF = new Set(Buffer.from(' \t:"\'`([{<>}])'));
/** Within a line; where a line begins, a type may have fewer. */
const MIN_TYPE_DIGITS = 3;

export class TextLog {
  /** Lines that are no telemetry. */
  otherLines = 0;
  /** A record may have `MAX_LINE_BYTES`, but text before it and JSON take more. */
  readonly #lines = new LineReader(MAX_RECORD_JSON_BYTES);
  readonly #telemetry: TelemetryReader;

  constructor(telemetry: TelemetryReader) {
    this.#telemetry = telemetry;
  }

  push(chunk: Uint8Array): void {
    this.#lines.feed(chunk, 0, chunk.length);
    while (this.#lines.next()) this.#read();
  }

  end(): void {
    if (this.#lines.finish()) this.#read();
  }

  #read(): void {
    const { data, start, end, overlong } = this.#lines;
    if (overlong || !this.#readLine(data, start, end)) this.otherLines++;
  }

  /** Returns whether there was telemetry in the line. */
  #readLine(data: Uint8Array, start: number, end: number): boolean {
    if (data[start] === OPENING_BRACE) {
      const line = readRecordJson(data, start, end);
      if (line !== undefined) return this.#take(line, 0, line.length);
    }
    if (this.#take(data, start, end)) return true;
    const recordAt = recordWithin(data, start, end);
    return recordAt !== undefined && this.#take(data, recordAt, end);
  }

  #take(data: Uint8Array, start: number, end: number): boolean {
    return end - start <= MAX_LINE_BYTES && this.#telemetry.strayLine(data, start, end, 'none');
  }
}

/**
 * Where a record begins in a line that begins with something else. The first number that would do for
 * a type decides: without a time behind it, it is the type of a damaged record or of a request's
 * header, and what looks like a record further on is only fields of that.
 */
function recordWithin(data: Uint8Array, start: number, end: number): number | undefined {
  for (let tab = fieldEnd(data, start, end); tab < end; tab = fieldEnd(data, tab + 1, end)) {
    const typeAt = numberBefore(data, start, tab);
    const digits = tab - typeAt;
    if (digits < MIN_TYPE_DIGITS || digits > MAX_TYPE_DIGITS) continue;
    if (typeAt === start) return undefined;
    if (!SET_OFF.has(data[typeAt - 1] ?? 0)) continue;
    const timeEnd = tab + 1 + TIME_DIGITS;
    return timeEnd < end && data[timeEnd] === TAB && isTime(data, tab + 1) ? typeAt : undefined;
  }
  return undefined;
}

/** Where the digits before `end` begin; not looked for further back than a type may reach. */
function numberBefore(data: Uint8Array, start: number, end: number): number {
  const least = Math.max(start, end - MAX_TYPE_DIGITS - 1);
  let at = end;
  while (at > least && isDigit(data[at - 1])) at--;
  return at;
}
