/**
 * Zones that only the ICU of Node knows: where there are no zone files, as on a desktop that is not
 * Unix. It costs megabytes once it is used, and a hundred times as long for each time; so it is the
 * last resort, and nothing here runs before.
 */
import { dayNumber, SEC_PER_DAY } from './calendar.ts';
import { OFFSET_LIMIT_SEC, type Zone } from './zone.ts';

/** Years of four digits, whole in every zone; beyond them the offset stays as it is there. */
const FIRST_SEC = (dayNumber(1, 1, 1) + 2) * SEC_PER_DAY;
const LAST_SEC = (dayNumber(10_000, 1, 1) - 2) * SEC_PER_DAY;

/** undefined when it knows no such zone, and when Node was built without it. */
export function intlZone(name: string): Zone | undefined {
  const intl = globalThis.Intl as typeof Intl | undefined;
  if (intl === undefined) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  return { name, offsetSec: (timeSec) => offsetOf(format, timeSec) };
}

function offsetOf(format: Intl.DateTimeFormat, timeSec: number): number {
  const atSec = timeSec >= FIRST_SEC ? Math.floor(Math.min(timeSec, LAST_SEC)) : FIRST_SEC;
  const fields: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(atSec * 1000)) fields[type] = Number(value);
  const { year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN } = fields;
  const clockSec = dayNumber(year, month, day) * SEC_PER_DAY + hour * 3600 + minute * 60 + second;
  const offsetSec = clockSec - atSec;
  // Of what ICU may not give, NaN included, nothing can be said.
  return Math.abs(offsetSec) < OFFSET_LIMIT_SEC ? offsetSec : 0;
}
