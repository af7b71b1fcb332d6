/**
 * Times of records, `YYYYMMDDHHMMSS` in UTC, as whole seconds since the Unix epoch and back: exact for
 * every day that the calendar has, from the year 0 to 9999 (the Gregorian calendar, without its gaps).
 */
import { TIME_DIGITS } from '../record/record-line.ts';

const SEC_PER_DAY = 86_400;
/** The years 0 to 9999. */
export const MIN_TIME_SEC = -62_167_219_200;
export const MAX_TIME_SEC = 253_402_300_799;
/** Days from 1 March of the year 0 to 1 January 1970. */
const EPOCH_DAYS = 719_468;
const DAYS_PER_400_YEARS = 146_097;

/** The latest date that was read: nearly all records share theirs with the one before. */
let latestDate = -1;
let latestDays = 0;
/** The latest time that was printed: likewise. */
let latestPrintedSec = NaN;
const latestPrinted = new Uint8Array(TIME_DIGITS);

/** The time at `data[at..at + 14)`, which must be one (`isTime`). */
export function readTimeSec(data: Uint8Array, at: number): number {
  const date = digitsAt(data, at, 8);
  if (date !== latestDate) {
    latestDate = date;
    latestDays = daysOf(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100);
  }
  const hour = digitsAt(data, at + 8, 2);
  const minute = digitsAt(data, at + 10, 2);
  return latestDays * SEC_PER_DAY + hour * 3600 + minute * 60 + digitsAt(data, at + 12, 2);
}

/** Puts the fourteen digits of a time at `to[at...]`; false for one beyond the years 0 to 9999. */
export function printTimeSec(timeSec: number, to: Uint8Array, at: number): boolean {
  if (timeSec !== latestPrintedSec && !printLatest(timeSec)) return false;
  for (let i = 0; i < TIME_DIGITS; i++) to[at + i] = latestPrinted[i] ?? 0;
  return true;
}

function printLatest(timeSec: number): boolean {
  if (!(timeSec >= MIN_TIME_SEC && timeSec <= MAX_TIME_SEC)) return false;
  const days = Math.floor(timeSec / SEC_PER_DAY);
  const { year, month, day } = dateOf(days);
  const sec = timeSec - days * SEC_PER_DAY;
  putDigits(year, 4, latestPrinted, 0);
  putDigits(month, 2, latestPrinted, 4);
  putDigits(day, 2, latestPrinted, 6);
  putDigits(Math.floor(sec / 3600), 2, latestPrinted, 8);
  putDigits(Math.floor(sec / 60) % 60, 2, latestPrinted, 10);
  putDigits(sec % 60, 2, latestPrinted, 12);
  latestPrintedSec = timeSec;
  return true;
}

/** Days since the epoch. Years are counted from March, so that a leap day is the last of its year. */
function daysOf(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const marchMonth = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * marchMonth + 2) / 5) + day - 1;
  return (
    marchYear * 365 +
    Math.floor(marchYear / 4) -
    Math.floor(marchYear / 100) +
    Math.floor(marchYear / 400) +
    dayOfYear -
    EPOCH_DAYS
  );
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const since = days + EPOCH_DAYS;
  const era = Math.floor(since / DAYS_PER_400_YEARS);
  const dayOfEra = since - era * DAYS_PER_400_YEARS;
  // Whole years of 365 days, less the leap days that have gone by.
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

function digitsAt(data: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) value = value * 10 + (data[i] ?? 0) - 0x30;
  return value;
}

function putDigits(value: number, count: number, to: Uint8Array, at: number): void {
  let rest = value;
  for (let i = at + count - 1; i >= at; i--) {
    to[i] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
