/**
 * What each inverter made on the days that are over, as far as that is known to be all of that day and
 * nothing else, and its own best day.
 *
 * Counters are cumulative, so readings that are missing within a day hide nothing. A day is whole for an
 * inverter when it was read at both ends of it about as late as the others; one that was away at either
 * end has its energy in another day, or of another.
 */
import type { DaySummary } from './day-summary.ts';
import type { Device } from './device.ts';
import { median } from './median.ts';
import type { SiteModel } from './site-model.ts';

/** What health is judged by; `settle` comes before it. */
export type HealthSite = Pick<SiteModel, 'devices' | 'days' | 'newestSec'>;

export interface InverterDay {
  startSec: number;
  endSec: number;
  /** By the index of the device, mWh; NaN: not known. */
  milliWh: Float32Array;
}

/** A year has every season once; what an inverter made before may be of another roof. */
const DAYS_KEPT = 366;
/** Shade sends an inverter to sleep so much earlier than the others, without much energy in it. */
const EARLIER_ASLEEP_SEC = 2 * 3600;
/** What has not been heard of for longer does not tell when the others fell asleep. */
const AWAY_SEC = 24 * 3600;
/** Its best of fewer days may be a bad one: a week of rain is not rare. */
const LEAST_DAYS = 7;

export class InverterDays {
  /** By time. Days before which nothing is known are left out, and the newest, which is not over. */
  days: readonly InverterDay[] = [];
  /** Indexes of the inverters among the devices. */
  #inverters: readonly number[] = [];
  /** What `days` was made of. */
  #summaries: readonly DaySummary[] = [];
  readonly #bests = new Map<number, number>();

  /** False when nothing is another than it was. */
  update({ devices, days }: HealthSite): boolean {
    const inverters = devices.filter(isInverter).map(({ index }) => index);
    const summaries = days.slice(-DAYS_KEPT - 2, -1);
    if (isSame(inverters, this.#inverters) && isSame(summaries, this.#summaries)) return false;
    this.#inverters = inverters;
    this.#summaries = summaries;
    this.days = this.#wholeDays();
    this.#bests.clear();
    for (const index of inverters) {
      const best = this.#secondBest(index);
      if (best !== undefined) this.#bests.set(index, best);
    }
    return true;
  }

  /**
   * What an inverter makes on a good day, mWh: its second best, since one day may be a mistake.
   * Undefined until enough days are known, and where it makes nothing.
   */
  bestMilliWh(index: number): number | undefined {
    return this.#bests.get(index);
  }

  #wholeDays(): InverterDay[] {
    const days: InverterDay[] = [];
    let before: { endSec: number; isRead: readonly boolean[] } | undefined;
    for (const { startSec, endSec, deviceMilliWh, states } of this.#summaries) {
      const isRead = readAtEnd(
        this.#inverters.map((index) => states.of(index).counter.accepted?.timeSec),
      );
      if (before?.endSec === startSec) {
        const milliWh = new Float32Array(Math.max(-1, ...this.#inverters) + 1).fill(NaN);
        for (const [at, index] of this.#inverters.entries()) {
          const isWhole = isRead[at] === true && before.isRead[at] === true;
          if (isWhole) milliWh[index] = deviceMilliWh[index] ?? NaN;
        }
        days.push({ startSec, endSec, milliWh });
      }
      before = { endSec, isRead };
    }
    return days;
  }

  #secondBest(index: number): number | undefined {
    let best = 0;
    let second = 0;
    let count = 0;
    for (const { milliWh } of this.days) {
      const made = milliWh[index] ?? NaN;
      if (Number.isNaN(made)) continue;
      count++;
      second = Math.max(second, Math.min(best, made));
      best = Math.max(best, made);
    }
    return count < LEAST_DAYS || second === 0 ? undefined : second;
  }
}

export function isInverter({ kind }: Pick<Device, 'kind'>): boolean {
  return kind === 'inverter';
}

/** Which were read about as late as most of them. */
function readAtEnd(timesSec: readonly (number | undefined)[]): boolean[] {
  const latestSec = Math.max(...timesSec.map((timeSec) => timeSec ?? -Infinity));
  const present = timesSec.filter((timeSec) => timeSec !== undefined);
  const usualSec = median(present.filter((timeSec) => timeSec >= latestSec - AWAY_SEC));
  return timesSec.map(
    (timeSec) => timeSec !== undefined && timeSec >= (usualSec ?? 0) - EARLIER_ASLEEP_SEC,
  );
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}
