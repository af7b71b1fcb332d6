/** Days tile the line of time, in any zone: each time lies in one day, and none between two. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateText, dateOf } from '../../src/zone/calendar.ts';
import { dayBounds, dayName, localDayEnd, localDayStart } from '../../src/zone/local-day.ts';
import { posixZone } from '../../src/zone/posix-rule.ts';
import type { Zone } from '../../src/zone/zone.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';
import { builtZone, ZONES } from './zones.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

function checkAt(zone: Zone, timeSec: number): void {
  const where = `${zone.name} at ${timeSec}`;
  const start = localDayStart(zone, timeSec);
  const end = localDayEnd(zone, timeSec);
  const name = dayName(zone, timeSec);
  assert.ok(start < timeSec && timeSec <= end, where);
  for (const other of [start + 1, Math.floor((start + 1 + end) / 2), end]) {
    assert.equal(dayName(zone, other), name, where);
    assert.equal(localDayStart(zone, other), start, where);
    assert.equal(localDayEnd(zone, other), end, where);
  }
  assert.equal(localDayStart(zone, end + 1), end, where);
  assert.ok(dayName(zone, end + 1) > name, where);
  assert.equal(localDayEnd(zone, start), start, where);
  assert.ok(dayName(zone, start) < name, where);
  assert.deepEqual(dayBounds(zone, name), { startSec: start, endSec: end }, where);
}

function anyTime(random: Random): number {
  return random.int(Date.UTC(1965, 0) / 1000, Date.UTC(2045, 0) / 1000);
}

function anyRule(random: Random): string {
  const time = (): string =>
    random.chance(0.5)
      ? `/${random.int(-30, 30)}`
      : `/${random.int(-167, 167)}:${random.int(0, 59)}`;
  const day = (): string =>
    random.pick([
      `J${random.int(1, 365)}`,
      `${random.int(0, 365)}`,
      `M${random.int(1, 12)}.${random.int(1, 5)}.${random.int(0, 6)}`,
    ]);
  const std = random.int(-24, 24);
  const dst = Math.max(-24, Math.min(24, std - random.int(-3, 3)));
  return `AAA${std}BBB${dst},${day()}${time()},${day()}${time()}`;
}

/** Changes its clocks by up to two days, and when it likes. */
function wildZone(random: Random): Zone {
  const offsetsSec = Array.from({ length: 5 }, () => random.int(-93_599, 93_599));
  let timeSec = 0;
  return builtZone({
    version: 2,
    offsetsSec,
    changes: Array.from({ length: 40 }, () => {
      timeSec += random.int(1, random.pick([600, DAY, 9 * DAY]));
      return [timeSec, random.int(0, 4)] as const;
    }),
  });
}

test('in zones that there are', () => {
  forSeeds(300, (random) => {
    for (const zone of ZONES) checkAt(zone, anyTime(random));
  });
});

test('in zones with any rule', () => {
  forSeeds(300, (random) => {
    const rule = anyRule(random);
    const zone = posixZone(rule);
    assert.ok(zone, rule);
    for (let count = 0; count < 10; count++) checkAt(zone, anyTime(random));
  });
});

test('in zones that change their clocks as none does', () => {
  forSeeds(300, (random) => {
    const zone = wildZone(random);
    for (let count = 0; count < 10; count++) checkAt(zone, random.int(-5 * DAY, 60 * DAY));
  });
});

/**
 * The rule as it stands, minute by minute: the day of a minute is the latest date that the clocks have
 * shown so far. True from four days on.
 */
function* slowDays(zone: Zone, fromSec: number, toSec: number): Iterable<[number, string]> {
  let latest = -Infinity;
  for (let timeSec = fromSec; timeSec < toSec; timeSec += 60) {
    latest = Math.max(latest, Math.floor((timeSec + zone.offsetSec(timeSec)) / DAY));
    // The minute that begins here ends within the same day.
    if (timeSec >= fromSec + 4 * DAY) yield [timeSec + 60, dateText(dateOf(latest))];
  }
}

function changesIn(zone: Zone, fromSec: number, toSec: number): number[] {
  const changes: number[] = [];
  for (let timeSec = fromSec; timeSec < toSec; timeSec += HOUR) {
    if (zone.offsetSec(timeSec) !== zone.offsetSec(timeSec + HOUR)) changes.push(timeSec);
  }
  return changes;
}

test('around changes they are as the rule says, minute by minute', () => {
  let count = 0;
  for (const zone of ZONES) {
    for (const [from, to] of [
      [1969, 1970],
      [2011, 2012],
      [2024, 2025],
    ] as const) {
      for (const change of changesIn(zone, Date.UTC(from, 6) / 1000, Date.UTC(to, 6) / 1000)) {
        for (const [timeSec, day] of slowDays(zone, change - 6 * DAY, change + 2 * DAY)) {
          if (dayName(zone, timeSec) !== day) assert.fail(`${zone.name} at ${timeSec}: ${day}`);
        }
        count++;
      }
    }
  }
  assert.ok(count > 80, `${count}`);
});
