/** Numbers in a typed array that doubles when it is full: one entry for each packet of a large file. */

type NumberArray = Int32Array | Float64Array;

const FIRST_LENGTH = 1024;

export class NumberList<A extends NumberArray> {
  length = 0;
  readonly #make: (length: number) => A;
  #items: A;

  constructor(make: (length: number) => A) {
    this.#make = make;
    this.#items = make(FIRST_LENGTH);
  }

  /** Returns the index of the new entry. */
  push(value: number): number {
    if (this.length === this.#items.length) this.#grow(this.length + 1);
    this.#items[this.length] = value;
    return this.length++;
  }

  /** The entry at `index`, or `otherwise` where there is none. */
  at(index: number, otherwise: number): number {
    return index >= 0 && index < this.length ? (this.#items[index] ?? otherwise) : otherwise;
  }

  /** Entries between the last one and `index` become `filling`. */
  set(index: number, value: number, filling = 0): void {
    if (index >= this.#items.length) this.#grow(index + 1);
    if (index >= this.length) {
      this.#items.fill(filling, this.length, index);
      this.length = index + 1;
    }
    this.#items[index] = value;
  }

  #grow(least: number): void {
    const grown = this.#make(Math.max(least, 2 * this.#items.length));
    grown.set(this.#items.subarray(0, this.length));
    this.#items = grown;
  }
}

export function int32List(): NumberList<Int32Array> {
  return new NumberList((length) => new Int32Array(length));
}

export function float64List(): NumberList<Float64Array> {
  return new NumberList((length) => new Float64Array(length));
}
