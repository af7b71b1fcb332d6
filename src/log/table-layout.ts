/**
 * Sorts the rows of a frame into tables, and finds for each the row that it is coded against. The
 * writer and the reader of a frame do it alike.
 */
import { MAX_FRAME_LINE_BYTES, type FrameHead } from './frame-head.ts';
import type { FrameState, KeptLine } from './frame-state.ts';

/** More fields than fit into a line. */
export const MAX_COLUMNS = 8192;

/** Stands for the place of a row that there is none of. */
export const NO_REFERENCE = 0x7fff_ffff;

/** Rows of one type and one number of columns, which are the fields behind the serial. */
export interface Table {
  key: number;
  columns: number;
  /** Numbers of its rows in the frame. */
  rows: number[];
  /** Lines of earlier frames that rows refer to. */
  given: KeptLine[];
  /** By place in `rows`: the place of an earlier row, -1 - the place in `given`, or `NO_REFERENCE`. */
  references: number[];
}

export interface TableLayout {
  /** In the order of their first rows. */
  tables: Table[];
  /** Every row refers to one, which has as many columns. */
  asReferences: boolean;
  /** By row. */
  tableOfRow: Table[];
  /** By number of the series; -1: it has none in the frame. */
  lastRows: Int32Array;
}

/**
 * @param types by row
 * @param columns by row; undefined where every row has as many as the one it refers to
 */
export function tableLayout(
  { series: added, seriesNumbers }: FrameHead,
  types: readonly number[],
  columns: readonly number[] | undefined,
  parent: FrameState | undefined,
): TableLayout {
  const tables = new Map<number, Table>();
  let table: Table | undefined;
  let asReferences = true;
  const tableOfRow: Table[] = [];
  const placeOfRow = new Int32Array(seriesNumbers.length);
  /** By series: the latest row so far. */
  const latest = new Int32Array((parent?.seriesCount ?? 0) + added.length).fill(-1);
  let givenBytes = 0;
  for (let row = 0; row < seriesNumbers.length; row++) {
    const series = seriesNumbers[row] ?? 0;
    const earlier = latest[series] ?? -1;
    let given = earlier < 0 ? parent?.keptLineOf(series) : undefined;
    if (given !== undefined) {
      givenBytes += given.end - given.start;
      if (givenBytes > MAX_FRAME_LINE_BYTES) given = undefined;
    }
    const expected = earlier < 0 ? given?.columns : tableOfRow[earlier]?.columns;
    const count = columns?.[row] ?? expected ?? 0;
    const key = (types[row] ?? 0) * MAX_COLUMNS + count;
    if (table?.key !== key) table = tableOf(tables, key, count);
    let reference = NO_REFERENCE;
    if (count !== expected) {
      asReferences = false;
    } else if (given !== undefined) {
      table.given.push(given);
      reference = -table.given.length;
    } else {
      reference = placeOfRow[earlier] ?? 0;
    }
    latest[series] = row;
    tableOfRow.push(table);
    placeOfRow[row] = table.rows.length;
    table.rows.push(row);
    table.references.push(reference);
  }
  return { tables: [...tables.values()], asReferences, tableOfRow, lastRows: latest };
}

function tableOf(tables: Map<number, Table>, key: number, columns: number): Table {
  let table = tables.get(key);
  if (table === undefined) {
    table = { key, columns, rows: [], given: [], references: [] };
    tables.set(key, table);
  }
  return table;
}
