/**
 * Random conversations under random disturbances. A failure names its seed and link kind; run it
 * alone with `SUNTAP_SEED=<seed> SUNTAP_CASES=1 SUNTAP_LINK=<kind>`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaptureCase } from '../tools/capture-case.ts';
import {
  failuresOf,
  failuresText,
  makeCase,
  pcapOfCases,
  splitByFraming,
} from '../tools/capture-case.ts';
import type { LinkKind } from '../tools/link-frame.ts';
import { randomRecipe } from '../tools/random-recipe.ts';
import { Random } from '../tools/random.ts';
import { foundRecords, recordLine, replayBytes } from '../tools/replay-run.ts';

const CASES_PER_FILE = 100;
const caseCount = Number(process.env['SUNTAP_CASES'] ?? 400);
const firstSeed = Number(process.env['SUNTAP_SEED'] ?? Math.floor(Math.random() * 1e9));
const LINKS: LinkKind[] = ['ethernet', 'vlan', 'pppoe', 'cooked-v2', 'raw'];

for (let done = 0; done < caseCount; done += CASES_PER_FILE) {
  const seed = firstSeed + done;
  const named = LINKS.find((kind) => kind === process.env['SUNTAP_LINK']);
  const link = named ?? new Random(seed).pick(LINKS);
  test(`replay: random captures from seed ${seed} on, ${link}`, () => {
    const cases: CaptureCase[] = [];
    for (let number = 0; number < Math.min(CASES_PER_FILE, caseCount - done); number++) {
      const random = new Random(seed + number);
      const recipe = randomRecipe(random);
      const family = random.chance(0.5) ? 4 : 6;
      cases.push(makeCase({ recipe, seed: seed + number, family, link }, number));
    }
    const failures = splitByFraming(cases).flatMap((group) => {
      const run = replayBytes(pcapOfCases(group, link));
      assert.ok(run.code === 0 || (run.code === 1 && group.length === 1), run.stderr);
      return failuresOf(group, foundRecords(run.stdout).map(recordLine));
    });
    assert.ok(failures.length === 0, failuresText(failures, link));
  });
}
