/** A file that grows line by line while it is read. */

import { closeSync, openSync, readSync } from 'node:fs';

const chunkBytes = 1 << 20;

export class LineFile {
  readonly #file: number;
  readonly #chunk = Buffer.alloc(chunkBytes);
  #rest = Buffer.alloc(0);

  constructor(path: string) {
    this.#file = openSync(path, 'r');
  }

  /** The lines that have come since the last call; one without its end waits for the next call. */
  newLines(): string[] {
    const parts = [this.#rest];
    for (;;) {
      const bytes = readSync(this.#file, this.#chunk);
      if (bytes === 0) break;
      parts.push(Buffer.from(this.#chunk.subarray(0, bytes)));
    }
    const all = Buffer.concat(parts);
    const end = all.lastIndexOf('\n') + 1;
    this.#rest = all.subarray(end);
    return end === 0 ? [] : all.toString('utf8', 0, end - 1).split('\n');
  }

  close(): void {
    closeSync(this.#file);
  }
}
