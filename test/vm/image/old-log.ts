/**
 * A log that is full already: with it every machine begins, so that old segments make room from the
 * start, and so that the daemon always has something to read when it starts.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../../../scripts/run/command.ts';
import { makeSite, oldIntervals } from '../machine/site.ts';

/** Its records, in the order of commit; more than there is room for. */
export function oldLines(seed: number): string[] {
  const site = makeSite(seed);
  return oldIntervals().flatMap((interval) => site.recordsAt(interval));
}

/** Makes the log in an empty place, with suntap itself. */
export function makeOldLog(
  directory: string,
  distribution: string,
  logSize: string,
  seed: number,
): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(dirname(directory), { recursive: true });
  const text = `${directory}.txt`;
  writeFileSync(
    text,
    oldLines(seed)
      .map((line) => `${line}\r\n`)
      .join(''),
  );
  const suntap = join(distribution, 'suntap');
  runCommand(suntap, ['import', text, '--log', directory, '--size-limit', logSize]);
}
