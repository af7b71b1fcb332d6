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
import { fieldEnd, type RecordLine } from './record-line.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Appends the record and a line end to `output`. */
export function writeRecordJson(line: RecordLine, output: ByteOutput): void {
  const { data, start, end, timeAt } = line;
  const { buffer } = output;
  let to = putText(buffer, output.length, `{"type":${line.type},"time":"`);
  to = copy(data, timeAt, timeAt + 4, buffer, to);
  buffer[to++] = 0x2d;
  to = copy(data, timeAt + 4, timeAt + 6, buffer, to);
  buffer[to++] = 0x2d;
  to = copy(data, timeAt + 6, timeAt + 8, buffer, to);
  buffer[to++] = 0x54;
  to = copy(data, timeAt + 8, timeAt + 10, buffer, to);
  buffer[to++] = 0x3a;
  to = copy(data, timeAt + 10, timeAt + 12, buffer, to);
  buffer[to++] = 0x3a;
  to = copy(data, timeAt + 12, timeAt + 14, buffer, to);
  to = putText(buffer, to, 'Z","serial":');
  to = putString(data, line.serialStart, line.serialEnd, buffer, to);
  to = putText(buffer, to, ',"fields":[');
  for (let at = start; ;) {
    const stop = fieldEnd(data, at, end);
    to = putString(data, at, stop, buffer, to);
    if (stop === end) break;
    buffer[to++] = COMMA;
    at = stop + 1;
  }
  output.length = putText(buffer, to, ']}\n');
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

/** A JSON string, quotes included. At most six bytes for each byte of input. */
function putString(
  data: Uint8Array,
  start: number,
  end: number,
  buffer: Uint8Array,
  to: number,
): number {
  buffer[to++] = QUOTE;
  for (let at = start; at < end;) {
    const byte = data[at] ?? 0;
    if (byte >= 0x20 && byte < 0x80) {
      if (byte === QUOTE || byte === BACKSLASH) buffer[to++] = BACKSLASH;
      buffer[to++] = byte;
      at++;
    } else if (byte < 0x20) {
      to = putText(buffer, to, `\\u00${hex2(byte)}`);
      at++;
    } else {
      const bytes = utf8SequenceBytes(data, at, end);
      if (bytes === 0) {
        to = putText(buffer, to, `\\udc${hex2(byte)}`);
        at++;
      } else {
        to = copy(data, at, at + bytes, buffer, to);
        at += bytes;
      }
    }
  }
  buffer[to++] = QUOTE;
  return to;
}

function hex2(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
