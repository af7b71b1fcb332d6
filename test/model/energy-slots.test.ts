import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  EnergySlots,
  meanPowerW,
  slotOf,
  spanKind,
  type DeviceSpans,
  type SpanKind,
} from '../../src/model/energy-slots.ts';

const START = 20_000 * 86_400;
const SLOT = 300;
const HOUR = 3600;
const INVERTER = { signed: false, limitW: 1000 };
const METER = { signed: true, limitW: 500_000 };

const KINDS: { name: string; seconds: number; milliWh: number; signed: boolean; kind: SpanKind }[] =
  [
    { name: 'five minutes', seconds: 300, milliWh: 9000, signed: false, kind: 'interval' },
    { name: 'one second', seconds: 1, milliWh: 0, signed: false, kind: 'interval' },
    {
      name: 'seven and a half minutes',
      seconds: 450,
      milliWh: 9000,
      signed: false,
      kind: 'interval',
    },
    { name: 'a second more', seconds: 451, milliWh: 9000, signed: false, kind: 'gap' },
    { name: 'an hour without energy', seconds: HOUR, milliWh: 0, signed: false, kind: 'sleep' },
    {
      name: 'a night, and a little at dawn',
      seconds: 10 * HOUR,
      milliWh: 29_999,
      signed: false,
      kind: 'sleep',
    },
    {
      name: 'a night with too much at dawn',
      seconds: 10 * HOUR,
      milliWh: 30_000,
      signed: false,
      kind: 'gap',
    },
    { name: 'an hour of a meter at rest', seconds: HOUR, milliWh: 0, signed: true, kind: 'gap' },
    { name: 'an hour of export', seconds: HOUR, milliWh: -9000, signed: true, kind: 'gap' },
    { name: 'two days', seconds: 48 * HOUR, milliWh: 9e6, signed: false, kind: 'gap' },
    { name: 'two days of rest', seconds: 48 * HOUR, milliWh: 0, signed: false, kind: 'sleep' },
    {
      name: 'two days and a second',
      seconds: 48 * HOUR + 1,
      milliWh: 9e6,
      signed: false,
      kind: 'absence',
    },
    {
      name: 'the same without energy',
      seconds: 48 * HOUR + 1,
      milliWh: 0,
      signed: false,
      kind: 'absence',
    },
  ];

describe('what a span is', () => {
  for (const { name, seconds, milliWh, signed, kind } of KINDS) {
    test(`${name}: ${kind}`, () => {
      const span = { startSec: START, endSec: START + seconds, milliWh };
      assert.equal(spanKind(span, signed ? METER : INVERTER), kind);
    });
  }
});

test('mean power', () => {
  assert.equal(meanPowerW({ startSec: 0, endSec: 3600, milliWh: 1500 }), 1.5);
  assert.equal(meanPowerW({ startSec: 0, endSec: 300, milliWh: -25_000 }), -300);
});

test('a slot ends at its number', () => {
  assert.deepEqual([0, 1, 299, 300, 301].map(slotOf), [0, 1, 1, 1, 2]);
});

/** `from` and `to` in slots from midnight, with fractions; `next` ends after the day. */
interface Told {
  spans?: { from: number; to: number; milliWh: number; beforeW?: number }[];
  breaks?: { from: number; to: number; beforeW: number }[];
  next?: { from: number; to: number; milliWh: number; beforeW?: number };
  /** Slot of the last reading; none: there is no reading. */
  last?: number;
  lastPowerW?: number;
  signed?: boolean;
}

function deviceOf({
  spans = [],
  breaks = [],
  next,
  last,
  lastPowerW = 300,
  signed,
}: Told): DeviceSpans {
  const at = (slot: number): number => START + slot * SLOT;
  const spanOf = ({ from, to, milliWh, beforeW = 300 }: NonNullable<typeof next>) => {
    return { startSec: at(from), endSec: at(to), milliWh, beforeW };
  };
  return {
    rules: signed === true ? METER : INVERTER,
    spans: spans.map(spanOf),
    breaks: breaks.map(({ from, to, beforeW }) => {
      return { startSec: at(from), endSec: at(to), beforeW };
    }),
    next: next === undefined ? undefined : spanOf(next),
    lastSec: last === undefined ? undefined : at(last),
    lastPowerW,
  };
}

/**
 * The first slots of a day: a digit for the devices that are known, one for those that are missing, and
 * what was measured; then the gaps.
 */
function drawn(devices: Told[], until: number, slots = 8): string[] {
  const end = START + 86_400;
  const day = new EnergySlots(START, end, devices.map(deviceOf), START + until * SLOT);
  const row = (values: ArrayLike<number>): string => Array.from(values).slice(0, slots).join(' ');
  return [
    row(day.known),
    row(day.missing),
    row(day.milliWh),
    ...day.gaps.map(
      ({ startSec, endSec, milliWh, devices: count }) =>
        `${(startSec - START) / SLOT}-${(endSec - START) / SLOT}: ${milliWh} of ${count}`,
    ),
  ];
}

const step = (from: number, milliWh = 9000) => ({ from, to: from + 1, milliWh });

const DRAWN: { name: string; devices: Told[]; until?: number; is: string[] }[] = [
  { name: 'nobody', devices: [], is: ['0 0 0 0 0 0 0 0', '0 0 0 0 0 0 0 0', '0 0 0 0 0 0 0 0'] },
  {
    name: 'one that reports',
    devices: [{ spans: [step(0), step(1), step(2)], last: 3 }],
    until: 3,
    is: ['1 1 1 0 0 0 0 0', '0 0 0 0 0 0 0 0', '9000 9000 9000 0 0 0 0 0'],
  },
  {
    name: 'two that report',
    devices: [
      { spans: [step(0), step(1, 1000)], last: 2 },
      { spans: [step(0), step(1, 2000)], last: 2 },
    ],
    until: 2,
    is: ['2 2 0 0 0 0 0 0', '0 0 0 0 0 0 0 0', '18000 3000 0 0 0 0 0 0'],
  },
  {
    name: 'one that is silent, and has not come back yet',
    devices: [{ spans: [step(0)], last: 1 }],
    until: 6,
    is: ['1 0 0 0 0 0 0 0', '0 1 1 1 1 1 0 0', '9000 0 0 0 0 0 0 0'],
  },
  {
    name: 'one that is silent since dusk',
    devices: [{ spans: [step(0)], last: 1, lastPowerW: 49 }],
    until: 6,
    is: ['1 1 1 1 1 1 0 0', '0 0 0 0 0 0 0 0', '9000 0 0 0 0 0 0 0'],
  },
  {
    name: 'a meter does not sleep',
    devices: [{ spans: [step(0)], last: 1, lastPowerW: 49, signed: true }],
    until: 6,
    is: ['1 0 0 0 0 0 0 0', '0 1 1 1 1 1 0 0', '9000 0 0 0 0 0 0 0'],
  },
  {
    name: 'a gap',
    devices: [{ spans: [step(0), { from: 1, to: 4, milliWh: 30_000 }, step(4)], last: 5 }],
    until: 5,
    is: ['1 0 0 0 1 0 0 0', '0 1 1 1 0 0 0 0', '9000 0 0 0 9000 0 0 0', '1-4: 30000 of 1'],
  },
  {
    name: 'the same gap of two, and one of another',
    devices: [
      { spans: [{ from: 1, to: 4, milliWh: 30_000 }], last: 4 },
      { spans: [{ from: 1, to: 4, milliWh: 31_000 }], last: 4 },
      { spans: [{ from: 2, to: 4, milliWh: 20_000 }], last: 4 },
    ],
    until: 4,
    is: [
      '0 0 0 0 0 0 0 0',
      '0 2 3 3 0 0 0 0',
      '0 0 0 0 0 0 0 0',
      '1-4: 61000 of 2',
      '2-4: 20000 of 1',
    ],
  },
  {
    name: 'asleep, with the energy in the slot in which it woke up',
    devices: [{ spans: [step(0, 0), { from: 1, to: 5, milliWh: 100 }, step(5)], last: 6 }],
    until: 6,
    is: ['1 1 1 1 1 1 0 0', '0 0 0 0 0 0 0 0', '0 0 0 0 100 9000 0 0'],
  },
  {
    name: 'heard of several times in a slot',
    devices: [
      {
        spans: [
          { from: 0, to: 0.2, milliWh: 1 },
          { from: 0.2, to: 0.5, milliWh: 2 },
          { from: 0.5, to: 1, milliWh: 4 },
          { from: 1, to: 1.9, milliWh: 8 },
          { from: 1.9, to: 2, milliWh: 16 },
        ],
        last: 2,
      },
    ],
    until: 2,
    is: ['1 1 0 0 0 0 0 0', '0 0 0 0 0 0 0 0', '7 24 0 0 0 0 0 0'],
  },
  {
    name: 'late by a little',
    devices: [
      {
        spans: [
          { from: 0, to: 1.01, milliWh: 5 },
          { from: 1.01, to: 2, milliWh: 4 },
        ],
        last: 2,
      },
    ],
    until: 2,
    is: ['1 1 0 0 0 0 0 0', '0 0 0 0 0 0 0 0', '0 9 0 0 0 0 0 0'],
  },
  {
    name: 'what follows a gap in its last slot belongs to it',
    devices: [
      {
        spans: [
          { from: 0, to: 2.2, milliWh: 20_000 },
          { from: 2.2, to: 2.6, milliWh: 300 },
          { from: 2.6, to: 3, milliWh: 400 },
          step(3),
        ],
        last: 4,
      },
    ],
    until: 4,
    is: ['0 0 0 1 0 0 0 0', '1 1 1 0 0 0 0 0', '0 0 0 9000 0 0 0 0', '0-3: 20700 of 1'],
  },
  {
    name: 'a counter that began anew in the day',
    devices: [{ spans: [step(0), step(3)], breaks: [{ from: 1, to: 3, beforeW: 300 }], last: 4 }],
    until: 4,
    is: ['1 0 0 1 0 0 0 0', '0 1 1 0 0 0 0 0', '9000 0 0 9000 0 0 0 0'],
  },
  {
    name: 'a counter that began anew in the night',
    devices: [{ spans: [step(0), step(3)], breaks: [{ from: 1, to: 3, beforeW: 0 }], last: 4 }],
    until: 4,
    is: ['1 1 1 1 0 0 0 0', '0 0 0 0 0 0 0 0', '9000 0 0 9000 0 0 0 0'],
  },
  {
    name: 'a gap since the day before',
    devices: [{ spans: [{ from: -6, to: 2, milliWh: 40_000 }, step(2)], last: 3 }],
    until: 3,
    is: ['0 0 1 0 0 0 0 0', '1 1 0 0 0 0 0 0', '0 0 9000 0 0 0 0 0', '-6-2: 40000 of 1'],
  },
  {
    name: 'a gap into the day after: its energy is of that day',
    devices: [{ spans: [step(0)], next: { from: 1, to: 400, milliWh: 9e6 }, last: 1 }],
    until: 400,
    is: ['1 0 0 0 0 0 0 0', '0 1 1 1 1 1 1 1', '9000 0 0 0 0 0 0 0'],
  },
  {
    name: 'a night into the day after',
    devices: [{ spans: [step(0)], next: { from: 1, to: 400, milliWh: 10 }, last: 1 }],
    until: 400,
    is: ['1 1 1 1 1 1 1 1', '0 0 0 0 0 0 0 0', '9000 0 0 0 0 0 0 0'],
  },
  {
    name: 'back after days: the site had gone on without it',
    devices: [{ spans: [{ from: -1000, to: 2, milliWh: 9e7 }, step(2)], last: 3 }],
    until: 3,
    is: ['0 0 1 0 0 0 0 0', '0 0 0 0 0 0 0 0', '0 0 9000 0 0 0 0 0', '-1000-2: 90000000 of 1'],
  },
];

describe('slots of a day: known, missing, measured, gaps', () => {
  for (const { name, devices, until = 288, is } of DRAWN) {
    test(name, () => {
      assert.deepEqual(drawn(devices, until), is);
    });
  }
});

test('one that is silent is missed for three hours, and no longer', () => {
  const [known, missing] = drawn([{ spans: [step(0)], last: 1 }], 288, 288);
  assert.equal(known, ['1', ...Array<string>(287).fill('0')].join(' '));
  const expected = ['0', ...Array<string>(36).fill('1'), ...Array<string>(251).fill('0')];
  assert.equal(missing, expected.join(' '));
});

test('one that is silent since dusk is asleep for twenty hours, and no longer', () => {
  const [known, missing] = drawn([{ spans: [step(0)], last: 1, lastPowerW: 49 }], 288, 288);
  assert.equal(known, [...Array<string>(241).fill('1'), ...Array<string>(47).fill('0')].join(' '));
  assert.equal(missing, Array<string>(288).fill('0').join(' '));
});

test('slots and gaps together are the total', () => {
  const devices: Told[] = [
    { spans: [step(0), { from: 1, to: 4, milliWh: 30_000 }, step(4)], last: 5 },
    { spans: [step(0, 1), { from: 1, to: 9, milliWh: 7 }], last: 9 },
  ];
  const slots = new EnergySlots(START, START + 86_400, devices.map(deviceOf), START + 3000);
  assert.equal(slots.totalMilliWh, 9000 + 30_000 + 9000 + 1 + 7);
});

for (const hours of [23, 24, 25]) {
  test(`a day of ${hours} hours has ${hours * 12} slots`, () => {
    const slots = new EnergySlots(START, START + hours * HOUR, [], START);
    assert.equal(slots.milliWh.length, hours * 12);
    assert.equal(slots.first * SLOT, START + SLOT);
  });
}
