/** `suntap replay`: records out of a capture file, a growing pipe or a text log. */
import { ByteOutput } from '../../base/byte-output.ts';
import { FileSource } from '../../capture/file-source.ts';
import { describeInput } from '../../capture/input-description.ts';
import type { CaptureEnd, PacketSink, PacketSource } from '../../capture/packet-source.ts';
import { StreamSource } from '../../capture/stream-source.ts';
import { Pipeline } from '../../pipeline.ts';
import { DEFAULT_REASSEMBLY_LIMITS, FILE_REASSEMBLY_LIMITS } from '../../reassembly/limits.ts';
import { parseIpAddress } from '../../wire/ip-address.ts';
import { TextLog } from '../../record/text-log.ts';
import { explainFault, explainOutput, explainWarning, notAnAddress } from '../explain.ts';
import { DONE, FAILED, NOTHING_FOUND, type ExitStatus } from '../exit-status.ts';
import { RecordOutput } from '../record-output.ts';
import { summarize, summaryTable, type Summary } from '../summary.ts';
import { Progress, say } from '../terminal.ts';
import type { Invocation } from '../usage.ts';

/** A pipe may be silent for long: what has waited long enough is looked for this often. */
const TICK_MS = 5_000;

/** Records remembered per generation; see `RecentRecords`. 6 MiB each at most. */
const REMEMBERED = 250_000;

export async function replay({ operands, options }: Invocation): Promise<ExitStatus> {
  const path = operands[0] ?? '-';
  const addressText = options.get('supervisor');
  const supervisor = typeof addressText === 'string' ? parseIpAddress(addressText) : undefined;
  if (typeof addressText === 'string' && supervisor === undefined) {
    say(notAnAddress(addressText));
    return FAILED;
  }
  const output = new ByteOutput(process.stdout);
  const wantsRecords = options.get('output') !== 'summary';
  const records = new RecordOutput(REMEMBERED, wantsRecords ? output : undefined);
  const growing = path === '-';
  const pipeline = new Pipeline({
    supervisor,
    limits: growing ? DEFAULT_REASSEMBLY_LIMITS : FILE_REASSEMBLY_LIMITS,
    refuseWrongChecksums: options.has('refuse-wrong-checksums'),
    record: (line) => {
      records.take(line);
    },
  });

  const abort = new AbortController();
  const stop = () => {
    abort.abort();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const progress = new Progress();
  const sink: PacketSink = {
    packet: (packet) => {
      pipeline.packet(packet);
    },
    ready: () => {
      latestMs = performance.now();
      output.flush();
      if (output.closed) stop();
      progress.show(() => `${pipeline.packets.packets} packets, ${records.counts.new} records`);
      return output.ready();
    },
    text: (chunk) => {
      textLooks ??= describeInput(chunk).detail;
      textLog.push(chunk);
    },
  };
  const textLog = new TextLog(pipeline.telemetry);
  let textLooks: string | undefined;
  let latestMs = performance.now();
  const tick = () => {
    const nowMs = performance.now();
    pipeline.tick(nowMs - latestMs);
    latestMs = nowMs;
    output.flush();
  };
  const source: PacketSource = growing
    ? new StreamSource({ stream: process.stdin, name: 'standard input' })
    : new FileSource({ path });
  const ticking = growing ? setInterval(tick, TICK_MS) : undefined;
  const end = await source.run(sink, abort.signal);
  clearInterval(ticking);
  pipeline.finish();
  textLog.end();
  progress.clear();

  const isOtherText = textLooks !== undefined && pipeline.telemetry.counters.records === 0;
  const result: CaptureEnd = isOtherText ? notACapture(source.name, textLooks) : end;
  if (!result.ok) {
    say(explainFault(result.fault));
    return FAILED;
  }
  await printSummary(
    summarize(pipeline, records.counts, records.types),
    wantsRecords,
    options.has('json'),
    output,
  );
  if (output.fault !== undefined) {
    say(explainOutput(output.fault));
    return FAILED;
  }
  for (const warning of result.warnings) say(explainWarning(warning));
  return records.counts.new > 0 ? DONE : NOTHING_FOUND;
}

/** Text without a single record in it. */
function notACapture(subject: string, detail: string | undefined): CaptureEnd {
  const fault = { layer: 'capture', reason: 'not-a-capture', subject } as const;
  return { ok: false, fault: detail === undefined ? fault : { ...fault, detail } };
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
