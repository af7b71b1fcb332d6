import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EnergySlots, SLOT_SEC, type DeviceSpans } from '../../src/model/energy-slots.ts';
import { gridEvidence, gridSense, type GridEvidence } from '../../src/model/grid-sense.ts';

const START = 20_000 * 86_400;
const NOBODY: DeviceSpans = {
  rules: { signed: false, limitW: 1e6 },
  spans: [],
  breaks: [],
  next: undefined,
  lastSec: undefined,
  lastPowerW: 0,
};

/** Wh by slot of five minutes, as one device has counted them. */
function slotsOf(wattHours: readonly number[], signed: boolean): EnergySlots {
  const spans = wattHours.map((wh, slot) => ({
    startSec: START + slot * SLOT_SEC,
    endSec: START + (slot + 1) * SLOT_SEC,
    milliWh: Math.round(1000 * wh),
    beforeW: 1000,
  }));
  const device = { ...NOBODY, rules: { signed, limitW: 1e6 }, spans };
  return new EnergySlots(START, START + 86_400, [device], START + 86_400);
}

interface Day {
  /** Wh that the inverters made, and that the meter counted, by slot. */
  made: number[];
  counted: number[];
}

function evidenceOf({ made, counted }: Day): GridEvidence {
  return gridEvidence(slotsOf(made, false), slotsOf(counted, true));
}

/** A night of an hour with so much an hour, then six hours of sun. */
function dayOf(nightWh: number, counted: (madeWh: number) => number, peakWh = 400): Day {
  const night = Array.from({ length: 12 }, () => 0);
  const sun = Array.from(
    { length: 72 },
    (_, slot) => peakWh * Math.sin((Math.PI * (slot + 1)) / 73),
  );
  return {
    made: [...night, ...sun],
    counted: [...night.map(() => nightWh / 12), ...sun.map(counted)],
  };
}

const exporting = (sign: number, nightWh = 600): Day =>
  dayOf(nightWh * sign, (made) => sign * (50 - made));
/** Takes more than the sun gives, at any time. */
const thirsty = (sign: number): Day => dayOf(600 * sign, (made) => sign * (450 - made));
const house = (sign: number): Day => dayOf(600 * sign, (made) => sign * (30 + made / 10));

const CASES: { name: string; days: Day[]; sense: string }[] = [
  { name: 'no day', days: [], sense: 'unknown' },
  { name: 'a night', days: [dayOf(600, () => 0, 0)], sense: 'unknown' },
  { name: 'a night, and a day with export', days: [exporting(1)], sense: 'net 1' },
  { name: 'the same, the other way round', days: [exporting(-1)], sense: 'net -1' },
  { name: 'next to nothing in the night', days: [exporting(1, 49)], sense: 'unknown' },
  { name: 'just enough in the night', days: [exporting(1, 50)], sense: 'net 1' },
  {
    name: 'little, but in two nights',
    days: [exporting(-1, 30), exporting(-1, 30)],
    sense: 'net -1',
  },
  {
    name: 'a night that is too short',
    days: [{ made: [0, 0, 9], counted: [300, 300, -100] }],
    sense: 'unknown',
  },
  { name: 'two days of a house', days: [house(1), house(1)], sense: 'unknown' },
  { name: 'three days of a house', days: [house(1), house(1), house(1)], sense: 'load 1' },
  {
    name: 'three days of a house, counted down',
    days: Array<Day>(3).fill(house(-1)),
    sense: 'load -1',
  },
  {
    name: 'three days without enough sun to export',
    days: Array<Day>(3).fill(thirsty(1)),
    sense: 'net 1',
  },
  { name: 'the same, the other way round', days: Array<Day>(3).fill(thirsty(-1)), sense: 'net -1' },
  { name: 'one export is enough', days: [thirsty(1), exporting(1)], sense: 'net 1' },
  {
    name: 'a fall of a watt-hour is none',
    days: Array<Day>(3).fill(dayOf(600, (made) => (made > 390 ? -1 : 30))),
    sense: 'load 1',
  },
  {
    name: 'a fall of more is one',
    days: [dayOf(600, (made) => (made > 390 ? -1.001 : 30))],
    sense: 'net 1',
  },
  {
    name: 'days of drizzle do not count',
    days: Array<Day>(5).fill(dayOf(600, () => 30, 1)),
    sense: 'unknown',
  },
  {
    name: 'production that never changes says nothing of a slope',
    days: Array<Day>(3).fill({
      made: [...Array<number>(12).fill(0), ...Array<number>(72).fill(100)],
      counted: Array<number>(84).fill(60),
    }),
    sense: 'load 1',
  },
];

describe('what the meter is', () => {
  for (const { name, days, sense } of CASES) {
    test(`${name}: ${sense}`, () => {
      const evidence = days.map(evidenceOf);
      const found = gridSense(evidence);
      assert.equal(
        found.measures === 'unknown' ? 'unknown' : `${found.measures} ${found.sign}`,
        sense,
      );
      assert.deepEqual(gridSense(evidence.reverse()), found);
    });
  }
});

test('slots in which an inverter is silent, or the meter, say nothing', () => {
  const day = exporting(1);
  const all = evidenceOf(day);
  const made = slotsOf(day.made, false);
  const counted = slotsOf(day.counted, true);
  made.missing[0] = 1;
  counted.missing[1] = 1;
  counted.known[20] = 0;
  const some = gridEvidence(made, counted);
  assert.equal(all.nightSec - some.nightSec, 600);
  assert.equal(all.nightMilliWh - some.nightMilliWh, 100_000);
  assert.equal(all.slots - some.slots, 1);
});

test('a site without a meter has no evidence', () => {
  const none = new EnergySlots(START, START + 86_400, [], START + 86_400);
  const evidence = gridEvidence(slotsOf([1, 2, 3], false), none);
  assert.ok(Object.values(evidence).every((value) => value === 0));
});
