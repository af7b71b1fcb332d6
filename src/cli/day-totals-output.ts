/** The day totals of a log, printed: those that were kept, and those of the records still there. */
import { latin1 } from '../base/ascii.ts';
import type { ByteOutput } from '../base/byte-output.ts';
import { textOfBinary } from '../base/byte-text.ts';
import { dayTotals, LatestTotals } from '../log/day-totals.ts';
import { isUnreadable } from '../log/log-fault.ts';
import type { LogReader, RecordSelection } from '../log/log-reader.ts';
import type { Row } from '../log/row.ts';
import { writeRecordCsv } from '../record/record-csv.ts';
import type { Calendar } from '../model/calendar.ts';
import type { DamageTeller } from './read-log.ts';
import { rfc3339 } from './time-text.ts';

/** Behind the day: a day total is a short record of type, time, serial and counter. */
const RECORD_COLUMNS = ['type', 'time', 'serial', 'lifetimeEnergyKWh'];

/** How many were printed. */
export function writeDayTotals(
  reader: LogReader,
  selection: RecordSelection,
  isCsv: boolean,
  output: ByteOutput,
  damages: DamageTeller,
  calendar: Calendar,
): number {
  const totals = readTotals(reader, damages, calendar).filter((total) =>
    isWanted(total, selection),
  );
  if (isCsv && totals.length > 0) output.text(`day,${RECORD_COLUMNS.join(',')}\n`);
  for (const total of totals) {
    if (isCsv) {
      output.text(`${calendar.dayName(total.timeSec)},`);
      writeRecordCsv(total, RECORD_COLUMNS.length, output);
    } else {
      output.text(`${JSON.stringify(objectOf(total, calendar))}\n`);
    }
  }
  return totals.length;
}

/** By time. Those of records come behind those that were kept: of the same day they are later. */
function readTotals(reader: LogReader, damages: DamageTeller, { dayEnd }: Calendar): Row[] {
  const totals = new LatestTotals(dayEnd);
  const tell = damages.tell.bind(damages);
  for (const rows of reader.records({}, tell, 'days')) for (const row of rows) totals.add(row);
  for (const segment of reader.segments) {
    const { name, bytes, extent } = segment;
    try {
      const contents = reader.contents(segment);
      if (contents === undefined) continue;
      for (const damage of contents.damage) tell({ layer: 'log', segment: name, ...damage });
      for (const total of dayTotals(contents, dayEnd, () => false)) totals.add(total);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const { records } = extent;
      tell({ layer: 'log', segment: name, offset: 0, bytes, reason: 'unreadable', records });
    }
  }
  return totals.rows();
}

function isWanted(row: Row, { fromSec, toSec, type, serial }: RecordSelection): boolean {
  return (
    row.timeSec >= (fromSec ?? -Infinity) &&
    row.timeSec <= (toSec ?? Infinity) &&
    (type === undefined || row.type === type) &&
    (serial === undefined || serial === textOfBinary(serialOf(row)))
  );
}

/**
 * Has no `fields`, so that it is never taken for a record: imported, it would be a revision of the
 * record that it was made of. The counter stays the decimal that it was sent as.
 */
function objectOf(total: Row, calendar: Calendar): Record<string, string | number> {
  const { data, serialEnd, end, timeSec, type } = total;
  return {
    day: calendar.dayName(timeSec),
    type,
    time: rfc3339(timeSec),
    serial: textOfBinary(serialOf(total)),
    lifetimeEnergyKWh: textOfBinary(latin1(data, serialEnd + 1, end)),
  };
}

function serialOf({ data, serialStart, serialEnd }: Row): string {
  return latin1(data, serialStart, serialEnd);
}
