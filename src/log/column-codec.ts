/**
 * One column of a table as bits; FORMAT.md draws them. Whatever the bytes of a cell are, they come
 * back; columns of canonical decimal numbers take the fewest bits.
 */
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Cells } from './cells.ts';
import { readForm, writeForm, type ColumnForm } from './column-form.ts';
import { chooseForm, parseNumbers, readNumbers, writeNumbers } from './number-column.ts';
import { readBytes, readTextCell, writeBytes, writeTextCell } from './text-cells.ts';

/** How a column is written; part of the format. */
const SAME_AS_REFERENCE = 0;
const TEXTS = 1;
/** In the form that the column had before. */
const NUMBERS_AS_BEFORE = 2;
const NUMBERS = 3;

/**
 * Writes the cells of the rows of the frame; those of the rows referred to must be set, too.
 * @param before the form that the column had in the frame that this one stands on
 * @returns the form that it has now; `before` where it is none of numbers
 */
export function encodeColumn(
  cells: Cells,
  before: ColumnForm | undefined,
  out: BitWriter,
): ColumnForm | undefined {
  if (isSameAsReference(cells)) {
    out.bits(SAME_AS_REFERENCE, 2);
    return before;
  }
  // One number alone takes fewer bits than its digits.
  const same = cells.count - cells.given > 1 && isAllTheSame(cells);
  if (same || !parseNumbers(cells)) {
    out.bits(TEXTS, 2);
    out.flag(same);
    if (same) writeBytes(cells, cells.given, out);
    else for (let row = cells.given; row < cells.count; row++) writeTextCell(cells, row, out);
    return before;
  }
  const form = chooseForm(cells, before);
  if (form === before) {
    out.bits(NUMBERS_AS_BEFORE, 2);
  } else {
    out.bits(NUMBERS, 2);
    writeForm(form, out);
  }
  writeNumbers(cells, form, out);
  return form;
}

/**
 * Reads the cells of the rows of the frame. Returns the form that the column has now, null where it
 * never had one, undefined where the bits make no sense.
 */
export function decodeColumn(
  cells: Cells,
  before: ColumnForm | undefined,
  bits: BitReader,
): ColumnForm | null | undefined {
  let form = before;
  let makesSense = false;
  switch (bits.bits(2)) {
    case SAME_AS_REFERENCE:
      makesSense = copyReferences(cells) && !bits.failed;
      break;
    case TEXTS:
      makesSense = readTexts(cells, bits);
      break;
    case NUMBERS_AS_BEFORE:
      makesSense = form !== undefined && readNumbers(cells, form, bits);
      break;
    default:
      form = readForm(bits);
      makesSense = form !== undefined && readNumbers(cells, form, bits);
  }
  return makesSense ? (form ?? null) : undefined;
}

function isSameAsReference(cells: Cells): boolean {
  for (let row = cells.given; row < cells.count; row++) {
    const reference = cells.referenceOf(row);
    if (reference < 0 || !cells.equal(reference, row)) return false;
  }
  return true;
}

function copyReferences(cells: Cells): boolean {
  for (let row = cells.given; row < cells.count; row++) {
    const reference = cells.referenceOf(row);
    if (reference < 0) return false;
    cells.copy(reference, row);
  }
  return true;
}

function isAllTheSame(cells: Cells): boolean {
  for (let row = cells.given + 1; row < cells.count; row++) {
    if (!cells.equal(cells.given, row)) return false;
  }
  return true;
}

function readTexts(cells: Cells, bits: BitReader): boolean {
  const { given, count } = cells;
  if (bits.flag()) {
    if (!readBytes(cells, given, bits)) return false;
    for (let row = given + 1; row < count; row++) cells.copy(given, row);
    return true;
  }
  for (let row = given; row < count; row++) if (!readTextCell(cells, row, bits)) return false;
  return true;
}
