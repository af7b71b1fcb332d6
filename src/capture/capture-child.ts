/** One run of a program that writes a capture to its standard output. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { abortable } from './abortable.ts';
import { CaptureReader } from './capture-reader.ts';
import type { PacketSink } from './packet-source.ts';
import { systemCode, systemWords } from './system-error.ts';

/** Of what the program says on standard error, the last so many bytes are kept. */
const KEPT_WORDS_BYTES = 2048;
/** From SIGTERM to SIGKILL, and from the exit to giving up pipes that something else holds open. */
const PATIENCE_MS = 1000;

/** What tcpdump says when all is well. */
const SMALL_TALK =
  /^(tcpdump: )?(listening on|verbose output suppressed|data link type)|^\d+ packets? /;

export interface CaptureChildOptions {
  command: readonly [string, ...string[]];
  sink: PacketSink;
  /** Called when the beginning of a capture has come. */
  onStarted: () => void;
}

export interface CaptureChildEnd {
  /** Whether a capture began. */
  started: boolean;
  lastedMs: number;
  /** Why the program could not be run at all: "ENOENT" and the like. */
  spawnError?: string;
  /** Its last words, what its output looked like, or how it ended, whatever there is. */
  words: string;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

export class CaptureChild {
  readonly #options: CaptureChildOptions;
  readonly #reader: CaptureReader;
  #said: Buffer = Buffer.alloc(0);
  #begun = false;
  #started = false;

  constructor(options: CaptureChildOptions) {
    this.#options = options;
    this.#reader = new CaptureReader({ subject: options.command[0], sink: options.sink });
  }

  /** Settles when the program has ended, which an abort makes it do. Call once. Never rejects. */
  async run(signal: AbortSignal): Promise<CaptureChildEnd> {
    const startMs = performance.now();
    const [program, ...args] = this.#options.command;
    let child: Child;
    try {
      // Its words have to be understood whatever the language of the system.
      const env = { ...process.env, LC_ALL: 'C' };
      child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
    } catch (error) {
      return { started: false, lastedMs: 0, ...spawnFailure(error) };
    }
    const ended = endOf(child);
    const kill = (): void => {
      child.kill('SIGKILL');
    };
    const stop = (): void => {
      this.#reader.stop();
      terminate(child);
    };
    process.once('exit', kill);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.stderr.on('data', (said: Buffer) => {
      this.#said = Buffer.concat([this.#said, said]).subarray(-KEPT_WORDS_BYTES);
    });
    await this.#read(child.stdout, signal);
    if (this.#reader.finished) terminate(child);
    const exit = await ended;
    signal.removeEventListener('abort', stop);
    process.removeListener('exit', kill);
    const looks = await this.#looksOfOutput();
    const words = [this.#lastWords(), looks, exit.words].find((text) => text !== '') ?? '';
    return { started: this.#started, lastedMs: performance.now() - startMs, ...exit, words };
  }

  /** Until the program closes its output or nothing more of it is wanted. */
  async #read(stdout: Readable, signal: AbortSignal): Promise<void> {
    try {
      for await (const chunk of stdout as AsyncIterable<Uint8Array>) {
        this.#begun = true;
        const wait = this.#reader.push(chunk);
        if (!this.#started && this.#reader.recognized) {
          this.#started = true;
          this.#options.onStarted();
        }
        if (wait !== undefined) await abortable(wait, signal);
        if (this.#reader.finished) break;
      }
    } catch {
      // Destroyed by us, or the pipe broke: either way the program's end says why.
    }
  }

  /** What was wrong with the output; empty if it was a capture as far as it went, or nothing. */
  async #looksOfOutput(): Promise<string> {
    if (!this.#begun) return '';
    const end = await this.#reader.end();
    if (!end.ok) return `output: ${end.fault.detail ?? end.fault.reason}`;
    const damage = end.warnings.find(({ reason }) => reason === 'damaged');
    return damage === undefined ? '' : `output damaged: ${damage.detail ?? ''}`;
  }

  /** On one line, without what goes without saying. */
  #lastWords(): string {
    const lines = this.#said.toString('utf8').split(/[\r\n]+/);
    const telling = lines.map((line) => line.replace(/\p{Cc}+/gu, ' ').trim());
    return telling.filter((line) => line !== '' && !SMALL_TALK.test(line)).join('; ');
  }
}

interface Exit {
  words: string;
  spawnError?: string;
}

/** Settles when the program has ended and its pipes are closed. */
async function endOf(child: Child): Promise<Exit> {
  return new Promise((resolve) => {
    let words = '';
    let patience: NodeJS.Timeout | undefined;
    child.once('error', (error) => {
      resolve(spawnFailure(error));
    });
    child.once('exit', (code, signal) => {
      words = signal === null ? `exit code ${code ?? '?'}` : `ended by ${signal}`;
      patience = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, PATIENCE_MS);
    });
    child.once('close', () => {
      clearTimeout(patience);
      resolve({ words });
    });
  });
}

function spawnFailure(error: unknown): Exit {
  return { words: systemWords(error), spawnError: systemCode(error) ?? 'unknown' };
}

function terminate(child: Child): void {
  child.kill('SIGTERM');
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
  }, PATIENCE_MS);
  child.once('exit', () => {
    clearTimeout(timer);
  });
}
