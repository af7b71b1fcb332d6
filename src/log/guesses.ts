/**
 * What the numbers of a column are taken relative to, so that little is left of them. A frame is too
 * short to learn statistics from; so four simple guesses compete for each column.
 */
import type { Cells } from './cells.ts';
import { GUESS_BEFORE, GUESS_CHANGE, GUESS_LEAST, GUESSES } from './column-form.ts';
import { NumberLengths } from './rice.ts';
import { zigzag } from './zigzag.ts';

/** What the numbers of a column are expected to be, one after another, by any guess but the least. */
export class Expectation {
  readonly #guess: number;
  /** The number before. */
  #before: number;
  /** How much more the latest number with a reference was than its own. */
  #change = 0;

  constructor(guess: number, base: number) {
    this.#guess = guess;
    this.#before = base;
  }

  /** @param referred the number referred to, or NaN */
  next(referred: number): number {
    if (this.#guess === GUESS_BEFORE || isNaN(referred)) return this.#before;
    return this.#guess === GUESS_CHANGE ? referred + this.#change : referred;
  }

  came(value: number, referred: number): void {
    if (!isNaN(referred)) this.#change = value - referred;
    this.#before = value;
  }
}

/** About how many bits the base of a guess takes. */
const BASE_BITS = 24;

export function hasBase(guess: number): boolean {
  return guess === GUESS_LEAST || guess === GUESS_BEFORE;
}

/** Tries all guesses on the numbers of a column. One object serves all columns. */
export class GuessTrial {
  /** The first and the least number of the column. */
  #first = 0;
  #least = 0;
  #left = Array.from({ length: GUESSES }, () => new Float64Array(0));
  readonly #lengths = Array.from({ length: GUESSES }, () => new NumberLengths());

  /** @param scaled by row; NaN where there is no number */
  measure(cells: Cells, scaled: Float64Array): void {
    this.#fit(cells.count);
    this.#findBases(cells, scaled);
    for (let guess = 0; guess < GUESSES; guess++) this.#measureOne(cells, scaled, guess);
  }

  /** What is left of the number of a row. */
  left(guess: number): Float64Array {
    return this.#left[guess] ?? new Float64Array(0);
  }

  /** What the first number is relative to; with `GUESS_LEAST`, every number. */
  base(guess: number): number {
    if (guess === GUESS_LEAST) return this.#least;
    return guess === GUESS_BEFORE ? this.#first : 0;
  }

  /** About how many bits the column takes. */
  bits(guess: number, rice: number): number {
    return (this.#lengths[guess]?.bits(rice) ?? 0) + (hasBase(guess) ? BASE_BITS : 0);
  }

  /** The guess and the Rice parameter that take the fewest bits. */
  best(): { guess: number; rice: number; bits: number } {
    let best = { guess: 0, rice: 0, bits: Infinity };
    for (let guess = 0; guess < GUESSES; guess++) {
      const rice = this.#lengths[guess]?.bestRice() ?? 0;
      const bits = this.bits(guess, rice);
      if (bits < best.bits) best = { guess, rice, bits };
    }
    return best;
  }

  #fit(count: number): void {
    if (count <= this.left(GUESS_LEAST).length) return;
    this.#left = this.#left.map(() => new Float64Array(2 * count));
  }

  #findBases({ given, count }: Cells, scaled: Float64Array): void {
    let least = Infinity;
    let first = NaN;
    for (let row = given; row < count; row++) {
      const value = scaled[row] ?? NaN;
      if (isNaN(first)) first = value;
      if (value < least) least = value;
    }
    this.#first = isNaN(first) ? 0 : first;
    this.#least = least === Infinity ? 0 : least;
  }

  #measureOne(cells: Cells, scaled: Float64Array, guess: number): void {
    const { given, count, reference } = cells;
    const left = this.left(guess);
    const lengths = this.#lengths[guess];
    if (lengths === undefined) return;
    lengths.clear();
    const expectation = new Expectation(guess, this.base(guess));
    for (let row = given; row < count; row++) {
      const value = scaled[row] ?? NaN;
      if (isNaN(value)) continue;
      const from = reference[row] ?? -1;
      const referred = from < 0 ? NaN : (scaled[from] ?? NaN);
      const residual =
        guess === GUESS_LEAST ? value - this.#least : zigzag(value - expectation.next(referred));
      expectation.came(value, referred);
      left[row] = residual;
      lengths.add(residual);
    }
  }
}
