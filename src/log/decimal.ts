/**
 * Decimal numbers as the devices print them, as integers and back without loss.
 *
 * Canonical is: an optional minus sign, digits without needless zeros in front, optionally a point
 * and decimals, fifteen digits at most, and no negative zero. Such a text is told by its digits as one
 * integer, the number of its decimals, and nothing else. Everything else stays text.
 */

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const MAX_DIGITS = 15;

/**
 * Values at a column's scale stay below this. So what is left of one after a guess, which may be three
 * times as large, is a safe integer with its sign as a bit.
 */
export const MAX_SCALED = 2 ** 50;

/** A parsed text; reused by whoever parses many. */
export interface Decimal {
  /** All digits as one integer, with the sign. */
  digits: number;
  decimals: number;
  /** The last decimal is a zero. */
  padded: boolean;
}

/** Reads `data[start..end)` into `decimal`; false when it is not canonical. */
export function parseDecimalText(
  data: Uint8Array,
  start: number,
  end: number,
  decimal: Decimal,
): boolean {
  let at = start;
  const negative = data[at] === MINUS;
  if (negative) at++;
  const first = at;
  let digits = 0;
  let pointAt = -1;
  if (end - at > MAX_DIGITS + 1) return false;
  for (; at < end; at++) {
    const byte = data[at] ?? 0;
    if (byte === POINT) {
      if (pointAt >= 0 || at === first) return false;
      pointAt = at;
    } else {
      const digit = byte - ZERO;
      if (digit < 0 || digit > 9) return false;
      digits = digits * 10 + digit;
    }
  }
  const wholeEnd = pointAt < 0 ? end : pointAt;
  const count = pointAt < 0 ? end - first : end - first - 1;
  if (count === 0 || count > MAX_DIGITS || pointAt === end - 1) return false;
  if (data[first] === ZERO && wholeEnd - first > 1) return false;
  if (negative && digits === 0) return false;
  decimal.digits = negative ? -digits : digits;
  decimal.decimals = pointAt < 0 ? 0 : end - 1 - pointAt;
  decimal.padded = decimal.decimals > 0 && data[end - 1] === ZERO;
  return true;
}

const POWERS = Array.from({ length: 17 }, (_, exponent) => 10 ** exponent);

export function powerOfTen(exponent: number): number {
  return POWERS[exponent] ?? NaN;
}

/**
 * The decimal at another scale, as an integer: exact where `scale` is not less than its decimals,
 * otherwise rounded. NaN when it would not stay below `MAX_SCALED`.
 */
export function atScale({ digits, decimals }: Decimal, scale: number): number {
  const scaled =
    decimals <= scale
      ? digits * powerOfTen(scale - decimals)
      : Math.round(digits / powerOfTen(decimals - scale));
  return Math.abs(scaled) < MAX_SCALED ? scaled : NaN;
}

/** Digits that are taken off at a time where the number is too large for 32 bits. */
const PART_DIGITS = 8;
const PART = 10 ** PART_DIGITS;
const INT32_MAX = 0x7fff_ffff;

/**
 * Prints `value` / 10^`scale` at `to[at...]` and returns where it ends. `padded`: with all its
 * decimals; otherwise without zeros at their end. Takes 18 bytes at most.
 */
export function printDecimal(
  value: number,
  scale: number,
  padded: boolean,
  to: Uint8Array,
  at: number,
): number {
  let rest = value;
  if (rest < 0) {
    to[at++] = MINUS;
    rest = -rest;
  }
  let decimals = scale;
  if (!padded) {
    while (decimals > 0 && rest % 10 === 0) {
      rest /= 10;
      decimals--;
    }
  }
  let count = decimals + 1;
  while (count < POWERS.length && rest >= powerOfTen(count)) count++;
  if (decimals === 0) {
    putDigits(rest, count, to, at);
    return at + count;
  }
  // One place too far to the right; the whole digits are then moved over the place of the point.
  putDigits(rest, count, to, at + 1);
  const whole = count - decimals;
  for (let i = 0; i < whole; i++) to[at + i] = to[at + i + 1] ?? 0;
  to[at + whole] = POINT;
  return at + 1 + count;
}

function putDigits(value: number, count: number, to: Uint8Array, at: number): void {
  let rest = value;
  let put = at + count;
  // Arithmetic on 32 bits is several times as fast.
  while (rest > INT32_MAX) {
    const above = Math.floor(rest / PART);
    put -= PART_DIGITS;
    putDigits(rest - above * PART, PART_DIGITS, to, put);
    rest = above;
  }
  let small = rest | 0;
  while (put > at) {
    const tens = (small / 10) | 0;
    to[--put] = ZERO + small - tens * 10;
    small = tens;
  }
}
