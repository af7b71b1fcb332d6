/**
 * Reads what `ByteWriter` wrote, from bytes that nobody vouches for. The first read beyond the end,
 * or of a varint that is none, sets `failed`; from there on every read gives 0. So a reader reads
 * straight through and asks once, at the end, as long as no loop trusts a number that was read: a
 * loop asks each time round.
 */

/** Seven bits each: 56, of which a number may use 53. */
const MAX_VARINT_BYTES = 8;

export class ByteCursor {
  failed = false;
  readonly #data: Uint8Array;
  readonly #end: number;
  #at: number;

  /** Reads `data[start..end)`. */
  constructor(data: Uint8Array, start: number, end: number) {
    this.#data = data;
    this.#at = start;
    this.#end = end;
  }

  /** Offset in the data of what is read next. */
  get at(): number {
    return this.#at;
  }

  /** Bytes not read yet; none once it has failed. */
  get left(): number {
    return this.#end - this.#at;
  }

  byte(): number {
    if (this.#at >= this.#end) return this.#fail();
    return this.#data[this.#at++] ?? 0;
  }

  /** Four bytes, the lowest first. */
  uint32(): number {
    if (this.left < 4) return this.#fail();
    const low = this.byte() | (this.byte() << 8) | (this.byte() << 16);
    return (low | (this.byte() << 24)) >>> 0;
  }

  /** Fails on more than eight bytes and on more than 2^53 - 1. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.byte();
      if (this.failed) return 0;
      // Exact up to 2^53; a sum beyond is rounded, but not below that.
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? value : this.#fail();
      scale *= 0x80;
    }
    return this.#fail();
  }

  /** Passes over `count` bytes and returns the offset in the data where they begin. */
  bytes(count: number): number {
    if (this.failed || count > this.left) return this.#fail();
    const start = this.#at;
    this.#at += count;
    return start;
  }

  #fail(): 0 {
    this.failed = true;
    this.#at = this.#end;
    return 0;
  }
}
