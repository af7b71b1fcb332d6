/** What stays in memory of a day once its readings are only in the log. */
import type { DayStates } from './day-states.ts';
import type { GridEvidence, GridSense } from './grid-sense.ts';
import { siteReadings, type SiteDay } from './site-day.ts';

export interface DaySummary {
  /** YYYY-MM-DD. */
  name: string;
  startSec: number;
  endSec: number;
  /** Newest record of the day. */
  lastSec: number;
  /** All energy whose span ended in the day, mWh, by the index of the device. */
  deviceMilliWh: Float64Array;
  /** Of the counters that are the production of the site. */
  productionMilliWh: number;
  /** What the grid meter counted up, and down, whichever is import; undefined: it counted nothing. */
  counted: { upMilliWh: number; downMilliWh: number } | undefined;
  /** Import and export where the meter measures the house, for either sign. */
  ifLoad: Readonly<Record<'1' | '-1', { importMilliWh: number; exportMilliWh: number }>>;
  evidence: GridEvidence;
  /** Where each device stood at the end of the day. */
  states: DayStates;
}

/** What a day adds up to, as far as it is known; energies in mWh. */
export interface DayTotals {
  productionMilliWh: number;
  netMilliWh: number | undefined;
  importMilliWh: number | undefined;
  exportMilliWh: number | undefined;
  consumptionMilliWh: number | undefined;
}

/** @param devices how many the site has */
export function summarizeDay(
  day: SiteDay,
  states: DayStates,
  devices: number,
  lastSec: number,
): DaySummary {
  const { name, startSec, endSec, production, grid, evidence } = day;
  const deviceMilliWh = new Float64Array(devices);
  for (const { device, spans } of day.devices) {
    deviceMilliWh[device.index] = spans.reduce((sum, { milliWh }) => sum + milliWh, 0);
  }
  let upMilliWh = 0;
  let downMilliWh = 0;
  const count = (milliWh: number): void => {
    if (milliWh > 0) upMilliWh += milliWh;
    else downMilliWh -= milliWh;
  };
  grid.milliWh.forEach(count);
  for (const gap of grid.gaps) count(gap.milliWh);
  const isCounted = grid.known.some((known) => known > 0) || grid.gaps.length > 0;
  return {
    name,
    startSec,
    endSec,
    lastSec,
    deviceMilliWh,
    productionMilliWh: production.totalMilliWh,
    counted: isCounted ? { upMilliWh, downMilliWh } : undefined,
    ifLoad: { '1': flowsIfLoad(day, 1), '-1': flowsIfLoad(day, -1) },
    evidence,
    states,
  };
}

function flowsIfLoad(day: SiteDay, sign: 1 | -1): { importMilliWh: number; exportMilliWh: number } {
  const flows = { importMilliWh: 0, exportMilliWh: 0 };
  for (const reading of siteReadings(day, { measures: 'load', sign })) {
    flows.importMilliWh += reading.importMilliWh ?? 0;
    flows.exportMilliWh += reading.exportMilliWh ?? 0;
  }
  return flows;
}

export function dayTotals(summary: DaySummary, sense: GridSense): DayTotals {
  const { productionMilliWh, counted, ifLoad } = summary;
  if (counted === undefined || sense.measures === 'unknown') {
    return {
      productionMilliWh,
      netMilliWh: undefined,
      importMilliWh: undefined,
      exportMilliWh: undefined,
      consumptionMilliWh: undefined,
    };
  }
  const { upMilliWh, downMilliWh } = counted;
  const signed = (upMilliWh - downMilliWh) * sense.sign + 0;
  if (sense.measures === 'load') {
    const netMilliWh = signed - productionMilliWh;
    return { productionMilliWh, netMilliWh, ...ifLoad[sense.sign], consumptionMilliWh: signed };
  }
  const [importMilliWh, exportMilliWh] =
    sense.sign > 0 ? [upMilliWh, downMilliWh] : [downMilliWh, upMilliWh];
  const consumptionMilliWh = productionMilliWh + signed;
  return {
    productionMilliWh,
    netMilliWh: signed,
    importMilliWh,
    exportMilliWh,
    consumptionMilliWh,
  };
}
