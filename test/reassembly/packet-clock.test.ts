import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PacketClock } from '../../src/reassembly/packet-clock.ts';
import { forSeeds } from '../base/seeds.ts';

/** Steps: a number is a packet with that time, `+n` is a tick. Then how far the clock has gone. */
const CASES: { name: string; steps: (number | `+${number}`)[]; elapsedMs: number }[] = [
  { name: 'the first packet sets it', steps: [1_700_000_000_000], elapsedMs: 0 },
  { name: 'goes with the packets', steps: [1000, 1250, 4000], elapsedMs: 3000 },
  { name: 'fractions count', steps: [1000, 1000.25], elapsedMs: 0.25 },
  { name: 'disorder passes over', steps: [1000, 2000, 1500, 2100], elapsedMs: 1100 },
  {
    name: 'disorder of just under an hour',
    steps: [9_000_000, 5_400_001, 9_000_500],
    elapsedMs: 500,
  },
  {
    name: 'set back by an hour: counts on from there',
    steps: [9_000_000, 5_400_000, 5_400_500],
    elapsedMs: 500,
  },
  { name: 'set back by years', steps: [1.7e12, 5000, 6000], elapsedMs: 1000 },
  {
    name: 'set ahead by years: an hour',
    steps: [5000, 1.7e12, 1.7e12 + 1000],
    elapsedMs: 3_601_000,
  },
  { name: 'a night without packets: an hour', steps: [0, 36_000_000], elapsedMs: 3_600_000 },
  { name: 'ticks', steps: [1000, '+500', '+500'], elapsedMs: 1000 },
  {
    name: 'a packet after ticks adds only the rest',
    steps: [1000, '+500', '+500', 2200],
    elapsedMs: 1200,
  },
  {
    name: 'ticks that ran ahead of the packets wait for them',
    steps: [1000, '+5000', 2000, 9000],
    elapsedMs: 12_000,
  },
  { name: 'ticks before the first packet', steps: ['+5000', 1000, 2000], elapsedMs: 6000 },
  {
    name: 'ticks count only since the latest packet',
    steps: [1000, '+500', 2000, '+500', 3000],
    elapsedMs: 2000,
  },
  { name: 'a tick never leaps either', steps: [0, '+36000000'], elapsedMs: 3_600_000 },
  { name: 'a tick of nothing', steps: [0, '+0', 100], elapsedMs: 100 },
];

for (const { name, steps, elapsedMs } of CASES) {
  test(`clock: ${name}`, () => {
    assert.equal(run(steps).nowMs, elapsedMs);
  });
}

function run(steps: readonly (number | `+${number}`)[]): PacketClock {
  const clock = new PacketClock();
  let before = clock.nowMs;
  for (const step of steps) {
    if (typeof step === 'number') clock.advanceTo(step);
    else clock.advanceBy(Number(step.slice(1)));
    assert.ok(clock.nowMs >= before, 'never backwards');
    assert.ok(clock.nowMs - before <= 3_600_000, 'never leaps');
    before = clock.nowMs;
  }
  return clock;
}

test('whatever the times are, it neither runs backwards nor leaps nor stops', () => {
  forSeeds(500, (random) => {
    const steps = Array.from({ length: 100 }, () => {
      const size = 10 ** random.int(0, 14);
      return random.chance(0.3) ? (`+${random.int(0, size)}` as const) : random.int(-size, size);
    });
    const clock = run(steps);
    const now = clock.nowMs;
    clock.advanceTo(5e15);
    clock.advanceTo(5e15 + 10_000);
    assert.ok(clock.nowMs >= now + 10_000);
  });
});
