/**
 * Every zone of this machine's files against the Intl of this Node: two readings of the same law, by
 * different programs, from different copies of the zone data.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { intlZone } from '../../src/zone/intl-zone.ts';
import { dayName, localClock, localDayEnd } from '../../src/zone/local-day.ts';
import { loadZone } from '../../src/zone/load-zone.ts';
import type { Zone } from '../../src/zone/zone.ts';
import { forSeeds } from '../base/seeds.ts';

const DIRECTORY = '/usr/share/zoneinfo';
const HOUR = 3600;
const DAY = 24 * HOUR;
const FROM = Date.UTC(1970, 0) / 1000;
const TO = Date.UTC(2041, 0) / 1000;
const SAMPLES_FROM = Date.UTC(2000, 0) / 1000;

/** Zones on which the two copies of the zone data may differ, and from when to when. */
const DIFFERENCES: Readonly<Record<string, { fromSec: number; toSec: number; because: string }>> =
  {};

const NAMES = Intl.supportedValuesOf('timeZone').filter((name) =>
  existsSync(`${DIRECTORY}/${name}`),
);
const skip =
  NAMES.length === 0 && `no zone files in ${DIRECTORY}: install tzdata to check them against Intl`;

function fileZone(name: string): Zone {
  const result = loadZone(name, [DIRECTORY]);
  assert.ok(result.ok, JSON.stringify(result));
  return result.zone;
}

/** The seconds at which the offset changes, found by looking every three days. */
function changesOf(zone: Zone): number[] {
  const changes: number[] = [];
  for (let at = FROM; at < TO; at += 3 * DAY) {
    const offsetSec = zone.offsetSec(at);
    let [low, high] = [at, at + 3 * DAY];
    if (zone.offsetSec(high) === offsetSec) continue;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (zone.offsetSec(middle) === offsetSec) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
}

function samples(): number[] {
  const times: number[] = [];
  // About 58 days and some odd seconds, so that all hours, weekdays and seasons come up.
  for (let at = SAMPLES_FROM; at < TO; at += 5_000_011) times.push(at);
  return times;
}

test('offsets, at each change and between', { skip }, () => {
  let changeCount = 0;
  const wrong: string[] = [];
  for (const name of NAMES) {
    const zone = fileZone(name);
    const intl = intlZone(name);
    assert.ok(intl, name);
    const changes = changesOf(zone);
    changeCount += changes.length;
    for (const at of [
      ...changes.flatMap((change) => [change - 1, change, change + 1]),
      ...samples(),
    ]) {
      const [ours, theirs] = [zone.offsetSec(at), intl.offsetSec(at)];
      const allowed = DIFFERENCES[name];
      if (ours === theirs) continue;
      if (allowed !== undefined && at >= allowed.fromSec && at <= allowed.toSec) continue;
      wrong.push(`${name} at ${new Date(at * 1000).toISOString()}: ${ours}, Intl has ${theirs}`);
    }
  }
  const versions = `Node has the data of ${process.versions['tz'] ?? 'an unknown age'}; the files are of the system's tzdata`;
  assert.equal(wrong.length, 0, `${versions}\n${wrong.join('\n')}\n`);
  assert.ok(NAMES.length < 100 || changeCount > 10_000, `${changeCount} changes`);
});

test('days of a year begin where the date changes, and follow each other', { skip }, () => {
  forSeeds(NAMES.length, (random) => {
    const name = random.pick(NAMES);
    const zone = fileZone(name);
    let end = localDayEnd(zone, random.int(FROM, TO));
    for (let count = 0; count < 366; count++) {
      const day = dayName(zone, end + 1);
      const next = localDayEnd(zone, end + 1);
      const length = (next - end) / HOUR;
      // Vostok moved by seven hours, there and back, in 1994.
      assert.ok(length >= 17 && length <= 31, `${name} ${day}: ${length} hours`);
      assert.equal(localClock(zone, end).date, day, name);
      assert.ok(localClock(zone, end - 1).date < day, `${name} ${day}`);
      end = next;
    }
  });
});

const RIGHT = 'right/Europe/Berlin';
const noRight = !existsSync(`${DIRECTORY}/${RIGHT}`) && `no ${RIGHT} in ${DIRECTORY}`;

test('a file that counts leap seconds says the same', { skip: noRight }, () => {
  // Nobody knows the leap seconds to come, so such a file ends some months after it was made.
  const until2025 = (name: string): number[] =>
    changesOf(fileZone(name)).filter((change) => change < Date.UTC(2025, 0) / 1000);
  assert.deepEqual(until2025(RIGHT), until2025('Europe/Berlin'));
});
