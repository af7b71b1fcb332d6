/** Local days, found in two ways that share nothing: by Intl for the model, by tables for the oracle. */
import type { Calendar } from '../../src/model/calendar.ts';

export interface TestZone {
  name: string;
  /** Changes of its clock, the first one long before anything happens: from then on, so much is added. */
  offsets: readonly { fromUtc: string; hours: number }[];
}

/** As the law has it for 2026. */
export const TEST_ZONES: readonly TestZone[] = [
  {
    name: 'Europe/Berlin',
    offsets: [
      { fromUtc: '2025-10-26T01:00Z', hours: 1 },
      { fromUtc: '2026-03-29T01:00Z', hours: 2 },
      { fromUtc: '2026-10-25T01:00Z', hours: 1 },
    ],
  },
  {
    name: 'America/Los_Angeles',
    offsets: [
      { fromUtc: '2025-11-02T09:00Z', hours: -8 },
      { fromUtc: '2026-03-08T10:00Z', hours: -7 },
      { fromUtc: '2026-11-01T09:00Z', hours: -8 },
    ],
  },
  {
    name: 'Australia/Sydney',
    offsets: [
      { fromUtc: '2025-10-04T16:00Z', hours: 11 },
      { fromUtc: '2026-04-04T16:00Z', hours: 10 },
      { fromUtc: '2026-10-03T16:00Z', hours: 11 },
    ],
  },
  {
    // Half an hour of summer time.
    name: 'Australia/Lord_Howe',
    offsets: [
      { fromUtc: '2025-10-04T15:30Z', hours: 11 },
      { fromUtc: '2026-04-04T15:00Z', hours: 10.5 },
      { fromUtc: '2026-10-03T15:30Z', hours: 11 },
    ],
  },
  {
    // Midnight itself is skipped.
    name: 'America/Santiago',
    offsets: [
      { fromUtc: '2025-09-07T04:00Z', hours: -3 },
      { fromUtc: '2026-04-05T03:00Z', hours: -4 },
      { fromUtc: '2026-09-06T04:00Z', hours: -3 },
    ],
  },
  { name: 'UTC', offsets: [{ fromUtc: '2000-01-01T00:00Z', hours: 0 }] },
];

export interface LocalDay {
  name: string;
  startSec: number;
  endSec: number;
}

const STEP_SEC = 900;
const SEARCHED_SEC = 36 * 3600;

/** A day ends with its last moment: midnight belongs to the day before. */
function dayByTable({ offsets }: TestZone, timeSec: number): string {
  const inside = timeSec - 1;
  let hours = NaN;
  for (const offset of offsets) {
    if (Date.parse(offset.fromUtc) <= inside * 1000) ({ hours } = offset);
  }
  return new Date((inside + hours * 3600) * 1000).toISOString().slice(0, 10);
}

const named = new Map<string, LocalDay>();

/** The day in which a time lies: (startSec, endSec]. */
export function localDay(zone: TestZone, timeSec: number): LocalDay {
  const name = dayByTable(zone, timeSec);
  const key = `${zone.name} ${name}`;
  let day = named.get(key);
  if (day === undefined) {
    const isSame = (at: number): boolean => dayByTable(zone, at) === name;
    let startSec = Math.ceil(timeSec / STEP_SEC) * STEP_SEC;
    while (isSame(startSec)) startSec -= STEP_SEC;
    let endSec = Math.ceil(timeSec / STEP_SEC) * STEP_SEC;
    while (isSame(endSec + STEP_SEC)) endSec += STEP_SEC;
    named.set(key, (day = { name, startSec, endSec }));
  }
  return day;
}

const calendars = new Map<string, Calendar>();

export function intlCalendar(zoneName: string): Calendar {
  let calendar = calendars.get(zoneName);
  if (calendar === undefined) calendars.set(zoneName, (calendar = makeIntlCalendar(zoneName)));
  return calendar;
}

function makeIntlCalendar(timeZone: string): Calendar {
  // Sweden writes dates as ISO 8601 has them.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const days: LocalDay[] = [];
  const find = (timeSec: number): LocalDay => {
    const known = days.find(({ startSec, endSec }) => startSec < timeSec && timeSec <= endSec);
    if (known !== undefined) return known;
    const name = format.format((timeSec - 1) * 1000);
    const boundary = (isBefore: (other: string) => boolean): number => {
      let low = timeSec - SEARCHED_SEC;
      let high = timeSec + SEARCHED_SEC;
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (isBefore(format.format(middle * 1000))) low = middle;
        else high = middle;
      }
      return high;
    };
    const startSec = boundary((other) => other < name);
    const endSec = boundary((other) => other <= name);
    const day = { name, startSec, endSec };
    days.push(day);
    return day;
  };
  return {
    dayStart: (timeSec) => find(timeSec).startSec,
    dayEnd: (timeSec) => find(timeSec).endSec,
    dayName: (timeSec) => find(timeSec).name,
  };
}
