/**
 * The status of a running daemon in a file in memory, for programs and for `suntap status`: written at
 * most every ten seconds, only when there is something new, and never half.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Status } from './status-snapshot.ts';
import { say } from './terminal.ts';
import { printable } from './usage.ts';

const INTERVAL_MS = 10_000;
/** The first one comes soon after the start. */
const FIRST_MS = 500;

export class StatusFile {
  readonly #path: string;
  readonly #snapshot: () => Status;
  #timer: NodeJS.Timeout | undefined;
  #writtenMs = -Infinity;
  #isBroken = false;

  constructor(path: string, snapshot: () => Status) {
    this.#path = path;
    this.#snapshot = snapshot;
  }

  /** There is something new. */
  changed(): void {
    const waitMs = Math.max(FIRST_MS, this.#writtenMs + INTERVAL_MS - performance.now());
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, waitMs).unref();
  }

  /** Nobody reports any more. */
  close(): void {
    clearTimeout(this.#timer);
    rmSync(this.#path, { force: true });
  }

  #write(): void {
    this.#writtenMs = performance.now();
    const path = `${this.#path}.new`;
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${JSON.stringify(this.#snapshot())}\n`);
      renameSync(path, this.#path);
      this.#isBroken = false;
    } catch (error) {
      // A status that nobody can read is no reason to stop; it is said once.
      if (!this.#isBroken) {
        const why = error instanceof Error ? error.message : String(error);
        say(
          `The status file '${printable(this.#path)}' cannot be written (${printable(why)}). Name another with --status-file FILE.`,
        );
      }
      this.#isBroken = true;
    }
  }
}

/** Undefined when there is none. Throws what the system throws, and SyntaxError. */
export function readStatus(path: string): { status: Status; text: string } | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return { status: JSON.parse(text) as Status, text };
}
