/** Numbers as bits, the most significant first, into bytes filled from their most significant bit. */

const FIRST_BYTES = 1024;

export class BitWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;
  /** The last bits, not yet a whole byte: the low `#count` bits of it. */
  #pending = 0;
  #count = 0;

  /** The low `count` bits of `value`: a non-negative safe integer, at most 53 bits. */
  bits(value: number, count: number): void {
    let left = count;
    if (left > 24) {
      // Bit operators work on 32 bits.
      const high = Math.floor(value / 0x100_0000);
      this.bits(high, left - 24);
      value -= high * 0x100_0000;
      left = 24;
    }
    let pending = (this.#pending << left) | value;
    let bits = this.#count + left;
    if (this.#length + 4 > this.#bytes.length) this.#grow();
    while (bits >= 8) {
      bits -= 8;
      this.#bytes[this.#length++] = pending >>> bits;
      pending &= (1 << bits) - 1;
    }
    this.#pending = pending;
    this.#count = bits;
  }

  flag(value: boolean): void {
    this.bits(value ? 1 : 0, 1);
  }

  /** `count` ones and a zero; at most 23. */
  unary(count: number): void {
    this.bits((2 << count) - 2, count + 1);
  }

  /** A non-negative safe integer of any size: its length in six bits, then its bits. */
  number(value: number): void {
    const count = bitLength(value);
    this.bits(count, 6);
    this.bits(value, count);
  }

  /** The bytes so far, the last filled up with zeros. Start anew for more. */
  finish(): Uint8Array {
    if (this.#count > 0) this.bits(0, 8 - this.#count);
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what was written, and keeps the memory. */
  reset(): void {
    this.#length = 0;
    this.#pending = 0;
    this.#count = 0;
  }

  #grow(): void {
    const grown = new Uint8Array(this.#bytes.length * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Bits that a non-negative safe integer takes: 0 for 0. */
export function bitLength(value: number): number {
  return value < 0x1_0000_0000
    ? 32 - Math.clz32(value)
    : 64 - Math.clz32(Math.floor(value / 0x1_0000_0000));
}
