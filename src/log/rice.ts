/**
 * Non-negative whole numbers in few bits where most are about as large. Rice code: the number divided
 * by 2^`rice` as so many ones and a zero, then the `rice` bits that were left.
 */
import type { BitReader } from './bit-reader.ts';
import { bitLength, type BitWriter } from './bit-writer.ts';

export const MAX_RICE = 31;
export const RICE_BITS = 5;

/** So many ones in front mean that the number follows as it is; part of the format. */
const ESCAPE = 24;
const INT32_MAX = 0x7fff_ffff;
const MAX_LENGTH = 53;

export function writeRice(value: number, rice: number, out: BitWriter): void {
  const ones = value <= INT32_MAX ? value >>> rice : Math.floor(value / 2 ** rice);
  if (ones >= ESCAPE) {
    out.bits(2 ** ESCAPE - 1, ESCAPE);
    out.number(value);
  } else if (ones + rice < 24) {
    out.bits((((2 << ones) - 2) << rice) | (value & ((1 << rice) - 1)), ones + 1 + rice);
  } else {
    out.unary(ones);
    out.bits(value - ones * 2 ** rice, rice);
  }
}

export function readRice(bits: BitReader, rice: number): number {
  const ones = bits.unary(ESCAPE);
  if (ones === ESCAPE) return bits.number();
  return rice < 24 ? (ones << rice) | bits.bits(rice) : ones * 2 ** rice + bits.bits(rice);
}

/** About how many bits a number takes, by Rice parameter and its own length. */
const BITS_EACH = Array.from({ length: MAX_RICE + 1 }, (_, rice) =>
  Float64Array.from({ length: MAX_LENGTH + 1 }, (_, length) => {
    // Numbers of one length are on average three quarters of the next power of two.
    const ones = length <= rice ? 0 : 0.75 * 2 ** (length - rice);
    return ones >= ESCAPE ? ESCAPE + 6 + length : ones + 1 + rice;
  }),
);

/** How large numbers are: what is needed to find the parameter for them. */
export class NumberLengths {
  readonly #counts = new Int32Array(MAX_LENGTH + 1);
  #shortest = MAX_LENGTH;
  #longest = 0;
  #total = 0;

  clear(): void {
    this.#counts.fill(0);
    this.#shortest = MAX_LENGTH;
    this.#longest = 0;
    this.#total = 0;
  }

  add(value: number): void {
    const length = bitLength(value);
    this.#counts[length] = (this.#counts[length] ?? 0) + 1;
    this.#total++;
    if (length < this.#shortest) this.#shortest = length;
    if (length > this.#longest) this.#longest = length;
  }

  /** About how many bits they take. */
  bits(rice: number): number {
    const counts = this.#counts;
    const each = BITS_EACH[rice];
    let bits = 0;
    for (let length = this.#shortest; length <= this.#longest; length++) {
      bits += (counts[length] ?? 0) * (each?.[length] ?? 0);
    }
    return bits;
  }

  /** The parameter with which they take the fewest bits, or nearly: the best around the median. */
  bestRice(): number {
    const middle = Math.min(Math.max(0, this.#median() - 1), MAX_RICE);
    const down = this.#bestFrom(middle, -1);
    return down === middle ? this.#bestFrom(middle, 1) : down;
  }

  /** Goes on by `step` while the numbers take fewer and fewer bits. */
  #bestFrom(first: number, step: number): number {
    let rice = first;
    let bits = this.bits(rice);
    for (let next = rice + step; next >= 0 && next <= MAX_RICE; next += step) {
      const nextBits = this.bits(next);
      if (nextBits >= bits) break;
      rice = next;
      bits = nextBits;
    }
    return rice;
  }

  #median(): number {
    let length = this.#shortest;
    let left = this.#total / 2 - (this.#counts[length] ?? 0);
    while (left > 0 && length < this.#longest) left -= this.#counts[++length] ?? 0;
    return length;
  }
}
