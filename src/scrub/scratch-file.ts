/** A file of our own for what does not fit into memory. It holds scrubbed bytes only. */
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import type { Scratch } from './scrubbed-text.ts';

const BUFFER_BYTES = 256 * 1024;

export class ScratchFile implements Scratch {
  readonly #path: string;
  readonly #file: number;
  /** What was appended and not written yet; afterwards the part of the file that was read last. */
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** Where in the file the buffer begins, and how much of it is filled. */
  #bufferAt = 0;
  #bufferBytes = 0;
  #unwritten = false;
  #bytes = 0;

  /** Throws the system's error when the file cannot be made. */
  constructor(path: string) {
    this.#path = path;
    rmSync(path, { force: true });
    this.#file = openSync(path, 'wx+', 0o600);
    try {
      // Without a name nothing is left behind, whatever happens. Not every system allows that.
      rmSync(path);
    } catch {
      // Then `close` does it.
    }
  }

  append(data: Uint8Array, start: number, end: number): number {
    const at = this.#bytes;
    for (let from = start; from < end;) {
      if (!this.#unwritten || this.#bufferBytes === BUFFER_BYTES) this.#beginAppending();
      const bytes = Math.min(end - from, BUFFER_BYTES - this.#bufferBytes);
      this.#buffer.set(data.subarray(from, from + bytes), this.#bufferBytes);
      this.#bufferBytes += bytes;
      this.#bytes += bytes;
      from += bytes;
    }
    return at;
  }

  read(from: number, bytes: number, target: Uint8Array, at: number): void {
    this.#flush();
    for (let done = 0; done < bytes;) {
      const within = from + done - this.#bufferAt;
      if (within < 0 || within >= this.#bufferBytes) {
        this.#load(from + done);
        continue;
      }
      const part = Math.min(bytes - done, this.#bufferBytes - within);
      target.set(this.#buffer.subarray(within, within + part), at + done);
      done += part;
    }
  }

  close(): void {
    closeSync(this.#file);
    rmSync(this.#path, { force: true });
  }

  #beginAppending(): void {
    this.#flush();
    this.#bufferAt = this.#bytes;
    this.#bufferBytes = 0;
    this.#unwritten = true;
  }

  #flush(): void {
    if (!this.#unwritten) return;
    this.#unwritten = false;
    writeAll(this.#file, this.#buffer.subarray(0, this.#bufferBytes), this.#bufferAt);
  }

  /** Reads on from `at`, a little of what lies before it included: streams take turns. */
  #load(at: number): void {
    this.#bufferAt = Math.max(0, at - BUFFER_BYTES / 4);
    this.#bufferBytes = readSync(this.#file, this.#buffer, 0, BUFFER_BYTES, this.#bufferAt);
    if (this.#bufferAt + this.#bufferBytes <= at) throw new Error('the scratch file was cut short');
  }
}

/** Writes all of `bytes`, at `position` or where the file stands. */
export function writeAll(file: number, bytes: Uint8Array, position: number | null): void {
  for (let done = 0; done < bytes.length;) {
    const at = position === null ? null : position + done;
    done += writeSync(file, bytes, done, bytes.length - done, at);
  }
}
