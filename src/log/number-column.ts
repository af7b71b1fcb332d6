/** A column of numbers as bits, in the form that takes the fewest. */
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Cells } from './cells.ts';
import {
  FORM_BITS,
  GUESS_LEAST,
  OTHERS_AS_REFERENCES,
  OTHERS_MARKED,
  OTHERS_NONE,
  PADDING_FULL,
  PADDING_TOLD,
  type ColumnForm,
} from './column-form.ts';
import { MAX_SCALED, printDecimal } from './decimal.ts';
import { Expectation, GuessTrial, hasBase } from './guesses.ts';
import { NumberCells, type NumberStyle } from './number-cells.ts';
import { readRice, writeRice } from './rice.ts';
import { readTextCell, writeTextCell } from './text-cells.ts';
import { unzigzag, zigzag } from './zigzag.ts';

/** A longer one than a number is printed in. */
const PRINTED_BYTES = 20;
/** How many decimals more than it needs a column may keep from the frame before, rather than change. */
const NEEDLESS_DECIMALS = 2;

/** A form that is written serves later frames, too. Measured: a half gives the smallest log. */
const SHARE_OF_FORM = 0.5;

/** Of the column at hand; kept because they are large. */
const numbers = new NumberCells();
const trial = new GuessTrial();

/** Parses the column; whether it is one of numbers. Then comes `chooseForm`. */
export function parseNumbers(cells: Cells): boolean {
  numbers.fit(cells.count);
  return numbers.parse(cells);
}

/** The form that takes the fewest bits; `before` itself where that does. Comes after `parseNumbers`. */
export function chooseForm(cells: Cells, before: ColumnForm | undefined): ColumnForm {
  const own = numbers.style(cells);
  if (before === undefined || !canStay(before, own) || numbers.scaleAll(cells, before) > 0) {
    numbers.scaleAll(cells, own);
    before = undefined;
  }
  trial.measure(cells, numbers.scaled);
  const { guess, rice, bits } = trial.best();
  const others = othersOf(cells);
  const stays = bits + FORM_BITS * SHARE_OF_FORM;
  if (before?.others === others && trial.bits(before.guess, before.rice) <= stays) {
    return before;
  }
  const { scale, padding } = before ?? own;
  return { scale, padding, others, guess, rice };
}

function canStay(before: NumberStyle, own: NumberStyle): boolean {
  return before.scale >= own.scale && before.scale <= own.scale + NEEDLESS_DECIMALS;
}

/** How the cells that are no numbers are to be told. */
function othersOf(cells: Cells): number {
  const { scaled } = numbers;
  let others = OTHERS_NONE;
  let asReferences = true;
  for (let row = cells.given; row < cells.count; row++) {
    const isOther = isNaN(scaled[row] ?? NaN);
    if (isOther) others = OTHERS_MARKED;
    const reference = cells.referenceOf(row);
    const expected = reference >= 0 && isNaN(scaled[reference] ?? NaN);
    if (isOther !== expected || (isOther && !cells.equal(reference, row))) asReferences = false;
  }
  return others === OTHERS_MARKED && asReferences ? OTHERS_AS_REFERENCES : others;
}

/** Comes after `chooseForm`, which has brought the numbers into that form. */
export function writeNumbers(cells: Cells, form: ColumnForm, out: BitWriter): void {
  const { scaled } = numbers;
  const { scale, padding, others, guess, rice } = form;
  if (hasBase(guess)) out.number(zigzag(trial.base(guess)));
  const left = trial.left(guess);
  for (let row = cells.given; row < cells.count; row++) {
    const value = scaled[row] ?? NaN;
    const isOther = isNaN(value);
    if (others === OTHERS_MARKED) out.flag(isOther);
    if (isOther) {
      if (others === OTHERS_MARKED) writeTextCell(cells, row, out);
      continue;
    }
    writeRice(left[row] ?? 0, rice, out);
    if (padding === PADDING_TOLD && scale > 0 && value % 10 === 0) out.flag(numbers.isPadded(row));
  }
}

/** Sets the cells of the frame; false where the bits make no sense. */
export function readNumbers(cells: Cells, form: ColumnForm, bits: BitReader): boolean {
  const { scale, padding, others, guess, rice } = form;
  numbers.fit(cells.count);
  numbers.scaleGiven(cells, scale);
  const { scaled } = numbers;
  const base = hasBase(guess) ? unzigzag(bits.number()) : 0;
  const expectation = new Expectation(guess, base);
  for (let row = cells.given; row < cells.count; row++) {
    const reference = cells.referenceOf(row);
    const referred = reference < 0 ? NaN : (scaled[reference] ?? NaN);
    if (others !== OTHERS_NONE) {
      const isOther = others === OTHERS_MARKED ? bits.flag() : reference >= 0 && isNaN(referred);
      if (isOther) {
        scaled[row] = NaN;
        if (others === OTHERS_AS_REFERENCES) cells.copy(reference, row);
        else if (!readTextCell(cells, row, bits)) return false;
        continue;
      }
    }
    const left = readRice(bits, rice);
    const value = guess === GUESS_LEAST ? base + left : expectation.next(referred) + unzigzag(left);
    if (!(Math.abs(value) < MAX_SCALED)) return false;
    expectation.came(value, referred);
    scaled[row] = value;
    const isPadded =
      padding === PADDING_TOLD && scale > 0 && value % 10 === 0
        ? bits.flag()
        : padding === PADDING_FULL;
    cells.need(PRINTED_BYTES);
    const end = printDecimal(value, scale, isPadded, cells.bytes, cells.length);
    cells.set(row, cells.length, end);
    cells.length = end;
  }
  return !bits.failed;
}
