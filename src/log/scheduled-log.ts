/**
 * When the log is written: a record is on the flash within the commit interval of its coming, with
 * one commit for all that came meanwhile, and none when nothing came.
 */
import type { RecordLine } from '../record/record-line.ts';
import type { Novelty } from './known-records.ts';
import type { RecordLog } from './record-log.ts';

/** A commit takes its time, and must be over when the interval is. */
const SHARE_OF_INTERVAL = 0.98;
/** A log that cannot be written is tried again this often. */
const RETRY_MS = 60_000;

export class ScheduledLog {
  readonly #log: RecordLog;
  readonly #delayMs: number;
  readonly #retryMs: number;
  /** Timers are monotonic: a clock that jumps changes nothing. */
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;

  constructor(log: RecordLog, commitIntervalSec: number) {
    this.#log = log;
    this.#delayMs = commitIntervalSec * 1000 * SHARE_OF_INTERVAL;
    this.#retryMs = Math.min(RETRY_MS, commitIntervalSec * 1000);
    if (log.fault !== undefined) this.#schedule(this.#retryMs);
  }

  get log(): RecordLog {
    return this.#log;
  }

  take(line: RecordLine): Novelty {
    const novelty = this.#log.add(line);
    if (novelty === 'repeat') return novelty;
    if (this.#log.crowded) this.#commitFull();
    else if (this.#log.full) this.#commitSoon();
    this.#schedule(this.#log.fault === undefined ? this.#delayMs : this.#retryMs);
    return novelty;
  }

  /** A log that has just turned out to be broken is tried again soon, however long its interval is. */
  #commitFull(): void {
    if (this.#log.commitFull()) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule(this.#retryMs);
  }

  /** Commits what is pending, and closes the log. False when something could not be written. */
  close(): boolean {
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    return this.#log.close();
  }

  /**
   * A write takes its time, on some flash a second. Between two packets of a turn the capture would
   * count it as theirs, and break off (see `LibpcapSource`).
   */
  #commitSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined;
      this.#commitFull();
    });
  }

  #schedule(delayMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (!this.#log.commit()) this.#schedule(this.#retryMs);
    }, delayMs);
  }
}
