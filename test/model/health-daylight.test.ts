/**
 * Weeks in which nothing is wrong: nights, dawns, clouds, readings that are missing, snow, outages that
 * are replayed. Nobody is to be told anything.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SiteOptions } from '../../scripts/sim/site.ts';
import { Random } from '../tools/random.ts';
import {
  INTERVALS_A_DAY,
  LivedSite,
  isInverterLine,
  named,
  serialOf,
  weakened,
  type HealthSiteOptions,
} from './health-site.ts';

const DAYS = 20;
const DECEMBER = Date.parse('2026-12-01T08:00:00Z') / 1000;
const MARCH = Date.parse('2026-03-01T08:00:00Z') / 1000;

interface Case {
  site: Partial<SiteOptions>;
  health?: HealthSiteOptions['health'];
  every?: number;
}

const WELL: Record<string, Case> = {
  'a spring in California': { site: { seed: 1 } },
  'every interval looked at': { site: { seed: 2, inverters: 5 }, every: 1 },
  'a winter far in the north': { site: { seed: 3, latitudeDeg: 56, startTimeSec: DECEMBER } },
  'a string inverter among small ones': {
    site: { seed: 4, stringInverter: true, latitudeDeg: 45, startTimeSec: MARCH },
  },
  'a string inverter and one small one': { site: { seed: 5, inverters: 1, stringInverter: true } },
  'many readings missing': { site: { seed: 6, missedShare: 0.05 } },
  'a fifth of the readings missing': { site: { seed: 7, missedShare: 0.2 } },
  'inverters that speak at night, too': { site: { seed: 8, silentAtNight: false } },
  'one inverter alone': { site: { seed: 9, inverters: 1 } },
  'no inverter at all': { site: { seed: 10, inverters: 0 } },
  'half an hour is enough': { site: { seed: 11 }, health: { silentAfterSec: 1800 } },
  'nearly every share is weak': { site: { seed: 12 }, health: { weakSharePercent: 90 } },
};

for (const [what, { site, health = {}, every = 3 }] of Object.entries(WELL)) {
  test(`${what}: ${DAYS} days without an alarm`, () => {
    const lived = new LivedSite({ site, health });
    lived.live(0, DAYS * INTERVALS_A_DAY, every);
    assert.deepEqual(lived.events.map(named), []);
    assert.ok(lived.model.days.length >= DAYS);
  });
}

/** They are asleep, and their counters stand still, from one interval to another. */
function snowed(isMeant: (serial: string) => boolean, from: number, to: number): HealthSiteOptions {
  const stopped = weakened(isMeant, (interval) => (interval >= from && interval < to ? 0 : 1));
  return {
    trouble: (lines, interval) =>
      stopped(lines, interval).filter(
        (line) =>
          !isInverterLine(line) || !isMeant(serialOf(line)) || interval < from || interval >= to,
      ),
  };
}

test('snow on all panels, from one noon to another: nobody is silent, nobody weak', () => {
  const from = 9 * INTERVALS_A_DAY + 150;
  const lived = new LivedSite(snowed(() => true, from, from + 4 * INTERVALS_A_DAY));
  lived.live(0, DAYS * INTERVALS_A_DAY, 3);
  assert.deepEqual(lived.events.map(named), []);
});

test('thin snow for four days: all make a tenth', () => {
  const from = 9 * INTERVALS_A_DAY;
  const to = from + 4 * INTERVALS_A_DAY;
  const trouble = weakened(
    () => true,
    (interval) => (interval >= from && interval < to ? 0.1 : 1),
  );
  const lived = new LivedSite({ trouble });
  lived.live(0, DAYS * INTERVALS_A_DAY, 3);
  assert.deepEqual(lived.events.map(named), []);
});

test('half of the roof in shade for days: that is no fault of its inverters', () => {
  const from = 9 * INTERVALS_A_DAY;
  const serials = new LivedSite();
  serials.live(0, INTERVALS_A_DAY, INTERVALS_A_DAY);
  const west = new Set(serials.serials.slice(0, 4));
  const trouble = weakened(
    (serial) => west.has(serial),
    (interval) => (interval >= from ? 0.5 : 1),
  );
  const lived = new LivedSite({ trouble });
  lived.live(0, DAYS * INTERVALS_A_DAY, 3);
  assert.deepEqual(lived.events.map(named), []);
});

const REPLAYS: Record<string, (random: Random, intervals: readonly string[][]) => string[][]> = {
  'interval by interval, in no order': (random, intervals) => random.shuffle(intervals),
  'record by record, in no order': (random, intervals) => {
    const lines = random.shuffle(intervals.flat());
    const portions: string[][] = [];
    for (let at = 0; at < lines.length; at += 60) portions.push(lines.slice(at, at + 60));
    return portions;
  },
  'the newest first': (_, intervals) => [...intervals].reverse(),
};

for (const [how, replay] of Object.entries(REPLAYS)) {
  test(`an outage of nine hours that is replayed ${how}, mixed with live records`, () => {
    for (const [seed, backFrom] of [
      // In the middle of the day, and at night, when live records have no inverters in them.
      [1, 3 * INTERVALS_A_DAY + 200],
      [2, 3 * INTERVALS_A_DAY + 260],
    ] as const) {
      const lived = new LivedSite({ site: { seed } });
      const random = new Random(seed);
      const outFrom = backFrom - 108;
      lived.live(0, outFrom, 6);
      const missed: string[][] = [];
      for (let interval = outFrom; interval < backFrom; interval++) {
        missed.push([...lived.linesAt(interval)]);
      }
      let interval = backFrom;
      for (const portion of replay(random, missed)) {
        lived.take(portion);
        if (random.chance(0.5)) lived.take(lived.linesAt(interval++));
        lived.events.push(...lived.look(interval));
      }
      lived.live(interval, 5 * INTERVALS_A_DAY, 6);
      assert.deepEqual(lived.events.map(named), []);
    }
  });
}
