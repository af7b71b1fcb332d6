/** The oracle's view of the counters of one kind: all slots of all time. */
import type { DeviceKind } from '../../src/model/device.ts';
import type { OracleHistory, OracleSpan } from './oracle-history.ts';
import type { OracleDevice } from './oracle-lines.ts';

export interface Slot {
  milliWh: bigint;
  known: Set<string>;
  missing: Set<string>;
}

/** The counters of one kind together. */
export interface Group {
  slots: Map<number, Slot>;
  /** `isAbsence`: of days, without which the site went on. */
  gaps: (OracleSpan & { serial: string; isAbsence: boolean })[];
}

const SLOT = 300;
const TWO_DAYS = 48 * 3600;

export function group(
  devices: readonly (OracleDevice & OracleHistory)[],
  kind: DeviceKind,
  newestSec: number,
): Group {
  const slots = new Map<number, Slot>();
  const gaps: Group['gaps'] = [];
  const slotAt = (number: number): Slot => {
    let slot = slots.get(number);
    if (slot === undefined) {
      slots.set(number, (slot = { milliWh: 0n, known: new Set(), missing: new Set() }));
    }
    return slot;
  };
  for (const { serial, spans, baselines, last } of devices.filter((one) => one.kind === kind)) {
    const signed = kind === 'gridMeter';
    const note = (what: 'known' | 'missing', from: number, to: number): void => {
      for (let number = from; number <= to; number++) slotAt(number)[what].add(serial);
    };
    /** Was it making next to nothing when it was heard of last? */
    const wasAtRest = (timeSec: number): boolean => {
      const interval = spans.findLast((span) => span.endSec <= timeSec && isShort(span));
      if (signed) return false;
      return interval === undefined || isBelow(interval, 50n);
    };
    const silence = (fromSec: number, toSec: number): void => {
      const [from, to] = [slotNumber(fromSec) + 1, slotNumber(toSec)];
      if (wasAtRest(fromSec)) note('known', from, Math.min(to, slotNumber(fromSec + 20 * 3600)));
      else note('missing', from, Math.min(to, slotNumber(fromSec + 3 * 3600)));
    };
    for (const span of spans) {
      const [from, to] = [slotNumber(span.startSec) + 1, slotNumber(span.endSec)];
      const seconds = span.endSec - span.startSec;
      const isTwoDays = seconds > TWO_DAYS;
      const before = gaps.at(-1);
      if (before?.serial === serial && !before.isAbsence && before.endSec === span.startSec) {
        if (slotNumber(before.endSec) === to) {
          before.endSec = span.endSec;
          before.milliWh += span.milliWh;
          continue;
        }
      }
      if (isShort(span) || (!signed && !isTwoDays && isBelow(span, 3n))) {
        note('known', Math.min(from, to), to);
        slotAt(to).milliWh += span.milliWh;
        continue;
      }
      if (isTwoDays) silence(span.startSec, span.endSec);
      else note('missing', from, to);
      gaps.push({ ...span, serial, isAbsence: isTwoDays });
    }
    for (const { at, before } of baselines) {
      if (before !== undefined) silence(before.timeSec, at.timeSec);
    }
    if (last !== undefined) silence(last.timeSec, newestSec);
  }
  for (const { known, missing } of slots.values()) {
    for (const serial of known) missing.delete(serial);
  }
  return { slots, gaps };
}

function isShort({ startSec, endSec }: OracleSpan): boolean {
  return endSec - startSec <= 450;
}

/** Whether the mean power of a span is below so many watts. */
function isBelow({ startSec, endSec, milliWh }: OracleSpan, watts: bigint): boolean {
  return milliWh * 18n < watts * BigInt(endSec - startSec) * 5n;
}

export function slotNumber(timeSec: number): number {
  return Math.ceil(timeSec / SLOT);
}

/** Where all meters are heard of. */
export function countedIn(number: number, counted: Group): bigint | undefined {
  const slot = counted.slots.get(number);
  return slot === undefined || slot.known.size === 0 || slot.missing.size > 0
    ? undefined
    : slot.milliWh;
}

export function sum(spans: readonly OracleSpan[]): bigint {
  return spans.reduce((all, { milliWh }) => all + milliWh, 0n);
}
