/** Cells of any bytes as bits: as the cell referred to, as the one above, or byte by byte. */
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';
import type { Cells } from './cells.ts';

export function writeTextCell(cells: Cells, row: number, out: BitWriter): void {
  const reference = cells.referenceOf(row);
  const asReference = reference >= 0 && cells.equal(reference, row);
  out.flag(asReference);
  if (asReference) return;
  const asBefore = row > cells.given && cells.equal(row - 1, row);
  out.flag(asBefore);
  if (!asBefore) writeBytes(cells, row, out);
}

/** Sets the cell; false where the bits make no sense. */
export function readTextCell(cells: Cells, row: number, bits: BitReader): boolean {
  if (bits.flag()) {
    const reference = cells.referenceOf(row);
    if (reference < 0) return false;
    cells.copy(reference, row);
  } else if (bits.flag()) {
    if (row === cells.given) return false;
    cells.copy(row - 1, row);
  } else {
    return readBytes(cells, row, bits);
  }
  return !bits.failed;
}

/** The bytes of a cell: how many, then each. */
export function writeBytes(cells: Cells, row: number, out: BitWriter): void {
  const start = cells.startOf(row);
  const end = cells.endOf(row);
  out.number(end - start);
  for (let at = start; at < end; at++) out.bits(cells.bytes[at] ?? 0, 8);
}

/** Sets the cell; false where the bits make no sense. */
export function readBytes(cells: Cells, row: number, bits: BitReader): boolean {
  const count = bits.number();
  if (bits.failed || count * 8 > bits.left) return false;
  cells.need(count);
  const start = cells.length;
  cells.length += count;
  for (let at = start; at < cells.length; at++) cells.bytes[at] = bits.bits(8);
  cells.set(row, start, cells.length);
  return true;
}
