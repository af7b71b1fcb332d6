/**
 * Daylight as the inverters themselves tell it: a slot is light when at least half of them report in it
 * and make clearly more power than at dusk, each for its size. What nobody reports in is not light.
 */
import type { Device } from './device.ts';
import { SLOT_SEC, slotOf } from './energy-slots.ts';
import type { InverterDays } from './inverter-days.ts';
import type { CounterReading } from './lifetime-counter.ts';

/** Of a device that makes its best day evenly through day and night, half of the power. */
const BEST_DAY_SEC = 48 * 3600;
/** Where its best day is not known, the twentieth part of what it may make at most. */
const LIMIT_PART = 20;
/** No inverter is asleep that makes so much, however bad its best day is. */
const LEAST_W = 20;
/** Mean power is taken over half an hour or somewhat more: counters may be sent in steps of 10 Wh. */
const POWER_SEC = 1800;
const LONGEST_POWER_SEC = 3 * POWER_SEC;
/** Light slots no further apart than this are light in between: not all supervisors report every 5 min. */
const JOINED_SLOTS = 3;
/** Darkness for so long is a night, or nobody knows; light on both sides of it does not add up. */
const NIGHT_SLOTS = (3 * 3600) / SLOT_SEC;
/** Light for so long proves silence, also where an owner wants to be told of days only. */
const ENOUGH_LIGHT_SEC = 3 * 3600;
const MILLI_WH_PER_W_SEC = 1000 / 3600;

/** What an inverter must make for it to be light, W. */
export function lightW({ index, rules }: Device, days: InverterDays): number {
  const best = days.bestMilliWh(index);
  const usual =
    best === undefined ? rules.limitW / LIMIT_PART : best / (BEST_DAY_SEC * MILLI_WH_PER_W_SEC);
  return Math.max(LEAST_W, usual);
}

/**
 * Whether who says nothing in (fromSec, toSec) has been silent for `silentSec`, in the light: for all of
 * that time without a night in between, or for some hours where it is longer. Reads only as far as it must.
 */
export function wasSilentInLight(
  silentSec: number,
  siblings: readonly Device[],
  { fromSec, toSec }: { fromSec: number; toSec: number },
  days: InverterDays,
): boolean {
  const cursors = siblings.map(
    (sibling) => new PowerCursor(sibling, lightW(sibling, days), fromSec),
  );
  const endSlot = slotOf(toSec);
  let latestSlot = slotOf(fromSec);
  let slots = 0;
  let isEnough = false;
  for (;;) {
    const slot = Math.min(...cursors.map((cursor) => cursor.nextSlot));
    if (!(slot < endSlot)) return false;
    let awake = 0;
    for (const cursor of cursors) if (cursor.nextSlot === slot && cursor.isLight()) awake++;
    if (isHalf(awake, siblings.length)) {
      const step = slot - latestSlot;
      if (step > NIGHT_SLOTS) slots = 0;
      slots += step <= JOINED_SLOTS ? step : 1;
      latestSlot = slot;
      isEnough ||= slots * SLOT_SEC >= Math.min(silentSec, ENOUGH_LIGHT_SEC);
    }
    if (isEnough && slot * SLOT_SEC - fromSec >= silentSec) return true;
  }
}

function isHalf(some: number, all: number): boolean {
  return some > 0 && 2 * some >= all;
}

/** Goes through the readings of an inverter, slot by slot. */
class PowerCursor {
  readonly #device: Device;
  readonly #lightW: number;
  #index: number;
  /** The latest reading that is `POWER_SEC` older than the one at `#index`, or the first of all. */
  #olderIndex: number;
  #next: CounterReading | undefined;
  /** Infinity: there are no more. */
  nextSlot = Infinity;

  constructor(device: Device, light: number, fromSec: number) {
    this.#device = device;
    this.#lightW = light;
    this.#index = device.samples.indexAfter(fromSec) - 1;
    this.#olderIndex = Math.max(0, device.samples.indexAfter(fromSec - POWER_SEC) - 1);
    this.#advance();
  }

  /** Whether it makes power in the next slot; goes on to the one after. */
  isLight(): boolean {
    const slot = this.nextSlot;
    let isLight = false;
    while (this.nextSlot === slot) {
      isLight ||= this.#isPowerful();
      this.#advance();
    }
    return isLight;
  }

  #isPowerful(): boolean {
    const { samples } = this.#device;
    const now = this.#next;
    if (now === undefined) return false;
    const olderSec = now.timeSec - POWER_SEC;
    while ((samples.at(this.#olderIndex + 1)?.timeSec ?? Infinity) <= olderSec) this.#olderIndex++;
    const older = samples.at(this.#olderIndex);
    if (older === undefined || older.timeSec > olderSec) return false;
    const seconds = now.timeSec - older.timeSec;
    if (seconds > LONGEST_POWER_SEC) return false;
    return now.milliWh - older.milliWh >= this.#lightW * seconds * MILLI_WH_PER_W_SEC;
  }

  #advance(): void {
    this.#index++;
    this.#next = this.#device.samples.at(this.#index);
    this.nextSlot = this.#next === undefined ? Infinity : slotOf(this.#next.timeSec);
  }
}
