/** Days of the place where the process runs (its TZ). */

const SEC_PER_HOUR = 3600;

/** The latest day asked for: nearly all times lie in the day of the one before. */
let startSec = 0;
let endSec = 0;

/** The first local midnight that is not before the time; both in seconds since the epoch. */
export function localDayEnd(timeSec: number): number {
  if (timeSec > startSec && timeSec <= endSec) return endSec;
  const day = new Date((timeSec - 1) * 1000);
  const midnight = (offset: number): number =>
    new Date(day.getFullYear(), day.getMonth(), day.getDate() + offset).getTime() / 1000;
  startSec = midnight(0);
  endSec = midnight(1);
  // Beyond what a Date holds there are no days to tell apart.
  if (!(timeSec > startSec && timeSec <= endSec)) endSec = startSec = timeSec + 24 * SEC_PER_HOUR;
  return endSec;
}
