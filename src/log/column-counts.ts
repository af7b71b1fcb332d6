/** How many columns each row of a frame has, as runs of rows with equally many. */
import type { ByteCursor } from '../base/byte-cursor.ts';
import type { ByteWriter } from '../base/byte-writer.ts';
import { MAX_COLUMNS } from './table-layout.ts';

export function writeColumnCounts(columns: readonly number[], out: ByteWriter): void {
  let repeats = 0;
  columns.forEach((count, row) => {
    repeats++;
    if (columns[row + 1] === count) return;
    out.varint(count);
    out.varint(repeats);
    repeats = 0;
  });
}

/** Undefined where they make no sense. */
export function readColumnCounts(cursor: ByteCursor, rows: number): number[] | undefined {
  const columns: number[] = [];
  while (columns.length < rows) {
    const count = cursor.varint();
    const repeats = cursor.varint();
    if (cursor.failed || count >= MAX_COLUMNS) return undefined;
    if (repeats < 1 || repeats > rows - columns.length) return undefined;
    for (let i = 0; i < repeats; i++) columns.push(count);
  }
  return columns;
}
