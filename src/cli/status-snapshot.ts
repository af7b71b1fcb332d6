/** What `suntap status` shows, as one object: the daemon writes it to its status file. */
import { dayTotals } from '../model/day-summary.ts';
import type { DeviceDay } from '../model/device-day.ts';
import type { DeviceKind } from '../model/device.ts';
import { meanPowerW, spanKind } from '../model/energy-slots.ts';
import { siteReadings, type SiteDay, type SiteReading } from '../model/site-day.ts';
import type { SiteModel } from '../model/site-model.ts';
import type { DaySums } from './site-days-file.ts';
import type { Summary } from './summary.ts';
import { rfc3339 } from './time-text.ts';

export type DeviceState =
  | 'reporting'
  | 'asleep' // silent, and it made next to nothing before
  | 'silent';

export interface DeviceStatus {
  serial: string;
  kind: DeviceKind;
  model: string;
  firstSeen: string;
  lastSeen: string;
  state: DeviceState;
  /** Mean of its latest interval; null where it has none today. */
  powerW: number | null;
  todayWh: number | null;
  lifetimeWh: number | null;
}

/** Flows of an interval or a day; null: not known. */
export interface Flows {
  productionWh: number | null;
  consumptionWh: number | null;
  importWh: number | null;
  exportWh: number | null;
}

export interface Status {
  version: string;
  /** Of the daemon. */
  pid: number;
  startedAt: string;
  writtenAt: string;
  supervisor: string | null;
  interface: string;
  /** Of the newest record. */
  newestRecord: string | null;
  /** False while the log is still being read after a start. */
  complete: boolean;
  /** The newest interval of which the production is known; powers are its means. */
  now:
    | (Flows & {
        time: string;
        seconds: number;
        productionW: number | null;
        consumptionW: number | null;
        netW: number | null;
      })
    | null;
  today: (Flows & { day: string }) | null;
  /** Import and export since the log was begun: they never fall. */
  total: { since: string | null; importWh: number | null; exportWh: number | null };
  gridMeter: 'unknown' | 'import' | 'export' | 'load';
  production: 'inverters' | 'meter';
  devices: DeviceStatus[];
  health: { kind: string; subject: string; since: string; sentence: string }[];
  /** Readings that make no device, or say nothing of it, by reason. */
  refusedReadings: Record<string, number>;
  /** Of today: readings that wait for others to confirm them, and such that were mistakes. */
  doubtedReadings: { heldBack: number; mistaken: number };
  log: { directory: string; fault: string | null };
  counters: Summary | null;
}

/** Two intervals and a half may go by without a word. */
const REPORTING_SEC = 750;
const DUSK_W = 50;

export type SiteStatus = Pick<
  Status,
  | 'newestRecord'
  | 'now'
  | 'today'
  | 'total'
  | 'gridMeter'
  | 'production'
  | 'devices'
  | 'refusedReadings'
  | 'doubtedReadings'
>;

/** @param all all days since the log was begun, also those of which there are no records any more */
export function siteStatus(model: SiteModel, all: readonly DaySums[]): SiteStatus {
  const { newestSec, sense, days } = model;
  const today = days.at(-1);
  const site = today === undefined ? undefined : model.day(today.endSec);
  const totals = today === undefined ? undefined : dayTotals(today, sense);
  let now: SiteReading | undefined;
  if (site !== undefined) {
    for (const reading of siteReadings(site, sense)) {
      if (reading.kind === 'interval' && reading.productionMilliWh !== undefined) now = reading;
    }
  }
  return {
    newestRecord: Number.isFinite(newestSec) ? rfc3339(newestSec) : null,
    now:
      now === undefined
        ? null
        : {
            time: rfc3339(now.endSec),
            seconds: now.endSec - now.startSec,
            ...flowsOf(now),
            productionW: powerOf(now, now.productionMilliWh),
            consumptionW: powerOf(now, now.consumptionMilliWh),
            netW: powerOf(now, now.netMilliWh),
          },
    today:
      today === undefined || totals === undefined ? null : { day: today.name, ...flowsOf(totals) },
    total: totalOf(model, all),
    gridMeter:
      sense.measures === 'unknown'
        ? 'unknown'
        : sense.measures === 'load'
          ? 'load'
          : sense.sign > 0
            ? 'import'
            : 'export',
    production: model.source,
    devices: model.devices.map((device) =>
      deviceStatus(
        site?.devices.find((day) => day.device === device),
        device,
        newestSec,
      ),
    ),
    refusedReadings: Object.fromEntries(model.refused),
    doubtedReadings: {
      heldBack: sumOf(site, ({ end }) => end.counter.held.length),
      mistaken: sumOf(site, ({ mistaken }) => mistaken.length),
    },
  };
}

function sumOf(site: SiteDay | undefined, count: (day: DeviceDay) => number): number {
  return (site?.devices ?? []).reduce((sum, day) => sum + count(day), 0);
}

function totalOf({ sense }: SiteModel, all: readonly DaySums[]): Status['total'] {
  const first = all.find(({ counted }) => counted !== undefined);
  if (first === undefined || sense.measures === 'unknown') {
    return { since: null, importWh: null, exportWh: null };
  }
  let importMilliWh = 0;
  let exportMilliWh = 0;
  for (const sums of all) {
    const totals = dayTotals(sums, sense);
    importMilliWh += totals.importMilliWh ?? 0;
    exportMilliWh += totals.exportMilliWh ?? 0;
  }
  return {
    since: rfc3339(first.startSec),
    importWh: importMilliWh / 1000,
    exportWh: exportMilliWh / 1000,
  };
}

function deviceStatus(
  day: DeviceDay | undefined,
  { serial, kind, model, firstSec, lastSec }: SiteModel['devices'][number],
  newestSec: number,
): DeviceStatus {
  const last = day?.spans.at(-1);
  const isReporting = newestSec - lastSec <= REPORTING_SEC;
  const isAsleep = kind === 'inverter' && (day === undefined || day.lastPowerW < DUSK_W);
  const accepted = day?.end.counter.accepted;
  const hasEnergy = day !== undefined && day.spans.length > 0;
  return {
    serial,
    kind,
    model,
    firstSeen: rfc3339(firstSec),
    lastSeen: rfc3339(lastSec),
    state: isReporting ? 'reporting' : isAsleep ? 'asleep' : 'silent',
    powerW:
      !isReporting || day === undefined || last === undefined
        ? null
        : spanKind(last, day.rules) === 'interval'
          ? tenths(meanPowerW(last))
          : null,
    todayWh: hasEnergy ? day.spans.reduce((sum, { milliWh }) => sum + milliWh, 0) / 1000 : null,
    lifetimeWh: accepted === undefined ? null : accepted.milliWh / 1000,
  };
}

function flowsOf(
  flows: Pick<
    SiteReading,
    'productionMilliWh' | 'consumptionMilliWh' | 'importMilliWh' | 'exportMilliWh'
  >,
): Flows {
  const wh = (milliWh: number | undefined): number | null =>
    milliWh === undefined ? null : milliWh / 1000;
  return {
    productionWh: wh(flows.productionMilliWh),
    consumptionWh: wh(flows.consumptionMilliWh),
    importWh: wh(flows.importMilliWh),
    exportWh: wh(flows.exportMilliWh),
  };
}

function powerOf(reading: SiteReading, milliWh: number | undefined): number | null {
  const { startSec, endSec } = reading;
  return milliWh === undefined ? null : tenths(meanPowerW({ startSec, endSec, milliWh }));
}

function tenths(watts: number): number {
  return Math.round(watts * 10) / 10;
}
