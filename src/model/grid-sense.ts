/**
 * What the meter at the grid means: installations differ in the sign of its counter, and some measure
 * what the house takes instead of what crosses the connection.
 *
 * The sign: in a night nothing is produced and a house always takes something, so whichever way the
 * counter moves then is import. What is measured: a net meter runs back when more is made than taken;
 * one that never does, on days with production, either measures the house or stands in one that takes
 * more than it makes. These two differ in what it does when production rises: a net meter falls by as
 * much, a meter of the house does not care.
 */
import { SLOT_SEC, type EnergySlots } from './energy-slots.ts';

export type GridSense =
  /** Nothing that depends on it may be said. */
  | { measures: 'unknown' }
  /** `sign` times what the meter counts is import less export. */
  | { measures: 'net'; sign: 1 | -1 }
  /** `sign` times what the meter counts is consumption. */
  | { measures: 'load'; sign: 1 | -1 };

/** What one day says of it; sums of energies of slots in Wh. Adds up over days, in any order. */
export interface GridEvidence {
  /** Counted in slots in which nothing was produced. */
  nightMilliWh: number;
  nightSec: number;
  /** Produced in slots in which the meter counted, too. */
  producedMilliWh: number;
  /** Least and most that the meter counted in a slot with production; 0 where there was none. */
  leastMilliWh: number;
  mostMilliWh: number;
  /** For the slope of what is counted against what is produced, by least squares. */
  slots: number;
  sumProduced: number;
  sumCounted: number;
  sumProducedSquared: number;
  sumProducedCounted: number;
}

/** Of the night, before its sign is believed. */
const LEAST_NIGHT_MILLI_WH = 50_000;
const LEAST_NIGHT_SEC = 3600;
/** Days of production without a fall, before a meter is taken for one of the house. */
const DAYS_WITHOUT_FALL = 3;
const DAY_OF_PRODUCTION_MILLI_WH = 1_000_000;
/** Less than this in a slot is no fall: counters are rounded. */
const FALL_MILLI_WH = 1000;
/** A net meter has -1, a meter of the house 0; what a house takes at noon moves both up a little. */
const SLOPE_OF_NET = -0.5;

export function gridEvidence(production: EnergySlots, grid: EnergySlots): GridEvidence {
  const evidence: GridEvidence = {
    nightMilliWh: 0,
    nightSec: 0,
    producedMilliWh: 0,
    leastMilliWh: 0,
    mostMilliWh: 0,
    slots: 0,
    sumProduced: 0,
    sumCounted: 0,
    sumProducedSquared: 0,
    sumProducedCounted: 0,
  };
  for (let index = 0; index < grid.milliWh.length; index++) {
    if (!grid.isKnown(index) || !production.isKnown(index)) continue;
    const counted = grid.milliWh[index] ?? 0;
    const produced = production.milliWh[index] ?? 0;
    if (produced === 0) {
      evidence.nightMilliWh += counted;
      evidence.nightSec += SLOT_SEC;
      continue;
    }
    evidence.producedMilliWh += produced;
    evidence.leastMilliWh = Math.min(evidence.leastMilliWh, counted);
    evidence.mostMilliWh = Math.max(evidence.mostMilliWh, counted);
    const producedWh = produced / 1000;
    const countedWh = counted / 1000;
    evidence.slots++;
    evidence.sumProduced += producedWh;
    evidence.sumCounted += countedWh;
    evidence.sumProducedSquared += producedWh * producedWh;
    evidence.sumProducedCounted += producedWh * countedWh;
  }
  return evidence;
}

/** What the days say together. */
export function gridSense(days: Iterable<GridEvidence>): GridSense {
  let nightMilliWh = 0;
  let nightSec = 0;
  let daysOfProduction = 0;
  let least = 0;
  let most = 0;
  let slots = 0;
  let produced = 0;
  let counted = 0;
  let producedSquared = 0;
  let producedCounted = 0;
  for (const day of days) {
    nightMilliWh += day.nightMilliWh;
    nightSec += day.nightSec;
    if (day.producedMilliWh >= DAY_OF_PRODUCTION_MILLI_WH) daysOfProduction++;
    least = Math.min(least, day.leastMilliWh);
    most = Math.max(most, day.mostMilliWh);
    slots += day.slots;
    produced += day.sumProduced;
    counted += day.sumCounted;
    producedSquared += day.sumProducedSquared;
    producedCounted += day.sumProducedCounted;
  }
  if (Math.abs(nightMilliWh) < LEAST_NIGHT_MILLI_WH || nightSec < LEAST_NIGHT_SEC) {
    return { measures: 'unknown' };
  }
  const sign = nightMilliWh > 0 ? 1 : -1;
  const fall = sign > 0 ? least : -most;
  if (fall < -FALL_MILLI_WH) return { measures: 'net', sign };
  if (daysOfProduction < DAYS_WITHOUT_FALL) return { measures: 'unknown' };
  const spread = slots * producedSquared - produced * produced;
  const slope = spread > 0 ? (slots * producedCounted - produced * counted) / spread : 0;
  return { measures: sign * slope < SLOPE_OF_NET ? 'net' : 'load', sign };
}
