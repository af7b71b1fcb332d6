/** `suntap replay`: records out of a capture file, a growing pipe or a text log. */
import { ByteOutput } from '../../base/byte-output.ts';
import { RecentRecords } from '../../record/recent-records.ts';
import { explainFault, explainOutput, explainWarning } from '../explain.ts';
import { DONE, FAILED, NOTHING_FOUND, type ExitStatus } from '../exit-status.ts';
import { supervisorOf } from '../option-values.ts';
import { RecordInput } from '../record-input.ts';
import { RecordOutput } from '../record-output.ts';
import { ReplayReadings } from '../replay-readings.ts';
import { summarize, summaryTable, type Summary } from '../summary.ts';
import { abortOnSignals, Progress, say } from '../terminal.ts';
import type { Invocation } from '../usage.ts';

/** Records remembered per generation; see `RecentRecords`. 6 MiB each at most. */
const REMEMBERED = 250_000;

export async function replay({ operands, options }: Invocation): Promise<ExitStatus> {
  const supervisor = supervisorOf(options);
  if (!supervisor.ok) return FAILED;
  const output = new ByteOutput(process.stdout);
  const kind = options.get('output') ?? 'records';
  const readings = kind === 'readings' ? await ReplayReadings.open(options) : undefined;
  if (kind === 'readings' && readings === undefined) return FAILED;
  const recent = new RecentRecords(readings === undefined ? REMEMBERED : 0);
  const records = new RecordOutput(
    (line) => readings?.take(line) ?? recent.note(line),
    kind === 'records' ? output : undefined,
  );
  const input = new RecordInput({
    path: operands[0] ?? '-',
    supervisor: supervisor.value,
    refuseWrongChecksums: options.has('refuse-wrong-checksums'),
    record: (line) => {
      records.take(line);
    },
  });
  const { pipeline } = input;
  const abort = abortOnSignals();
  const progress = new Progress();
  const end = await input.run(() => {
    output.flush();
    if (output.closed) abort.abort();
    progress.show(() => `${pipeline.packets.packets} packets, ${records.counts.new} records`);
    return output.ready();
  }, abort.signal);
  progress.clear();

  if (!end.ok) {
    readings?.close();
    say(explainFault(end.fault));
    return FAILED;
  }
  await readings?.write(output);
  readings?.close();
  await printSummary(
    summarize(pipeline, records.counts, records.types),
    kind !== 'summary',
    options.has('json'),
    output,
  );
  if (output.fault !== undefined) {
    say(explainOutput(output.fault));
    return FAILED;
  }
  for (const warning of end.warnings) say(explainWarning(warning));
  return records.counts.new > 0 ? DONE : NOTHING_FOUND;
}

/** Beside records the summary is talk; asked for by itself it is data. */
async function printSummary(
  summary: Summary,
  isTalk: boolean,
  json: boolean,
  output: ByteOutput,
): Promise<void> {
  const text = json ? `${JSON.stringify(summary)}\n` : summaryTable(summary);
  if (!isTalk) output.text(text);
  await output.finish();
  if (isTalk) process.stderr.write(text);
}
