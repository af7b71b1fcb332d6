/** A wall clock for one program that can be set while it runs, by libfaketime. */

import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryCommand } from '../../scripts/run/command.ts';

/** Debian has it in the directory of the machine's architecture. */
const directory = '/usr/lib';

function findLibrary(): string | undefined {
  return readdirSync(directory)
    .map((name) => join(directory, name, 'faketime', 'libfaketime.so.1'))
    .find((path) => existsSync(path));
}

/** What a program has in its environment to go by the clock in `file`. Timers are left as they are. */
export function fakeTime(file: string): string[] {
  return [
    `LD_PRELOAD=${findLibrary() ?? ''}`,
    `FAKETIME_TIMESTAMP_FILE=${file}`,
    'FAKETIME_NO_CACHE=1',
    'FAKETIME_DONT_FAKE_MONOTONIC=1',
  ];
}

/** @param offset as libfaketime has it: `-3650d` */
export function setClock(file: string, offset: string): void {
  // At once, for the file may be read at any moment.
  writeFileSync(`${file}.new`, offset);
  renameSync(`${file}.new`, file);
}

/** False where Node goes by such a clock, else why not. */
export function skipFakeTime(): string | false {
  if (findLibrary() === undefined) return 'libfaketime is not installed';
  const place = mkdtempSync(join(tmpdir(), 'suntap-clock-'));
  try {
    const file = join(place, 'clock');
    setClock(file, '-3650d');
    const year = 'console.log(new Date().getFullYear())';
    const found = Number(tryCommand('env', [...fakeTime(file), process.execPath, '-e', year]));
    return found < new Date().getFullYear() - 8 ? false : 'Node does not heed libfaketime';
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
