/**
 * Cuts the power on one file system: loads a machine, takes what the flash holds at chosen moments,
 * lets another machine look at it, and judges. Then kills machines that go on with what the one
 * before has left.
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../../scripts/sim/noise.ts';
import type { Image } from '../image/image.ts';
import { judgePart, recordLines } from '../judge/part-judge.ts';
import type { Cut, JudgedCut } from '../judge/part-judge.ts';
import { SentLines } from '../judge/sent-lines.ts';
import { oldLines } from '../image/old-log.ts';
import { FlashFile, flashLayout } from '../machine/flash-file.ts';
import type { FileSystem, LoadJob } from '../machine/job.ts';
import { Machine } from '../machine/machine.ts';
import { firstNewInterval } from '../machine/site.ts';
import { Moments } from './moment.ts';
import type { CopiedKind } from './moment.ts';

export interface TrialOptions {
  image: Image;
  fileSystem: FileSystem;
  seed: number;
  /** Cuts by copying the flash of one machine, in this order. */
  copies: readonly CopiedKind[];
  /** Cuts by killing one machine after the other. */
  reboots: number;
  /** For the files of this trial. */
  directory: string;
  /** Told of each cut once it is judged. */
  onJudged: (cut: JudgedCut) => void;
  say: (text: string) => void;
}

/** Small, so that the log gets full and old segments make room. */
export const logSize = '256K';
const logLimitBytes = 256 * 1024;
const loadLimitMs = 1_200_000;
const checkLimitMs = 60_000;
const checkLimitEachMs = 60_000;
/** Longest until a machine is killed: from the start of the daemon, or from when it listens. */
const rebootMs = { start: 2500, load: 10_000 };
const pollMs = 50;
const restartMs = 10_000;
/** Intervals that the supervisor of the next machine sends again. */
const repeatedIntervals = 6;
/** Copies that one machine looks at. */
const partsAtOnce = 64;

export class Trial {
  readonly #options: TrialOptions;
  readonly #random: Random;
  readonly #sent: SentLines;
  #machines = 0;

  constructor(options: TrialOptions) {
    this.#options = options;
    this.#random = new Random(options.seed, options.fileSystem === 'jffs2' ? 1 : 2);
    this.#sent = new SentLines(options.seed);
  }

  /** @throws Error where the test itself cannot go on. */
  async run(): Promise<void> {
    const { copies, reboots } = this.#options;
    for (let at = 0; at < copies.length; at += partsAtOnce) {
      await this.#copy(copies.slice(at, at + partsAtOnce));
    }
    if (reboots > 0) await this.#reboot(reboots);
  }

  /** One machine under load, of which the flash is copied again and again. */
  async #copy(kinds: readonly CopiedKind[]): Promise<void> {
    const { fileSystem, say } = this.#options;
    const flash = new FlashFile(this.#path('flash'), flashLayout(fileSystem, 1));
    const copies = new FlashFile(this.#path('copies'), flashLayout(fileSystem, kinds.length));
    const machine = this.#load(flash, { firstInterval: firstNewInterval, restartMs });
    const acknowledged = oldLines(this.#options.seed);
    const oldCount = acknowledged.length;
    const cuts: Cut[] = [];
    const picture = Buffer.alloc(flash.layout.partBytes);
    const moments = new Moments(machine, flash, this.#random);
    await machine.next('listening');
    // Cuts before anything new has been promised would show little.
    while (acknowledged.length === oldCount) {
      await sleep(pollMs);
      machine.assertRunning();
      acknowledged.push(...recordLines(machine.records.newLines()));
    }
    for (const [part, kind] of kinds.entries()) {
      await moments.next(kind);
      await machine.freeze();
      flash.readPart(0, picture);
      acknowledged.push(...recordLines(machine.records.newLines()));
      machine.assertRunning();
      machine.resume();
      copies.writePart(part, picture);
      cuts.push({ kind, acknowledged: acknowledged.slice() });
      say(
        `${fileSystem}: cut ${part + 1} of ${kinds.length} (${kind}), ${acknowledged.length} records acknowledged`,
      );
    }
    await machine.cut();
    if (await this.#judge(copies, cuts)) this.#remove(copies);
    this.#remove(flash);
  }

  /** Machines that are killed, each starting with what the last has left. */
  async #reboot(count: number): Promise<void> {
    const { fileSystem, say } = this.#options;
    const flash = new FlashFile(this.#path('flash'), flashLayout(fileSystem, 1));
    const acknowledged = oldLines(this.#options.seed);
    for (let turn = 0; turn < count; turn += 1) {
      const newest = Math.max(
        0,
        ...acknowledged.slice(-200).map((line) => this.#sent.intervalOf(line)),
      );
      const machine = this.#load(flash, {
        firstInterval: Math.max(firstNewInterval, newest - repeatedIntervals),
        restartMs: 0,
      });
      const isStart = turn % 2 === 1;
      await machine.next(isStart ? 'daemon-start' : 'listening');
      await sleep(this.#random.next() * (isStart ? rebootMs.start : rebootMs.load));
      machine.assertRunning();
      await machine.cut();
      acknowledged.push(...recordLines(machine.records.newLines()));
      say(
        `${fileSystem}: killed ${turn + 1} of ${count}, ${acknowledged.length} records acknowledged`,
      );
      const cut: Cut = { kind: 'reboot', acknowledged: acknowledged.slice() };
      // What the next one would go on with is kept for whoever looks for the cause.
      if (!(await this.#judge(flash, [cut]))) return;
    }
    this.#remove(flash);
  }

  #load(flash: FlashFile, how: Pick<LoadJob, 'firstInterval' | 'restartMs'>): Machine {
    const { image, seed } = this.#options;
    return new Machine({
      image,
      flash,
      job: { program: 'load', flash: flash.layout, logSize, seed, ...how },
      directory: this.#machineDirectory(),
      limitMs: loadLimitMs,
    });
  }

  /**
   * Lets a machine look at every part of the flash, each of which is what one cut has left. True
   * where all have been survived.
   */
  async #judge(flash: FlashFile, cuts: readonly Cut[]): Promise<boolean> {
    const { image, fileSystem, onJudged, say } = this.#options;
    const machine = new Machine({
      image,
      flash,
      job: { program: 'check', flash: flash.layout, logSize },
      directory: this.#machineDirectory(),
      limitMs: checkLimitMs + cuts.length * checkLimitEachMs,
    });
    let isSurvived = true;
    for (const [part, cut] of cuts.entries()) {
      const event = await machine.next('checked', 'unmountable');
      if (event.part !== part) throw new Error(`part ${event.part} was looked at, not ${part}`);
      // They have come before the event, and those of the next part come after it.
      const exported = machine.records.newLines();
      const judged = judgePart(cut, event, exported, this.#sent, logLimitBytes);
      if (judged.faults.length > 0) isSurvived = false;
      if (cuts.length > 1) say(`${fileSystem}: looked at ${part + 1} of ${cuts.length}`);
      onJudged(judged);
    }
    await machine.next('done');
    await machine.ended();
    return isSurvived;
  }

  #path(name: string): string {
    return join(this.#options.directory, name);
  }

  #machineDirectory(): string {
    this.#machines += 1;
    return this.#path(`machine-${this.#machines}`);
  }

  #remove(...files: FlashFile[]): void {
    for (const file of files) {
      file.close();
      rmSync(file.path);
    }
  }
}
