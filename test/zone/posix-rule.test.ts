import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePosixRule, ruleOffsetSec } from '../../src/zone/posix-rule.ts';
import { OFFSET_LIMIT_SEC } from '../../src/zone/zone.ts';
import { forSeeds } from '../base/seeds.ts';
import { RULES, ruleZone, utc } from './zones.ts';

const HOUR = 3600;

/** A second before the change, and at it. */
const CHANGES: { rule: string; at: string; from: number; to: number }[] = [
  { rule: RULES.berlin, at: '2024-03-31T01:00Z', from: 1, to: 2 },
  { rule: RULES.berlin, at: '2024-10-27T01:00Z', from: 2, to: 1 },
  { rule: RULES.newYork, at: '2024-03-10T07:00Z', from: -5, to: -4 },
  { rule: RULES.newYork, at: '2024-11-03T06:00Z', from: -4, to: -5 },
  // No days are named: those of the USA.
  { rule: 'EST5EDT', at: '2024-03-10T07:00Z', from: -5, to: -4 },
  { rule: 'EST5EDT', at: '2024-11-03T06:00Z', from: -4, to: -5 },
  { rule: RULES.sydney, at: '2024-10-05T16:00Z', from: 10, to: 11 },
  { rule: RULES.sydney, at: '2024-04-06T16:00Z', from: 11, to: 10 },
  { rule: RULES.lordHowe, at: '2024-10-05T15:30Z', from: 10.5, to: 11 },
  { rule: RULES.lordHowe, at: '2024-04-06T15:00Z', from: 11, to: 10.5 },
  { rule: RULES.chatham, at: '2024-09-28T14:00Z', from: 12.75, to: 13.75 },
  // Standard time is that of the summer.
  { rule: RULES.dublin, at: '2024-03-31T01:00Z', from: 0, to: 1 },
  { rule: RULES.dublin, at: '2024-10-27T01:00Z', from: 1, to: 0 },
  { rule: RULES.troll, at: '2024-03-31T01:00Z', from: 0, to: 2 },
  // An hour before midnight of the last Sunday of March, and after a day's end.
  { rule: RULES.nuuk, at: '2024-03-31T01:00Z', from: -2, to: -1 },
  { rule: RULES.nuuk, at: '2024-10-27T01:00Z', from: -1, to: -2 },
  { rule: RULES.cairo, at: '2024-10-31T21:00Z', from: 3, to: 2 },
  // Fifty hours after the fourth Thursday began.
  { rule: RULES.gaza, at: '2025-03-29T00:00Z', from: 2, to: 3 },
  { rule: RULES.gaza, at: '2025-10-24T23:00Z', from: 3, to: 2 },
  // J60 is 1 March in every year, 59 only in those without a leap day.
  { rule: 'AAA0BBB,J60/0,J300', at: '2024-03-01T00:00Z', from: 0, to: 1 },
  { rule: 'AAA0BBB,J60/0,J300', at: '2023-03-01T00:00Z', from: 0, to: 1 },
  { rule: 'AAA0BBB,59/0,300', at: '2024-02-29T00:00Z', from: 0, to: 1 },
  { rule: 'AAA0BBB,59/0,300', at: '2023-03-01T00:00Z', from: 0, to: 1 },
  { rule: 'AAA0BBB,J1/0,J59/0', at: '2024-02-27T23:00Z', from: 1, to: 0 },
  // The last day of a leap year; in others it is the first of the next.
  { rule: 'AAA0BBB,365/0,100/0', at: '2024-12-31T00:00Z', from: 0, to: 1 },
  { rule: 'AAA0BBB,365/0,100/0', at: '2024-01-01T00:00Z', from: 0, to: 1 },
  // A change that is a week into another year.
  { rule: 'AAA0BBB,J365/167,J100', at: '2025-01-06T23:00Z', from: 0, to: 1 },
  { rule: 'AAA0BBB,J1/-167,J100', at: '2023-12-25T01:00Z', from: 0, to: 1 },
  { rule: 'AAA0BBB,J200/0,J365/167', at: '2025-01-06T22:00Z', from: 1, to: 0 },
  // Nearly all year, over two New Years.
  { rule: 'AAA0BBB,J365/167,J364/167', at: '2025-01-06T23:00Z', from: 0, to: 1 },
  { rule: 'AAA0BBB,J365/167,J364/167', at: '2025-01-05T22:00Z', from: 1, to: 0 },
  // Minutes and seconds, and a daylight time of its own.
  {
    rule: 'AAA-0:20:30BBB-1:00:10,J100/1:02:03,J200',
    at: '2024-04-10T00:41:33Z',
    from: 1230 / HOUR,
    to: 3610 / HOUR,
  },
];

for (const { rule, at, from, to } of CHANGES) {
  test(`${rule} at ${at}: ${from} h, then ${to} h`, () => {
    const zone = ruleZone(rule);
    const timeSec = utc(at);
    assert.deepEqual(
      [zone.offsetSec(timeSec - 1), zone.offsetSec(timeSec)],
      [from * HOUR, to * HOUR],
    );
  });
}

const FIXED: { rule: string; hours: number }[] = [
  { rule: '<-03>3', hours: -3 },
  { rule: '<+0330>-3:30', hours: 3.5 },
  { rule: 'UTC0', hours: 0 },
  { rule: 'GMT-0', hours: 0 },
  { rule: 'abc+24:59:59', hours: -(24 + 3599 / 3600) },
  { rule: RULES.allYear, hours: -4 },
  // A daylight time that is over when it begins.
  { rule: 'AAA1BBB,J100/0,J100/1', hours: -1 },
];

for (const { rule, hours } of FIXED) {
  test(`${rule}: ${hours} h at all times`, () => {
    const zone = ruleZone(rule);
    for (
      let timeSec = utc('2023-12-30T00:00Z');
      timeSec < utc('2026-01-03T00:00Z');
      timeSec += 1800
    ) {
      assert.equal(zone.offsetSec(timeSec), hours * HOUR);
    }
  });
}

test('the same Sunday of any year: the last of March, the first of April', () => {
  for (let year = 1970; year < 2400; year++) {
    const march = new Date(Date.UTC(year, 2, 31));
    march.setUTCDate(31 - march.getUTCDay());
    const april = new Date(Date.UTC(year, 3, 1));
    april.setUTCDate(1 + ((7 - april.getUTCDay()) % 7));
    const spring = march.getTime() / 1000 + HOUR;
    const autumn = april.getTime() / 1000 - 8 * HOUR;
    const berlin = ruleZone(RULES.berlin);
    const sydney = ruleZone(RULES.sydney);
    assert.deepEqual(
      [spring - 1, spring].map((timeSec) => berlin.offsetSec(timeSec)),
      [HOUR, 2 * HOUR],
    );
    assert.deepEqual(
      [autumn - 1, autumn].map((timeSec) => sydney.offsetSec(timeSec)),
      [11 * HOUR, 10 * HOUR],
    );
  }
});

const GARBAGE: string[] = [
  '',
  ' ',
  'UTC',
  'CET',
  'AB1',
  '1',
  '-1',
  '<>1',
  '<AB>1',
  '<ABC1',
  'ABC>1',
  '<AB C>1',
  'CET-25',
  'CET-1:60',
  'CET-1:00:60',
  'CET-1:00:00:00',
  'CET-1:',
  'CET--1',
  'CET-1.5',
  ' CET-1',
  'CET-1 ',
  'CET-1\n',
  'CET-1\0',
  'CET-1CE',
  'CET-1CEST,',
  'CET-1CEST,M3.5.0',
  'CET-1CEST,M3.5.0,',
  'CET-1CEST,M3.5.0,M10.5.0,',
  'CET-1CEST,M3.5.0,M10.5.0,M11.1.0',
  'CET-1CEST,M3.5.0,M10.5.0/3x',
  'CET-1,M3.5.0,M10.5.0',
  'CET-1CEST,M0.5.0,M10.5.0',
  'CET-1CEST,M13.5.0,M10.5.0',
  'CET-1CEST,M3.0.0,M10.5.0',
  'CET-1CEST,M3.6.0,M10.5.0',
  'CET-1CEST,M3.5.7,M10.5.0',
  'CET-1CEST,M3.5,M10.5.0',
  'CET-1CEST,J0,J100',
  'CET-1CEST,J366,J100',
  'CET-1CEST,366,100',
  'CET-1CEST,J,J100',
  'CET-1CEST,-1,100',
  'CET-1CEST,M3.5.0/168,M10.5.0',
  'CET-1CEST,M3.5.0/-168,M10.5.0',
  'CET-1CEST,M3.5.0/,M10.5.0',
  'CET-1CEST,M3.5.0/2:60,M10.5.0',
  'CET-1CEST25,M3.5.0,M10.5.0',
  'Europe/Berlin',
  'Ä'.repeat(3) + '1',
  'A'.repeat(128) + '1',
  '9'.repeat(100_000),
  'A'.repeat(1_000_000),
];

for (const text of GARBAGE) {
  test(`${JSON.stringify(text.slice(0, 40))} is no rule`, () => {
    assert.equal(parsePosixRule(text), undefined);
  });
}

test('of rules with wrong characters: no exception, and no offset that no zone has', () => {
  const characters = '0123456789,./:<>+-JMACEST\0\n ';
  forSeeds(3000, (random) => {
    let text: string = random.pick(Object.values(RULES));
    for (let count = random.int(1, 3); count > 0; count--) {
      const at = random.int(0, text.length);
      const other = random.chance(0.3)
        ? ''
        : characters.charAt(random.int(0, characters.length - 1));
      text = text.slice(0, at) + other + text.slice(at + random.int(0, 1));
    }
    const rule = parsePosixRule(text);
    if (rule === undefined) return;
    for (const timeSec of [0, random.int(-(2 ** 33), 2 ** 33), 1e300, -1e300, Infinity, NaN]) {
      assert.ok(Math.abs(ruleOffsetSec(rule, timeSec)) < OFFSET_LIMIT_SEC, text);
    }
  });
});
