/**
 * The readings of a replay: its records go into a log of their own, in the directory for temporary
 * files, so that a capture of months takes little memory; what they mean comes out of that log.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ByteOutput } from '../base/byte-output.ts';
import type { Novelty } from '../log/known-records.ts';
import { NODE_FILES } from '../log/log-files.ts';
import { LogReader } from '../log/log-reader.ts';
import { RecordLog } from '../log/record-log.ts';
import type { RecordLine } from '../record/record-line.ts';
import { explainDamage, explainLogFault } from './explain-log.ts';
import { LogReadings } from './log-readings.ts';
import { readSettings } from './log-settings.ts';
import { textOf } from './option-values.ts';
import { writeReadings, type ReadingsFormat } from './readings-output.ts';
import { siteOptions, type SiteOptions } from './site-settings.ts';
import { say } from './terminal.ts';
import type { OptionValues } from './usage.ts';

export class ReplayReadings {
  readonly #log: RecordLog;
  readonly #directory: string;
  readonly #site: SiteOptions;
  readonly #format: ReadingsFormat;

  private constructor(
    log: RecordLog,
    directory: string,
    site: SiteOptions,
    format: ReadingsFormat,
  ) {
    this.#log = log;
    this.#directory = directory;
    this.#site = site;
    this.#format = format;
  }

  /** Undefined when it cannot be; it has been said why. */
  static async open(options: OptionValues): Promise<ReplayReadings | undefined> {
    const settings = await readSettings(options);
    const site = settings && siteOptions(settings.site);
    if (site === undefined) return undefined;
    const directory = mkdtempSync(join(tmpdir(), 'suntap-replay-'));
    const opened = RecordLog.open({
      files: NODE_FILES,
      directory,
      sizeLimitBytes: Infinity,
      freeFloorBytes: 0,
      dayEnd: site.calendar.dayEnd,
      event: (event) => {
        if (event.kind === 'broken') say(explainLogFault(event.fault));
      },
    });
    const format = textOf(options, 'format') === 'csv' ? 'csv' : 'jsonl';
    if (opened.ok) return new ReplayReadings(opened.log, directory, site, format);
    rmSync(directory, { recursive: true, force: true });
    say(explainLogFault(opened.fault));
    return undefined;
  }

  take(line: RecordLine): Novelty {
    const novelty = this.#log.add(line);
    if (this.#log.full) this.#log.commitFull();
    return novelty;
  }

  async write(output: ByteOutput): Promise<void> {
    if (!this.#log.commit()) return;
    const opened = LogReader.open(NODE_FILES, this.#directory);
    if (!opened.ok) {
      say(explainLogFault(opened.fault));
      return;
    }
    const readings = new LogReadings(opened.reader, this.#site, (damage) => {
      say(explainDamage(damage));
    });
    await writeReadings(readings, {}, this.#format, output);
  }

  close(): void {
    this.#log.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
