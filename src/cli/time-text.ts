/** Times of records as people and programs read them. */
import { localDayEnd } from '../log/local-day.ts';

/** RFC 3339, UTC, of seconds since 1970. */
export function rfc3339(timeSec: number): string {
  return new Date(timeSec * 1000).toISOString().replace('.000', '');
}

/** `2026-05-09`: the local day that a record's interval belongs to. */
export function localDay(timeSec: number): string {
  const last = new Date((localDayEnd(timeSec) - 1) * 1000);
  const [year, month, day] = [last.getFullYear(), last.getMonth() + 1, last.getDate()];
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
