/**
 * A record as one line of JSON:
 * `{"type":130,"time":"2026-05-09T23:00:00Z","serial":"839116902","fields":["130",...]}`.
 *
 * `fields` is the whole line split at TAB, the type first. Bytes become text without loss: UTF-8
 * where they are valid UTF-8, and a lone surrogate U+DC80 to U+DCFF for each other byte from 80 to FF
 * (as PEP 383 does), written as an escape.
 */
import type { ByteOutput } from '../base/byte-output.ts';
import { utf8SequenceBytes } from '../base/utf8.ts';
import type { RecordLine } from './record-line.ts';

const TAB = 0x09;
const QUOTE = 0x22;
const COMMA = 0x2c;
const DASH = 0x2d;
const COLON = 0x3a;
const LETTER_T = 0x54;
const BACKSLASH = 0x5c;

/** Appends the record and a line end to `output`. */
export function writeRecordJson(line: RecordLine, output: ByteOutput): void {
  const { data, timeAt } = line;
  const { buffer } = output;
  let to = putText(buffer, output.length, '{"type":');
  to = putText(buffer, to, String(line.type));
  to = putText(buffer, to, ',"time":"');
  to = copy(data, timeAt, timeAt + 4, buffer, to);
  buffer[to++] = DASH;
  to = copy(data, timeAt + 4, timeAt + 6, buffer, to);
  buffer[to++] = DASH;
  to = copy(data, timeAt + 6, timeAt + 8, buffer, to);
  buffer[to++] = LETTER_T;
  to = copy(data, timeAt + 8, timeAt + 10, buffer, to);
  buffer[to++] = COLON;
  to = copy(data, timeAt + 10, timeAt + 12, buffer, to);
  buffer[to++] = COLON;
  to = copy(data, timeAt + 12, timeAt + 14, buffer, to);
  to = putText(buffer, to, 'Z","serial":"');
  to = putFields(data, line.serialStart, line.serialEnd, buffer, to);
  to = putText(buffer, to, '","fields":["');
  to = putFields(data, line.start, line.end, buffer, to);
  output.length = putText(buffer, to, '"]}\n');
  output.commit();
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
  buffer: Uint8Array,
  to: number,
): number {
  for (let at = start; at < end; at++) {
    const byte = data[at] ?? 0;
    // Digits, capitals and most punctuation: nearly everything that a record holds.
    if (byte > QUOTE && byte < BACKSLASH) {
      buffer[to++] = byte;
    } else if (byte === TAB) {
      buffer[to++] = QUOTE;
      buffer[to++] = COMMA;
      buffer[to++] = QUOTE;
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
  }
  return to;
}

function hex2(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
