/** suntap in the guest: its commands on the log, and the daemon. */

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../machine/job.ts';
import { lineInterface, supervisorAddress } from './network.ts';

/** As it is, without the launcher's flags: those save memory at the cost of speed, and speed is scarce here. */
const suntap = ['/bin/node', '/suntap/suntap.js'] as const;
export const logDirectory = '/mnt/log';
/**
 * Without a floor of free space: where it is reached, the log gives up its oldest segments below its
 * size limit, and the judge could not tell that from a loss.
 */
const settings = { main: { enabled: true }, log: { free_floor: 0 } };
const settingsFile = '/tmp/suntap.json';
const commandLimitMs = 120_000;
/** For what takes a second or two where the machine has a processor to itself. */
const patienceMs = 60_000;
const lastWordsMs = 100;
/** What is kept of what the daemon says. */
const talkLimitCharacters = 4000;

/** Runs a command to its end. Standard output goes to `output` (a file descriptor) or is kept. */
export function suntapCommand(args: readonly string[], output?: number): Outcome {
  const result = spawnSync(suntap[0], [suntap[1], ...args], {
    stdio: ['ignore', output ?? 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: commandLimitMs,
  });
  // Without a pipe there is no text, whatever the types say.
  const [printed, talk]: (string | null)[] = [result.stdout, result.stderr];
  return { status: result.status ?? -1, output: printed ?? '', talk: talk ?? '' };
}

function captureSockets(): number {
  return readFileSync('/proc/net/packet', 'utf8').trim().split('\n').length - 1;
}

export class Daemon {
  readonly ended: Promise<Outcome>;
  readonly #child: ChildProcess;
  #running = true;

  /** `onOutput` takes what it prints, as it comes. */
  constructor(logSize: string, onOutput: (bytes: Uint8Array) => void) {
    writeFileSync(settingsFile, JSON.stringify(settings));
    const child = spawn(
      suntap[0],
      [
        suntap[1],
        'run',
        ...['--config', settingsFile],
        ...['--interface', lineInterface, '--supervisor', supervisorAddress],
        ...['--capture', 'tcpdump'],
        ...['--log', logDirectory, '--log-size', logSize],
        ...['--commit-interval', '1', '--output', 'durable'],
      ],
      // A process group of its own, tcpdump included.
      { stdio: ['ignore', 'pipe', 'pipe'], detached: true },
    );
    this.#child = child;
    let talk = '';
    child.stdout.on('data', onOutput);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      talk = (talk + text).slice(-talkLimitCharacters);
    });
    this.ended = new Promise((resolve) => {
      child.on('error', (error) => {
        this.#running = false;
        resolve({ status: -1, output: '', talk: error.message });
      });
      child.on('exit', (code) => {
        this.#running = false;
        // What it said last is still to be read; waiting for the end of it would be waiting for
        // whatever a killed daemon has left running.
        setTimeout(() => {
          resolve({ status: code ?? -1, output: '', talk });
        }, lastWordsMs);
      });
    });
  }

  /** Settles once it listens, or has ended, or is given up: `ended` or `stop` tell which. */
  async listening(): Promise<boolean> {
    const deadlineMs = performance.now() + patienceMs;
    while (this.#running && performance.now() < deadlineMs) {
      if (captureSockets() > 0) return true;
      await sleep(20);
    }
    return false;
  }

  /** Ends it; what it does not do within the limit, SIGKILL does, also to its tcpdump. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<Outcome> {
    const kill = (): void => {
      if (this.#running) process.kill(-(this.#child.pid ?? 0), 'SIGKILL');
    };
    if (signal === 'SIGKILL') kill();
    else this.#child.kill(signal);
    const killing = setTimeout(kill, patienceMs);
    const outcome = await this.ended;
    clearTimeout(killing);
    return outcome;
  }
}
