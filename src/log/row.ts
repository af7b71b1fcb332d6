/** A record with its time: what the log takes and gives. */
import type { RecordLine } from '../record/record-line.ts';
import { copyBytes } from '../base/words.ts';
import type { KeptLine } from './frame-state.ts';
import type { TableLayout } from './table-layout.ts';

export interface Row extends RecordLine {
  timeSec: number;
}

const TAB = 0x09;

/** Columns are the fields behind the serial. */
export function countColumns({ data, serialEnd, end }: RecordLine): number {
  let columns = 0;
  for (let at = serialEnd; at < end; at++) if (data[at] === TAB) columns++;
  return columns;
}

/**
 * Copies the last line of each series, all into one piece of memory: the bytes of the rows are a
 * buffer that is used again, or far larger than this.
 */
export function keepLastLines(
  rows: readonly Row[],
  seriesNumbers: Uint32Array,
  { lastRows, tableOfRow }: TableLayout,
): Map<number, KeptLine> {
  let bytes = 0;
  rows.forEach(({ start, end }, i) => {
    if (lastRows[seriesNumbers[i] ?? 0] === i) bytes += end - start;
  });
  const data = new Uint8Array(bytes);
  const kept = new Map<number, KeptLine>();
  let at = 0;
  rows.forEach((row, i) => {
    const number = seriesNumbers[i] ?? 0;
    if (lastRows[number] !== i) return;
    copyBytes(row.data, row.start, row.end, data, at);
    const end = at + row.end - row.start;
    const columnsAt = at + row.serialEnd - row.start;
    kept.set(number, { data, start: at, columnsAt, end, columns: tableOfRow[i]?.columns ?? 0 });
    at = end;
  });
  return kept;
}
