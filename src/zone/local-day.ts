/**
 * Days of a zone. The time of a record is the END of its interval, so a time exactly at local midnight
 * belongs to the day before: a day is (start, end], in seconds since the epoch.
 *
 * A day starts at the FIRST instant whose local date is that date, and days never overlap. So
 * - a day has 23 or 25 hours, or others, where clocks are changed;
 * - where midnight does not exist, the day starts with the first time that does, such as 01:00;
 * - where midnight comes twice, the day starts with the first one, and what the clocks then repeat of
 *   the day before belongs to the new day;
 * - a date that a zone skipped (Apia left out 2011-12-30) has a day of no length, to which no time
 *   belongs; one that it lived through twice has a day of up to 48 hours.
 *
 * A zone is asked for its offset every six hours and between two that differ, so no zone may change its
 * clocks back and forth within six hours. None did: the least there ever was is nearly four days.
 */
import { dateOf, dateText, pad, parseDate, SEC_PER_DAY, type CalendarDate } from './calendar.ts';
import { OFFSET_LIMIT_SEC, type Zone } from './zone.ts';

export interface DayBounds {
  /** The day begins after it. */
  readonly startSec: number;
  /** The last time of the day. */
  readonly endSec: number;
}

export interface LocalClock {
  /** `2026-05-09` */
  readonly date: string;
  /** `23:59` */
  readonly time: string;
}

interface Day extends DayBounds {
  /** Days since 1970 of its date. */
  readonly number: number;
  readonly name: string;
}

/** The years -9999 to 9999, roughly. Beyond them days are those of UTC, whatever the zone. */
const LIMIT_SEC = 1e4 * 365 * SEC_PER_DAY;
const STEP_SEC = 6 * 3600;
/** Whole steps, and more than any offset. */
const WINDOW_SEC = (Math.floor(OFFSET_LIMIT_SEC / STEP_SEC) + 1) * STEP_SEC;

/** The latest day asked for of each zone: nearly all times lie in the day of the one before. */
const LATEST = new WeakMap<Zone, Day>();

/** The end of the day before: the latest time that does not belong to the day of `timeSec`. */
export function localDayStart(zone: Zone, timeSec: number): number {
  return dayOf(zone, timeSec).startSec;
}

/** The last time of the day that `timeSec` belongs to. */
export function localDayEnd(zone: Zone, timeSec: number): number {
  return dayOf(zone, timeSec).endSec;
}

/** The date of the day that `timeSec` belongs to. */
export function localDate(zone: Zone, timeSec: number): CalendarDate {
  return dateOf(dayOf(zone, timeSec).number);
}

/** The same as text: `2026-05-09`. */
export function dayName(zone: Zone, timeSec: number): string {
  return dayOf(zone, timeSec).name;
}

/** The bounds of the day of a date, `2026-05-09`; undefined for what is no date. */
export function dayBounds(zone: Zone, name: string): DayBounds | undefined {
  const number = parseDate(name);
  if (number === undefined) return undefined;
  return { startSec: firstInstant(zone, number), endSec: firstInstant(zone, number + 1) };
}

/** What a clock on the wall shows at that instant, midnight being 00:00 of the day that begins. */
export function localClock(zone: Zone, timeSec: number): LocalClock {
  const clockSec = Math.floor(timeSec) + zone.offsetSec(timeSec);
  const days = Math.floor(clockSec / SEC_PER_DAY);
  const minutes = Math.floor((clockSec - days * SEC_PER_DAY) / 60);
  return {
    date: dateText(dateOf(days)),
    time: `${pad(Math.floor(minutes / 60), 2)}:${pad(minutes % 60, 2)}`,
  };
}

function dayOf(zone: Zone, timeSec: number): Day {
  const latest = LATEST.get(zone);
  if (latest !== undefined && timeSec > latest.startSec && timeSec <= latest.endSec) return latest;
  const day = findDay(zone, timeSec);
  LATEST.set(zone, day);
  return day;
}

function findDay(zone: Zone, timeSec: number): Day {
  // The last second that began before the time: its date is that of the day, or nearly.
  const instantSec = Math.ceil(timeSec) - 1;
  if (!(Math.abs(timeSec) <= LIMIT_SEC)) return utcDay(Math.floor(instantSec / SEC_PER_DAY));
  let number = Math.floor((instantSec + zone.offsetSec(instantSec)) / SEC_PER_DAY);
  let startSec = firstInstant(zone, number);
  // Offsets are bounded, so these are a few rounds at most.
  while (startSec > instantSec) startSec = firstInstant(zone, --number);
  let endSec = firstInstant(zone, number + 1);
  // The clocks may have shown a later date before.
  while (endSec <= instantSec) {
    startSec = endSec;
    number++;
    endSec = firstInstant(zone, number + 1);
  }
  return { startSec, endSec, number, name: dateText(dateOf(number)) };
}

function utcDay(number: number): Day {
  const startSec = number * SEC_PER_DAY;
  return { startSec, endSec: startSec + SEC_PER_DAY, number, name: dateText(dateOf(number)) };
}

/**
 * The first instant at which the clocks show the date or a later one. It never falls when the date
 * rises, whatever the zone says, for the steps are the same ones for every date: whole ones of UTC.
 */
function firstInstant(zone: Zone, number: number): number {
  const midnightSec = number * SEC_PER_DAY;
  let fromSec = midnightSec - WINDOW_SEC;
  let offsetSec = zone.offsetSec(fromSec);
  while (fromSec < midnightSec + WINDOW_SEC) {
    const untilSec = fromSec + STEP_SEC;
    const nextOffsetSec = zone.offsetSec(untilSec);
    const changeSec =
      nextOffsetSec === offsetSec ? untilSec : firstChange(zone, fromSec, untilSec, offsetSec);
    const beforeSec = Math.max(fromSec, midnightSec - offsetSec);
    if (beforeSec < changeSec) return beforeSec;
    const afterSec = Math.max(changeSec, midnightSec - nextOffsetSec);
    if (afterSec < untilSec) return afterSec;
    fromSec = untilSec;
    offsetSec = nextOffsetSec;
  }
  return fromSec;
}

/** The first second in (from, until] at which the offset is no longer `offsetSec`. */
function firstChange(zone: Zone, fromSec: number, untilSec: number, offsetSec: number): number {
  let [low, high] = [fromSec, untilSec];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offsetSec(middle) === offsetSec) low = middle;
    else high = middle;
  }
  return high;
}
