/** When to cut: moments at which a log is most easily hurt. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../scripts/sim/noise.ts';
import type { FlashFile } from '../machine/flash-file.ts';
import type { Machine } from '../machine/machine.ts';
import { FlashWatch } from './flash-watch.ts';

/**
 * `load`: any time. `commit`: while the flash is being written to. `segment`: when a new segment
 * has got its name. `retention`: when the name of an old one is taken from it. `start`: within the
 * first moments after the daemon was started. `reboot`: as `load` or `start`, with the machine
 * killed, and the next one going on with the flash as it is.
 */
export const cutKinds = ['load', 'commit', 'segment', 'retention', 'start', 'reboot'] as const;
export type CutKind = (typeof cutKinds)[number];
/** Kinds for which a copy of the flash is taken, while the machine stands still. */
export type CopiedKind = Exclude<CutKind, 'reboot'>;

/** A look takes a millisecond or two, of a processor that the machines need. */
const lookEveryMs = 5;
const waitLimitMs = 240_000;
/** A commit takes about as long in the machine. */
const commitMs = 15;
/** From the start of the daemon until it listens. */
const startMs = 1500;
const loadMs = 1500;

export class Moments {
  readonly #machine: Machine;
  readonly #flash: FlashFile;
  readonly #random: Random;
  constructor(machine: Machine, flash: FlashFile, random: Random) {
    this.#machine = machine;
    this.#flash = flash;
    this.#random = random;
  }

  /**
   * Settles at a moment of this kind.
   *
   * @throws Error where none comes.
   */
  async next(kind: CopiedKind): Promise<void> {
    if (kind === 'start') await this.#machine.next('daemon-start');
    const watch = new FlashWatch(this.#flash);
    switch (kind) {
      case 'load':
        await sleep(this.#random.next() * loadMs);
        return;
      case 'start':
        await sleep(this.#random.next() * startMs);
        return;
      case 'commit':
        await this.#reach(kind, () => watch.changed());
        break;
      case 'segment': {
        const known = new Set(watch.names());
        await this.#reach(kind, () =>
          watch.entriesWritten().some(({ name, removed }) => !removed && !known.has(name)),
        );
        break;
      }
      case 'retention':
        await this.#reach(kind, () => watch.entriesWritten().some(({ removed }) => removed));
    }
    // Half of them at once, the others while what has begun goes on.
    if (this.#random.next() < 0.5) await sleep(this.#random.next() * commitMs);
  }

  /** Looks at the flash until `seen`. */
  async #reach(kind: CutKind, seen: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + waitLimitMs;
    while (!seen()) {
      this.#machine.assertRunning();
      if (performance.now() > deadlineMs) throw new Error(`no moment of the kind '${kind}' came`);
      await sleep(lookEveryMs);
    }
  }
}
