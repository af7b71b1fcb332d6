/** Columns of a table, written and read by themselves. */
import assert from 'node:assert/strict';
import { BitReader } from '../../src/log/bit-reader.ts';
import { BitWriter } from '../../src/log/bit-writer.ts';
import { Cells } from '../../src/log/cells.ts';
import { decodeColumn, encodeColumn } from '../../src/log/column-codec.ts';
import type { ColumnForm } from '../../src/log/column-form.ts';

export interface Column {
  /** Cells of rows that are only referred to. */
  given: readonly string[];
  cells: readonly string[];
  /** By cell: the row it refers to, counted from the first given one; -1: none. */
  references: readonly number[];
}

/** Each cell refers to the given one at its place, where there is one. */
export function columnOf(given: readonly string[], cells: readonly string[]): Column {
  return { given, cells, references: cells.map((_, i) => (i < given.length ? i : -1)) };
}

export interface CodedColumn {
  bytes: Uint8Array;
  form: ColumnForm | undefined;
}

function begin({ given, cells: own, references }: Column): Cells {
  const cells = new Cells();
  cells.begin(given.length, given.length + own.length, 1);
  references.forEach((reference, i) => {
    cells.reference[given.length + i] = reference;
  });
  return cells;
}

function put(cells: Cells, row: number, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  cells.need(bytes.length);
  cells.bytes.set(bytes, cells.length);
  cells.set(row, cells.length, cells.length + bytes.length);
  cells.length += bytes.length;
}

export function encode(column: Column, before: ColumnForm | undefined): CodedColumn {
  const cells = begin(column);
  [...column.given, ...column.cells].forEach((text, row) => {
    put(cells, row, text);
  });
  const out = new BitWriter();
  const form = encodeColumn(cells, before, out);
  return { bytes: out.finish(), form };
}

/** The cells, and the form that the column then has; undefined where the bits make no sense. */
export function decode(
  column: Column,
  before: ColumnForm | undefined,
  bytes: Uint8Array,
): { cells: string[]; form: ColumnForm | undefined } | undefined {
  const cells = begin(column);
  column.given.forEach((text, row) => {
    put(cells, row, text);
  });
  const form = decodeColumn(cells, before, new BitReader(bytes, 0, bytes.length));
  if (form === undefined) return undefined;
  const texts = column.cells.map((_, i) => {
    const row = column.given.length + i;
    return Buffer.from(cells.bytes.subarray(cells.startOf(row), cells.endOf(row)));
  });
  return { cells: texts.map((text) => text.toString('latin1')), form: form ?? undefined };
}

/** Writes a column, reads it, and gives what was written. */
export function assertComesBack(column: Column, before?: ColumnForm): CodedColumn {
  const coded = encode(column, before);
  const decoded = decode(column, before, coded.bytes);
  assert.deepEqual(decoded?.cells, column.cells);
  assert.deepEqual(decoded.form, coded.form);
  return coded;
}
