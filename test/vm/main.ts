/**
 * Power cuts on real flash file systems: `make test-vm`. Exit status: 0 every cut was survived, 1
 * one was not, 2 the test could not be made.
 */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tableText } from '../../scripts/bench/table.ts';
import { Terminal } from '../../scripts/run/terminal.ts';
import { Random } from '../../scripts/sim/noise.ts';
import { cutKinds } from './cut/moment.ts';
import type { CutKind } from './cut/moment.ts';
import { copiesInOrder, usualCuts } from './cut/plan.ts';
import { logSize, Trial } from './cut/trial.ts';
import { buildDirectory, provideImage } from './image/image.ts';
import { tallyLines } from './judge/tally.ts';
import type { JudgedCut } from './judge/part-judge.ts';
import type { FileSystem } from './machine/job.ts';
import { flashRows } from './wear/flash-rows.ts';

const help = `Usage: make test-vm                       (about 12 minutes)
   or: node --import tsx test/vm/main.ts [options]

  --file-system NAME   jffs2 or ubifs (default: both, at the same time)
  --kind NAME          only one kind of cut: ${cutKinds.join(', ')}
  --cuts N             how many of each kind, on each file system
  --seed N             for the moments and the simulated site (default: a new one, which is printed)
  --flash              instead of cuts: what a day of records brings to the flash
  --dist DIRECTORY     suntap as built (default: dist)
  --help               this text
`;

const fileSystems: readonly FileSystem[] = ['jffs2', 'ubifs'];
const { values } = parseArgs({
  options: {
    'file-system': { type: 'string' },
    kind: { type: 'string' },
    cuts: { type: 'string' },
    seed: { type: 'string' },
    dist: { type: 'string', default: join(import.meta.dirname, '../../dist') },
    flash: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function main(terminal: Terminal): Promise<number> {
  if (values.help) {
    terminal.line(help.trimEnd());
    return 0;
  }
  const began = performance.now();
  const say = (text: string): void => {
    const second = Math.round((performance.now() - began) / 1000);
    terminal.line(`${String(second).padStart(4)} s  ${text}`);
  };
  const seed = Number(values.seed ?? 1 + (Date.now() % 1_000_000));
  const cuts = Number(values.cuts ?? 1);
  const chosen = fileSystems.filter((name) => name === (values['file-system'] ?? name));
  const kinds = cutKinds.filter((name) => name === (values.kind ?? name));
  if (chosen.length === 0 || kinds.length === 0 || !(seed > 0) || !(cuts > 0)) {
    terminal.line(help.trimEnd());
    return 2;
  }
  const image = await provideImage({ distribution: values.dist, logSize, seed }, say);
  if (values.flash) {
    say('Appending a day of records');
    const rows = (await Promise.all(chosen.map((name) => flashRows(name, image)))).flat();
    terminal.line(tableText(rows).trimEnd());
    return rows.every(({ ok }) => ok === true) ? 0 : 1;
  }
  say(`Seed ${seed}`);
  const count = (kind: CutKind): number => {
    if (!kinds.includes(kind)) return 0;
    return values.cuts === undefined ? usualCuts[kind] : Number(values.cuts);
  };
  const results = new Map<FileSystem, JudgedCut[]>();
  const trial = async (fileSystem: FileSystem): Promise<void> => {
    const copies = copiesInOrder(count, new Random(seed, 9));
    const directory = join(buildDirectory, fileSystem);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const judged: JudgedCut[] = [];
    results.set(fileSystem, judged);
    await new Trial({
      image,
      fileSystem,
      seed,
      copies,
      reboots: count('reboot'),
      directory,
      say,
      onJudged: (cut) => {
        judged.push(cut);
        if (cut.faults.length > 0) say(`${fileSystem}, ${cut.kind}: FAILED`);
        for (const fault of cut.faults) terminal.line(`        ${fault}`);
      },
    }).run();
  };
  const broken = (await Promise.allSettled(chosen.map(trial))).flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  for (const reason of broken)
    terminal.line(reason instanceof Error ? reason.message : String(reason));
  const all = [...results.values()].flat();
  terminal.line();
  for (const line of tallyLines(results)) terminal.line(line);
  terminal.line();
  const failed = all.filter(({ faults }) => faults.length > 0).length;
  terminal.line(`${all.length - failed} passed, ${failed} failed, ${broken.length} broken off`);
  if (failed > 0) return 1;
  return broken.length > 0 ? 2 : 0;
}

const terminal = Terminal.standard();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // The machines end with us (machine.ts).
  process.on(signal, () => process.exit(130));
}
let status = 2;
try {
  status = await main(terminal);
} catch (error) {
  terminal.line(error instanceof Error ? error.message : String(error));
}
// Not by exitCode: a machine that a broken trial has left would keep us waiting.
process.exit(status);
