import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  dayBounds,
  dayName,
  localClock,
  localDate,
  localDayEnd,
  localDayStart,
} from '../../src/zone/local-day.ts';
import { fixedZone, UTC, type Zone } from '../../src/zone/zone.ts';
import { APIA, KWAJALEIN, RULES, ruleZone, utc } from './zones.ts';

const HOUR = 3600;

interface DayCase {
  zone: Zone | string;
  day: string;
  hours: number;
  /** What the clocks show when the day begins. */
  begins: string;
  why: string;
}

const DAYS: DayCase[] = [
  { zone: UTC, day: '2024-03-31', hours: 24, begins: '00:00', why: 'UTC' },
  { zone: RULES.berlin, day: '2024-03-30', hours: 24, begins: '00:00', why: 'the day before' },
  { zone: RULES.berlin, day: '2024-03-31', hours: 23, begins: '00:00', why: 'spring, north' },
  { zone: RULES.berlin, day: '2024-10-27', hours: 25, begins: '00:00', why: 'autumn, north' },
  { zone: RULES.newYork, day: '2024-03-10', hours: 23, begins: '00:00', why: 'spring, west' },
  { zone: RULES.newYork, day: '2024-11-03', hours: 25, begins: '00:00', why: 'autumn, west' },
  { zone: RULES.sydney, day: '2024-10-06', hours: 23, begins: '00:00', why: 'spring, south' },
  { zone: RULES.sydney, day: '2024-04-07', hours: 25, begins: '00:00', why: 'autumn, south' },
  { zone: RULES.auckland, day: '2024-09-29', hours: 23, begins: '00:00', why: 'spring, south' },
  { zone: RULES.auckland, day: '2024-04-07', hours: 25, begins: '00:00', why: 'autumn, south' },
  { zone: RULES.chatham, day: '2024-09-29', hours: 23, begins: '00:00', why: '12:45' },
  { zone: RULES.lordHowe, day: '2024-10-06', hours: 23.5, begins: '00:00', why: 'half an hour' },
  { zone: RULES.lordHowe, day: '2024-04-07', hours: 24.5, begins: '00:00', why: 'half an hour' },
  { zone: RULES.dublin, day: '2024-03-31', hours: 23, begins: '00:00', why: 'negative DST' },
  { zone: RULES.dublin, day: '2024-10-27', hours: 25, begins: '00:00', why: 'negative DST' },
  { zone: RULES.troll, day: '2024-03-31', hours: 22, begins: '00:00', why: 'two hours' },
  { zone: RULES.troll, day: '2024-10-27', hours: 26, begins: '00:00', why: 'two hours' },
  { zone: RULES.kolkata, day: '2024-06-01', hours: 24, begins: '00:00', why: '5:30' },
  // Midnight does not exist.
  { zone: RULES.saoPaulo, day: '2018-11-04', hours: 23, begins: '01:00', why: 'no midnight' },
  { zone: RULES.havana, day: '2024-03-10', hours: 23, begins: '01:00', why: 'no midnight' },
  { zone: RULES.beirut, day: '2024-03-31', hours: 23, begins: '01:00', why: 'no midnight' },
  { zone: RULES.cairo, day: '2024-04-26', hours: 23, begins: '01:00', why: 'no midnight' },
  { zone: RULES.azores, day: '2024-03-31', hours: 23, begins: '01:00', why: 'no midnight' },
  { zone: RULES.santiago, day: '2024-09-08', hours: 23, begins: '01:00', why: 'no midnight' },
  // From 24:00 back to 23:00: that hour belongs to the day that it is of, both times.
  { zone: RULES.saoPaulo, day: '2018-02-17', hours: 25, begins: '00:00', why: '23:00 twice' },
  { zone: RULES.saoPaulo, day: '2018-02-18', hours: 24, begins: '00:00', why: '23:00 twice' },
  { zone: RULES.beirut, day: '2024-10-26', hours: 25, begins: '00:00', why: '23:00 twice' },
  { zone: RULES.cairo, day: '2024-10-31', hours: 25, begins: '00:00', why: '23:00 twice' },
  { zone: RULES.santiago, day: '2024-04-06', hours: 25, begins: '00:00', why: '23:00 twice' },
  { zone: RULES.nuuk, day: '2024-03-30', hours: 23, begins: '00:00', why: '22:00 to 23:00' },
  { zone: RULES.nuuk, day: '2024-10-26', hours: 25, begins: '00:00', why: '23:00 twice' },
  // From 01:00 back to 00:00: the first midnight counts.
  { zone: RULES.havana, day: '2024-11-03', hours: 25, begins: '00:00', why: 'midnight twice' },
  { zone: RULES.havana, day: '2024-11-02', hours: 24, begins: '00:00', why: 'midnight twice' },
  { zone: RULES.azores, day: '2024-10-27', hours: 25, begins: '00:00', why: 'midnight twice' },
  // From 00:01 back to 23:01: what follows belongs to the day that has begun.
  { zone: RULES.stJohns, day: '2010-11-06', hours: 24, begins: '00:00', why: '00:00 twice' },
  { zone: RULES.stJohns, day: '2010-11-07', hours: 25, begins: '00:00', why: '00:00 twice' },
  { zone: RULES.stJohns, day: '2010-03-14', hours: 23, begins: '00:00', why: '00:01 to 01:01' },
  // The date line.
  { zone: APIA, day: '2011-12-29', hours: 24, begins: '00:00', why: 'before the one left out' },
  { zone: APIA, day: '2011-12-31', hours: 24, begins: '00:00', why: 'after the one left out' },
  { zone: KWAJALEIN, day: '1969-09-29', hours: 24, begins: '00:00', why: 'before the double one' },
  { zone: KWAJALEIN, day: '1969-09-30', hours: 47, begins: '00:00', why: 'the double one' },
  { zone: KWAJALEIN, day: '1969-10-01', hours: 24, begins: '00:00', why: 'after the double one' },
];

for (const { zone: given, day, hours, begins, why } of DAYS) {
  const zone = typeof given === 'string' ? ruleZone(given) : given;
  test(`${zone.name}: ${day} has ${hours} hours from ${begins} on (${why})`, () => {
    const bounds = dayBounds(zone, day);
    assert.ok(bounds);
    const { startSec, endSec } = bounds;
    assert.equal((endSec - startSec) / HOUR, hours);
    assert.deepEqual(localClock(zone, startSec), { date: day, time: begins });
    for (const timeSec of [startSec + 1, startSec + 0.5, (startSec + endSec) / 2, endSec]) {
      assert.equal(dayName(zone, timeSec), day, `${timeSec}`);
      assert.equal(localDayStart(zone, timeSec), startSec);
      assert.equal(localDayEnd(zone, timeSec), endSec);
    }
    assert.ok(dayName(zone, startSec) < day);
    assert.ok(dayName(zone, endSec + 1) > day);
  });
}

test('midnight belongs to the day before', () => {
  const zone = ruleZone(RULES.berlin);
  const midnight = utc('2024-06-30T22:00Z');
  assert.equal(dayName(zone, midnight), '2024-06-30');
  assert.deepEqual(localDate(zone, midnight), { year: 2024, month: 6, day: 30 });
  assert.equal(localDayEnd(zone, midnight), midnight);
  assert.equal(dayName(zone, midnight + 1), '2024-07-01');
  assert.equal(localDayStart(zone, midnight + 1), midnight);
  assert.deepEqual(localClock(zone, midnight), { date: '2024-07-01', time: '00:00' });
  assert.deepEqual(localClock(zone, midnight - 1), { date: '2024-06-30', time: '23:59' });
});

test('a date that was left out: no length, and no time that belongs to it', () => {
  const change = utc('2011-12-30T10:00Z');
  assert.deepEqual(dayBounds(APIA, '2011-12-30'), { startSec: change, endSec: change });
  assert.equal(dayName(APIA, change), '2011-12-29');
  assert.equal(dayName(APIA, change + 1), '2011-12-31');
  assert.equal(localDayEnd(APIA, change), change);
  assert.equal(localDayStart(APIA, change + 1), change);
});

test('what is no date has no bounds', () => {
  for (const name of ['2024-02-30', '2024-2-3', '', 'today']) {
    assert.equal(dayBounds(UTC, name), undefined);
  }
});

test('each zone has its own days, whatever was asked before', () => {
  const timeSec = utc('2024-05-09T22:30Z');
  const zones = [-9, 0, 9].map((hours) => fixedZone('same', hours * HOUR));
  for (let round = 0; round < 3; round++) {
    assert.deepEqual(
      zones.map((zone) => dayName(zone, timeSec)),
      ['2024-05-09', '2024-05-09', '2024-05-10'],
    );
  }
});

test('within a day the zone is not asked again', () => {
  let asked = 0;
  const zone: Zone = { name: 'counted', offsetSec: () => (asked++, 0) };
  dayName(zone, 1);
  const before = asked;
  for (let timeSec = 1; timeSec <= 86_400; timeSec += 300) dayName(zone, timeSec);
  assert.equal(asked, before);
  assert.ok(before < 50, `${before}`);
});

test('times that no date has: an answer all the same, at once', () => {
  const zone = ruleZone(RULES.berlin);
  for (const timeSec of [1e12, -1e12, 1e15, 1e20, -1e20, 1e300, Infinity, -Infinity, NaN]) {
    assert.ok(!(localDayEnd(zone, timeSec) < timeSec));
    assert.equal(typeof dayName(zone, timeSec), 'string');
    assert.equal(typeof localClock(zone, timeSec).time, 'string');
  }
});
