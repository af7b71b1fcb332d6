/**
 * One local day of the site: what its producers made and what its meter counted, slot by slot, with the
 * gaps, and the sums that the day adds up to.
 */
import type { DeviceDay } from './device-day.ts';
import { EnergySlots, SLOT_SEC, slotOf, type EnergySpan } from './energy-slots.ts';
import { gridEvidence, type GridEvidence, type GridSense } from './grid-sense.ts';

/** Which counters are the production of the site. */
export type ProductionSource = 'inverters' | 'meter';

export interface SiteDay {
  /** YYYY-MM-DD. */
  name: string;
  /** The day is (startSec, endSec]. */
  startSec: number;
  endSec: number;
  devices: readonly DeviceDay[];
  production: EnergySlots;
  /** As its meters count, whichever sense that has. */
  grid: EnergySlots;
  evidence: GridEvidence;
}

/** What happened in a time, as far as it is known; energies in mWh. */
export interface SiteReading {
  startSec: number;
  endSec: number;
  /** `gap`: several slots, of which nobody knows when in them it was made. */
  kind: 'interval' | 'gap';
  /** Of the devices that are counted in `producers`. */
  productionMilliWh: number | undefined;
  producers: number;
  /** Producers of which it is not known what they made in this time: the production is larger. */
  missing: number;
  /** Import less export. */
  netMilliWh: number | undefined;
  importMilliWh: number | undefined;
  exportMilliWh: number | undefined;
  consumptionMilliWh: number | undefined;
}

export function siteDay(
  day: Pick<SiteDay, 'name' | 'startSec' | 'endSec'>,
  devices: readonly DeviceDay[],
  source: ProductionSource,
  until: number,
): SiteDay {
  const { startSec, endSec } = day;
  const kind = source === 'inverters' ? 'inverter' : 'productionMeter';
  const slotsOf = (wanted: string): EnergySlots =>
    new EnergySlots(
      startSec,
      endSec,
      devices.filter(({ device }) => device.kind === wanted),
      until,
    );
  const production = slotsOf(kind);
  const grid = slotsOf('gridMeter');
  return { ...day, devices, production, grid, evidence: gridEvidence(production, grid) };
}

/** The readings of a day in the order of their ends; a gap comes behind the slot that it ends with. */
export function* siteReadings(day: SiteDay, sense: GridSense): Generator<SiteReading, void> {
  const { production } = day;
  const gaps = gapReadings(day, sense);
  let gap = 0;
  for (let index = 0; index < production.milliWh.length; index++) {
    const endSec = (production.first + index) * SLOT_SEC;
    const reading = slotReading(day, index, endSec, sense);
    if (reading !== undefined) yield reading;
    for (; gap < gaps.length; gap++) {
      const next = gaps[gap];
      if (next === undefined || next.endSec > endSec) break;
      yield next;
    }
  }
  for (const late of gaps.slice(gap)) yield late;
}

function slotReading(
  { production, grid }: SiteDay,
  index: number,
  endSec: number,
  sense: GridSense,
): SiteReading | undefined {
  const producers = production.known[index] ?? 0;
  const isCounted = grid.isKnown(index) && sense.measures !== 'unknown';
  if (producers === 0 && !isCounted) return undefined;
  const productionMilliWh = producers === 0 ? undefined : (production.milliWh[index] ?? 0);
  return {
    startSec: endSec - SLOT_SEC,
    endSec,
    kind: 'interval',
    productionMilliWh,
    producers,
    missing: production.missing[index] ?? 0,
    ...flows(
      production.isKnown(index) ? productionMilliWh : undefined,
      isCounted ? grid.milliWh[index] : undefined,
      sense,
    ),
  };
}

/** What went where, as far as it follows from production (all of it) and from what the meter counted. */
export function flows(
  productionMilliWh: number | undefined,
  countedMilliWh: number | undefined,
  sense: GridSense,
): Pick<SiteReading, 'netMilliWh' | 'importMilliWh' | 'exportMilliWh' | 'consumptionMilliWh'> {
  let netMilliWh: number | undefined;
  let consumptionMilliWh: number | undefined;
  if (countedMilliWh !== undefined && sense.measures !== 'unknown') {
    const counted = countedMilliWh * sense.sign + 0;
    if (sense.measures === 'net') {
      netMilliWh = counted;
      if (productionMilliWh !== undefined) consumptionMilliWh = productionMilliWh + counted;
    } else {
      consumptionMilliWh = counted;
      if (productionMilliWh !== undefined) netMilliWh = counted - productionMilliWh;
    }
  }
  return {
    netMilliWh,
    importMilliWh: netMilliWh === undefined ? undefined : Math.max(0, netMilliWh),
    exportMilliWh: netMilliWh === undefined ? undefined : Math.max(0, -netMilliWh),
    consumptionMilliWh,
  };
}

/** One reading for each time that something was silent for: of the producers, the meter, or both. */
function gapReadings({ production, grid }: SiteDay, sense: GridSense): SiteReading[] {
  const times = new Map<string, { startSec: number; endSec: number }>();
  const counted = sense.measures === 'unknown' ? [] : grid.gaps;
  for (const { startSec, endSec } of [...production.gaps, ...counted]) {
    times.set(`${startSec} ${endSec}`, { startSec, endSec });
  }
  const isSame = (one: { startSec: number; endSec: number }, other: typeof one): boolean =>
    one.startSec === other.startSec && one.endSec === other.endSec;
  return [...times.values()]
    .sort((a, b) => a.endSec - b.endSec || b.startSec - a.startSec)
    .map((time) => {
      const made = production.gaps.find((gap) => isSame(gap, time));
      const count = counted.find((gap) => isSame(gap, time));
      return {
        ...time,
        kind: 'gap' as const,
        productionMilliWh: made?.milliWh,
        producers: made?.devices ?? 0,
        missing: 0,
        ...flows(producedIn(production, time), count?.milliWh, sense),
      };
    });
}

/**
 * All that was made in the slots of a time, or undefined where that is not known: something was missing
 * that no gap within this time makes up for, or the time reaches beyond the day.
 */
function producedIn(
  production: EnergySlots,
  time: { startSec: number; endSec: number },
): number | undefined {
  const from = slotOf(time.startSec) + 1;
  const to = slotOf(time.endSec);
  const first = from - production.first;
  const last = to - production.first;
  if (first < 0 || last >= production.milliWh.length) return undefined;
  const isWithin = ({ startSec, endSec }: EnergySpan): boolean =>
    slotOf(startSec) + 1 >= from && slotOf(endSec) <= to;
  const within = production.reaching.filter(isWithin);
  let sum = 0;
  for (let index = first; index <= last; index++) {
    const slot = production.first + index;
    const madeUp = within.filter(
      ({ startSec, endSec }) => slotOf(startSec) < slot && slot <= slotOf(endSec),
    ).length;
    const known = production.known[index] ?? 0;
    if (known + madeUp === 0 || (production.missing[index] ?? 0) > madeUp) return undefined;
    sum += production.milliWh[index] ?? 0;
  }
  return production.gaps.filter(isWithin).reduce((all, { milliWh }) => all + milliWh, sum);
}
