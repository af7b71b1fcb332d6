/** The simulated site under load, the same for the guest, which sends, and for the host, which judges. */

import { Site } from '../../../scripts/sim/site.ts';

/** More than a usual site has, so that the log fills quickly. */
export const siteInverters = 40;
/** About sunrise. */
export const siteStart = '2026-06-01T13:30:00Z';
export const siteStartSec = Date.parse(siteStart) / 1000;
/** How long a cycle of five minutes lasts. */
export const cycleMs = 100;
export const intervalsPerDay = 288;
/** Of a day, beginning with `siteStart`; at night there is next to nothing to send. */
export const daylightIntervals = 140;
/** Of which there are records before the supervisor begins to send. */
const oldDays = 4;
/** With this one the supervisor begins. */
export const firstNewInterval = oldDays * intervalsPerDay;

export function makeSite(seed: number): Site {
  return new Site({ seed, inverters: siteInverters, startTimeSec: siteStartSec });
}

export function oldIntervals(): number[] {
  return Array.from(
    { length: oldDays * daylightIntervals },
    (_, count) =>
      Math.floor(count / daylightIntervals) * intervalsPerDay + (count % daylightIntervals),
  );
}
