/**
 * A reading as named values: one row of CSV, or the names of a JSON object. README explains each.
 * Energies are exact; powers that follow from them are rounded to a tenth of a watt.
 */
import { latin1 } from '../base/ascii.ts';
import { fieldEnd, type RecordLine } from '../record/record-line.ts';
import type { DeviceDay } from '../model/device-day.ts';
import { meanPowerW, spanKind, type DeviceSpan, type EnergySpan } from '../model/energy-slots.ts';
import { readEnergy, wattHours } from '../model/energy-text.ts';
import type { SiteReading } from '../model/site-day.ts';
import { rfc3339 } from './time-text.ts';

/** In the order of the columns; units last. */
export const READING_COLUMNS = [
  'time',
  'seconds',
  'scope',
  'serial',
  'kind',
  'energyWh',
  'meanPowerW',
  'lifetimeWh',
  'powerW',
  'voltageV',
  'currentA',
  'dcPowerW',
  'dcVoltageV',
  'dcCurrentA',
  'heatSinkTemperatureC',
  'frequencyHz',
  'reactivePowerVar',
  'apparentPowerVA',
  'powerFactor',
  'productionWh',
  'productionW',
  'netWh',
  'netW',
  'importWh',
  'exportWh',
  'consumptionWh',
  'consumptionW',
  'producers',
  'missing',
] as const;

export type ReadingColumn = (typeof READING_COLUMNS)[number];
export type ReadingRow = Partial<Record<ReadingColumn, string>>;

/** These are words, all others numbers. */
const WORDS = new Set<ReadingColumn>(['time', 'scope', 'serial', 'kind']);

/** Fields of a record by type, the type being field 0; `kilo`: sent in thousands. */
const FIELDS: ReadonlyMap<
  number,
  readonly { field: number; column: ReadingColumn; kilo?: true }[]
> = new Map([
  [
    130,
    [
      { field: 5, column: 'lifetimeWh', kilo: true },
      { field: 6, column: 'powerW', kilo: true },
      { field: 7, column: 'voltageV' },
      { field: 8, column: 'currentA' },
      { field: 9, column: 'dcPowerW', kilo: true },
      { field: 10, column: 'dcVoltageV' },
      { field: 11, column: 'dcCurrentA' },
      { field: 12, column: 'heatSinkTemperatureC' },
      { field: 13, column: 'frequencyHz' },
    ],
  ],
  [
    140,
    [
      { field: 5, column: 'lifetimeWh', kilo: true },
      { field: 6, column: 'powerW', kilo: true },
      { field: 7, column: 'reactivePowerVar', kilo: true },
      { field: 8, column: 'apparentPowerVA', kilo: true },
      { field: 9, column: 'powerFactor' },
      { field: 10, column: 'frequencyHz' },
    ],
  ],
]);

const DECIMAL = /^-?(?:\d+(?:\.\d+)?|\.\d+)$/;

/** Whether records of a type are readings of a counter. */
export function isReading(type: number): boolean {
  return FIELDS.has(type);
}

/** What a record says by itself: what its device measured at that time. */
export function momentaryValues(line: RecordLine, row: ReadingRow): void {
  const fields = FIELDS.get(line.type);
  if (fields === undefined) return;
  const { data, end } = line;
  let start = line.serialEnd + 1;
  let next = 0;
  for (let field = 3; start <= end && next < fields.length; field++) {
    const behind = fieldEnd(data, start, end);
    const wanted = fields[next];
    if (wanted?.field === field) {
      next++;
      const value = valueOf(data, start, behind, wanted.kilo === true);
      if (value !== undefined) row[wanted.column] = value;
    }
    start = behind + 1;
  }
}

/** Exactly what was sent, in units without kilo; undefined for what is no number. */
function valueOf(data: Uint8Array, start: number, end: number, kilo: boolean): string | undefined {
  if (!kilo) {
    const text = latin1(data, start, Math.min(end, start + 32));
    return DECIMAL.test(text)
      ? text.replace(/^(-?)0+(?=\d)/, '$1').replace(/^(-?)\./, '$10.')
      : undefined;
  }
  const energy = readEnergy(data, start, end);
  return energy === undefined ? undefined : wattHours(energy.milliWh);
}

/** What the energy of a device was in the time up to its reading. */
export function spanValues({ device, rules }: DeviceDay, span: DeviceSpan, row: ReadingRow): void {
  row.scope = device.kind;
  row.kind = spanKind(span, rules);
  row.seconds = String(span.endSec - span.startSec);
  row.energyWh = wattHours(span.milliWh);
  row.meanPowerW = power(span, span.milliWh);
}

export function siteRow(reading: SiteReading): ReadingRow {
  const { startSec, endSec, kind, producers, missing } = reading;
  const row: ReadingRow = {
    time: rfc3339(endSec),
    seconds: String(endSec - startSec),
    scope: 'site',
    kind,
  };
  const energies = [
    ['productionWh', 'productionW', reading.productionMilliWh],
    ['netWh', 'netW', reading.netMilliWh],
    ['importWh', undefined, reading.importMilliWh],
    ['exportWh', undefined, reading.exportMilliWh],
    ['consumptionWh', 'consumptionW', reading.consumptionMilliWh],
  ] as const;
  for (const [energy, mean, milliWh] of energies) {
    if (milliWh === undefined) continue;
    row[energy] = wattHours(milliWh);
    if (mean !== undefined) row[mean] = power(reading, milliWh);
  }
  row.producers = String(producers);
  row.missing = String(missing);
  return row;
}

function power({ startSec, endSec }: Omit<EnergySpan, 'milliWh'>, milliWh: number): string {
  return String(Math.round(meanPowerW({ startSec, endSec, milliWh }) * 10) / 10);
}

export function csvRow(row: ReadingRow): string {
  return `${READING_COLUMNS.map((column) => row[column] ?? '').join(',')}\n`;
}

/** The values as the inside of a JSON object, without its braces. */
export function jsonValues(row: ReadingRow): string {
  return READING_COLUMNS.flatMap((column) => {
    const value = row[column];
    if (value === undefined) return [];
    return [`"${column}":${WORDS.has(column) ? JSON.stringify(value) : value}`];
  }).join(',');
}
