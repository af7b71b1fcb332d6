/** What a day of a site with 24 microinverters and 2 meters brings to the flash, against the budgets. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from '../../../scripts/bench/table.ts';
import { buildDirectory } from '../image/image.ts';
import type { Image } from '../image/image.ts';
import { FlashFile, flashLayout } from '../machine/flash-file.ts';
import type { FileSystem } from '../machine/job.ts';
import { Machine } from '../machine/machine.ts';

/** Intervals of five minutes: a request is a commit at the default, and twelve are with an hourly one. */
const ways = [
  { intervalsPerCommit: 1, name: 'at the defaults' },
  { intervalsPerCommit: 12, name: 'with an hourly commit' },
] as const;

/** Bytes a day, in the order of `ways`. */
const budgets: Record<FileSystem, readonly number[]> = {
  jffs2: [200_000, 110_000],
  ubifs: [1_500_000, 250_000],
};
/** As a router has it. */
const partBytes = 16 << 20;
const limitMs = 300_000;

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** @throws Error where the machine cannot do it. */
export async function flashRows(fileSystem: FileSystem, image: Image): Promise<Row[]> {
  const directory = join(buildDirectory, `wear-${fileSystem}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const flash = new FlashFile(join(directory, 'flash'), flashLayout(fileSystem, 1, partBytes));
  const machine = new Machine({
    image,
    flash,
    job: {
      program: 'wear',
      flash: flash.layout,
      intervalsPerCommit: ways.map(({ intervalsPerCommit }) => intervalsPerCommit),
    },
    directory,
    limitMs,
  });
  const rows: Row[] = [];
  for (const [place, { name }] of ways.entries()) {
    const { records, commits, written } = await machine.next('day');
    const budget = budgets[fileSystem][place] ?? 0;
    rows.push({
      what: `${fileSystem}: flash written in a day ${name}`,
      measured: `${kilobytes(written.bytes)} in ${written.writes} writes, ${written.erases} erases; ${records} records in ${commits} commits`,
      budget: kilobytes(budget),
      ok: written.bytes <= budget,
    });
  }
  await machine.next('done');
  await machine.ended();
  flash.close();
  return rows;
}
