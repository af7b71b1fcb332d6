/** What a running daemon makes of its records: the model, the sums of its days, and the status file. */
import type { Settings } from '../config/option-definitions.ts';
import type { LogFault } from '../log/log-fault.ts';
import { NODE_FILES } from '../log/log-files.ts';
import { LogReader } from '../log/log-reader.ts';
import type { RecordLine } from '../record/record-line.ts';
import { Health } from '../model/health.ts';
import { healthSentence } from './explain-health.ts';
import { explainLogFault } from './explain-log.ts';
import { LiveSite } from './live-site.ts';
import { SiteDaysFile } from './site-days-file.ts';
import type { SiteOptions } from './site-settings.ts';
import { StatusFile } from './status-file.ts';
import { say } from './terminal.ts';
import { siteStatus, type Status } from './status-snapshot.ts';
import type { Summary } from './summary.ts';
import { rfc3339 } from './time-text.ts';

/** Written in by the build from package.json. */
declare const SUNTAP_VERSION: string;

/** Silence is noticed within a minute. */
const JUDGE_MS = 60_000;

export interface RunSiteOptions {
  settings: Settings;
  site: SiteOptions;
  statusFile: string;
  /** Why the log cannot be written now. */
  logFault: () => LogFault | undefined;
  summary: () => Summary | undefined;
}

export class RunSite {
  readonly #options: RunSiteOptions;
  readonly #live: LiveSite;
  readonly #days: SiteDaysFile;
  readonly #status: StatusFile;
  readonly #startedAt = rfc3339(Math.floor(Date.now() / 1000));
  readonly #health: Health;
  /** Requests that the supervisor has sent, and when there was one more, by the monotonic clock. */
  #requests = 0;
  #heardMs = performance.now();
  #judgedMs = -Infinity;
  /** Of the days in the file, the end of the newest. */
  #writtenSec = -Infinity;

  constructor(options: RunSiteOptions) {
    this.#options = options;
    const { directory } = options.settings.log;
    const { silentAfter, weakShare } = options.settings.health;
    this.#health = new Health({ silentAfterSec: silentAfter, weakSharePercent: weakShare });
    this.#days = new SiteDaysFile(directory);
    this.#status = new StatusFile(options.statusFile, () => this.#snapshot());
    this.#live = new LiveSite({
      site: options.site,
      openLog: () => {
        const opened = LogReader.open(NODE_FILES, directory);
        return opened.ok ? opened.reader : undefined;
      },
      changed: () => {
        this.#writeDays();
        this.#judge();
        this.#status.changed();
      },
    });
  }

  /** Begins to read what the log holds already; the capture has begun. */
  start(): void {
    this.#live.start();
    this.#status.changed();
  }

  take(line: RecordLine): void {
    this.#health.note(this.#live.take(line));
  }

  /** All records that came together have been taken. */
  settle(): void {
    this.#live.settle();
    if (performance.now() - this.#judgedMs >= JUDGE_MS) this.#judge();
  }

  /** The records taken are in the log. */
  committed(): void {
    this.#live.committed();
  }

  close(): void {
    this.#live.stop();
    this.#status.close();
  }

  /** What is wrong is known only once the days gone by are. */
  #judge(): void {
    const nowMs = performance.now();
    this.#judgedMs = nowMs;
    const counts = this.#options.summary()?.requests;
    const requests = counts === undefined ? 0 : counts.data + counts.command;
    if (requests !== this.#requests) this.#heardMs = nowMs;
    this.#requests = requests;
    if (!this.#live.isComplete) return;
    const events = this.#health.update({
      site: this.#live.model,
      nowMs,
      sinceHeardMs: nowMs - this.#heardMs,
      collector: { requests, answers: counts === undefined ? 0 : counts.answered - counts.refused },
    });
    for (const { change, condition } of events) {
      const sentence = healthSentence(condition);
      say(change === 'begin' ? sentence : `No more: ${sentence}`);
    }
    if (events.length > 0) this.#status.changed();
  }

  /** Once a day, when a new one has begun, and only when all of the log is known. */
  #writeDays(): void {
    const { days } = this.#live.model;
    const over = days.at(-2)?.endSec ?? -Infinity;
    if (!this.#live.isComplete || over <= this.#writtenSec) return;
    this.#writtenSec = over;
    try {
      this.#days.write(days);
    } catch {
      // The log on the same file system tells what is wrong; tomorrow it is tried again.
    }
  }

  #snapshot(): Status {
    const { settings, logFault, summary } = this.#options;
    const { main, log } = settings;
    const { model } = this.#live;
    const fault = logFault();
    return {
      version: SUNTAP_VERSION,
      pid: process.pid,
      startedAt: this.#startedAt,
      writtenAt: rfc3339(Math.floor(Date.now() / 1000)),
      supervisor: main.supervisor ?? null,
      interface: main.interface,
      complete: this.#live.isComplete,
      ...siteStatus(model, this.#days.merge(model.days)),
      health: this.#health.active.map((condition) => ({
        kind: condition.kind,
        subject: condition.subject,
        since: rfc3339(condition.sinceSec),
        sentence: healthSentence(condition),
      })),
      log: {
        directory: log.directory,
        fault: fault === undefined ? null : explainLogFault(fault),
      },
      counters: summary() ?? null,
    };
  }
}
