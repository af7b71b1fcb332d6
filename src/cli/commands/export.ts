/** `suntap export`: what is in the log, and what it means, for other programs. */
import { ByteOutput } from '../../base/byte-output.ts';
import type { LogReader, RecordSelection } from '../../log/log-reader.ts';
import type { Row } from '../../log/row.ts';
import { csvColumns, writeRecordCsv } from '../../record/record-csv.ts';
import { writeRecordJson } from '../../record/record-json.ts';
import { MAX_TYPE_DIGITS } from '../../record/record-line.ts';
import { writeDayTotals } from '../day-totals-output.ts';
import { DONE, FAILED, NOTHING_FOUND, type ExitStatus } from '../exit-status.ts';
import { explainOutput } from '../explain.ts';
import { LogReadings } from '../log-readings.ts';
import { textOf } from '../option-values.ts';
import { DamageTeller, withLog } from '../read-log.ts';
import { writeReadings } from '../readings-output.ts';
import { siteOptions } from '../site-settings.ts';
import { say } from '../terminal.ts';
import { parseTimeArgument } from '../time-argument.ts';
import { printable, type Invocation, type OptionValues, type Parsed } from '../usage.ts';

const LINE_FEED = 0x0a;

interface RecordFormat {
  /** The first line of the table; empty when there is none. */
  header: string;
  write: (row: Row, output: ByteOutput) => void;
}

export async function exportRecords({ options }: Invocation): Promise<ExitStatus> {
  const selected = selectionOf(options);
  if (!selected.ok) {
    say(selected.problem);
    return FAILED;
  }
  const selection = selected.value;
  const format = textOf(options, 'format') ?? 'jsonl';
  const isTotals = options.has('totals');
  if (isTotals && format === 'records') {
    say("A day total is no record as it was sent: '--totals' has jsonl and csv.");
    return FAILED;
  }
  // Of one type there are records as they are; a reading is what several mean together.
  const isOfReadings = !isTotals && format !== 'records' && selection.type === undefined;
  return withLog(options, async ({ reader, settings }) => {
    const site = isTotals || isOfReadings ? siteOptions(settings.site) : undefined;
    if (site === undefined && (isTotals || isOfReadings)) return FAILED;
    const damages = new DamageTeller();
    for (const damage of reader.damage) damages.tell(damage);
    const output = new ByteOutput(process.stdout);
    let found: number;
    if (site === undefined) {
      found = await writeRecords(reader, selection, formatOf(format, selection), output, damages);
    } else if (isTotals) {
      const isCsv = format === 'csv';
      found = writeDayTotals(reader, selection, isCsv, output, damages, site.calendar);
    } else {
      const readings = new LogReadings(reader, site, (damage) => {
        damages.tell(damage);
      });
      found = await writeReadings(readings, selection, format === 'csv' ? 'csv' : 'jsonl', output);
    }
    await output.finish();
    if (output.fault !== undefined) {
      say(explainOutput(output.fault));
      return FAILED;
    }
    if (found > 0) return DONE;
    const what = isTotals ? 'day totals' : isOfReadings ? 'readings' : 'records';
    say(`There are no such ${what} in the log in '${printable(reader.directory)}'.`);
    return NOTHING_FOUND;
  });
}

/** How many were found. One frame is in memory at a time, and no more than the reader takes. */
async function writeRecords(
  reader: LogReader,
  selection: RecordSelection,
  { header, write }: RecordFormat,
  output: ByteOutput,
  damages: DamageTeller,
): Promise<number> {
  let found = 0;
  const rowsOfFrames = reader.records(selection, (damage) => {
    damages.tell(damage);
  });
  for (const rows of rowsOfFrames) {
    if (found === 0 && rows.length > 0) output.text(header);
    for (const row of rows) write(row, output);
    found += rows.length;
    await output.ready();
    if (output.closed) break;
  }
  return found;
}

function formatOf(format: string, { type }: RecordSelection): RecordFormat {
  switch (format) {
    case 'csv': {
      const columns = csvColumns(type);
      return {
        header: `${columns.join(',')}\n`,
        write: (row, output) => {
          writeRecordCsv(row, columns.length, output);
        },
      };
    }
    case 'records':
      return { header: '', write: writeLine };
    default:
      return { header: '', write: writeRecordJson };
  }
}

/** The line as it was sent. */
function writeLine({ data, start, end }: Row, output: ByteOutput): void {
  const { buffer, length } = output;
  buffer.set(data.subarray(start, end), length);
  output.length = length + end - start;
  buffer[output.length++] = LINE_FEED;
  output.commit();
}

function selectionOf(options: OptionValues): Parsed<RecordSelection> {
  const selection: RecordSelection = { serial: textOf(options, 'device') };
  for (const [name, bound] of [
    ['from', 'fromSec'],
    ['to', 'toSec'],
  ] as const) {
    const text = textOf(options, name);
    if (text === undefined) continue;
    const time = parseTimeArgument(name, text);
    if (!time.ok) return time;
    selection[bound] = time.value;
  }
  const { fromSec = -Infinity, toSec = Infinity } = selection;
  if (fromSec > toSec) return { ok: false, problem: '--from is later than --to.' };
  const type = textOf(options, 'type');
  if (type === undefined) return { ok: true, value: selection };
  if (!/^\d+$/.test(type) || type.length > MAX_TYPE_DIGITS) {
    const problem = `--type is '${printable(type)}', which is no record type; write a number such as 130.`;
    return { ok: false, problem };
  }
  return { ok: true, value: { ...selection, type: Number(type) } };
}
