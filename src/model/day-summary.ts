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
  /** Where the meter measures the house, for either sign. */
  ifLoad: Readonly<Record<'1' | '-1', LoadFlows>>;
  evidence: GridEvidence;
  /** Where each device stood at the end of the day. */
  states: DayStates;
  /** By device: readings behind this time cannot change the day any more. */
  decidedSec: Float64Array;
}

/** What went in and out in those readings of which both consumption and production are known. */
export interface LoadFlows {
  importMilliWh: number;
  exportMilliWh: number;
  readings: number;
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
  const decidedSec = new Float64Array(devices);
  for (const { device, spans, decidedSec: timeSec } of day.devices) {
    deviceMilliWh[device.index] = spans.reduce((sum, { milliWh }) => sum + milliWh, 0);
    decidedSec[device.index] = timeSec;
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
    decidedSec,
  };
}

function flowsIfLoad(day: SiteDay, sign: 1 | -1): LoadFlows {
  const flows = { importMilliWh: 0, exportMilliWh: 0, readings: 0 };
  for (const { importMilliWh, exportMilliWh } of siteReadings(day, { measures: 'load', sign })) {
    if (importMilliWh === undefined || exportMilliWh === undefined) continue;
    flows.importMilliWh += importMilliWh;
    flows.exportMilliWh += exportMilliWh;
    flows.readings++;
  }
  return flows;
}

export function dayTotals(
  summary: Pick<DaySummary, 'productionMilliWh' | 'counted' | 'ifLoad'>,
  sense: GridSense,
): DayTotals {
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
    const { importMilliWh, exportMilliWh, readings } = ifLoad[sense.sign];
    const isKnown = readings > 0;
    return {
      productionMilliWh,
      netMilliWh: isKnown ? importMilliWh - exportMilliWh : undefined,
      importMilliWh: isKnown ? importMilliWh : undefined,
      exportMilliWh: isKnown ? exportMilliWh : undefined,
      consumptionMilliWh: signed,
    };
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
