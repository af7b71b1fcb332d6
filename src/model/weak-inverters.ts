/**
 * Inverters that make less than they should: less than their siblings on the same days, each in
 * proportion to its own best day, so that it does not matter how large it is or which way it faces.
 *
 * Only sunny days tell, and only where nearly all are well: clouds, snow and the low sun of winter
 * fall on some panels and not on others.
 */
import type { Device } from './device.ts';
import type { HealthCondition, HealthFindings } from './health-condition.ts';
import type { HealthSite, InverterDay, InverterDays } from './inverter-days.ts';
import { median, mediansOfOthers } from './median.ts';

/** A day is sunny when the median inverter makes so much of its best. In winter none may be. */
const SUNNY_SHARE = 0.5;
/** Of two, nobody can tell which one is odd. */
const LEAST_INVERTERS = 3;
/** Where more than a third are weak on a day, it is the sky: half of the roof in shade, snow that slides. */
const MOST_WEAK_SHARE = 1 / 3;
/** So many sunny days in a row it must be weak, as the owner was told. */
const BEGINS_AFTER_DAYS = 3;
/** And so many be better again, by a margin, to be well. */
const ENDS_AFTER_DAYS = 2;
const MARGIN = 0.1;
/** Without a whole day for so long, it is silent or gone, and no longer weak. */
const FORGOTTEN_SEC = 7 * 24 * 3600;

/** How an inverter has done up to a day. */
interface Course {
  weakInARow: number;
  fineInARow: number;
  /** Of the row of weak days, when it began. */
  weakSinceSec: number;
  /** While it is weak. */
  sinceSec: number | undefined;
  /** Since then, or since `weakSinceSec`. */
  weakDays: number;
  /** On the latest of them, what it made by what the median sibling made. */
  share: number;
  /** End of the latest day that is known of it, whole. */
  wholeSec: number;
}

export class WeakInverters {
  readonly #limit: number;
  #findings: HealthFindings = { conditions: [], asOfSec: -Infinity };

  constructor(weakSharePercent: number) {
    this.#limit = weakSharePercent / 100;
  }

  /** @param isChanged whether the days are others than the last time */
  update({ devices }: HealthSite, inverterDays: InverterDays, isChanged: boolean): HealthFindings {
    if (!isChanged) return this.#findings;
    const { days } = inverterDays;
    const courses = new Map<number, Course>();
    for (const day of days) {
      noteWhole(day, courses);
      for (const [index, share] of this.#sharesOn(day, inverterDays)) {
        const course = courses.get(index);
        if (course !== undefined) this.#follow(course, day, share);
      }
    }
    const asOfSec = days.at(-1)?.endSec ?? -Infinity;
    this.#findings = { conditions: conditionsOf(courses, devices, asOfSec), asOfSec };
    return this.#findings;
  }

  /** By index, what each made by what the median sibling made; of none where the day tells nothing. */
  #sharesOn({ milliWh }: InverterDay, inverterDays: InverterDays): Map<number, number> {
    const indexes: number[] = [];
    const ofBest: number[] = [];
    for (const [index, made] of milliWh.entries()) {
      const best = inverterDays.bestMilliWh(index);
      if (best === undefined || Number.isNaN(made)) continue;
      indexes.push(index);
      ofBest.push(made / best);
    }
    const shares = new Map<number, number>();
    if (indexes.length < LEAST_INVERTERS || (median(ofBest) ?? 0) < SUNNY_SHARE) return shares;
    let weak = 0;
    for (const [at, sibling] of mediansOfOthers(ofBest).entries()) {
      const share = (ofBest[at] ?? 0) / (sibling ?? 1);
      if (share < this.#limit) weak++;
      shares.set(indexes[at] ?? 0, share);
    }
    if (weak > Math.max(1, MOST_WEAK_SHARE * indexes.length)) shares.clear();
    return shares;
  }

  #follow(course: Course, { startSec }: InverterDay, share: number): void {
    if (share < this.#limit) {
      course.fineInARow = 0;
      if (course.weakInARow === 0) course.weakSinceSec = startSec;
      if (course.weakInARow === 0 && course.sinceSec === undefined) course.weakDays = 0;
      course.weakInARow++;
      course.weakDays++;
      course.share = share;
      if (course.weakInARow >= BEGINS_AFTER_DAYS) course.sinceSec ??= course.weakSinceSec;
      return;
    }
    course.weakInARow = 0;
    // Near 100 % there is no room for the whole margin.
    const isFine = share >= this.#limit + Math.min(MARGIN, (1 - this.#limit) / 2);
    course.fineInARow = isFine ? course.fineInARow + 1 : 0;
    if (course.fineInARow >= ENDS_AFTER_DAYS) course.sinceSec = undefined;
  }
}

/** Begins anew with those that were away for long. */
function noteWhole({ startSec, endSec, milliWh }: InverterDay, courses: Map<number, Course>): void {
  for (const [index, made] of milliWh.entries()) {
    if (Number.isNaN(made)) continue;
    const course = courses.get(index);
    if (course !== undefined && startSec - course.wholeSec < FORGOTTEN_SEC) {
      course.wholeSec = endSec;
      continue;
    }
    courses.set(index, {
      ...{ weakInARow: 0, fineInARow: 0, weakSinceSec: 0, sinceSec: undefined },
      ...{ weakDays: 0, share: 1, wholeSec: endSec },
    });
  }
}

function conditionsOf(
  courses: ReadonlyMap<number, Course>,
  devices: readonly Device[],
  asOfSec: number,
): HealthCondition[] {
  const conditions: HealthCondition[] = [];
  for (const [index, { sinceSec, share, weakDays, wholeSec }] of courses) {
    const subject = devices[index]?.serial;
    const isForgotten = asOfSec - wholeSec >= FORGOTTEN_SEC;
    if (sinceSec === undefined || subject === undefined || isForgotten) continue;
    const sharePercent = Math.floor(100 * share);
    conditions.push({ kind: 'inverter-weak', subject, sinceSec, sharePercent, weakDays });
  }
  return conditions;
}
