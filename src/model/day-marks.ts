/**
 * What of a day has changed since it was modelled last, without keeping what it was: every slot has a
 * number, made of all that ends in it. Where anything of it is another, so is the number, but for one
 * case in four thousand millions.
 */
import { SLOT_SEC, slotOf } from './energy-slots.ts';
import type { GridSense } from './grid-sense.ts';
import { siteReadings, type SiteDay } from './site-day.ts';

/** In this sense readings hold all that is known, in any other no more than that. */
const TELLING: GridSense = { measures: 'net', sign: 1 };
const TWO_32 = 2 ** 32;

export class DayMarks {
  readonly #startSec: number;
  readonly #marks: Int32Array;

  constructor(day: SiteDay) {
    this.#startSec = day.startSec;
    this.#marks = new Int32Array(slotOf(day.endSec) - Math.floor(day.startSec / SLOT_SEC));
    for (const { device, spans, baselines, mistaken } of day.devices) {
      const { index } = device;
      for (const { startSec, endSec, milliWh } of spans) {
        this.#add(endSec, index, startSec, endSec, milliWh);
      }
      for (const { at, before } of baselines) {
        this.#add(at.timeSec, index, at.timeSec, at.milliWh, before?.timeSec, before?.milliWh);
      }
      for (const { reading, reason } of mistaken) {
        this.#add(reading.timeSec, index, reading.timeSec, reading.milliWh, reason.length);
      }
    }
    for (const reading of siteReadings(day, TELLING)) {
      const { startSec, endSec, productionMilliWh, producers, missing } = reading;
      this.#add(endSec, startSec, endSec, productionMilliWh, producers, missing);
      this.#add(endSec, reading.netMilliWh, reading.consumptionMilliWh);
    }
  }

  /** The time, both ends included, outside of which nothing is another; undefined: nothing is. */
  changedSince(before: DayMarks | undefined): { fromSec: number; toSec: number } | undefined {
    const marks = before === undefined ? [] : before.#marks;
    const isOther = (mark: number, slot: number): boolean => mark !== (marks[slot] ?? 0);
    const from = this.#marks.findIndex(isOther);
    if (from < 0) return undefined;
    const to = this.#marks.findLastIndex(isOther);
    const first = Math.floor(this.#startSec / SLOT_SEC);
    return { fromSec: (first + from) * SLOT_SEC + 1, toSec: (first + to + 1) * SLOT_SEC };
  }

  #add(timeSec: number, ...values: (number | undefined)[]): void {
    const slot = slotOf(timeSec) - Math.floor(this.#startSec / SLOT_SEC) - 1;
    let mark = mixed(this.#marks[slot] ?? 0, values.length);
    for (const value of values) {
      mark = mixed(mark, value === undefined ? 1 : value >>> 0);
      mark = mixed(mark, value === undefined ? -1 : Math.floor(value / TWO_32));
    }
    this.#marks[slot] = mark;
  }
}

/** Each bit of either has its effect on all the bits of the result (steps of MurmurHash3). */
function mixed(mark: number, value: number): number {
  let bits = Math.imul(value, 0xcc9e2d51);
  bits = Math.imul((bits << 15) | (bits >>> 17), 0x1b873593);
  bits ^= mark;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  return bits ^ (bits >>> 13);
}
