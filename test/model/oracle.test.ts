/** The model and the oracle say the same of any site. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GridSense } from '../../src/model/grid-sense.ts';
import { forSeeds } from '../base/seeds.ts';
import { timed } from './lines.ts';
import { oracle } from './oracle.ts';
import { randomSite, type RandomSite } from './random-site.ts';
import { difference, siteModel, viewOfModel, viewOfOracle } from './site-view.ts';

/** @returns what the meter was taken for */
function check(site: RandomSite): GridSense {
  const model = siteModel(site);
  for (const line of site.lines) model.take(timed(line));
  model.settle();
  const expected = oracle(site.lines, site.zone, site.production, site.grid);
  assert.equal(difference(viewOfModel(model), viewOfOracle(expected)), undefined);
  assert.equal(difference(Object.fromEntries(model.refused), expected.refused), undefined);
  return model.sense;
}

test('random sites', () => {
  forSeeds(700, (random) => {
    check(randomSite(random));
  });
});

test('random sites that report all day long, until their meter is understood', () => {
  const senses = new Set<string>();
  forSeeds(60, (random) => {
    const sense = check({ ...randomSite(random, true), grid: 'auto' });
    senses.add(sense.measures === 'net' ? `net ${sense.sign}` : sense.measures);
  });
  assert.deepEqual([...senses].sort(), ['load', 'net -1', 'net 1', 'unknown']);
});
