/**
 * POSIX rules: the whole of a zone's law in one line, such as `CET-1CEST,M3.5.0,M10.5.0/3`. OpenWrt
 * keeps one in its `timezone` option, and zone files end with one, for the time after their last
 * change of clocks. The grammar is that of POSIX 2024 for TZ, with the wider hours of RFC 9636, 3.3.1.
 */
import { dateOf, dayNumber, daysInMonth, isLeapYear, SEC_PER_DAY, weekdayOf } from './calendar.ts';
import type { Zone } from './zone.ts';

export interface PosixRule {
  /** Seconds east of UTC; the text counts them westwards. */
  readonly stdOffsetSec: number;
  /** undefined: the clocks are never changed. */
  readonly dst: DaylightTime | undefined;
}

export interface DaylightTime {
  /** Seconds east of UTC. Dublin's is less than that of its standard time. */
  readonly offsetSec: number;
  /** On the clocks of standard time. */
  readonly start: YearlyTime;
  /** On the clocks of daylight time. It may lie before `start`: then it is that of the next year. */
  readonly end: YearlyTime;
}

export type YearlyTime = YearlyDay & {
  /** Seconds after midnight of that day: up to a week, before it or after it. */
  readonly timeSec: number;
};

type YearlyDay =
  /** `Jn`, 1 to 365: 29 February is not counted. */
  | { readonly kind: 'julian'; readonly day: number }
  /** `n`, 0 to 365: 29 February is counted. */
  | { readonly kind: 'zero-based'; readonly day: number }
  /** `Mm.w.d`: week 5 is the last one of the month that has such a day; weekday 0 is Sunday. */
  | {
      readonly kind: 'weekday';
      readonly month: number;
      readonly week: number;
      readonly weekday: number;
    };

/** Far more than a rule needs: names have no upper limit in the grammar. */
const MAX_RULE_CHARS = 128;
const MAX_OFFSET_HOURS = 24;
/** A week less an hour. */
const MAX_TIME_HOURS = 167;
const SEC_PER_HOUR = 3600;
/** The usual time of a change: 02:00. */
const USUAL_TIME_SEC = 2 * SEC_PER_HOUR;
/** What a rule means that names a daylight time and no days: today's law of the USA, as in glibc. */
const USUAL_START: YearlyTime = { kind: 'weekday', month: 3, week: 2, weekday: 0, timeSec: 7200 };
const USUAL_END: YearlyTime = { kind: 'weekday', month: 11, week: 1, weekday: 0, timeSec: 7200 };

const NAME = '(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)';
const TIME = '[+-]?\\d{1,3}(?::\\d{1,2}){0,2}';
const RULE = new RegExp(`^${NAME}(${TIME})(?:(${NAME})(${TIME})?(?:,([^,]+),([^,]+))?)?$`);
const YEARLY_TIME = new RegExp(
  `^(?:J(\\d{1,3})|(\\d{1,3})|M(\\d{1,2})\\.(\\d)\\.(\\d))(?:/(${TIME}))?$`,
);

/** undefined for whatever is no rule. */
export function parsePosixRule(text: string): PosixRule | undefined {
  if (text.length > MAX_RULE_CHARS) return undefined;
  const [, std, dstName, dst, startText, endText] = RULE.exec(text) ?? [];
  const west = parseTime(std, MAX_OFFSET_HOURS);
  if (west === undefined) return undefined;
  const stdOffsetSec = 0 - west;
  if (dstName === undefined) return { stdOffsetSec, dst: undefined };
  const dstWest = dst === undefined ? west - SEC_PER_HOUR : parseTime(dst, MAX_OFFSET_HOURS);
  const start = startText === undefined ? USUAL_START : parseYearlyTime(startText);
  const end = endText === undefined ? USUAL_END : parseYearlyTime(endText);
  if (dstWest === undefined || start === undefined || end === undefined) return undefined;
  return { stdOffsetSec, dst: { offsetSec: 0 - dstWest, start, end } };
}

/** Seconds of `[+-]h[:m[:s]]`. */
function parseTime(text: string | undefined, maxHours: number): number | undefined {
  if (text === undefined) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  if (hours > maxHours || minutes > 59 || seconds > 59) return undefined;
  const sum = hours * SEC_PER_HOUR + minutes * 60 + seconds;
  return text.startsWith('-') ? -sum : sum;
}

function parseYearlyTime(text: string): YearlyTime | undefined {
  const fields = YEARLY_TIME.exec(text);
  if (fields === null) return undefined;
  const timeSec = fields[6] === undefined ? USUAL_TIME_SEC : parseTime(fields[6], MAX_TIME_HOURS);
  if (timeSec === undefined) return undefined;
  if (fields[1] !== undefined) {
    const day = Number(fields[1]);
    return day >= 1 && day <= 365 ? { kind: 'julian', day, timeSec } : undefined;
  }
  if (fields[2] !== undefined) {
    const day = Number(fields[2]);
    return day <= 365 ? { kind: 'zero-based', day, timeSec } : undefined;
  }
  const [month, week, weekday] = [Number(fields[3]), Number(fields[4]), Number(fields[5])];
  if (month < 1 || month > 12 || week < 1 || week > 5 || weekday > 6) return undefined;
  return { kind: 'weekday', month, week, weekday, timeSec };
}

/** Seconds east of UTC at that time, in any year: nobody knows where a rule began. */
export function ruleOffsetSec({ stdOffsetSec, dst }: PosixRule, timeSec: number): number {
  if (dst === undefined) return stdOffsetSec;
  const { year } = dateOf(Math.floor((timeSec + stdOffsetSec) / SEC_PER_DAY));
  // A change may be a week into the year before or after its own, and daylight time a year long.
  for (let ahead = -2; ahead <= 1; ahead++) {
    const startYear = year + ahead;
    const startSec = secondsOf(dst.start, startYear) - stdOffsetSec;
    if (!(timeSec >= startSec)) break;
    const endSec = secondsOf(dst.end, startYear) - dst.offsetSec;
    // South of the equator it ends in the year after.
    const isOver =
      endSec >= startSec
        ? timeSec >= endSec
        : timeSec >= secondsOf(dst.end, startYear + 1) - dst.offsetSec;
    if (!isOver) return dst.offsetSec;
  }
  return stdOffsetSec;
}

/** Seconds from 1970 to that time of the year, as if its clocks showed UTC. */
function secondsOf(time: YearlyTime, year: number): number {
  return dayOf(time, year) * SEC_PER_DAY + time.timeSec;
}

/** Days since 1 January 1970. */
function dayOf(time: YearlyDay, year: number): number {
  switch (time.kind) {
    case 'julian': {
      const leapDay = isLeapYear(year) && time.day >= 60 ? 1 : 0;
      return dayNumber(year, 1, time.day + leapDay);
    }
    case 'zero-based':
      return dayNumber(year, 1, 1) + time.day;
    case 'weekday': {
      const { month, week, weekday } = time;
      const first = dayNumber(year, month, 1);
      const day = ((weekday - weekdayOf(first) + 7) % 7) + (week - 1) * 7;
      return first + (day < daysInMonth(year, month) ? day : day - 7);
    }
  }
}

/** A zone that follows the rule at all times; undefined for whatever is no rule. */
export function posixZone(text: string): Zone | undefined {
  const rule = parsePosixRule(text);
  if (rule === undefined) return undefined;
  return { name: text, offsetSec: (timeSec) => ruleOffsetSec(rule, timeSec) };
}
