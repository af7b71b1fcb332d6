/** A directory for the tests of one file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class TemporaryDirectory {
  readonly #directory = mkdtempSync(join(tmpdir(), 'suntap-test-'));

  /** The path of something in it. */
  path(name: string): string {
    return join(this.#directory, name);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Writes a text log, one character a byte, and gives its path back. */
export function linesFile(path: string, lines: readonly string[]): string {
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''), 'latin1');
  return path;
}
