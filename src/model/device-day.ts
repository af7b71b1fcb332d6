/** One device in one day: its energies, found from its readings and from where its counter stood. */
import type { Device } from './device.ts';
import {
  LONGEST_GAP_SEC,
  meanPowerW,
  spanKind,
  type CounterBreak,
  type DeviceSpan,
  type DeviceSpans,
} from './energy-slots.ts';
import {
  LifetimeCounter,
  type Baseline,
  type CounterReading,
  type CounterState,
  type HeldReason,
} from './lifetime-counter.ts';

/** Where a device stands when a day begins or ends. */
export interface DeviceState {
  counter: CounterState;
  /** Mean power of its latest short span, 0 where there is none. */
  lastPowerW: number;
}

export interface DeviceDay extends DeviceSpans {
  device: Device;
  /** Where counting began, or began anew, in the day; `before`: where the counter had been. */
  baselines: { at: Baseline; before: Baseline | undefined }[];
  /** Readings of the day that were mistakes, as far as those of the next two days tell. */
  mistaken: { reading: CounterReading; reason: HeldReason }[];
  /** After the last reading of the day, whatever it turns out to be later. */
  end: DeviceState;
  /** All of this follows from the readings up to then. */
  decidedSec: number;
}

/**
 * @param state after the last reading that is not after `startSec`
 */
export function deviceDay(
  device: Device,
  startSec: number,
  endSec: number,
  state: DeviceState,
): DeviceDay {
  const { samples, rules } = device;
  const spans: DeviceSpan[] = [];
  const baselines: DeviceDay['baselines'] = [];
  const breaks: CounterBreak[] = [];
  const mistaken: DeviceDay['mistaken'] = [];
  let next: DeviceSpan | undefined;
  const after = { isKnown: false };
  let { lastPowerW } = state;
  let lastSec = state.counter.accepted?.timeSec;
  const isOfDay = (timeSec: number): boolean => timeSec > startSec && timeSec <= endSec;
  const counter = new LifetimeCounter(rules, state.counter, {
    span: (spanStartSec, spanEndSec, milliWh) => {
      const span = { startSec: spanStartSec, endSec: spanEndSec, milliWh, beforeW: lastPowerW };
      if (spanEndSec > endSec) {
        if (!after.isKnown && spanKind(span, rules) !== 'absence') next = span;
        after.isKnown = true;
        return;
      }
      lastSec = spanEndSec;
      if (spanKind(span, rules) === 'interval') lastPowerW = meanPowerW(span);
      // What was held back at midnight belongs to the day before.
      if (isOfDay(spanEndSec)) spans.push(span);
    },
    baseline: (at, before) => {
      if (at.timeSec > endSec) after.isKnown = true;
      else lastSec = at.timeSec;
      if (!isOfDay(at.timeSec)) return;
      baselines.push({ at, before });
      if (before === undefined) return;
      breaks.push({ startSec: before.timeSec, endSec: at.timeSec, beforeW: lastPowerW });
    },
    mistaken: (reading, reason) => {
      if (isOfDay(reading.timeSec)) mistaken.push({ reading, reason });
    },
  });
  let index = samples.indexAfter(startSec);
  const behind = samples.indexAfter(endSec);
  for (; index < behind; index++) push(counter, samples.at(index));
  const end = { counter: counter.state, lastPowerW };
  // On, until it is known what the last readings of the day were.
  const enough = samples.indexAfter(endSec + LONGEST_GAP_SEC);
  for (; index < enough && !after.isKnown; index++) push(counter, samples.at(index));
  const lastReadSec = after.isKnown ? samples.at(index - 1)?.timeSec : undefined;
  const decidedSec = lastReadSec ?? endSec + LONGEST_GAP_SEC;
  return {
    device,
    rules,
    spans,
    breaks,
    next,
    lastSec,
    lastPowerW,
    baselines,
    mistaken,
    end,
    decidedSec,
  };
}

function push(counter: LifetimeCounter, reading: CounterReading | undefined): void {
  if (reading !== undefined) counter.push(reading);
}
