/** Prints the readings of a log, as jsonl or csv. */
import { latin1 } from '../base/ascii.ts';
import type { ByteOutput } from '../base/byte-output.ts';
import type { RecordSelection } from '../log/log-reader.ts';
import type { Row } from '../log/row.ts';
import type { DeviceDay } from '../model/device-day.ts';
import type { DeviceSpan } from '../model/energy-slots.ts';
import { siteReadings, type SiteReading } from '../model/site-day.ts';
import { writeRecordJson } from '../record/record-json.ts';
import type { LogReadings, ReadingDay } from './log-readings.ts';
import {
  csvRow,
  isReading,
  jsonValues,
  momentaryValues,
  READING_COLUMNS,
  siteRow,
  spanValues,
  type ReadingRow,
} from './reading-columns.ts';
import { rfc3339 } from './time-text.ts';

export type ReadingsFormat = 'csv' | 'jsonl';

/** How many rows were printed. One day is in memory at a time, and no more than the reader takes. */
export async function writeReadings(
  readings: LogReadings,
  selection: RecordSelection,
  format: ReadingsFormat,
  output: ByteOutput,
): Promise<number> {
  const print = format === 'csv' ? printCsv : printJson;
  let found = 0;
  for (const day of readings.days(selection)) {
    for (const item of rowsOf(day, readings, selection)) {
      if (!print(item, output, found === 0)) continue;
      found++;
      await output.ready();
      if (output.closed) return found;
    }
  }
  return found;
}

/** A record with what it means, or a reading of the site. */
type Item = { record: Row; row: ReadingRow } | { record: undefined; row: ReadingRow };

function* rowsOf(
  { records, site }: ReadingDay,
  { model }: LogReadings,
  { fromSec = -Infinity, toSec = Infinity, serial }: RecordSelection,
): Generator<Item, void> {
  const isWanted = (timeSec: number): boolean => timeSec >= fromSec && timeSec <= toSec;
  const spans = new Spans(site?.devices ?? []);
  const readings: Iterator<SiteReading, void> =
    site === undefined || serial !== undefined
      ? [][Symbol.iterator]()
      : siteReadings(site, model.sense);
  let next = readings.next();
  for (const [index, record] of records.entries()) {
    while (next.done !== true && next.value.endSec < record.timeSec) {
      if (isWanted(next.value.endSec)) yield { record: undefined, row: siteRow(next.value) };
      next = readings.next();
    }
    const name = latin1(record.data, record.serialStart, record.serialEnd);
    if (!isWanted(record.timeSec) || (serial !== undefined && name !== serial)) continue;
    const row: ReadingRow = {};
    momentaryValues(record, row);
    if (!isRevised(records, index, name)) spans.put(name, record, row);
    yield { record, row };
  }
  for (; next.done !== true; next = readings.next()) {
    if (isWanted(next.value.endSec)) yield { record: undefined, row: siteRow(next.value) };
  }
}

/** Whether a later one of the same device and time follows, which is the one that counts. */
function isRevised(records: readonly Row[], index: number, name: string): boolean {
  const { timeSec, type } = records[index] ?? { timeSec: NaN, type: 0 };
  for (let later = index + 1; records[later]?.timeSec === timeSec; later++) {
    const record = records[later];
    if (record?.type !== type) continue;
    if (latin1(record.data, record.serialStart, record.serialEnd) === name) return true;
  }
  return false;
}

/** The energies of a day by device and end. */
class Spans {
  readonly #devices = new Map<string, { day: DeviceDay; byEnd: Map<number, DeviceSpan> }>();

  constructor(days: readonly DeviceDay[]) {
    for (const day of days) {
      const byEnd = new Map(day.spans.map((span) => [span.endSec, span]));
      this.#devices.set(day.device.serial, { day, byEnd });
    }
  }

  put(serial: string, record: Row, row: ReadingRow): void {
    const known = this.#devices.get(serial);
    if (known === undefined) return;
    row.scope = known.day.device.kind;
    const span = isReading(record.type) ? known.byEnd.get(record.timeSec) : undefined;
    if (span !== undefined) spanValues(known.day, span, row);
  }
}

/** Only readings are in the table. True when a row was printed. */
function printCsv({ record, row }: Item, output: ByteOutput, isFirst: boolean): boolean {
  if (record !== undefined) {
    if (!isReading(record.type) || row.scope === undefined) return false;
    row.time = rfc3339(record.timeSec);
    row.serial = latin1(record.data, record.serialStart, record.serialEnd);
  }
  if (isFirst) output.text(`${READING_COLUMNS.join(',')}\n`);
  output.text(csvRow(row));
  return true;
}

/** Every record is there as it was sent, in `fields`, so that the output can be imported again. */
function printJson({ record, row }: Item, output: ByteOutput): boolean {
  if (record === undefined) output.text(`{${jsonValues(row)}}\n`);
  else {
    const values = jsonValues(row);
    writeRecordJson(record, output, values === '' ? undefined : `"],${values}}\n`);
  }
  return true;
}
