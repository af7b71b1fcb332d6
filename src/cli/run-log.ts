/** The log of a running daemon, which other settings may replace while records come. */
import type { ByteOutput } from '../base/byte-output.ts';
import type { Settings } from '../config/option-definitions.ts';
import type { Novelty } from '../log/known-records.ts';
import { ScheduledLog } from '../log/scheduled-log.ts';
import type { Calendar } from '../model/calendar.ts';
import { writeRecordJson } from '../record/record-json.ts';
import type { RecordLine } from '../record/record-line.ts';
import { openLog } from './open-log.ts';
import { say } from './terminal.ts';
import { printable } from './usage.ts';

export class RunLog {
  #settings: Settings['log'];
  readonly #calendar: Calendar;
  #log: ScheduledLog;
  readonly #durable: ByteOutput | undefined;

  private constructor(
    settings: Settings['log'],
    calendar: Calendar,
    log: ScheduledLog,
    durable: ByteOutput | undefined,
  ) {
    this.#settings = settings;
    this.#calendar = calendar;
    this.#log = log;
    this.#durable = durable;
  }

  /**
   * Undefined when the log cannot be opened; it has been said why.
   * @param durable where records are printed once they are on the flash
   */
  static open(
    settings: Settings['log'],
    calendar: Calendar,
    durable: ByteOutput | undefined,
  ): RunLog | undefined {
    const log = openScheduled(settings, calendar, durable);
    return log && new RunLog(settings, calendar, log, durable);
  }

  take(line: RecordLine): Novelty {
    return this.#log.take(line);
  }

  /** Goes on with other settings, or with the old ones when the log cannot be opened by those. */
  change(settings: Settings['log']): void {
    const old = this.#settings;
    const keys = Object.keys(old) as (keyof Settings['log'])[];
    if (keys.every((key) => settings[key] === old[key])) return;
    const elsewhere = settings.directory !== old.directory;
    // A directory has one writer, so the same one must be closed before it is opened again.
    if (!elsewhere) this.#close();
    const log = openScheduled(settings, this.#calendar, this.#durable);
    if (log === undefined) {
      // One that was closed opens its directory again by itself, at its next commit.
      say(`Going on with the log in '${printable(old.directory)}' as it was.`);
      return;
    }
    if (elsewhere) this.#close();
    this.#settings = settings;
    this.#log = log;
  }

  /** Commits what is pending. False when some of it could not be written; that has been said. */
  close(): boolean {
    return this.#close();
  }

  #close(): boolean {
    if (this.#log.close()) return true;
    say(`${this.#log.log.pendingCount} records could not be written to the log and are lost.`);
    return false;
  }
}

function openScheduled(
  settings: Settings['log'],
  calendar: Calendar,
  durable: ByteOutput | undefined,
): ScheduledLog | undefined {
  const print: Parameters<typeof openLog>[2] =
    durable &&
    ((rows) => {
      for (const row of rows) writeRecordJson(row, durable);
      durable.flush();
    });
  const log = openLog(settings, calendar, print);
  return log && new ScheduledLog(log, settings.commitInterval);
}
