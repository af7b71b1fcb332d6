/**
 * Overwrites what was not understood. Digits become `0` and everything else `x`; TAB, CR and LF
 * stay. So a masked line has the fields it had, begins with a digit if it did, is no record (no type
 * and no time is all zeros) and no start line of HTTP.
 */
import { parseHex } from '../base/ascii.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const SEMICOLON = 0x3b;
const DIGIT_0 = 0x30;
const MAX_CHUNK_SIZE_DIGITS = 8;
export const MASK = 0x78;

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= 0x39;
}

export class Masker {
  maskedBytes = 0;

  /** Masks `data[start..end)`. */
  text(data: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const byte = data[at] ?? 0;
      if (byte === TAB || byte === CR || byte === LF) continue;
      data[at] = isDigit(byte) ? DIGIT_0 : MASK;
      this.maskedBytes++;
    }
  }

  /**
   * Masks a line, or the end of one, of a stretch without framing. What could be the size of a chunk
   * goes on looking like one: the lines around it are judged by that (`http/message-parser.ts`).
   */
  strayLine(data: Uint8Array, start: number, end: number): void {
    const sizeEnd = chunkSizeEnd(data, start, end);
    if (sizeEnd === undefined) {
      this.text(data, start, end);
      return;
    }
    data.fill(DIGIT_0, start, sizeEnd);
    this.maskedBytes += sizeEnd - start;
    // What ends the size stays.
    this.text(data, Math.min(sizeEnd + 1, end), end);
  }
}

/** Where the size ends that the line of a chunk begins with; undefined when it does not. */
export function chunkSizeEnd(data: Uint8Array, start: number, end: number): number | undefined {
  let to = start;
  while (to < end && data[to] !== SEMICOLON && data[to] !== SPACE) to++;
  return parseHex(data, start, to, MAX_CHUNK_SIZE_DIGITS) === undefined ? undefined : to;
}
