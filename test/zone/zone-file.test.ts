import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_ZONE_FILE_BYTES, parseZoneFile } from '../../src/zone/zone-file.ts';
import { concatBytes } from '../tools/bytes.ts';
import { zoneFile, type ZoneRecipe } from './zone-bytes.ts';
import { builtZone, RULES } from './zones.ts';

const HOUR = 3600;
/** 2040: beyond 32-bit times. */
const FAR = 2_220_000_000;
/** A July, long after all changes. */
const LATER = 4_087_929_600;

const RECIPE: ZoneRecipe = {
  version: 2,
  offsetsSec: [1234, 1 * HOUR, 2 * HOUR],
  changes: [
    [-3_000_000_000, 1],
    [1000, 2],
    [2000, 1],
    [FAR, 2],
  ],
};

/** Times, and the offset that they have. */
type Known = readonly (readonly [timeSec: number, offsetSec: number])[];

const BETWEEN: Known = [
  [0, HOUR],
  [999, HOUR],
  [999.5, HOUR],
  [1000, 2 * HOUR],
  [1999, 2 * HOUR],
  [2000, HOUR],
];
const IN_64_BITS: Known = [
  [-3_000_000_001, 1234],
  [-3_000_000_000, HOUR],
  [FAR - 1, HOUR],
  [FAR, 2 * HOUR],
  ...BETWEEN,
];
const ONE_OFFSET = { offsetsSec: [1234], changes: [] };

const FILES: { name: string; recipe: ZoneRecipe; known: Known }[] = [
  {
    name: 'version 1, in 32-bit times',
    recipe: { ...RECIPE, version: 1, changes: RECIPE.changes.slice(1, 3) },
    known: [
      [-(2 ** 40), 1234],
      [999, 1234],
      [1000, 2 * HOUR],
      [2000, HOUR],
      [2 ** 40, HOUR],
    ],
  },
  ...([2, 3, 4] as const).flatMap((version) =>
    [false, true].map((isSlim) => ({
      name: `version ${version}, ${isSlim ? 'slim' : 'fat'}, without a rule`,
      recipe: { ...RECIPE, version, isSlim },
      known: [...IN_64_BITS, [LATER, 2 * HOUR]] as const,
    })),
  ),
  {
    name: 'a rule for the time after the last change',
    recipe: { ...RECIPE, rule: 'EST5EDT,M3.2.0,M11.1.0' },
    known: [
      [FAR - 1, HOUR],
      [FAR, -4 * HOUR],
      [LATER, -4 * HOUR],
      [LATER + 180 * 86_400, -5 * HOUR],
      ...BETWEEN,
    ],
  },
  {
    name: 'a rule and no change',
    recipe: { version: 2, ...ONE_OFFSET, rule: RULES.berlin },
    known: [
      [LATER, 2 * HOUR],
      [LATER + 180 * 86_400, HOUR],
    ],
  },
  {
    name: 'neither a rule nor a change',
    recipe: { version: 2, ...ONE_OFFSET },
    known: [
      [-(2 ** 60), 1234],
      [0, 1234],
      [LATER, 1234],
      [Infinity, 1234],
      [NaN, 1234],
    ],
  },
  {
    name: 'a first change at the beginning of time, as older writers put it',
    recipe: { ...RECIPE, changes: [[-(2 ** 59), 0], ...RECIPE.changes] },
    known: IN_64_BITS,
  },
  {
    name: 'leap seconds, the last of them with the date until which they are known',
    recipe: {
      ...RECIPE,
      version: 4,
      leaps: [
        [500, 1],
        [1500, 2],
        [FAR, 2],
      ],
      changes: [
        [-3_000_000_000, 1],
        [1001, 2],
        [2002, 1],
        [FAR + 2, 2],
      ],
    },
    known: IN_64_BITS,
  },
];

for (const { name, recipe, known } of FILES) {
  test(name, () => {
    const zone = builtZone(recipe);
    for (const [timeSec, offsetSec] of known) {
      assert.equal(zone.offsetSec(timeSec), offsetSec, `at ${timeSec}`);
    }
  });
}

test('a file in the middle of other bytes, and with bytes behind it', () => {
  const file = zoneFile({ ...RECIPE, rule: RULES.berlin });
  const around = new Uint8Array(7).fill(0x54);
  const data = concatBytes([around, file, around]).subarray(7);
  const result = parseZoneFile(data, 'x');
  assert.ok(result.ok);
  assert.equal(result.zone.name, 'x');
  assert.equal(result.zone.offsetSec(1000), 2 * HOUR);
});

/** Where the counts of the first header stand. */
const LEAPS_AT = 28;
const CHANGES_AT = 32;
const TYPES_AT = 36;
const CHARS_AT = 40;
/** The first block of a slim file ends here, and the second header begins. */
const SECOND_AT = 44 + 6 + 4 + 2;

function withByte(data: Uint8Array, at: number, value: number): Uint8Array {
  const changed = data.slice();
  changed[at] = value;
  return changed;
}

const SLIM = zoneFile({ ...RECIPE, isSlim: true, rule: RULES.berlin });
const V1 = zoneFile({ ...RECIPE, version: 1, changes: RECIPE.changes.slice(1, 3) });

const WRONG: { name: string; data: Uint8Array; detail: string }[] = [
  { name: 'no bytes', data: new Uint8Array(0), detail: 'no TZif header' },
  { name: 'text', data: Buffer.from('# tzdb timezone descriptions\n'), detail: 'no TZif header' },
  { name: 'nothing but the magic', data: SLIM.subarray(0, 4), detail: 'cut short' },
  { name: 'version X', data: withByte(SLIM, 4, 0x58), detail: 'an unknown version' },
  { name: 'no second header', data: withByte(SLIM, SECOND_AT, 0), detail: 'no TZif header' },
  ...[LEAPS_AT, CHANGES_AT, TYPES_AT, CHARS_AT].flatMap((at) => [
    { name: `2^31 of the count at ${at}`, data: withByte(V1, at, 0x80), detail: 'cut short' },
    {
      name: `2^32 - 1 of the count at ${at}`,
      data: V1.map((byte, i) => (i >= at && i < at + 4 ? 0xff : byte)),
      detail: 'cut short',
    },
    {
      name: `2^31 of the count at ${at} of the second header`,
      data: withByte(SLIM, SECOND_AT + at, 0x80),
      detail: 'cut short',
    },
  ]),
  {
    name: 'no type of time',
    data: zoneFile({ version: 2, offsetsSec: [], changes: [] }),
    detail: 'no type of time',
  },
  {
    name: 'a type that is not there',
    data: zoneFile({ ...RECIPE, changes: [[0, 3]] }),
    detail: 'a change to a type that is not there',
  },
  {
    name: 'the same time twice',
    data: zoneFile({
      ...RECIPE,
      changes: [
        [5, 1],
        [5, 2],
      ],
    }),
    detail: 'changes out of order',
  },
  {
    name: 'times that fall',
    data: zoneFile({
      ...RECIPE,
      changes: [
        [5, 1],
        [-5, 2],
      ],
    }),
    detail: 'changes out of order',
  },
  ...[26 * HOUR, -26 * HOUR, 2 ** 31 - 1, -(2 ** 31)].map((offsetSec) => ({
    name: `an offset of ${offsetSec} s`,
    data: zoneFile({ ...RECIPE, offsetsSec: [0, 0, offsetSec] }),
    detail: 'an offset that no zone has',
  })),
  {
    name: 'a rule that is none',
    data: zoneFile({ ...RECIPE, rule: 'CET-1CEST,M3.5.0' }),
    detail: 'a rule that cannot be read',
  },
  {
    name: 'a rule without end',
    data: zoneFile({ ...RECIPE, rule: 'A'.repeat(60_000) }),
    detail: 'a rule that cannot be read',
  },
  {
    name: 'a larger file',
    data: concatBytes([SLIM, new Uint8Array(MAX_ZONE_FILE_BYTES)]),
    detail: 'more than 65536 bytes',
  },
];

for (const { name, data, detail } of WRONG) {
  test(`${name}: ${detail}`, () => {
    assert.deepEqual(parseZoneFile(data, 'Some/Zone', '/some/file'), {
      ok: false,
      fault: { layer: 'zone', reason: 'not-a-zone-file', subject: '/some/file', detail },
    });
  });
}

test('a file of the largest size is read', () => {
  const room = MAX_ZONE_FILE_BYTES - SLIM.length;
  assert.ok(parseZoneFile(concatBytes([SLIM, new Uint8Array(room)]), 'x').ok);
});
