/** The scene that `make run` shows: a sunny day, a night, an outage, and what came of it. */

import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SupervisorEvent } from '../sim/supervisor.ts';
import { Feed, readingLine } from './feed.ts';
import type { IntervalReading } from './feed.ts';
import { checkLog } from './log-check.ts';
import { printReport } from './report.ts';
import { Scene, suntapProgram } from './scene.ts';
import type { CaptureKind } from './scene.ts';
import { grouped } from './terminal.ts';
import type { Terminal } from './terminal.ts';

export interface ShowOptions {
  terminal: Terminal;
  capture: CaptureKind;
  /** How long the scene takes, about. */
  durationSec: number;
  /** Days follow one another until `finish` is aborted. */
  forever: boolean;
  /** Ends the scene early, with its report. */
  finish: AbortSignal;
}

/** Intervals of a day of the simulation, which begins at local midnight (07:00 UTC). */
const day = { dawn: 70, morning: 100, dusk: 240, length: 288 };
/** Shares of the scene's time; the rest is for starting, catching up and the report. */
const shares = {
  day: 0.42,
  night: 0.1,
  morning: 0.03,
  refusing: 0.07,
  silent: 0.13,
  recovery: 0.18,
};
const fastestCycleMs = 50;
/** It is written every ten seconds at most. */
const statusWaitMs = 12_000;
/** A site whose first day is a sunny one. */
const seed = 5;
const inverterCount = 24;
const fullKw = inverterCount * 0.32;
/** Every reading at these minutes of the hour stays on the screen; all others come and go. */
const keptMinutes = new Set(['00', '30']);

export class Show {
  readonly #options: ShowOptions;
  readonly #terminal: Terminal;
  readonly #feed: Feed;
  /** Aborted when suntap ends by itself: there is nothing more to show then. */
  readonly #readerGone = new AbortController();
  readonly #finish: AbortSignal;
  #isReplaying = false;
  #unanswered = 0;

  constructor(options: ShowOptions) {
    this.#options = options;
    this.#terminal = options.terminal;
    this.#finish = AbortSignal.any([options.finish, this.#readerGone.signal]);
    this.#feed = new Feed((reading) => {
      this.#showReading(reading);
    });
  }

  /** True where all that was sent was read. @throws Error where the scene cannot be set up. */
  async run(): Promise<boolean> {
    const { capture, durationSec, forever } = this.#options;
    const dayMs = durationSec * 1000 * shares.day;
    const cycleMs = Math.max(fastestCycleMs, dayMs / (day.dusk - day.dawn));
    const scene = await Scene.open({
      capture,
      seed,
      cycleMs,
      keepAlive: true,
      firstInterval: day.dawn,
      inverters: inverterCount,
      rareTypes: true,
      onEvent: (event) => {
        this.#showEvent(event);
      },
      onRecord: (record) => {
        this.#feed.take(record);
      },
    });
    try {
      await scene.startReader();
      void scene.readerEnded?.then(() => {
        this.#readerGone.abort();
      });
      for (let number = 0; !this.#finish.aborted && (number === 0 || forever); number += 1) {
        await this.#playDay(scene, number, dayMs);
      }
      await this.#deliverRest(scene);
      await this.#showStatus(scene);
      const end = await scene.stopReader();
      this.#feed.flush();
      this.#terminal.heading('What was sent, and what was read');
      const complete = printReport(this.#terminal, scene.ledger, scene.readerTalk);
      if (end.code === 0) return this.#showLog(scene) && complete;
      this.#terminal.line(`suntap ended with ${end.signal ?? String(end.code)}:`, 'red');
      this.#terminal.line(scene.readerTalk.trimEnd());
      return false;
    } finally {
      scene.close();
    }
  }

  /** What suntap makes of all that, once its status has come up to it. */
  async #showStatus(scene: Scene): Promise<void> {
    const status = (...args: string[]): string =>
      spawnSync(suntapProgram, ['status', '--status-file', scene.statusFile, ...args], {
        encoding: 'utf8',
      }).stdout;
    const deadlineMs = performance.now() + statusWaitMs;
    const { read } = scene.ledger.totals();
    while (recordsIn(status('--json')) < read && performance.now() < deadlineMs) await sleep(500);
    this.#terminal.heading('What it means', 'suntap status:');
    for (const line of status().trimEnd().split('\n')) this.#terminal.line(line);
  }

  /** Whether the log holds once what was read. */
  #showLog(scene: Scene): boolean {
    // Day after day is more than the ledger remembers line by line.
    if (this.#options.forever) return true;
    const { records, twice, missing, info, whole } = checkLog(scene.logDirectory, scene.ledger);
    this.#terminal.heading('What is in the log', 'suntap log info:');
    for (const line of info.trimEnd().split('\n')) this.#terminal.line(line);
    const good = twice === 0 && missing === 0 && whole;
    this.#terminal.line();
    this.#terminal.line(
      `${grouped(records)} records exported again: ${missing} missing, ${twice} twice; every checksum ${whole ? 'is right' : 'was read, and some are WRONG'}.`,
      good ? 'green' : 'red',
    );
    return good;
  }

  async #playDay(scene: Scene, number: number, dayMs: number): Promise<void> {
    const sceneMs = this.#options.durationSec * 1000;
    const firstInterval = number * 2 * day.length;
    this.#terminal.heading(
      'A sunny day',
      'Every five minutes, here many times faster, the supervisor sends what its devices measured.',
    );
    scene.tell({ command: 'skip', toInterval: firstInterval + day.dawn });
    scene.tell({ command: 'go' });
    if (!(await this.#wait(dayMs))) return;

    this.#terminal.heading('Night', 'The inverters sleep; the supervisor and the meters go on.');
    if (!(await this.#wait(sceneMs * shares.night))) return;

    this.#terminal.heading(
      'The next day, the collector is away',
      'Requests are asked again, then kept; what still crosses the line is read all the same.',
    );
    scene.tell({ command: 'skip', toInterval: firstInterval + day.length + day.morning });
    await this.#wait(sceneMs * shares.morning);
    await scene.setFault('refuse');
    await this.#wait(sceneMs * shares.refusing);
    await scene.setFault('swallow');
    if (!(await this.#wait(sceneMs * shares.silent))) return;

    this.#terminal.heading(
      'The collector is back',
      'The backlog comes in large requests, in no order, between live ones, some of them twice.',
    );
    await scene.setFault('none');
    this.#isReplaying = true;
    await this.#wait(sceneMs * shares.recovery);
    this.#isReplaying = false;
  }

  async #deliverRest(scene: Scene): Promise<void> {
    this.#isReplaying = true;
    await scene.setFault('none');
    await scene.drain();
    await scene.caughtUp(5000);
  }

  /** Until the time is over (true) or the end is asked for (false). */
  #wait(durationMs: number): Promise<boolean> {
    const finish = this.#finish;
    if (finish.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        finish.removeEventListener('abort', end);
        resolve(!finish.aborted);
      };
      const timer = setTimeout(end, durationMs);
      finish.addEventListener('abort', end);
    });
  }

  #showReading(reading: IntervalReading): void {
    const text = readingLine(reading, fullKw);
    const isKept = keptMinutes.has(reading.time.slice(14, 16)) && !this.#isReplaying;
    if (isKept) this.#terminal.line(text);
    else this.#terminal.liveLine(text);
  }

  #showEvent(event: SupervisorEvent): void {
    if (event.event === 'gave-up') {
      const waiting = grouped(event.backlogRecords);
      this.#terminal.line(`no answer; given up for a while, ${waiting} records wait`, 'yellow');
      this.#unanswered = 0;
    }
    if (event.event === 'begin' && (event.kind === 'backlog' || event.kind === 'repeat')) {
      const again = event.kind === 'repeat' ? ', for the second time' : '';
      const bytes = grouped(event.bodyBytes);
      const records = grouped(event.lines.length);
      this.#terminal.line(
        `one request with ${event.intervals} intervals: ${records} records, ${bytes} bytes${again}`,
      );
    }
    if (event.event === 'end' && event.outcome !== 'answered') {
      this.#unanswered += 1;
      this.#terminal.liveLine(`no answer (${event.outcome}), ${this.#unanswered} times`);
    }
  }
}

/** Records that a status counts; 0 where it is none yet. */
function recordsIn(json: string): number {
  try {
    const { counters } = JSON.parse(json) as { counters: { records: number } | null };
    return counters?.records ?? 0;
  } catch {
    return 0;
  }
}
