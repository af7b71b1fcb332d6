/** A program that runs in one of the namespaces and is talked to by JSON lines. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readJsonLines } from '../sim/control.ts';

/** What a program said on standard error is kept up to this; older text goes first. */
const talkLimitCharacters = 65_536;

export interface PartOptions {
  /** For messages: "the collector". */
  name: string;
  namespace: string;
  command: readonly string[];
  /** Each JSON object that the program prints. */
  onLine?: (fields: Record<string, unknown>) => void;
  /** What the program says on standard error, as it comes. */
  onTalk?: (text: string) => void;
}

export interface PartEnd {
  /** Exit code, or undefined where a signal ended the program. */
  code: number | undefined;
  signal: string | undefined;
}

type Listener = (fields: Record<string, unknown>) => void;

export class Part {
  readonly name: string;
  /** Settles when the program has ended and all it printed has been read. */
  readonly ended: Promise<PartEnd>;
  #talk = '';
  readonly #child: ChildProcess;
  readonly #listeners = new Set<Listener>();

  constructor(options: PartOptions) {
    this.name = options.name;
    // In a process group of its own: ^C reaches the orchestrator alone, which ends its parts in
    // order. ip(8) becomes the program, so the process id is the program's.
    const child = spawn('ip', ['netns', 'exec', options.namespace, ...options.command], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      // Where Node finds the tools that the simulator is run with.
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
    });
    this.#child = child;
    // A program that has ended takes no more commands; `ended` tells of it.
    child.stdin.on('error', () => undefined);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#talk = (this.#talk + text).slice(-talkLimitCharacters);
      options.onTalk?.(text);
    });
    const linesRead = new Promise<void>((resolve) => {
      readJsonLines(
        child.stdout,
        (fields) => {
          options.onLine?.(fields);
          for (const listener of this.#listeners) listener(fields);
        },
        resolve,
      );
    });
    const closed = new Promise<PartEnd>((resolve) => {
      child.on('error', (error) => {
        this.#talk += error.message;
        resolve({ code: 127, signal: undefined });
      });
      child.on('close', (code, signal) => {
        resolve({ code: code ?? undefined, signal: signal ?? undefined });
      });
    });
    this.ended = Promise.all([closed, linesRead]).then(([end]) => end);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The end of what the program has said on standard error so far. */
  get talk(): string {
    return this.#talk;
  }

  send(command: object): void {
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /**
   * Settles with the next object that `matches`. Sending what leads to it comes after the call.
   *
   * @throws Error where the program ends before, or `timeoutMs` pass.
   */
  async next(
    what: string,
    matches: (fields: Record<string, unknown>) => boolean,
    timeoutMs: number,
  ): Promise<Record<string, unknown>> {
    const waiting = new AbortController();
    try {
      return await new Promise((resolve, reject) => {
        const fail = (reason: string): void => {
          const said = this.#talk === '' ? '' : `\n${this.#talk.trimEnd()}`;
          reject(new Error(`${this.name}: ${what} did not come: ${reason}${said}`));
        };
        const timer = setTimeout(fail, timeoutMs, `nothing for ${timeoutMs} ms`);
        const listener: Listener = (fields) => {
          if (matches(fields)) resolve(fields);
        };
        this.#listeners.add(listener);
        waiting.signal.addEventListener('abort', () => {
          clearTimeout(timer);
          this.#listeners.delete(listener);
        });
        void this.ended.then(({ code, signal }) => {
          fail(`it ended with ${signal ?? String(code)}`);
        });
      });
    } finally {
      waiting.abort();
    }
  }
}
