/** How many of the records that can be recovered are, from captures disturbed in every known way. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaptureCase } from '../../test/tools/capture-case.ts';
import type { LinkKind } from '../../test/tools/link-frame.ts';
import type { Recipe } from '../../test/tools/recipe.ts';
import type { Row } from './table.ts';
import {
  failuresOf,
  failuresText,
  makeCase,
  pcapOfCases,
  splitByFraming,
} from '../../test/tools/capture-case.ts';
import { randomRecipe } from '../../test/tools/random-recipe.ts';
import { Random } from '../../test/tools/random.ts';
import { RECIPES } from '../../test/tools/recipe.ts';
import { foundRecords, recordLine } from '../../test/tools/replay-run.ts';
import { measuredRun } from './measured-run.ts';

const LINKS: LinkKind[] = ['ethernet', 'vlan', 'qinq', 'pppoe', 'cooked-v1', 'cooked-v2', 'raw'];

interface Tally {
  captures: number;
  toFind: number;
  missing: number;
  invented: number;
  repeated: number;
}

const NOTHING: Tally = { captures: 0, toFind: 0, missing: 0, invented: 0, repeated: 0 };

function tallyOf(cases: readonly CaptureCase[], link: LinkKind, launcher: string): Tally {
  const directory = mkdtempSync(join(tmpdir(), 'suntap-bench-'));
  try {
    const file = join(directory, 'cases.pcap');
    const out = join(directory, 'records');
    writeFileSync(file, pcapOfCases(cases, link));
    measuredRun([launcher, 'replay', file, '--output', 'records'], { stdoutFile: out });
    const lines = foundRecords(readFileSync(out, 'utf8')).map(recordLine);
    const tally = { ...NOTHING, captures: cases.length };
    for (const { truth } of cases) tally.toFind += truth.must.size;
    const failures = failuresOf(cases, lines);
    if (failures.length > 0) process.stderr.write(`${failuresText(failures, link)}\n`);
    for (const { verdict } of failures) {
      tally.missing += verdict.missing.length;
      tally.invented += verdict.invented.length;
      tally.repeated += verdict.repeated.length;
    }
    return tally;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function sum(tallies: readonly Tally[]): Tally {
  const total = { ...NOTHING };
  for (const tally of tallies) {
    for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
  }
  return total;
}

/** `seeds` captures of each recipe over each link layer, and as many random ones again. */
export function recoveryTallies(seeds: number, seed: number, launcher: string) {
  const complete: Tally[] = [];
  const lossy: Tally[] = [];
  LINKS.forEach((link, place) => {
    const draw = new Random(seed + place);
    const recipes: Recipe[] = RECIPES.flatMap((recipe) =>
      Array.from({ length: seeds }, () => [
        recipe,
        randomRecipe(new Random(draw.int(0, 1e9))),
      ]).flat(),
    );
    const made = (wanted: readonly Recipe[]): CaptureCase[] =>
      wanted.map((recipe, number) => {
        const family = recipe.ipv4Only === true || number % 2 === 0 ? 4 : 6;
        return makeCase({ recipe, seed: draw.int(0, 1e9), family, link }, number);
      });
    const isComplete = (recipe: Recipe): boolean => recipe.isComplete === true;
    const tallies = (wanted: readonly Recipe[]): Tally[] =>
      splitByFraming(made(wanted)).map((group) => tallyOf(group, link, launcher));
    complete.push(...tallies(recipes.filter(isComplete)));
    lossy.push(...tallies(recipes.filter((recipe) => !isComplete(recipe))));
  });
  return { complete: sum(complete), lossy: sum(lossy) };
}

function row(what: string, tally: Tally, budget: string): Row {
  const { captures, toFind, missing, invented, repeated } = tally;
  const share = ((100 * (toFind - missing)) / toFind).toFixed(missing === 0 ? 0 : 3);
  const rest = `${invented} never sent, ${repeated} twice`;
  return {
    what: `${what} (${captures} captures)`,
    measured: `${share} % of ${toFind}; ${rest}`,
    budget,
    ok: missing + invented + repeated === 0,
  };
}

export function recoveryRows(seeds: number, seed: number, launcher: string): Row[] {
  const { complete, lossy } = recoveryTallies(seeds, seed, launcher);
  return [
    row('records recovered, every byte captured', complete, '100 %, none twice'),
    row('records recovered, packets missing', lossy, '100 % of the recoverable'),
  ];
}
