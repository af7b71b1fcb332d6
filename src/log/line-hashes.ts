/**
 * Which lines are there, by a hash of 52 bits each: as many as a double holds beside its exponent, so
 * that hashes are plain numbers in a Float64Array. Of a million different lines two have the same
 * hash in one case of 9,000; a given new line is taken for one of them in one of 4.5 * 10^9.
 */
import { viewOf } from '../base/words.ts';

const TWO_32 = 0x1_0000_0000;
const HIGH_BITS = 0xf_ffff;
const FIRST_HASHES = 16;

/**
 * A hash of `data[start..end)`, a whole number from 0 to 2^52 - 1, the same on every machine: two
 * lanes of MurmurHash3, of which the second sees the words and the first lane too. Two lanes that did
 * the same with other constants would meet together too often: of lines that differ in the highest
 * bits of neighbouring words, one pair in 150 million had the same hash.
 *
 * Every step of the first lane can be undone, so lines of the same length that differ within one
 * aligned word have different hashes always.
 */
export function hashLine(data: Uint8Array, start: number, end: number): number {
  const view = viewOf(data);
  let low = (end - start) ^ 0x2c1b3c6d;
  let high = (end - start) ^ 0x2545f491;
  let at = start;
  for (; at < end; at += 4) {
    const word = at + 3 < end ? view.getInt32(at) : lastWord(data, at, end);
    low ^= Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
    low = (Math.imul(rotated(low, 13), 5) + 0xe6546b64) | 0;
    high ^= Math.imul(rotated(Math.imul(word, 0x239b961b), 16), 0xab0e9789);
    high = (Math.imul(rotated(high, 17), 5) + low) | 0;
  }
  return (scattered(high) & HIGH_BITS) * TWO_32 + (scattered(low) >>> 0);
}

/** The one to three bytes that are left. */
function lastWord(data: Uint8Array, start: number, end: number): number {
  let word = 0;
  for (let at = start; at < end; at++) word = (word << 8) | (data[at] ?? 0);
  return word;
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Lets every bit depend on every bit: how MurmurHash3 ends. */
function scattered(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}

/**
 * A set of hashes, sorted in an array that doubles when it is full. Adding moves what is greater:
 * measured, 5 us with 100,000 in it. For many at once there is `of`.
 */
export class LineHashes {
  #hashes: Float64Array = new Float64Array(FIRST_HASHES);
  #count = 0;

  /** The set of `hashes[0..count)`, in any order, which are copied. */
  static of(hashes: Float64Array, count: number): LineHashes {
    const sorted = hashes.slice(0, count).sort();
    let kept = 0;
    for (const hash of sorted) {
      if (kept === 0 || sorted[kept - 1] !== hash) sorted[kept++] = hash;
    }
    const set = new LineHashes();
    // Never of no length: doubling would not make it any longer.
    if (count > 0) set.#hashes = sorted;
    set.#count = kept;
    return set;
  }

  get count(): number {
    return this.#count;
  }

  /** Memory in use. */
  get heldBytes(): number {
    return this.#hashes.byteLength;
  }

  has(hash: number): boolean {
    return this.#isAt(this.#placeOf(hash), hash);
  }

  /** False: it was there. */
  add(hash: number): boolean {
    const place = this.#placeOf(hash);
    if (this.#isAt(place, hash)) return false;
    if (this.#count === this.#hashes.length) {
      const grown = new Float64Array(2 * this.#count);
      grown.set(this.#hashes);
      this.#hashes = grown;
    }
    this.#hashes.copyWithin(place + 1, place, this.#count);
    this.#hashes[place] = hash;
    this.#count++;
    return true;
  }

  /** What lies behind the count is not in the set. */
  #isAt(place: number, hash: number): boolean {
    return place < this.#count && this.#hashes[place] === hash;
  }

  /** Index of the first hash that is not less. */
  #placeOf(hash: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#hashes[middle] ?? 0) < hash) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
