/** `suntap import`: the records of captures, text logs and exports, into the log. */
import { statSync } from 'node:fs';
import { NODE_FILES } from '../../log/log-files.ts';
import { LogReader } from '../../log/log-reader.ts';
import type { RecordLog } from '../../log/record-log.ts';
import type { RejectReason } from '../../record/record-line.ts';
import type { IpAddress } from '../../wire/ip-address.ts';
import { countTable, group, type CountRow } from '../count-table.ts';
import { explainFault, explainWarning } from '../explain.ts';
import { DONE, FAILED, NOTHING_FOUND, type ExitStatus } from '../exit-status.ts';
import { readLogSettings } from '../log-settings.ts';
import { openLog } from '../open-log.ts';
import { supervisorOf } from '../option-values.ts';
import { RecordInput } from '../record-input.ts';
import { siteOptions } from '../site-settings.ts';
import type { NoveltyCounts } from '../summary.ts';
import { abortOnSignals, Progress, say } from '../terminal.ts';
import type { Invocation } from '../usage.ts';

interface ImportSummary {
  files: number;
  /** Of these, not read to the end or not at all. */
  failedFiles: number;
  newRecords: number;
  knownRecords: number;
  revisions: number;
  /** Lines that are no records, by reason. */
  rejectedLines: Record<string, number>;
  /** Lines of text logs that are no telemetry. */
  otherLines: number;
  /** By how much the log is larger than before; less than 0 when the oldest records made room. */
  grownBytes: number;
  logBytes: number;
  /** The oldest records, that the size limit or the disk had no room for; their day totals stay. */
  givenUpRecords: number;
}

export async function importFiles({ operands, options }: Invocation): Promise<ExitStatus> {
  const supervisor = supervisorOf(options);
  const settings = await readLogSettings(options);
  if (!supervisor.ok || settings === undefined) return FAILED;
  const site = siteOptions(settings.site);
  const log = site && openLog(settings.log, site.calendar);
  if (log === undefined) return FAILED;
  const { directory } = settings.log;
  const before = sizeOf(directory);
  const importer = new Importer(log, supervisor.value);
  for (const path of operands) if (!importer.ended) await importer.read(path);
  const isWritable = log.fault === undefined;
  const isKept = log.close() && isWritable;

  const after = sizeOf(directory);
  const { counts, failedFiles, otherLines, rejected } = importer;
  const added = counts.new + counts.revision;
  const summary: ImportSummary = {
    files: operands.length,
    failedFiles,
    newRecords: counts.new,
    knownRecords: counts.repeat,
    revisions: counts.revision,
    rejectedLines: Object.fromEntries(rejected),
    otherLines,
    grownBytes: after.bytes - before.bytes,
    logBytes: after.bytes,
    givenUpRecords: isKept ? Math.max(0, before.records + added - after.records) : 0,
  };
  if (options.has('json')) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else process.stderr.write(summaryTable(summary));
  return conclude(summary, importer, isKept);
}

/** What the table does not say, and how it went. */
function conclude(summary: ImportSummary, importer: Importer, isKept: boolean): ExitStatus {
  const { givenUpRecords, failedFiles } = summary;
  if (givenUpRecords > 0) {
    say(
      `${group(givenUpRecords)} of the oldest records had no room in the log any more; their day totals stay. More room: --size-limit N, or option size_limit of the configuration.`,
    );
  }
  if (!isKept) {
    say('The log could not be written to the end. Import the same files again when it can be.');
    return FAILED;
  }
  if (importer.interrupted) {
    say('Interrupted. Import the same files again for the rest of them.');
    return FAILED;
  }
  if (failedFiles > 0) return FAILED;
  if (summary.newRecords + summary.knownRecords + summary.revisions > 0) return DONE;
  say('There is no record in what was to be imported.');
  return NOTHING_FOUND;
}

/** Reads one file after another into the log. */
class Importer {
  readonly counts: NoveltyCounts = { new: 0, repeat: 0, revision: 0 };
  readonly rejected = new Map<RejectReason, number>();
  otherLines = 0;
  failedFiles = 0;
  readonly #log: RecordLog;
  readonly #supervisor: IpAddress | undefined;
  readonly #abort = abortOnSignals();
  readonly #progress = new Progress();

  constructor(log: RecordLog, supervisor: IpAddress | undefined) {
    this.#log = log;
    this.#supervisor = supervisor;
  }

  /** Nothing more is to be read: the log cannot be written, or somebody ended it. */
  get ended(): boolean {
    return this.#abort.signal.aborted || this.#log.fault !== undefined;
  }

  get interrupted(): boolean {
    return this.#abort.signal.aborted && this.#log.fault === undefined;
  }

  async read(path: string): Promise<void> {
    const log = this.#log;
    const input = new RecordInput({
      path,
      supervisor: this.#supervisor,
      record: (line) => {
        // What would come into the buffer of a log that cannot be written pushes out what is in it.
        if (log.fault !== undefined) return;
        this.counts[log.add(line)]++;
        if (log.full) log.commitFull();
      },
    });
    const fileBytes = path === '-' ? undefined : sizeOfFile(path);
    const end = await input.run(() => {
      if (log.fault !== undefined) this.#abort.abort();
      this.#progress.show(() => this.#progressText(input, fileBytes));
      return undefined;
    }, this.#abort.signal);
    this.#progress.clear();
    this.otherLines += input.otherLines;
    for (const [reason, count] of input.pipeline.telemetry.counters.rejected) {
      this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + count);
    }
    if (end.ok) {
      for (const warning of end.warnings) say(explainWarning(warning));
    } else {
      this.failedFiles++;
      say(explainFault(end.fault));
    }
  }

  #progressText({ name, readBytes }: RecordInput, fileBytes: number | undefined): string {
    const { counts } = this;
    const records = `${group(counts.new + counts.repeat + counts.revision)} records`;
    if (readBytes === undefined || fileBytes === undefined) return `${name}: ${records}`;
    const percent = Math.min(100, Math.floor((readBytes / fileBytes) * 100));
    return `${name}: ${percent} % of ${group(fileBytes / 1e6)} MB, ${records}`;
  }
}

/** Undefined for a pipe and for what is not there. */
function sizeOfFile(path: string): number | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size > 0 ? stats.size : undefined;
}

/** What the log holds; nothing, where it cannot be read. */
function sizeOf(directory: string): { records: number; bytes: number } {
  const opened = LogReader.open(NODE_FILES, directory);
  let [records, bytes] = [0, 0];
  if (!opened.ok) return { records, bytes };
  for (const segment of opened.reader.segments) {
    records += segment.extent.records;
    bytes += segment.bytes;
  }
  for (const segment of opened.reader.days) bytes += segment.bytes;
  return { records, bytes };
}

function summaryTable(summary: ImportSummary): string {
  const rows: CountRow[] = [
    { name: 'new records', count: summary.newRecords },
    { name: 'already there', count: summary.knownRecords },
    { name: 'revisions', count: summary.revisions },
  ];
  for (const [reason, count] of Object.entries(summary.rejectedLines)) {
    rows.push({ name: `lines rejected: ${reason}`, count });
  }
  if (summary.otherLines > 0)
    rows.push({ name: 'lines without telemetry', count: summary.otherLines });
  if (summary.failedFiles > 0) {
    rows.push({ name: 'files not read', count: summary.failedFiles, note: `of ${summary.files}` });
  }
  rows.push({ name: 'bytes in the log', count: summary.logBytes, note: growthText(summary) });
  return countTable(rows);
}

function growthText({ grownBytes }: ImportSummary): string {
  if (grownBytes === 0) return 'as before';
  return grownBytes > 0 ? `${group(grownBytes)} more` : `${group(-grownBytes)} fewer`;
}
