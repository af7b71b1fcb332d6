/**
 * Energy by slots of five minutes, of several counters together: what was measured in each slot, and
 * what belongs to a longer time because a device was not heard of in between.
 */
import type { CounterRules } from './lifetime-counter.ts';
import { SlotDevices } from './slot-devices.ts';

/** Energy of one device between two of its readings: (startSec, endSec]. */
export interface EnergySpan {
  startSec: number;
  endSec: number;
  milliWh: number;
}

/** One of a device. */
export interface DeviceSpan extends EnergySpan {
  /** Mean power of its latest interval before; 0 where there is none. */
  beforeW: number;
}

/** A time behind which a counter began anew: nobody will ever know what was made in it. */
export interface CounterBreak {
  startSec: number;
  endSec: number;
  /** As in a span. */
  beforeW: number;
}

/** What is known of one device around a day. */
export interface DeviceSpans {
  rules: CounterRules;
  /** Those that end in the day. */
  spans: readonly DeviceSpan[];
  /** Likewise. */
  breaks: readonly CounterBreak[];
  /** The first one that ends after it, where it begins early enough to matter. */
  next: DeviceSpan | undefined;
  /** The latest reading that counts, in the day or before it; undefined: none. */
  lastSec: number | undefined;
  /** Mean power of its latest interval; 0 where there is none. */
  lastPowerW: number;
}

export const SLOT_SEC = 300;
/** A span up to this length is one interval: the supervisor is not always on time. */
const LONGEST_INTERVAL_SEC = 1.5 * SLOT_SEC;
/** A device that made less than this while it was silent was asleep, and made it when it woke up. */
const ASLEEP_W = 3;
/** Likewise one that is still silent, and made less than this before. */
const DUSK_W = 50;
/** A silent device is missed for so long; then the others are all there is. */
const MISSED_SEC = 3 * 3600;
/** No night of a place with many houses is longer: what is still silent then is not asleep. */
const LONGEST_SLEEP_SEC = 20 * 3600;
/** What comes later than this after a reading no longer tells what happened behind the reading. */
export const LONGEST_GAP_SEC = 48 * 3600;

export type SpanKind =
  | 'interval' // of one slot
  | 'sleep' // a night, and the slot in which the device woke up: the energy is of that slot
  | 'gap' // nobody knows when in it the energy was made
  | 'absence'; // a gap of days: the site went on without the device

export function spanKind(span: EnergySpan, rules: CounterRules): SpanKind {
  const seconds = span.endSec - span.startSec;
  if (seconds <= LONGEST_INTERVAL_SEC) return 'interval';
  if (seconds > LONGEST_GAP_SEC) return 'absence';
  return !rules.signed && meanPowerW(span) < ASLEEP_W ? 'sleep' : 'gap';
}

/** Mean power of a span, W. */
export function meanPowerW({ startSec, endSec, milliWh }: EnergySpan): number {
  // 1000 mWh in 3600 s, in whole numbers until the end.
  return (18 * milliWh) / (5 * (endSec - startSec));
}

/** Number of the slot in which a time lies; a slot ends at its number times SLOT_SEC. */
export function slotOf(timeSec: number): number {
  return Math.ceil(timeSec / SLOT_SEC);
}

/** Energy of a gap, of all devices that were silent for exactly this long. */
export interface EnergyGap extends EnergySpan {
  devices: number;
}

export class EnergySlots {
  /** Number of the first slot. */
  readonly first: number;
  /** By slot: what was measured in it. */
  readonly milliWh: Float64Array;
  /** By slot: devices whose energy is known, those asleep included. */
  readonly known: Uint16Array;
  /** By slot: devices whose energy is not known: they were silent, or their counter began anew. */
  readonly missing: Uint16Array;
  /** Those that end in the time of the slots. */
  readonly gaps: readonly EnergyGap[];
  /** Gaps that reach into this time, wherever they end; no absences, without which the site went on. */
  readonly reaching: readonly EnergySpan[];
  readonly #devices: SlotDevices;

  /**
   * @param until nothing is known of what comes later: the time of the newest record of the site
   */
  constructor(startSec: number, endSec: number, devices: readonly DeviceSpans[], until: number) {
    this.first = Math.floor(startSec / SLOT_SEC) + 1;
    const count = slotOf(endSec) - this.first + 1;
    this.milliWh = new Float64Array(count);
    this.#devices = new SlotDevices(this.first, count);
    this.known = this.#devices.known;
    this.missing = this.#devices.missing;
    const gaps = new Map<string, EnergyGap>();
    const reaching: EnergySpan[] = [];
    for (const { spans, breaks, next, rules, lastSec, lastPowerW } of devices) {
      for (const { kind, span, isOver } of spansWithKinds(spans, next, rules)) {
        const last = slotOf(span.endSec);
        if (kind === 'gap' || kind === 'absence') {
          if (kind === 'absence') this.#silent(span.startSec, last, span.beforeW, rules);
          else {
            this.#devices.addMissing(slotOf(span.startSec) + 1, last);
            reaching.push(span);
          }
          if (isOver) addGap(gaps, span);
          continue;
        }
        this.#devices.addKnown(Math.min(slotOf(span.startSec) + 1, last), last);
        const slot = last - this.first;
        if (isOver && slot >= 0 && slot < count) {
          this.milliWh[slot] = (this.milliWh[slot] ?? 0) + span.milliWh;
        }
      }
      for (const { startSec: from, endSec: to, beforeW } of breaks) {
        this.#silent(from, slotOf(to), beforeW, rules);
      }
      if (next === undefined && lastSec !== undefined) {
        this.#silent(lastSec, slotOf(until), lastPowerW, rules);
      }
      this.#devices.end();
    }
    this.gaps = [...gaps.values()].sort((a, b) => a.endSec - b.endSec || a.startSec - b.startSec);
    this.reaching = reaching;
  }

  /** Of all slots and gaps. */
  get totalMilliWh(): number {
    const inSlots = this.milliWh.reduce((sum, milliWh) => sum + milliWh, 0);
    return this.gaps.reduce((sum, { milliWh }) => sum + milliWh, inSlots);
  }

  /** Whether the energy of all devices in a slot is known, and there is one. */
  isKnown(index: number): boolean {
    return (this.known[index] ?? 0) > 0 && this.missing[index] === 0;
  }

  /** A device that is not heard of for days, or not any more. */
  #silent(fromSec: number, toSlot: number, beforeW: number, { signed }: CounterRules): void {
    const from = slotOf(fromSec) + 1;
    const isAsleep = !signed && beforeW < DUSK_W;
    const to = Math.min(toSlot, slotOf(fromSec + (isAsleep ? LONGEST_SLEEP_SEC : MISSED_SEC)));
    if (isAsleep) this.#devices.addKnown(from, to);
    else this.#devices.addMissing(from, to);
  }
}

interface KindOfSpan {
  kind: SpanKind;
  span: DeviceSpan;
  /** It ends in the time of the slots. */
  isOver: boolean;
}

/** What follows a gap in the slot in which it ends belongs to the gap: a slot is known, or it is not. */
function spansWithKinds(
  spans: readonly DeviceSpan[],
  next: DeviceSpan | undefined,
  rules: CounterRules,
): KindOfSpan[] {
  const found: KindOfSpan[] = [];
  for (const span of spans) {
    const before = found.at(-1);
    const isPartOfGap =
      before?.kind === 'gap' &&
      before.span.endSec === span.startSec &&
      slotOf(before.span.endSec) === slotOf(span.endSec);
    if (isPartOfGap) {
      const { startSec, milliWh, beforeW } = before.span;
      before.span = { startSec, endSec: span.endSec, milliWh: milliWh + span.milliWh, beforeW };
    } else {
      found.push({ kind: spanKind(span, rules), span, isOver: true });
    }
  }
  if (next !== undefined) found.push({ kind: spanKind(next, rules), span: next, isOver: false });
  return found;
}

function addGap(gaps: Map<string, EnergyGap>, { startSec, endSec, milliWh }: EnergySpan): void {
  const key = `${startSec} ${endSec}`;
  const gap = gaps.get(key);
  if (gap === undefined) gaps.set(key, { startSec, endSec, milliWh, devices: 1 });
  else {
    gap.milliWh += milliWh;
    gap.devices++;
  }
}
