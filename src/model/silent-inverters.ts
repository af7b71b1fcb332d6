/**
 * Inverters that say nothing while their siblings make power. A clock is not asked: at night nobody makes
 * power, and at dawn and dusk, when some are asleep already, nobody makes much.
 */
import type { DaySummary } from './day-summary.ts';
import type { Device } from './device.ts';
import type { HealthCondition, HealthFindings } from './health-condition.ts';
import { isInverter, type HealthSite, type InverterDays } from './inverter-days.ts';
import { wasSilentInLight } from './sibling-light.ts';

/** It speaks again when it has given so many readings without another silence: one may be luck. */
const READINGS_BACK = 3;
/** What was heard for less than this never belonged to the site: a serial that came damaged. */
const SHORTEST_STAY_SEC = 3 * 3600;
/** Silent for longer, it is no sibling of the others, and replaced if a new inverter has come since. */
const GONE_AFTER_SEC = 7 * 24 * 3600;

/** An inverter and when it was heard. */
interface Heard {
  device: Device;
  /** Its latest readings, the newest first: one or more. */
  readingsSec: readonly number[];
  lastSec: number;
}

export class SilentInverters {
  readonly #silentAfterSec: number;
  /**
   * By serial, the latest reading of those that were found silent after it. What their siblings made then
   * leaves the memory of the model after some days; that they had been silent is known all the same.
   */
  readonly #found = new Map<string, number>();

  constructor(silentAfterSec: number) {
    this.#silentAfterSec = silentAfterSec;
  }

  update({ devices, days }: HealthSite, inverterDays: InverterDays): HealthFindings {
    const inverters = devices.filter(isInverter).flatMap((device) => heardOf(device, days));
    // The newest reading of each could be a mistake.
    const asOfSec = Math.max(
      -Infinity,
      ...inverters.map(({ readingsSec, lastSec }) => readingsSec[1] ?? lastSec),
    );
    const isGone = ({ lastSec }: Heard): boolean => asOfSec - lastSec > GONE_AFTER_SEC;
    const replaced = replacedOf(inverters, isGone);
    const present = inverters.filter((one) => !isGone(one));
    const conditions: HealthCondition[] = [];
    for (const one of inverters) {
      if (replaced.has(one)) continue;
      const siblings = present.filter((other) => other !== one).map(({ device }) => device);
      const sinceSec = this.#silentSince(one, siblings, inverterDays);
      if (sinceSec === undefined) continue;
      const { serial: subject } = one.device;
      conditions.push({
        ...{ kind: 'inverter-silent', subject, sinceSec },
        siblings: siblings.length,
      });
    }
    return { conditions, asOfSec };
  }

  /** Its last reading before it fell silent; undefined: it is not silent. */
  #silentSince(
    { device, readingsSec, lastSec }: Heard,
    siblings: readonly Device[],
    days: InverterDays,
  ): number | undefined {
    const { serial, samples } = device;
    if (this.#wasSilent({ fromSec: lastSec, toSec: Infinity }, siblings, days)) {
      this.#found.set(serial, lastSec);
      return lastSec;
    }
    const isInMemory = samples.length > 0;
    if (!isInMemory && this.#found.get(serial) === lastSec) return lastSec;
    this.#found.delete(serial);
    for (let at = 1; at < readingsSec.length; at++) {
      const [toSec = 0, fromSec = 0] = readingsSec.slice(at - 1);
      if (this.#wasSilent({ fromSec, toSec }, siblings, days)) return fromSec;
    }
    return undefined;
  }

  #wasSilent(
    time: { fromSec: number; toSec: number },
    siblings: readonly Device[],
    days: InverterDays,
  ): boolean {
    if (siblings.length === 0 || time.toSec - time.fromSec < this.#silentAfterSec) return false;
    return wasSilentInLight(this.#silentAfterSec, siblings, time, days);
  }
}

/** Nothing of an inverter without readings, or with a few only. */
function heardOf(device: Device, days: readonly DaySummary[]): Heard[] {
  const { samples, index, firstSec } = device;
  const readingsSec: number[] = [];
  for (let back = 1; back <= READINGS_BACK; back++) {
    const reading = samples.at(samples.length - back);
    if (reading !== undefined) readingsSec.push(reading.timeSec);
  }
  if (readingsSec.length < READINGS_BACK) {
    // The ones before are not in memory.
    const untilSec = readingsSec.at(-1) ?? Infinity;
    const states = days.findLast(({ endSec }) => endSec < untilSec)?.states;
    const counter = states?.of(index).counter;
    const olderSec = counter?.held.at(-1)?.timeSec ?? counter?.accepted?.timeSec;
    if (olderSec !== undefined) readingsSec.push(olderSec);
  }
  const [lastSec] = readingsSec;
  if (lastSec === undefined || lastSec - firstSec < SHORTEST_STAY_SEC) return [];
  return [{ device, readingsSec, lastSec }];
}

/** Each inverter that came later stands for one that had gone before: the one that went last. */
function replacedOf(inverters: readonly Heard[], isGone: (one: Heard) => boolean): Set<Heard> {
  const gone = inverters.filter(isGone).sort((a, b) => b.lastSec - a.lastSec);
  const came = [...inverters].sort((a, b) => a.device.firstSec - b.device.firstSec);
  const replaced = new Set<Heard>();
  for (const { device } of gone.length === 0 ? [] : came) {
    const before = gone.find((one) => !replaced.has(one) && one.lastSec < device.firstSec);
    if (before !== undefined) replaced.add(before);
  }
  return replaced;
}
