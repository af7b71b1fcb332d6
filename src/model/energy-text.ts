/**
 * Lifetime counters as they are sent: decimals of kWh, kept exactly as whole milliwatt-hours, together
 * with how fine the text was. Some firmware shortens the fraction as a counter grows, so that the same
 * counter comes with four decimals one year and with one the next.
 */

export interface Energy {
  /** A whole number. */
  milliWh: number;
  /** What a one in the last digit that was sent stands for. */
  stepMilliWh: number;
}

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
/** kWh to mWh. */
const DECIMALS = 6;
/** Beyond these no number of mWh is exact: 9 * 10^9 kWh. */
const MAX_DIGITS = 15;
const MAX_EXPONENT = 9;
const MAX_DECIMALS = DECIMALS + MAX_EXPONENT;
const MAX_TEXT_BYTES = 32;

/**
 * Reads `-639.39`, `12345.6789`, `1.2e+03`. Undefined for an empty field, for what is no decimal, and
 * for what is too large to be exact; what is finer than a milliwatt-hour is left off.
 */
export function readEnergy(data: Uint8Array, start: number, end: number): Energy | undefined {
  if (end - start > MAX_TEXT_BYTES) return undefined;
  let at = start;
  const isNegative = data[at] === MINUS;
  if (isNegative || data[at] === PLUS) at++;
  let digits = 0;
  let decimals = 0;
  let count = 0;
  let isFraction = false;
  let isCut = false;
  for (; at < end; at++) {
    const byte = data[at] ?? 0;
    if (byte === POINT && !isFraction) {
      isFraction = true;
      continue;
    }
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9) break;
    count++;
    // An exponent may still lift what is finer than a milliwatt-hour.
    if (decimals >= DECIMALS && (decimals === MAX_DECIMALS || digits >= 10 ** (MAX_DIGITS - 1))) {
      isCut = true;
      continue;
    }
    digits = digits * 10 + digit;
    if (isFraction) decimals++;
    if (digits >= 10 ** MAX_DIGITS) return undefined;
  }
  if (count === 0) return undefined;
  const exponent = readExponent(data, at, end);
  if (exponent === undefined) return undefined;
  const shift = DECIMALS - decimals + exponent;
  if (isCut && shift > 0) return undefined;
  const stepMilliWh = 10 ** Math.max(0, shift);
  const milliWh = shift < 0 ? Math.floor(digits / 10 ** -shift) : digits * stepMilliWh;
  if (!Number.isSafeInteger(milliWh)) return undefined;
  return { milliWh: isNegative && milliWh !== 0 ? -milliWh : milliWh, stepMilliWh };
}

/** Of nothing: 0. Undefined when it is no exponent, or one that no counter has. */
function readExponent(data: Uint8Array, start: number, end: number): number | undefined {
  if (start === end) return 0;
  if (((data[start] ?? 0) | 0x20) !== 0x65) return undefined;
  let at = start + 1;
  const isNegative = data[at] === MINUS;
  if (isNegative || data[at] === PLUS) at++;
  if (at === end) return undefined;
  let value = 0;
  for (; at < end; at++) {
    const digit = (data[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
    if (value > MAX_EXPONENT) return undefined;
  }
  return isNegative ? -value : value;
}

/** Watt-hours as a decimal, exactly: three decimals at most, none where they are zero. */
export function wattHours(milliWh: number): string {
  const sign = milliWh < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(milliWh) / 1000);
  const rest = Math.abs(milliWh) % 1000;
  if (rest === 0) return `${sign}${whole}`;
  return `${sign}${whole}.${String(rest).padStart(3, '0').replace(/0+$/, '')}`;
}
