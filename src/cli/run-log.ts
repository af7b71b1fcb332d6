/** The log of a running daemon, which other settings may replace while records come. */
import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../config/option-definitions.ts';
import type { Novelty } from '../log/known-records.ts';
import type { LogFault } from '../log/log-fault.ts';
import type { Row } from '../log/row.ts';
import { ScheduledLog } from '../log/scheduled-log.ts';
import type { Calendar } from '../model/calendar.ts';
import type { RecordLine } from '../record/record-line.ts';
import { openLog } from './open-log.ts';
import { say } from './terminal.ts';
import { printable } from './usage.ts';

type Durable = (rows: readonly Row[]) => void;

export class RunLog {
  #settings: Settings['log'];
  #calendar: Calendar;
  #log: ScheduledLog;
  readonly #durable: Durable;

  private constructor(
    settings: Settings['log'],
    calendar: Calendar,
    log: ScheduledLog,
    durable: Durable,
  ) {
    this.#settings = settings;
    this.#calendar = calendar;
    this.#log = log;
    this.#durable = durable;
  }

  /**
   * Undefined when the log cannot be opened; it has been said why.
   * @param durable is given records once they are on the flash
   */
  static open(settings: Settings['log'], calendar: Calendar, durable: Durable): RunLog | undefined {
    const log = openScheduled(settings, calendar, durable);
    return log && new RunLog(settings, calendar, log, durable);
  }

  take(line: RecordLine): Novelty {
    return this.#log.take(line);
  }

  /** Goes on with other settings, or with the old ones when the log cannot be opened by those. */
  change(settings: Settings['log'], calendar: Calendar): void {
    const old = this.#settings;
    if (isDeepStrictEqual(settings, old) && calendar === this.#calendar) return;
    const elsewhere = settings.directory !== old.directory;
    // A directory has one writer, so the same one must be closed before it is opened again.
    if (!elsewhere) this.#close();
    const log = openScheduled(settings, calendar, this.#durable);
    if (log === undefined) {
      // One that was closed opens its directory again by itself, at its next commit.
      say(`Going on with the log in '${printable(old.directory)}' as it was.`);
      return;
    }
    if (elsewhere) this.#close();
    this.#settings = settings;
    this.#calendar = calendar;
    this.#log = log;
  }

  /** Why nothing can be written now. */
  get fault(): LogFault | undefined {
    return this.#log.log.fault;
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
  durable: Durable,
): ScheduledLog | undefined {
  const log = openLog(settings, calendar, durable);
  return log && new ScheduledLog(log, settings.commitInterval);
}
