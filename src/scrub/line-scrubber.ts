/**
 * Scrubs one whole line of telemetry in place: names get pseudonyms, what a record says stays, and a
 * line that is none is masked. Decides as `record/telemetry-reader.ts` does, so that what was a record
 * is one afterwards and nothing else becomes one.
 */
import {
  countFields,
  emptyRecordLine,
  fieldEnd,
  isTime,
  readIdentity,
  readType,
  TYPE_ANSWER,
  TYPE_HEADER,
  TYPE_TRAILER,
  type RecordLine,
} from '../record/record-line.ts';
import type { Masker } from './mask.ts';
import type { NameHandler } from './names.ts';

const TIME_DIGITS = 14;
/** Site kind and protocol version of a header are no longer. */
const MAX_WORD_BYTES = 8;

/** From this field on (counted from 0) these types hold numbers alone: no name is looked for. */
const NUMBERS_FROM = new Map([
  [120, 3],
  [130, 5],
  [140, 4],
]);

export class LineScrubber {
  /** Lines that were read as records. */
  records = 0;
  readonly #names: NameHandler;
  readonly #mask: Masker;
  readonly #line = emptyRecordLine();

  constructor(names: NameHandler, mask: Masker) {
    this.#names = names;
    this.#mask = mask;
  }

  /** A line of the body of a request to the collector. */
  bodyLine(data: Uint8Array, start: number, end: number): void {
    const type = readType(data, start, end, this.#line);
    if (type === TYPE_HEADER) this.#header(this.#line, 4);
    else if (type === TYPE_TRAILER) this.#trailer(this.#line);
    else if (type === undefined || type === TYPE_ANSWER) this.#mask.text(data, start, end);
    else if (readIdentity(this.#line) === undefined) this.#record(this.#line);
    else this.#mask.text(data, start, end);
  }

  /** A line of the body of an answer. */
  answerLine(data: Uint8Array, start: number, end: number): void {
    const type = readType(data, start, end, this.#line);
    const timeEnd = this.#line.timeAt + TIME_DIGITS;
    if (type === TYPE_ANSWER && timeEnd <= end && isTime(data, this.#line.timeAt)) {
      this.#mask.text(data, timeEnd, end);
    } else {
      this.#mask.text(data, start, end);
    }
  }

  /**
   * A line from a stretch without framing. Returns false, and changes nothing, when it is no
   * telemetry.
   */
  strayLine(data: Uint8Array, start: number, end: number): boolean {
    const type = readType(data, start, end, this.#line);
    if (type === undefined) return false;
    if (type === TYPE_ANSWER) this.answerLine(data, start, end);
    // The end of a chunk may have cut the line: the serial must be followed by something.
    else if (type === TYPE_HEADER) this.#header(this.#line, 5);
    else if (type === TYPE_TRAILER) this.#trailer(this.#line);
    else if (readIdentity(this.#line) !== undefined) return false;
    else this.#record(this.#line);
    return true;
  }

  #record(line: RecordLine): void {
    const { data, end, type } = line;
    this.records++;
    this.#names.serial(data, line.serialStart, line.serialEnd);
    const numbersFrom = NUMBERS_FROM.get(type) ?? Infinity;
    let index = 3;
    for (let at = line.serialEnd; at < end; index++) {
      const from = at + 1;
      at = fieldEnd(data, from, end);
      if (index < numbersFrom || !isNumber(data, from, at)) this.#names.text(data, from, at);
    }
  }

  /** 100: kind, version, serial, time. Less than `needFields` is not understood. */
  #header(line: RecordLine, needFields: number): void {
    const { data, end } = line;
    const kindEnd = fieldEnd(data, line.timeAt, end);
    const versionEnd = fieldEnd(data, kindEnd + 1, end);
    const serialStart = versionEnd + 1;
    const serialEnd = fieldEnd(data, serialStart, end);
    if (countFields(line) < needFields || serialEnd === serialStart) {
      this.#mask.text(data, line.timeAt, end);
      return;
    }
    this.#wordOrMask(data, line.timeAt, kindEnd);
    this.#wordOrMask(data, kindEnd + 1, versionEnd);
    this.#names.serial(data, serialStart, serialEnd);
    const timeEnd = serialEnd + 1 + TIME_DIGITS;
    const hasTime = timeEnd <= end && isTime(data, serialEnd + 1);
    this.#mask.text(data, hasTime ? timeEnd : serialEnd, end);
  }

  /** 102: a token. */
  #trailer(line: RecordLine): void {
    const { data, end } = line;
    for (let at = line.timeAt; at < end;) {
      const to = fieldEnd(data, at, end);
      this.#names.token(data, at, to);
      at = to + 1;
    }
  }

  #wordOrMask(data: Uint8Array, start: number, end: number): void {
    if (end - start > MAX_WORD_BYTES) this.#mask.text(data, start, end);
    else this.#names.text(data, start, end);
  }
}

function isNumber(data: Uint8Array, start: number, end: number): boolean {
  let dots = 0;
  for (let at = start; at < end; at++) {
    const byte = data[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) continue;
    if (byte === 0x2e) dots++;
    else if (byte !== 0x2d || at !== start) return false;
  }
  return dots <= 1;
}
