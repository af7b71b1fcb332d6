/** The cells of one column as numbers. One object serves all columns; it grows with the largest. */
import type { Cells } from './cells.ts';
import { PADDING_FULL, PADDING_NONE, PADDING_TOLD } from './column-form.ts';
import { atScale, parseDecimalText, type Decimal } from './decimal.ts';

/** How the numbers of a column are printed. */
export interface NumberStyle {
  scale: number;
  padding: number;
}

const decimal: Decimal = { digits: 0, decimals: 0, padded: false };

export class NumberCells {
  /** At the scale of the column; NaN where the cell is no number of its style. */
  scaled = new Float64Array(0);
  #digits = new Float64Array(0);
  /** -1 where the cell is no canonical number. */
  #decimals = new Int8Array(0);
  /** 1: ends in a zero that is a decimal. */
  #padded = new Uint8Array(0);

  fit(count: number): void {
    if (count <= this.scaled.length) return;
    const size = 2 * count;
    this.scaled = new Float64Array(size);
    this.#digits = new Float64Array(size);
    this.#decimals = new Int8Array(size);
    this.#padded = new Uint8Array(size);
  }

  /** Parses all cells; whether most of the frame's are canonical numbers. */
  parse(cells: Cells): boolean {
    const { given, count, bytes, start, end, base } = cells;
    const digits = this.#digits;
    const decimals = this.#decimals;
    const padded = this.#padded;
    let canonical = 0;
    for (let row = 0; row < count; row++) {
      const from = start[base + row] ?? 0;
      if (parseDecimalText(bytes, from, end[base + row] ?? 0, decimal)) {
        digits[row] = decimal.digits;
        decimals[row] = decimal.decimals;
        padded[row] = decimal.padded ? 1 : 0;
        if (row >= given) canonical++;
      } else {
        decimals[row] = -1;
      }
    }
    return canonical * 2 > count - given;
  }

  /** Sets the rows in front, which are only referred to. */
  scaleGiven(cells: Cells, scale: number): void {
    for (let row = 0; row < cells.given; row++) {
      const start = cells.startOf(row);
      const isNumber = parseDecimalText(cells.bytes, start, cells.endOf(row), decimal);
      this.scaled[row] = isNumber ? atScale(decimal, scale) : NaN;
    }
  }

  /** The style in which most of the parsed numbers of the frame are printed. */
  style({ given, count }: Cells): NumberStyle {
    let scale = 0;
    let hasPadded = false;
    for (let row = given; row < count; row++) {
      const own = this.#decimals[row] ?? -1;
      if (own > scale) scale = own;
      if (own > 0 && this.#padded[row] === 1) hasPadded = true;
    }
    if (!hasPadded) return { scale, padding: PADDING_NONE };
    for (let row = given; row < count; row++) {
      const own = this.#decimals[row] ?? -1;
      if (own >= 0 && own < scale) return { scale, padding: PADDING_TOLD };
    }
    return { scale, padding: PADDING_FULL };
  }

  /** Sets all rows; how many numbers of the frame are canonical but not of this style. */
  scaleAll({ given, count }: Cells, { scale, padding }: NumberStyle): number {
    const scaled = this.scaled;
    let strange = 0;
    for (let row = 0; row < count; row++) {
      const own = this.#decimals[row] ?? -1;
      if (own < 0) {
        scaled[row] = NaN;
        continue;
      }
      decimal.digits = this.#digits[row] ?? 0;
      decimal.decimals = own;
      const trimmed = padding !== PADDING_FULL && own < scale && this.#padded[row] === 0;
      const full = own === scale && (padding !== PADDING_NONE || this.#padded[row] === 0);
      const value = row < given || trimmed || full ? atScale(decimal, scale) : NaN;
      scaled[row] = value;
      if (isNaN(value) && row >= given) strange++;
    }
    return strange;
  }

  /** Whether all decimals of a parsed number are printed that has zeros at their end. */
  isPadded(row: number): boolean {
    return this.#padded[row] === 1;
  }
}
