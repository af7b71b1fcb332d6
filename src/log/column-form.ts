/** How the numbers of a column are written: a few bits in front of it. FORMAT.md draws them. */
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import { RICE_BITS } from './rice.ts';

/** Which zeros stand at the end of decimals; part of the format. */
export const PADDING_NONE = 0;
/** All texts have the decimals of the scale. */
export const PADDING_FULL = 1;
/** Told for each number that ends in a zero at the scale: one bit, 1: the zeros are there. */
export const PADDING_TOLD = 2;

/** Which cells of a column of numbers are none; part of the format. */
export const OTHERS_NONE = 0;
/** Those whose reference is none, and they equal it. */
export const OTHERS_AS_REFERENCES = 1;
export const OTHERS_MARKED = 2;

/** What a number is taken relative to; part of the format. */
export const GUESSES = 4;
/** The least number of the column. */
export const GUESS_LEAST = 0;
/** The reference; without one, the number before it in the column. */
export const GUESS_REFERENCE = 1;
/** The number before it in the column. */
export const GUESS_BEFORE = 2;
/** The reference, and as much more as the latest number with a reference was than its own. */
export const GUESS_CHANGE = 3;

export interface ColumnForm {
  /** Decimals of the scaled integers. */
  readonly scale: number;
  readonly padding: number;
  readonly others: number;
  readonly guess: number;
  readonly rice: number;
}

const SCALE_BITS = 4;
const CHOICE_BITS = 2;
export const FORM_BITS = SCALE_BITS + 3 * CHOICE_BITS + RICE_BITS;

export function writeForm(form: ColumnForm, out: BitWriter): void {
  out.bits(form.scale, SCALE_BITS);
  out.bits(form.padding, CHOICE_BITS);
  out.bits(form.others, CHOICE_BITS);
  out.bits(form.guess, CHOICE_BITS);
  out.bits(form.rice, RICE_BITS);
}

/** Undefined where the bits make no sense. */
export function readForm(bits: BitReader): ColumnForm | undefined {
  const scale = bits.bits(SCALE_BITS);
  const padding = bits.bits(CHOICE_BITS);
  const others = bits.bits(CHOICE_BITS);
  const guess = bits.bits(CHOICE_BITS);
  const rice = bits.bits(RICE_BITS);
  const known = !bits.failed && padding <= PADDING_TOLD && others <= OTHERS_MARKED;
  return known ? { scale, padding, others, guess, rice } : undefined;
}
