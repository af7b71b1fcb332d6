import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CounterReading } from '../../src/model/lifetime-counter.ts';
import { SampleSeries } from '../../src/model/sample-series.ts';
import { forSeeds } from '../base/seeds.ts';

function reading(timeSec: number, milliWh: number, stepMilliWh = 100): CounterReading {
  return { timeSec, milliWh, stepMilliWh };
}

function seriesOf(readings: readonly CounterReading[]): SampleSeries {
  const series = new SampleSeries();
  for (const one of readings) series.put(one);
  return series;
}

function listOf(series: SampleSeries): (CounterReading | undefined)[] {
  return Array.from({ length: series.length }, (_, index) => series.at(index));
}

const [A, B, C] = [reading(300, 7), reading(600, 9), reading(900, 12)];

const ORDERS: { name: string; readings: CounterReading[] }[] = [
  { name: 'in order', readings: [A, B, C] },
  { name: 'the other way round', readings: [C, B, A] },
  { name: 'one in between', readings: [A, C, B] },
  { name: 'all twice', readings: [A, B, C, C, A, B] },
  { name: 'an older revision first', readings: [reading(600, 8), C, B, A] },
];

for (const { name, readings } of ORDERS) {
  test(`by time: ${name}`, () => {
    const series = seriesOf(readings);
    assert.deepEqual(listOf(series), [A, B, C]);
    assert.equal(series.at(-1), undefined);
    assert.equal(series.at(3), undefined);
  });
}

test('only what is another counts as a change', () => {
  const series = seriesOf([A, B]);
  assert.equal(series.put(B), false);
  assert.equal(series.put(reading(600, 10)), true);
  assert.equal(series.put(reading(600, 10, 1000)), true);
  assert.equal(series.put(reading(600, 10, 1000)), false);
  assert.deepEqual(listOf(series), [A, reading(600, 10, 1000)]);
});

const AFTER: { timeSec: number; index: number }[] = [
  { timeSec: -1, index: 0 },
  { timeSec: 299, index: 0 },
  { timeSec: 300, index: 1 },
  { timeSec: 301, index: 1 },
  { timeSec: 600, index: 2 },
  { timeSec: 899, index: 2 },
  { timeSec: 900, index: 3 },
  { timeSec: Infinity, index: 3 },
];

for (const { timeSec, index } of AFTER) {
  test(`the first reading after ${timeSec} is that of index ${index}`, () => {
    assert.equal(seriesOf([A, B, C]).indexAfter(timeSec), index);
  });
}

test('every step that a text can have comes back, and counters as large as they get', () => {
  const readings = Array.from({ length: 16 }, (_, power) =>
    reading(2 ** 32 - 100 + power, (power % 2 === 0 ? 1 : -1) * (9e15 + power), 10 ** power),
  );
  assert.deepEqual(listOf(seriesOf(readings)), readings);
});

const DROPPED: { timeSec: number; left: CounterReading[] }[] = [
  { timeSec: 299, left: [A, B, C] },
  { timeSec: 300, left: [B, C] },
  { timeSec: 899, left: [C] },
  { timeSec: 900, left: [] },
];

for (const { timeSec, left } of DROPPED) {
  test(`up to ${timeSec} forgotten, ${left.length} are left`, () => {
    const series = seriesOf([A, B, C]);
    series.dropUpTo(timeSec);
    assert.deepEqual(listOf(series), left);
    series.put(A);
    assert.deepEqual(listOf(series), [A, ...left.filter((one) => one !== A)]);
  });
}

test('it was used, though all is forgotten', () => {
  const series = new SampleSeries();
  assert.equal(series.isUsed, false);
  series.put(A);
  series.dropUpTo(Infinity);
  assert.equal(series.length, 0);
  assert.equal(series.isUsed, true);
});

test('memory goes back with the readings', () => {
  const series = new SampleSeries();
  const small = series.heldBytes;
  for (let count = 1; count <= 10_000; count++) series.put(reading(count * 300, count));
  assert.ok(series.heldBytes <= 2 * 13 * 10_000 * 1.7, `${series.heldBytes} bytes`);
  series.dropUpTo(9_990 * 300);
  assert.equal(series.heldBytes, small);
});

test('any puts and drops, beside a plain map', () => {
  forSeeds(500, (random) => {
    const series = new SampleSeries();
    const plain = new Map<number, CounterReading>();
    for (let count = random.int(1, 80); count > 0; count--) {
      if (random.chance(0.05)) {
        const timeSec = random.int(0, 60);
        series.dropUpTo(timeSec);
        for (const time of [...plain.keys()]) if (time <= timeSec) plain.delete(time);
        continue;
      }
      const one = reading(random.int(1, 60), random.int(-3, 3), 10 ** random.int(0, 6));
      const old = plain.get(one.timeSec);
      const isOther = old?.milliWh !== one.milliWh || old.stepMilliWh !== one.stepMilliWh;
      assert.equal(series.put(one), isOther);
      plain.set(one.timeSec, one);
    }
    const sorted = [...plain.values()].sort((a, b) => a.timeSec - b.timeSec);
    assert.deepEqual(listOf(series), sorted);
    const timeSec = random.int(-1, 61);
    const index = sorted.filter((one) => one.timeSec <= timeSec).length;
    assert.equal(series.indexAfter(timeSec), index);
  });
});
