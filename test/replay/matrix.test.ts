/** Every link layer under every recipe: one file a link layer, all its cases in it at once. */
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
import { LINK_KINDS, onlyFamily } from '../tools/link-frame.ts';
import type { LinkKind } from '../tools/link-frame.ts';
import { RECIPES } from '../tools/recipe.ts';
import { foundRecords, isConsistent, recordLine, replayBytes } from '../tools/replay-run.ts';

const SEEDS_EACH = 2;

/** Other seeds for every link layer, the same in every run. */
function casesFor(link: LinkKind): CaptureCase[] {
  const cases: CaptureCase[] = [];
  for (const recipe of RECIPES) {
    for (let turn = 0; turn < SEEDS_EACH; turn++) {
      const family = onlyFamily(link) ?? (turn % 2 === 0 ? 4 : 6);
      if (recipe.ipv4Only === true && family === 6) continue;
      const seed = 1000 * (LINK_KINDS.indexOf(link) + 1) + turn;
      cases.push(makeCase({ recipe, seed, family, link }, cases.length));
    }
  }
  return cases;
}

function sentLines(one: CaptureCase): Set<string> {
  return new Set(one.truth.sentOrder.flat());
}

for (const link of LINK_KINDS) {
  test(`replay: ${link}, ${RECIPES.length} recipes`, () => {
    const cases = casesFor(link);
    for (const one of cases.filter(({ recipe }) => recipe.isComplete === true)) {
      assert.equal(one.truth.must.size, sentLines(one).size, `the truth of "${one.recipe.name}"`);
    }
    const failures = splitByFraming(cases).flatMap((group) => {
      const run = replayBytes(pcapOfCases(group, link));
      assert.equal(run.code, 0, run.stderr);
      const found = foundRecords(run.stdout);
      assert.ok(found.every(isConsistent));
      return failuresOf(group, found.map(recordLine));
    });
    assert.ok(failures.length === 0, failuresText(failures, link));
  });
}
