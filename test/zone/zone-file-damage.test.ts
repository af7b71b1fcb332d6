/** Whatever becomes of the bytes of a zone file: a fault or a zone, never an exception or a long time. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { dayName, localDayEnd } from '../../src/zone/local-day.ts';
import { parseZoneFile } from '../../src/zone/zone-file.ts';
import { OFFSET_LIMIT_SEC } from '../../src/zone/zone.ts';
import { forSeeds } from '../base/seeds.ts';
import { zoneFile, type ZoneRecipe } from './zone-bytes.ts';
import { RULES } from './zones.ts';

const RECIPE: ZoneRecipe = {
  version: 2,
  offsetsSec: [-1234, 3600, 7200],
  changes: Array.from({ length: 20 }, (_, i) => [i * 15_000_000, (i % 2) + 1] as const),
  rule: RULES.berlin,
};

const BERLIN = '/usr/share/zoneinfo/Europe/Berlin';
/** Has leap seconds in it. */
const RIGHT_BERLIN = '/usr/share/zoneinfo/right/Europe/Berlin';

const FILES: { name: string; data: Uint8Array }[] = [
  { name: 'version 1', data: zoneFile({ ...RECIPE, version: 1 }) },
  { name: 'fat', data: zoneFile(RECIPE) },
  { name: 'slim', data: zoneFile({ ...RECIPE, isSlim: true }) },
  {
    name: 'leap seconds',
    data: zoneFile({
      ...RECIPE,
      version: 4,
      leaps: [
        [7_000_000, 1],
        [90_000_000, 2],
      ],
    }),
  },
  ...[BERLIN, RIGHT_BERLIN]
    .filter((path) => existsSync(path))
    .map((path) => ({ name: path, data: readFileSync(path) })),
];

for (const { name, data } of FILES) {
  test(`${name}: cut anywhere, it is no zone file`, () => {
    assert.ok(parseZoneFile(data, 'x').ok);
    for (let length = 0; length < data.length; length++) {
      // A copy: what is behind the end is not there.
      const result = parseZoneFile(data.slice(0, length), 'x');
      if (result.ok) assert.fail(`${length} bytes of ${data.length}`);
      assert.equal(result.fault.reason, 'not-a-zone-file');
    }
  });

  test(`${name}: wrong bytes`, () => {
    forSeeds(1500, (random) => {
      const wrong = data.slice();
      // Half of them where the counts are.
      const end = random.chance(0.5) ? Math.min(48, data.length) : data.length;
      for (let count = random.int(1, 6); count > 0; count--) {
        const at = random.int(0, end - 1);
        wrong[at] = random.chance(0.5)
          ? random.int(0, 255)
          : (wrong[at] ?? 0) ^ (1 << random.int(0, 7));
      }
      const result = parseZoneFile(wrong, 'x');
      if (!result.ok) {
        assert.equal(result.fault.reason, 'not-a-zone-file');
        return;
      }
      const { zone } = result;
      for (const timeSec of [0, random.int(-(2 ** 32), 2 ** 32), 1e18, -1e18, Infinity, NaN]) {
        assert.ok(Math.abs(zone.offsetSec(timeSec)) < OFFSET_LIMIT_SEC);
        assert.ok(!(localDayEnd(zone, timeSec) < timeSec));
        assert.equal(typeof dayName(zone, timeSec), 'string');
      }
    });
  });
}

test('bytes of no file at all', () => {
  forSeeds(500, (random) => {
    const data = random.bytes(random.int(0, 300));
    data.set(Buffer.from(random.pick(['', 'TZif', 'TZif2', 'TZif\0'])).subarray(0, data.length));
    assert.equal(parseZoneFile(data, 'x').ok, false);
  });
});
