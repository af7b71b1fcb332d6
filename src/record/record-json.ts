/**
 * A record as one line of JSON:
 * `{"type":130,"time":"2026-05-09T23:00:00Z","serial":"839116902","fields":["130",...]}`.
 *
 * `fields` is the whole line split at TAB, the type first. Bytes become text without loss: UTF-8
 * where they are valid UTF-8, and a lone surrogate U+DC80 to U+DCFF for each other byte from 80 to FF
 * (as PEP 383 does), written as an escape.
 */
import { isUtf8 } from 'node:buffer';
import type { ByteOutput } from '../base/byte-output.ts';
import { bytesOfText } from '../base/byte-text.ts';
import { latin1 } from '../base/ascii.ts';
import { viewOf } from '../base/words.ts';
import { utf8SequenceBytes } from '../base/utf8.ts';
import { MAX_LINE_BYTES } from '../http/message.ts';
import type { RecordLine } from './record-line.ts';

/**
 * The longest line that a record becomes, without its line end: six bytes for each of the serial, and
 * again for each of the whole line.
 */
export const MAX_RECORD_JSON_BYTES = 12 * MAX_LINE_BYTES + 128;

const TAB = 0x09;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** `","` and a byte that is written over. */
const QUOTE_COMMA_QUOTE = 0x22222c22;

/**
 * The time of the latest record as JSON has it, for most records share theirs with the one before:
 * the digits as found, two of them twice, and the bytes.
 */
const latest = { time0: 0, time4: 0, time8: 0, time10: 0 };
const timeJson = new DataView(new ArrayBuffer(64));
let timeJsonBytes = 0;

/**
 * Appends the record and a line end to `output`.
 * @param end what closes its last field, the list of them and the object: ASCII, with further names or not
 */
export function writeRecordJson(line: RecordLine, output: ByteOutput, end = '"]}\n'): void {
  const { buffer, view } = output;
  let to = putText(buffer, output.length, '{"type":');
  to = putText(buffer, to, String(line.type));
  rememberTime(line);
  // Up to three bytes too many: they are written over.
  for (let i = 0; i < timeJsonBytes; i += 4) view.setInt32(to + i, timeJson.getInt32(i));
  to += timeJsonBytes;
  to = putFields(line.data, line.serialStart, line.serialEnd, output, to);
  to = putText(buffer, to, '","fields":["');
  to = putFields(line.data, line.start, line.end, output, to);
  output.length = putText(buffer, to, end);
  output.commit();
}

/**
 * The record that a line of JSON was made of, as it was sent; undefined when it is none. Only `fields`
 * counts: the rest of what `writeRecordJson` writes is taken from it, and may be missing or different.
 */
export function readRecordJson(
  data: Uint8Array,
  start: number,
  end: number,
): Uint8Array | undefined {
  const json = Buffer.from(data.buffer, data.byteOffset + start, end - start);
  // Decoded all the same, it would hold other bytes than were meant.
  if (!isUtf8(json)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json.toString());
  } catch {
    return undefined;
  }
  const fields = typeof value === 'object' && value !== null && 'fields' in value && value.fields;
  if (!Array.isArray(fields) || !fields.every(isField)) return undefined;
  return bytesOfText(fields.join('\t'));
}

/** Surrogates apart from those that stand for a byte are the text of nothing that was ever sent. */
function isField(value: unknown): value is string {
  return typeof value === 'string' && !/[\t\n\ud800-\udc7f\udd00-\udfff]/u.test(value);
}

function rememberTime({ data, timeAt }: RecordLine): void {
  const view = viewOf(data);
  const time0 = view.getInt32(timeAt);
  const time4 = view.getInt32(timeAt + 4);
  const time8 = view.getInt32(timeAt + 8);
  const time10 = view.getInt32(timeAt + 10);
  if (
    time0 === latest.time0 &&
    time4 === latest.time4 &&
    time8 === latest.time8 &&
    time10 === latest.time10
  ) {
    return;
  }
  latest.time0 = time0;
  latest.time4 = time4;
  latest.time8 = time8;
  latest.time10 = time10;
  const time = latin1(data, timeAt, timeAt + 14).replace(
    /^(....)(..)(..)(..)(..)(..)$/,
    '$1-$2-$3T$4:$5:$6Z',
  );
  const text = `,"time":"${time}","serial":"`;
  timeJsonBytes = text.length;
  for (let i = 0; i < text.length; i++) timeJson.setUint8(i, text.charCodeAt(i));
}

function copy(
  data: Uint8Array,
  start: number,
  end: number,
  buffer: Uint8Array,
  to: number,
): number {
  for (let at = start; at < end; at++) buffer[to++] = data[at] ?? 0;
  return to;
}

function putText(buffer: Uint8Array, to: number, text: string): number {
  for (let i = 0; i < text.length; i++) buffer[to++] = text.charCodeAt(i);
  return to;
}

/**
 * The inside of one JSON string, or of several where TABs part them: without the first and the last
 * quotation mark. At most six bytes for each byte of input.
 */
function putFields(
  data: Uint8Array,
  start: number,
  end: number,
  output: ByteOutput,
  to: number,
): number {
  const { buffer, view: into } = output;
  const from = viewOf(data);
  let at = start;
  while (at < end) {
    if (at + 3 < end) {
      const word = from.getInt32(at, true);
      into.setInt32(to, word, true);
      const odd = oddBytes(word);
      const plainBytes = odd === 0 ? 4 : trailingZeros(odd) >> 3;
      at += plainBytes;
      to += plainBytes;
      if (odd === 0) continue;
    }
    const byte = data[at] ?? 0;
    if (byte === TAB) {
      into.setInt32(to, QUOTE_COMMA_QUOTE, true);
      to += 3;
    } else if (byte >= 0x80) {
      const bytes = utf8SequenceBytes(data, at, end);
      to =
        bytes === 0
          ? putText(buffer, to, `\\udc${hex2(byte)}`)
          : copy(data, at, at + bytes, buffer, to);
      at += Math.max(bytes, 1) - 1;
    } else if (byte < 0x20) {
      to = putText(buffer, to, `\\u00${hex2(byte)}`);
    } else {
      if (byte === QUOTE || byte === BACKSLASH) buffer[to++] = BACKSLASH;
      buffer[to++] = byte;
    }
    at++;
  }
  return to;
}

/**
 * The top bit of the first byte, in little-endian order, that is not between `#` and `[` is set (and
 * perhaps bits of later ones); 0 when all four are. Digits, capitals and most punctuation lie there:
 * nearly everything that a record holds but TAB. (The usual test for bytes less than n in a word, and
 * that for bytes greater than n; a carry only ever goes to bytes behind an odd one.)
 */
function oddBytes(word: number): number {
  const below = (word - 0x23232323) & ~word;
  const above = (word + 0x24242424) | word;
  return (below | above) & 0x80808080;
}

function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function hex2(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
