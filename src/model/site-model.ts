/**
 * The site as its records tell it: devices, days, and what is now. Records may come in any order; what
 * comes out follows from the records alone.
 *
 * Days are modelled whole, and again whenever a record of theirs comes: a day is a few thousand numbers.
 * The readings of the latest days are in memory, of the others a summary; a record that comes late for
 * one of those has the day read from the log again.
 */
import { isDeepStrictEqual } from 'node:util';
import { latin1 } from '../base/ascii.ts';
import type { RecordLine } from '../record/record-line.ts';
import type { Calendar } from './calendar.ts';
import { dayTotals, summarizeDay, type DaySummary, type DayTotals } from './day-summary.ts';
import { DayMarks } from './day-marks.ts';
import { DayStates } from './day-states.ts';
import { Device } from './device.ts';
import { deviceDay, type DeviceDay } from './device-day.ts';
import { deviceName, type NameRefusal } from './device-name.ts';
import { LONGEST_GAP_SEC } from './energy-slots.ts';
import { gridSense, type GridSense } from './grid-sense.ts';
import { readReading } from './reading-record.ts';
import { siteDay, type ProductionSource, type SiteDay } from './site-day.ts';

/** A record and its time, as the log gives it. */
export interface TimedLine extends RecordLine {
  timeSec: number;
}

export interface SiteModelOptions {
  calendar: Calendar;
  production: ProductionSource | 'auto';
  grid: GridSense | 'auto';
  /** Days whose readings stay in memory, counted back from the newest. */
  residentDays: number;
  /**
   * Gives the records of (fromSec, toSec] once more, in the order in which they were taken, for days that
   * are no longer in memory; undefined: all are.
   */
  load?: (fromSec: number, toSec: number) => Iterable<TimedLine>;
}

/** What has changed since the last time. */
export interface ModelChanges {
  /** By time. */
  days: DayChange[];
  /**
   * What the meter is taken for now, where that was something else before: then import, export, net and
   * consumption of all days are others.
   */
  sense: GridSense | undefined;
}

/** Readings of a day that end in [fromSec, toSec], of devices or of the site, are others, new or gone. */
export interface DayChange {
  name: string;
  fromSec: number;
  toSec: number;
}

export type RefusedReading =
  | NameRefusal
  | 'bad-counter' // no decimal where the counter stands
  | 'odd-time' // before 1970 or after 2106
  | 'too-many-devices';

/** No house has more; serials that are made up must not fill the memory. */
const MAX_DEVICES = 256;
/** Days kept, with what they added up to; the oldest goes first. */
const MAX_DAYS = 4000;
const MAX_TIME_SEC = 2 ** 32 - 1;

interface Day {
  summary: DaySummary | undefined;
  startSec: number;
  endSec: number;
  /** Newest record. */
  lastSec: number;
  /** To be modelled, for the first time or again. */
  isDirty: boolean;
  /** Of its readings, as they were modelled last; undefined: not yet, or out of memory. */
  marks: DayMarks | undefined;
}

export class SiteModel {
  readonly devices: Device[] = [];
  /** Readings that make no device, or say nothing of it, by reason. */
  readonly refused = new Map<RefusedReading, number>();
  readonly #options: SiteModelOptions;
  readonly #bySerial = new Map<string, Device>();
  /** By their ends. */
  readonly #days = new Map<number, Day>();
  /** Of `#days`, in order; undefined: to be sorted. */
  #order: Day[] | undefined;
  #newestSec = -Infinity;
  #source: ProductionSource = 'inverters';
  #sense: GridSense = { measures: 'unknown' };
  /** Something has come to light that all days depend on. */
  #isAllDirty = false;
  /** Readings up to this time are not in memory. */
  #residentSec = -Infinity;

  constructor(options: SiteModelOptions) {
    this.#options = options;
  }

  /** Time of the newest record. */
  get newestSec(): number {
    return this.#newestSec;
  }

  /** Days with records, the oldest first, as far as `settle` has modelled them. */
  get days(): DaySummary[] {
    return this.#ordered().flatMap(({ summary }) => (summary === undefined ? [] : [summary]));
  }

  /** What the grid meter measures, as far as the days tell. */
  get sense(): GridSense {
    return this.#sense;
  }

  get source(): ProductionSource {
    return this.#source;
  }

  totals(summary: DaySummary): DayTotals {
    return dayTotals(summary, this.#sense);
  }

  /** Takes a record; `settle` comes after it, or after many. */
  take(line: TimedLine): void {
    const device = this.#deviceOf(line);
    if (device === undefined) return;
    const { timeSec } = line;
    const reading = readReading(line, device.serial);
    if (device.seen(reading.kind, reading.model, timeSec)) this.#isAllDirty = true;
    const day = this.#dayOf(timeSec);
    if (timeSec > day.lastSec) {
      day.lastSec = timeSec;
      day.isDirty = true;
    }
    if (timeSec > this.#newestSec) {
      // The last slots of the day that was the newest are known now to be over.
      const before = this.#before(day);
      if (before !== undefined && this.#newestSec < before.endSec) before.isDirty = true;
      this.#newestSec = timeSec;
    }
    if (reading.isBad) this.#refuse('bad-counter');
    if (reading.energy === undefined) return;
    if (!device.samples.put({ timeSec, ...reading.energy })) return;
    day.isDirty = true;
    this.#decideBefore(day, device, timeSec);
  }

  /** Makes a device known of which there are no records any more, by a day total of it. */
  meet(total: TimedLine): void {
    const device = this.#deviceOf(total);
    if (device === undefined) return;
    const { kind } = readReading(total, device.serial);
    if (device.seen(kind, '', total.timeSec)) this.#isAllDirty = true;
  }

  /** Days out of memory have got late records, which `settle({ late: false })` has left for later. */
  get hasLate(): boolean {
    return [...this.#days.values()].some((day) => day.startSec < this.#residentSec && day.isDirty);
  }

  /**
   * Models what has changed, the oldest day first.
   * @param late whether also days that must be read from the log for it; their records must be there
   */
  settle({ late } = { late: true }): ModelChanges {
    const source = this.#sourceNow();
    if (this.#isAllDirty || source !== this.#source) {
      for (const day of this.#days.values()) day.isDirty = true;
    }
    this.#isAllDirty = false;
    this.#source = source;
    const days: DayChange[] = [];
    let loadedSec = -Infinity;
    for (const day of this.#ordered()) {
      const isLate = day.startSec < this.#residentSec;
      if (!day.isDirty || (isLate && !late)) continue;
      if (isLate) loadedSec = this.#load(day, loadedSec);
      const change = this.#model(day);
      if (change !== undefined) days.push(change);
      if (isLate) this.#dropUpTo(day.endSec);
    }
    this.#forget();
    return { days, sense: this.#makeSense() };
  }

  /** A day with all its readings; undefined where there are no records. `settle` comes before it. */
  day(endSec: number): SiteDay | undefined {
    const day = this.#days.get(endSec);
    if (day === undefined) return undefined;
    if (day.startSec < this.#residentSec) this.#load(day, -Infinity);
    const { site } = this.#compute(day);
    this.#forget();
    return site;
  }

  #sourceNow(): ProductionSource {
    const { production } = this.#options;
    if (production !== 'auto') return production;
    // Inverters count what they make. A meter beside them may stand still or be late; it is asked only
    // where there is nothing else.
    const has = (kind: string): boolean => this.devices.some((device) => device.kind === kind);
    return has('inverter') || !has('productionMeter') ? 'inverters' : 'meter';
  }

  #makeSense(): GridSense | undefined {
    const { grid } = this.#options;
    const sense = grid === 'auto' ? gridSense(this.days.map(({ evidence }) => evidence)) : grid;
    if (isDeepStrictEqual(sense, this.#sense)) return undefined;
    this.#sense = sense;
    return sense;
  }

  #model(day: Day): DayChange | undefined {
    const { site, devices } = this.#compute(day);
    const states = new DayStates(devices.map(({ end }) => end));
    const { summary, marks } = day;
    day.summary = summarizeDay(site, states, this.devices.length, day.lastSec);
    day.marks = new DayMarks(site);
    day.isDirty = false;
    if (summary?.states.isFollowedBy(states) !== true) {
      // Where the counters stand when the next day begins has changed.
      const order = this.#ordered();
      const next = order[order.lastIndexOf(day) + 1];
      if (next !== undefined) next.isDirty = true;
    }
    const isForgotten = summary !== undefined && marks === undefined;
    const whole = { fromSec: day.startSec + 1, toSec: day.endSec };
    const change = isForgotten ? whole : day.marks.changedSince(marks);
    return change && { name: site.name, ...change };
  }

  #compute(day: Day): { site: SiteDay; devices: DeviceDay[] } {
    const { startSec, endSec } = day;
    let before = this.#before(day);
    while (before !== undefined && before.summary === undefined) before = this.#before(before);
    const states = before?.summary?.states;
    const devices = this.devices.map((device) =>
      deviceDay(device, startSec, endSec, states?.of(device.index) ?? new DayStates([]).of(0)),
    );
    const bounds = { name: this.#nameOf(day), startSec, endSec };
    return { site: siteDay(bounds, devices, this.source, this.#newestSec), devices };
  }

  /** Reads what `#compute` needs of a day from the log again, as far as that was not done already. */
  #load(day: Day, loadedSec: number): number {
    const { load } = this.#options;
    const fromSec = Math.max(day.startSec, loadedSec);
    const toSec = Math.min(day.endSec + LONGEST_GAP_SEC, this.#residentSec);
    if (fromSec >= toSec) return loadedSec;
    for (const line of load?.(fromSec, toSec) ?? []) {
      const device = this.#bySerial.get(nameOf(line));
      const energy = device && readReading(line, device.serial).energy;
      if (energy !== undefined) device?.samples.put({ timeSec: line.timeSec, ...energy });
    }
    return toSec;
  }

  /** Readings of days long gone leave the memory, and the oldest days of all. */
  #forget(): void {
    const order = this.#ordered();
    const { residentDays } = this.#options;
    const first = order.at(-residentDays);
    if (first !== undefined && order.length > residentDays) {
      this.#residentSec = Math.max(this.#residentSec, first.startSec);
      this.#dropUpTo(this.#residentSec);
      for (const day of order) if (day.startSec < this.#residentSec) day.marks = undefined;
    }
    for (const day of order.slice(0, Math.max(0, order.length - MAX_DAYS))) {
      this.#days.delete(day.endSec);
      this.#order = undefined;
    }
  }

  #dropUpTo(timeSec: number): void {
    for (const { samples } of this.devices) samples.dropUpTo(timeSec);
  }

  #deviceOf(line: TimedLine): Device | undefined {
    if (!(line.timeSec > 0 && line.timeSec <= MAX_TIME_SEC)) {
      this.#refuse('odd-time');
      return undefined;
    }
    const known = this.#bySerial.get(nameOf(line));
    if (known !== undefined) return known;
    const name = deviceName(line.data, line.serialStart, line.serialEnd);
    if (!name.ok || this.devices.length >= MAX_DEVICES) {
      this.#refuse(name.ok ? 'too-many-devices' : name.reason);
      return undefined;
    }
    const device = new Device(name.serial, this.devices.length);
    this.devices.push(device);
    this.#bySerial.set(name.serial, device);
    return device;
  }

  #refuse(reason: RefusedReading): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
  }

  #dayOf(timeSec: number): Day {
    const endSec = this.#options.calendar.dayEnd(timeSec);
    let day = this.#days.get(endSec);
    if (day === undefined) {
      const startSec = this.#options.calendar.dayStart(timeSec);
      day = {
        ...{ startSec, endSec, lastSec: -Infinity },
        ...{ summary: undefined, marks: undefined, isDirty: true },
      };
      this.#days.set(endSec, day);
      this.#order = undefined;
    }
    return day;
  }

  #nameOf({ endSec }: Day): string {
    return this.#options.calendar.dayName(endSec);
  }

  #ordered(): Day[] {
    this.#order ??= [...this.#days.values()].sort((a, b) => a.endSec - b.endSec);
    return this.#order;
  }

  #before(day: Day): Day | undefined {
    const order = this.#ordered();
    // Nearly always one of the last.
    return order[order.lastIndexOf(day) - 1];
  }

  /** A reading may tell what became of its device at the end of days before its own. */
  #decideBefore(day: Day, { index }: Device, timeSec: number): void {
    let before = this.#before(day);
    while (before !== undefined && timeSec <= before.endSec + LONGEST_GAP_SEC) {
      if (timeSec <= (before.summary?.decidedSec[index] ?? 0)) before.isDirty = true;
      before = this.#before(before);
    }
  }
}

function nameOf({ data, serialStart, serialEnd }: RecordLine): string {
  return latin1(data, serialStart, serialEnd);
}
