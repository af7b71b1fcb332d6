/** Reads what `BitWriter` wrote. */

/** What a window holds for certain, whatever bit of a byte it begins with. */
const WINDOW_BITS = 25;
const MAX_NUMBER_BITS = 53;

export class BitReader {
  /** Reading went on beyond the end; everything read since is 0. */
  failed = false;
  readonly #data: Uint8Array;
  readonly #endBit: number;
  /** The next bit, counted from the beginning of `#data`. */
  #at: number;

  /** Reads `data[start..end)`: less than 256 MiB. */
  constructor(data: Uint8Array, start: number, end: number) {
    this.#data = data;
    this.#at = start * 8;
    this.#endBit = end * 8;
  }

  /** Bits not read yet. */
  get left(): number {
    return this.#endBit - this.#at;
  }

  /** The next `count` bits, 0 to 53. */
  bits(count: number): number {
    if (count > WINDOW_BITS) {
      const high = this.bits(count - 24);
      const low = this.bits(24);
      return this.failed ? 0 : high * 0x100_0000 + low;
    }
    // Two shifts, for one by 32 would be none.
    const value = (this.#window() >>> 1) >>> (31 - count);
    return this.#pass(count) ? value : 0;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** How many ones come before the next zero; stops at `most` ones, at most 24, without looking for it. */
  unary(most: number): number {
    const ones = Math.min(most, Math.clz32(~this.#window()));
    return this.#pass(ones < most ? ones + 1 : most) ? ones : 0;
  }

  /** What `BitWriter.number` wrote. */
  number(): number {
    const count = this.bits(6);
    if (count > MAX_NUMBER_BITS) this.failed = true;
    return this.failed ? 0 : this.bits(count);
  }

  /** The next bits, from the highest of 32 on; the last seven may be missing. Anything behind the end. */
  #window(): number {
    const data = this.#data;
    const at = this.#at >>> 3;
    const word =
      ((data[at] ?? 0) << 24) |
      ((data[at + 1] ?? 0) << 16) |
      ((data[at + 2] ?? 0) << 8) |
      (data[at + 3] ?? 0);
    return word << (this.#at & 7);
  }

  #pass(count: number): boolean {
    if (count > this.left) this.failed = true;
    if (!this.failed) this.#at += count;
    return !this.failed;
  }
}
