/** Input that is no capture but text, handed on as it is to a sink that can read it. */
import type { FormatReader } from './format-reader.ts';

export class TextInput implements FormatReader {
  readonly fault = undefined;
  readonly warnings = [];
  finished = false;
  readonly #take: (chunk: Uint8Array) => void;

  constructor(take: (chunk: Uint8Array) => void) {
    this.#take = take;
  }

  push(chunk: Uint8Array): void {
    if (!this.finished) this.#take(chunk);
  }

  end(): void {
    this.finished = true;
  }

  stop(): void {
    this.finished = true;
  }
}
