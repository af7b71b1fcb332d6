/**
 * Bytes put together one value after another, in a buffer that doubles when it is full. What it
 * writes, `ByteCursor` reads.
 */
import { copyBytes } from './words.ts';

const FIRST_BYTES = 64;
/** The longest varint: 53 bits, seven a byte. */
const MAX_VARINT_BYTES = 8;
const INT32_MAX = 0x7fff_ffff;

export class ByteWriter {
  #buffer = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  /** Four bytes, the lowest first. */
  uint32(value: number): void {
    this.#reserve(4);
    const buffer = this.#buffer;
    buffer[this.#length++] = value;
    buffer[this.#length++] = value >>> 8;
    buffer[this.#length++] = value >>> 16;
    buffer[this.#length++] = value >>> 24;
  }

  /** A whole number from 0 to 2^53 - 1: seven bits a byte, the lowest first; 0x80: more follow. */
  varint(value: number): void {
    this.#reserve(MAX_VARINT_BYTES);
    const buffer = this.#buffer;
    let rest = value;
    // Bit operators know 32 bits.
    for (; rest > INT32_MAX; rest = Math.floor(rest / 0x80)) {
      buffer[this.#length++] = 0x80 | (rest % 0x80);
    }
    for (; rest > 0x7f; rest >>>= 7) buffer[this.#length++] = 0x80 | rest;
    buffer[this.#length++] = rest;
  }

  /** `data[start..end)` as it is, without its length. */
  bytes(data: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    copyBytes(data, start, end, this.#buffer, this.#length);
    this.#length += end - start;
  }

  /** What was written: a view that holds until something more is. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
    grown.set(this.#buffer);
    this.#buffer = grown;
  }
}
