/**
 * Whether records pile up in a supervisor. It says itself how many it has not delivered; when the cloud
 * takes them again it works them off, and what it can keep is finite.
 *
 * What holds follows from the records of the latest two weeks alone, in whichever order they came.
 */
import { latin1, parseDecimal } from '../base/ascii.ts';
import { fieldEnd } from '../record/record-line.ts';
import { CountSeries, type TimedCount } from './count-series.ts';
import { deviceName } from './device-name.ts';
import type { HealthCondition, HealthFindings } from './health-condition.ts';
import type { TimedLine } from './site-model.ts';

const TYPE_SUPERVISOR = 120;
const UNTRANSMITTED_FIELD = 7;
const MAX_DIGITS = 9;
const MAX_TIME_SEC = 2 ** 32 - 1;
/** A site has one, seldom two; made-up ones must not fill the memory. */
const MAX_SUPERVISORS = 4;
/** Two weeks, one every five minutes. What has not grown in so long grows no more. */
const COUNTS_KEPT = 14 * 288;
/**
 * It grows when all counts of the latest half an hour lie above all of the half before it: over the whole
 * of an hour, then, and whatever a single odd record says.
 */
const WINDOW_SEC = 1800;
const LEAST_IN_WINDOW = 2;
/** So many records wait between two requests of a site that is well: two intervals' worth, or these. */
const FEW_RECORDS = 50;
const FEW_INTERVALS = 2;
/** It must be so many times as large to be spoken of. */
const BEGINS_AT = 2;
/** So many counts in a row must be small for it to be over. */
const SMALL_IN_A_ROW = 2;

export class Backlog {
  readonly #bySerial = new Map<string, CountSeries>();

  /** Takes a record of any type; the line is not kept. */
  note(line: TimedLine): void {
    const { type, timeSec } = line;
    if (type !== TYPE_SUPERVISOR || !(timeSec > 0 && timeSec <= MAX_TIME_SEC)) return;
    const count = untransmitted(line);
    if (count === undefined) return;
    const { data, serialStart, serialEnd } = line;
    const known = this.#bySerial.get(latin1(data, serialStart, serialEnd));
    if (known !== undefined) {
      known.put(timeSec, count);
      return;
    }
    const name = deviceName(data, serialStart, serialEnd);
    if (!name.ok || this.#bySerial.size >= MAX_SUPERVISORS) return;
    const counts = new CountSeries(COUNTS_KEPT);
    counts.put(timeSec, count);
    this.#bySerial.set(name.serial, counts);
  }

  /** @param devices of the site: about as many records make an interval */
  update(devices: number): HealthFindings {
    const few = Math.max(FEW_RECORDS, FEW_INTERVALS * devices);
    const conditions: HealthCondition[] = [];
    let asOfSec = -Infinity;
    for (const [subject, counts] of this.#bySerial) {
      const newest = counts.at(counts.length - 1);
      if (newest === undefined) continue;
      asOfSec = Math.max(asOfSec, newest.timeSec);
      const sinceSec = growingSince(counts, few);
      if (sinceSec === undefined) continue;
      const untransmittedRecords = newest.count;
      conditions.push({ kind: 'backlog-growing', subject, sinceSec, untransmittedRecords });
    }
    return { conditions, asOfSec };
  }
}

/** Undefined where it is no number, or one that no supervisor has. */
function untransmitted({ data, serialEnd, end }: TimedLine): number | undefined {
  let start = serialEnd + 1;
  for (let field = 3; field < UNTRANSMITTED_FIELD; field++) start = fieldEnd(data, start, end) + 1;
  if (start > end) return undefined;
  return parseDecimal(data, start, fieldEnd(data, start, end), MAX_DIGITS);
}

/** When what grows now, and has not been small since, was small last. */
function growingSince(counts: CountSeries, few: number): number | undefined {
  let sinceSec: number | undefined;
  let smallSec: number | undefined;
  let smallInARow = 0;
  const windows = new HalfHours(counts);
  for (let index = 0; index < counts.length; index++) {
    const latest = counts.at(index);
    if (latest === undefined) break;
    smallInARow = latest.count <= few ? smallInARow + 1 : 0;
    if (smallInARow >= SMALL_IN_A_ROW) sinceSec = undefined;
    if (smallInARow > 0) smallSec = latest.timeSec;
    if (sinceSec !== undefined || latest.count < BEGINS_AT * few) continue;
    const from = windows.grownFrom(index, latest);
    if (from !== undefined) sinceSec = smallSec ?? from.timeSec;
  }
  return sinceSec;
}

/** The two half hours before a count, moved along with it. */
class HalfHours {
  readonly #counts: CountSeries;
  /** First counts of the earlier and of the later one. */
  #earlier = 0;
  #later = 0;

  constructor(counts: CountSeries) {
    this.#counts = counts;
  }

  /** The first count of an hour of growth that ends with `latest`; undefined: it has not been one. */
  grownFrom(index: number, { timeSec }: TimedCount): TimedCount | undefined {
    this.#earlier = this.#firstAfter(this.#earlier, timeSec - 2 * WINDOW_SEC - 1);
    this.#later = this.#firstAfter(Math.max(this.#later, this.#earlier), timeSec - WINDOW_SEC);
    if (this.#later - this.#earlier < LEAST_IN_WINDOW) return undefined;
    if (index + 1 - this.#later < LEAST_IN_WINDOW) return undefined;
    let most = 0;
    for (let at = this.#earlier; at < this.#later; at++) {
      most = Math.max(most, this.#counts.at(at)?.count ?? 0);
    }
    for (let at = this.#later; at <= index; at++) {
      if ((this.#counts.at(at)?.count ?? 0) <= most) return undefined;
    }
    return this.#counts.at(this.#earlier);
  }

  #firstAfter(from: number, timeSec: number): number {
    let at = from;
    while ((this.#counts.at(at)?.timeSec ?? Infinity) <= timeSec) at++;
    return at;
  }
}
