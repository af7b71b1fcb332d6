/** Talk to the person at the other end: standard error, one line at a time. */

export function say(sentence: string): void {
  process.stderr.write(`suntap: ${sentence}\n`);
}

/** Aborted when somebody ends the command. */
export function abortOnSignals(): AbortController {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      abort.abort();
    });
  }
  return abort;
}

/** Shown only on a terminal, at most twice a second, and wiped out at the end. */
export class Progress {
  readonly #enabled = process.stderr.isTTY;
  #shownMs = performance.now();
  #shown = false;

  show(text: () => string): void {
    if (!this.#enabled) return;
    const nowMs = performance.now();
    if (nowMs - this.#shownMs < 500) return;
    this.#shownMs = nowMs;
    this.#shown = true;
    process.stderr.write(`\r\x1b[K${text()}`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\x1b[K');
    this.#shown = false;
  }
}
