/**
 * What the site did, worked out in another way than `src/model`: all history at once in plain objects,
 * energies as BigInt, slots by number in maps. It knows no days until the last step, keeps no state
 * between two calls, and shares nothing with the model but names of types.
 */
import type { GridSense } from '../../src/model/grid-sense.ts';
import type { ProductionSource } from '../../src/model/site-day.ts';
import { localDay, type LocalDay, type TestZone } from './days.ts';
import { history, type OracleHistory, type OracleSpan } from './oracle-history.ts';
import { readLines, type OracleDevice } from './oracle-lines.ts';
import { oracleSense } from './oracle-sense.ts';
import { countedIn, group, slotNumber, sum, type Group } from './oracle-slots.ts';

export interface OracleFlows {
  net: bigint | undefined;
  imported: bigint | undefined;
  exported: bigint | undefined;
  consumption: bigint | undefined;
}

export interface OracleSiteReading extends OracleFlows {
  startSec: number;
  endSec: number;
  kind: 'interval' | 'gap';
  production: bigint | undefined;
  producers: number;
  missing: number;
}

export interface OracleDay extends LocalDay {
  readings: OracleSiteReading[];
  totals: OracleFlows & { production: bigint };
}

export interface Oracle {
  devices: (OracleDevice & OracleHistory)[];
  refused: Record<string, number>;
  source: ProductionSource;
  sense: GridSense;
  days: OracleDay[];
}

const SLOT = 300;

export function oracle(
  lines: readonly string[],
  zone: TestZone,
  production: ProductionSource | 'auto',
  grid: GridSense | 'auto',
): Oracle {
  const { devices: known, times, newestSec, refused } = readLines(lines);
  const devices = known.map((device) => ({ ...device, ...history(device) }));
  const kinds = known.map(({ kind }) => kind);
  const isMeterAlone = kinds.includes('productionMeter') && !kinds.includes('inverter');
  const automatic = isMeterAlone ? 'meter' : 'inverters';
  const source = production === 'auto' ? automatic : production;
  const made = group(devices, source === 'meter' ? 'productionMeter' : 'inverter', newestSec);
  const counted = group(devices, 'gridMeter', newestSec);
  const bounds = new Map(times.map((timeSec) => [localDay(zone, timeSec).name, timeSec]));
  const localDays = [...bounds.values()]
    .sort((a, b) => a - b)
    .map((timeSec) => localDay(zone, timeSec));
  const sense = grid === 'auto' ? oracleSense(localDays, made, counted) : grid;
  const days = localDays.map((day) => dayOf(day, made, counted, sense));
  return { devices, refused, source, sense, days };
}

function dayOf(day: LocalDay, made: Group, counted: Group, sense: GridSense): OracleDay {
  const readings: OracleSiteReading[] = [];
  const isOfDay = ({ endSec }: OracleSpan): boolean =>
    endSec > day.startSec && endSec <= day.endSec;
  const counts = sense.measures === 'unknown' ? [] : counted.gaps;
  const gaps = [...made.gaps, ...counts].filter(isOfDay);
  for (let number = day.startSec / SLOT + 1; number <= day.endSec / SLOT; number++) {
    const reading = slotReading(number, made, counted, sense);
    if (reading !== undefined) readings.push(reading);
    const ending = gaps.filter(({ endSec }) => slotNumber(endSec) === number);
    ending.sort((a, b) => a.endSec - b.endSec || b.startSec - a.startSec);
    for (const gap of ending) {
      const latest = readings.at(-1);
      if (latest?.startSec === gap.startSec && latest.endSec === gap.endSec) {
        if (latest.kind === 'gap') continue;
      }
      readings.push(gapReading(gap, day, made, counted, sense));
    }
  }
  return { ...day, readings, totals: totalsOf(day, readings, counted, sense) };
}

function slotReading(
  number: number,
  made: Group,
  counted: Group,
  sense: GridSense,
): OracleSiteReading | undefined {
  const slot = made.slots.get(number);
  const producers = slot?.known.size ?? 0;
  const missing = slot?.missing.size ?? 0;
  const counts = countedIn(number, counted);
  if (producers === 0 && (counts === undefined || sense.measures === 'unknown')) return undefined;
  const production = producers === 0 ? undefined : slot?.milliWh;
  const endSec = number * SLOT;
  return {
    ...{ startSec: endSec - SLOT, endSec, kind: 'interval', production, producers, missing },
    ...flowsOf(missing === 0 ? production : undefined, counts, sense),
  };
}

function gapReading(
  { startSec, endSec }: OracleSpan,
  day: LocalDay,
  made: Group,
  counted: Group,
  sense: GridSense,
): OracleSiteReading {
  const isSame = (other: OracleSpan): boolean =>
    other.startSec === startSec && other.endSec === endSec;
  const makers = made.gaps.filter(isSame);
  const counts = counted.gaps.filter(isSame);
  return {
    ...{ startSec, endSec, kind: 'gap', producers: makers.length, missing: 0 },
    production: makers.length === 0 ? undefined : sum(makers),
    ...flowsOf(
      madeIn(startSec, endSec, day, made),
      counts.length === 0 ? undefined : sum(counts),
      sense,
    ),
  };
}

/** All production of a time; undefined unless every slot of it is accounted for, and nothing beyond. */
function madeIn(startSec: number, endSec: number, day: LocalDay, made: Group): bigint | undefined {
  const slots: number[] = [];
  for (let end = slotNumber(startSec) + 1; end <= slotNumber(endSec); end++) slots.push(end);
  if (slots.some((number) => (number - 1) * SLOT < day.startSec)) return undefined;
  const gaps = made.gaps
    .filter(({ isAbsence }) => !isAbsence)
    .map((gap) => {
      const isIn = (number: number): boolean =>
        number > slotNumber(gap.startSec) && number <= slotNumber(gap.endSec);
      const isWithin =
        slots.includes(slotNumber(gap.startSec) + 1) && slots.includes(slotNumber(gap.endSec));
      return { ...gap, isIn, isWithin };
    })
    .filter(({ isIn }) => slots.some(isIn));
  // Part of its energy would be of another time.
  if (gaps.some(({ isWithin }) => !isWithin)) return undefined;
  let all = sum(gaps);
  for (const number of slots) {
    const slot = made.slots.get(number);
    if (slot === undefined || slot.known.size + slot.missing.size === 0) return undefined;
    for (const serial of slot.missing) {
      if (!gaps.some((gap) => gap.serial === serial && gap.isIn(number))) return undefined;
    }
    all += slot.milliWh;
  }
  return all;
}

function flowsOf(
  production: bigint | undefined,
  counted: bigint | undefined,
  sense: GridSense,
): OracleFlows {
  if (counted === undefined || sense.measures === 'unknown') return NOTHING;
  const measured = counted * BigInt(sense.sign);
  const isLoad = sense.measures === 'load';
  const other = production === undefined ? undefined : production * (isLoad ? -1n : 1n) + measured;
  const [net, consumption] = isLoad ? [other, measured] : [measured, other];
  if (net === undefined) return { ...NOTHING, consumption };
  return { net, imported: net > 0n ? net : 0n, exported: net < 0n ? -net : 0n, consumption };
}

const NOTHING: OracleFlows = {
  net: undefined,
  imported: undefined,
  exported: undefined,
  consumption: undefined,
};

function totalsOf(
  day: LocalDay,
  readings: readonly OracleSiteReading[],
  counted: Group,
  sense: GridSense,
): OracleDay['totals'] {
  const add = (values: (bigint | undefined)[]): bigint =>
    values.reduce((all: bigint, value) => all + (value ?? 0n), 0n);
  const production = add(readings.map((reading) => reading.production));
  const isOfDay = (endSec: number): boolean => endSec > day.startSec && endSec <= day.endSec;
  const isCounted =
    counted.gaps.some(({ endSec }) => isOfDay(endSec)) ||
    [...counted.slots].some(([number, { known }]) => known.size > 0 && isOfDay(number * SLOT));
  if (!isCounted || sense.measures === 'unknown') return { ...NOTHING, production };
  if (sense.measures === 'load') {
    const slots = [...counted.slots].filter(([number]) => isOfDay(number * SLOT));
    const gaps = counted.gaps.filter(({ endSec }) => isOfDay(endSec));
    const all = add(slots.map(([, { milliWh }]) => milliWh)) + sum(gaps);
    const consumption = all * BigInt(sense.sign);
    if (readings.every(({ net }) => net === undefined)) {
      return { ...NOTHING, production, consumption };
    }
    const imported = add(readings.map((reading) => reading.imported));
    const exported = add(readings.map((reading) => reading.exported));
    return { production, net: imported - exported, imported, exported, consumption };
  }
  return { production, ...netTotals(day, counted, sense.sign, production) };
}

/** Of all that was counted, also where not every meter was heard of. */
function netTotals(day: LocalDay, counted: Group, sign: 1 | -1, production: bigint): OracleFlows {
  const pieces = new Map<string, bigint>();
  const put = (key: string, milliWh: bigint): void => {
    pieces.set(key, (pieces.get(key) ?? 0n) + milliWh * BigInt(sign));
  };
  for (const [number, { milliWh }] of counted.slots) {
    if (number * SLOT > day.startSec && number * SLOT <= day.endSec) put(`${number}`, milliWh);
  }
  for (const { startSec, endSec, milliWh } of counted.gaps) {
    if (endSec > day.startSec && endSec <= day.endSec) put(`${startSec} ${endSec}`, milliWh);
  }
  let [imported, exported] = [0n, 0n];
  for (const net of pieces.values()) {
    if (net > 0n) imported += net;
    else exported -= net;
  }
  const net = imported - exported;
  return { net, imported, exported, consumption: production + net };
}
