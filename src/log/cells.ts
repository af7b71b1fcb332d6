/**
 * The rows of one table of a frame, a column at a time. In front stand rows that are only referred to,
 * from earlier frames; behind them the rows of the frame. A cell is a slice of `bytes`, which holds
 * all lines that are read and all that are printed; an offset stays good while it grows.
 *
 * One object serves all frames: what a table needs is kept for the next.
 */

const FIRST_BYTES = 16 * 1024;
const FIRST_CELLS = 1024;
/** More cells than any usual table has: what they took is given back behind it. */
const MANY_CELLS = 256 * 1024;

export class Cells {
  bytes = new Uint8Array(FIRST_BYTES);
  length = 0;
  /** How many rows in front are only referred to. */
  given = 0;
  /** All rows. */
  count = 0;
  /**
   * For each row the one it is most like, always one before it: the latest of the same device. -1:
   * there is none.
   */
  reference = new Int32Array(FIRST_CELLS);
  /** Offset of the current column in `start` and `end`: they hold column behind column. */
  base = 0;
  start = new Int32Array(FIRST_CELLS);
  end = new Int32Array(FIRST_CELLS);

  /** Forgets what was there. Every row is without a reference. */
  begin(given: number, count: number, columns: number): void {
    this.length = 0;
    this.given = given;
    this.count = count;
    this.base = 0;
    if (count > this.reference.length) this.reference = new Int32Array(2 * count);
    this.reference.fill(-1, 0, count);
    const cells = count * Math.max(1, columns);
    if (cells > this.start.length || this.start.length > MANY_CELLS) {
      const size = cells > MANY_CELLS ? cells : Math.max(FIRST_CELLS, 2 * cells);
      this.start = new Int32Array(size);
      this.end = new Int32Array(size);
    }
    if (this.bytes.length > MANY_CELLS) this.bytes = new Uint8Array(FIRST_BYTES);
  }

  /** Makes sure that so many bytes fit behind `length`. */
  need(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const grown = new Uint8Array(2 * (this.length + bytes));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  set(row: number, start: number, end: number): void {
    this.start[this.base + row] = start;
    this.end[this.base + row] = end;
  }

  /** Makes one cell of the column the same slice as another. */
  copy(from: number, to: number): void {
    this.set(to, this.startOf(from), this.endOf(from));
  }

  startOf(row: number): number {
    return this.start[this.base + row] ?? 0;
  }

  endOf(row: number): number {
    return this.end[this.base + row] ?? 0;
  }

  referenceOf(row: number): number {
    return this.reference[row] ?? -1;
  }

  equal(one: number, other: number): boolean {
    const from = this.startOf(one);
    const to = this.startOf(other);
    if (from === to) return this.endOf(one) === this.endOf(other);
    const bytes = this.endOf(one) - from;
    if (this.endOf(other) - to !== bytes) return false;
    for (let i = 0; i < bytes; i++) {
      if (this.bytes[from + i] !== this.bytes[to + i]) return false;
    }
    return true;
  }
}
