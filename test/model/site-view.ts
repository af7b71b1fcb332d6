/** Everything that is said of a site, in plain objects that can be compared: by the model, by the oracle. */
import type { DaySummary, DayTotals } from '../../src/model/day-summary.ts';
import type { DeviceDay } from '../../src/model/device-day.ts';
import type { DeviceKind } from '../../src/model/device.ts';
import type { GridSense } from '../../src/model/grid-sense.ts';
import type { Baseline } from '../../src/model/lifetime-counter.ts';
import {
  siteReadings,
  type ProductionSource,
  type SiteDay,
  type SiteReading,
} from '../../src/model/site-day.ts';
import { SiteModel, type SiteModelOptions } from '../../src/model/site-model.ts';
import { intlCalendar } from './days.ts';
import type { Oracle, OracleDay } from './oracle.ts';
import type { RandomSite } from './random-site.ts';

export interface DeviceView {
  spans: { startSec: number; endSec: number; milliWh: number }[];
  baselines: { at: Baseline; before: Baseline | undefined }[];
  mistaken: { timeSec: number; milliWh: number; reason: string }[];
}

export interface DayView {
  name: string;
  startSec: number;
  endSec: number;
  readings: SiteReading[];
  totals: DayTotals;
  /** Those that say anything, by serial. */
  devices: Record<string, DeviceView>;
}

export interface SiteView {
  source: ProductionSource;
  sense: GridSense;
  devices: Record<string, { kind: DeviceKind; model: string; firstSec: number; lastSec: number }>;
  days: DayView[];
}

export function siteModel(
  { zone, production, grid }: RandomSite,
  options: Partial<SiteModelOptions> = {},
): SiteModel {
  const calendar = intlCalendar(zone.name);
  return new SiteModel({ calendar, production, grid, residentDays: Infinity, ...options });
}

export function viewOfModel(model: SiteModel): SiteView {
  const { sense, source } = model;
  const devices = model.devices.map(({ serial, kind, model: name, firstSec, lastSec }) => {
    return [serial, { kind, model: name, firstSec, lastSec }] as const;
  });
  const days = model.days.map((summary) => dayView(model, summary));
  return { source, sense, devices: bySerial(devices), days };
}

export function dayView(model: SiteModel, summary: DaySummary): DayView {
  const day = dayOf(model, summary);
  return {
    name: day.name,
    startSec: day.startSec,
    endSec: day.endSec,
    readings: [...siteReadings(day, model.sense)],
    totals: model.totals(summary),
    devices: bySerial(
      day.devices.map((one) => [one.device.serial, deviceView(one)] as const).filter(saysAnything),
    ),
  };
}

/** A day that has a summary has its readings, too. */
export function dayOf(model: SiteModel, { name, endSec }: DaySummary): SiteDay {
  const day = model.day(endSec);
  if (day === undefined) throw new Error(`no readings of ${name}`);
  return day;
}

function deviceView({ spans, baselines, mistaken }: DeviceDay): DeviceView {
  return {
    spans: spans.map(({ startSec, endSec, milliWh }) => ({ startSec, endSec, milliWh })),
    baselines: baselines.map(({ at, before }) => ({ at, before })),
    mistaken: mistaken.map(({ reading: { timeSec, milliWh }, reason }) => {
      return { timeSec, milliWh, reason };
    }),
  };
}

export function viewOfOracle(oracle: Oracle): SiteView {
  const { source, sense } = oracle;
  const devices = oracle.devices.map(({ serial, kind, model, firstSec, lastSec }) => {
    return [serial, { kind, model, firstSec, lastSec }] as const;
  });
  const days = oracle.days.map((day) => oracleDayView(oracle, day));
  return { source, sense, devices: bySerial(devices), days };
}

function oracleDayView({ devices }: Oracle, day: OracleDay): DayView {
  const { name, startSec, endSec, totals } = day;
  const isOfDay = (timeSec: number): boolean => timeSec > startSec && timeSec <= endSec;
  return {
    ...{ name, startSec, endSec },
    readings: day.readings.map(({ kind, producers, missing, ...reading }) => ({
      ...{ startSec: reading.startSec, endSec: reading.endSec, kind },
      productionMilliWh: numberOf(reading.production),
      ...{ producers, missing },
      netMilliWh: numberOf(reading.net),
      importMilliWh: numberOf(reading.imported),
      exportMilliWh: numberOf(reading.exported),
      consumptionMilliWh: numberOf(reading.consumption),
    })),
    totals: {
      productionMilliWh: Number(totals.production),
      netMilliWh: numberOf(totals.net),
      importMilliWh: numberOf(totals.imported),
      exportMilliWh: numberOf(totals.exported),
      consumptionMilliWh: numberOf(totals.consumption),
    },
    devices: bySerial(
      devices
        .map(({ serial, spans, baselines, mistaken }): readonly [string, DeviceView] => [
          serial,
          {
            spans: spans
              .filter((span) => isOfDay(span.endSec))
              .map((span) => ({ ...span, milliWh: Number(span.milliWh) })),
            baselines: baselines
              .filter(({ at }) => isOfDay(at.timeSec))
              .map(({ at, before }) => ({
                at: baselineOf(at),
                before: before && baselineOf(before),
              })),
            mistaken: mistaken
              .filter(({ reading }) => isOfDay(reading.timeSec))
              .filter(({ toldSec }) => toldSec <= endSec + 48 * 3600)
              .map(({ reading, reason }) => ({ ...baselineOf(reading), reason })),
          },
        ])
        .filter(saysAnything),
    ),
  };
}

function baselineOf({ timeSec, milliWh }: { timeSec: number; milliWh: bigint }): Baseline {
  return { timeSec, milliWh: Number(milliWh) };
}

function numberOf(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function saysAnything([, { spans, baselines, mistaken }]: readonly [string, DeviceView]): boolean {
  return spans.length + baselines.length + mistaken.length > 0;
}

/** The order in which devices became known is no difference. */
function bySerial<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted);
}

/** The first thing in which two views differ, and where; undefined: none. */
export function difference(actual: unknown, expected: unknown, where = ''): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null;
  if (!isObject(actual) || !isObject(expected)) {
    return `${where}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const found = difference(actual[key], expected[key], `${where}/${labelOf(expected, key)}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Says of what day, and of what time, an element of a list is. */
function labelOf(list: Record<string, unknown>, key: string): string {
  const element = list[key];
  if (!Array.isArray(list) || typeof element !== 'object' || element === null) return key;
  if ('name' in element) return `${key} (${String(element.name)})`;
  if (!('endSec' in element)) return key;
  return `${key} (${new Date(Number(element.endSec) * 1000).toISOString()})`;
}
