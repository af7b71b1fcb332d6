/** Records that pile up in the supervisor: rows of counts, five minutes from one to the next. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backlog } from '../../src/model/backlog.ts';
import type { HealthCondition } from '../../src/model/health-condition.ts';
import { Random } from '../tools/random.ts';
import { INTERVALS_A_DAY, LivedSite, START_SEC, named } from './health-site.ts';
import { digitsOf, timed } from './lines.ts';

const SERIAL = 'TACLC1009999';
/** As many records does the site make in five minutes. */
const DEVICES = 27;
const RATE = DEVICES;

function countLine(place: number, count: number | string, serial = SERIAL): string {
  const timeSec = START_SEC + 300 * (place + 1);
  return `120|${digitsOf(timeSec)}|${serial}|0|0|0|4|${count}|518400|0.27|8180|4568`;
}

function timeAt(place: number): number {
  return START_SEC + 300 * (place + 1);
}

function judged(lines: readonly string[], devices = DEVICES): readonly HealthCondition[] {
  const backlog = new Backlog();
  for (const line of lines) backlog.note(timed(line));
  return backlog.update(devices).conditions;
}

function times<T>(count: number, of: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => of(index));
}

function growing(hours: number, from = 0, rate = RATE): number[] {
  return times(12 * hours, (index) => from + rate * (index + 1));
}

const CALM = times(24, (index) => [0, 0, 27, 0, 54, 3][index % 6] ?? 0);

const ROWS: Record<string, { counts: readonly (number | string)[]; active: boolean }> = {
  nothing: { counts: [], active: false },
  'a site that is well': { counts: CALM, active: false },
  'grows for an hour': { counts: [...CALM, ...growing(1.1)], active: true },
  'grows for half an hour': { counts: [...CALM, ...growing(0.5)], active: false },
  'a small site: grows slowly': { counts: [...CALM, ...growing(5, 0, 3)], active: true },
  'grows, but is still small': { counts: [...CALM, ...growing(2, 0, 3)], active: false },
  'large for weeks, never larger': { counts: times(600, () => 93_234), active: false },
  'large for weeks, and grows now': {
    counts: [...times(600, () => 93_234), ...growing(2, 93_234)],
    active: true,
  },
  'grew, and stays': { counts: [...growing(3), ...times(100, () => 972)], active: true },
  'grew, and is being worked off': {
    counts: [...growing(5), ...times(10, (index) => 1600 - 150 * index)],
    active: true,
  },
  'grew, and was worked off': { counts: [...growing(5), 1000, 400, 54, 0], active: false },
  'grew, and was small a single time': { counts: [...growing(5), 1000, 400, 0], active: true },
  'grew, was worked off, grows again': {
    counts: [...growing(5), 400, 0, 27, ...growing(2)],
    active: true,
  },
  'one odd count': { counts: [...CALM, 999_999_999], active: false },
  'two odd counts': { counts: [...CALM, 999_999_999, 999_999_999, 0], active: false },
  'one count of zero in between does not end it': {
    counts: [...growing(3), 0, ...growing(2, 1000)],
    active: true,
  },
  'two counts in an hour prove nothing': {
    counts: [0, ...times(9, () => ''), 5000],
    active: false,
  },
  'falls all the time': { counts: times(40, (index) => 9000 - 100 * index), active: false },
  'goes up and down by half an hour': {
    counts: times(60, (index) => (Math.floor(index / 6) % 2) * 500),
    active: false,
  },
  'no numbers': {
    counts: ['', 'n/a', '-5', '1e9', '0x20', '99999999999999999999', '12.5', 'NaN', ' 7', '+7'],
    active: false,
  },
  'no numbers among numbers': {
    counts: [...CALM, ...growing(2).flatMap((count) => [count, 'n/a'])],
    active: true,
  },
};

for (const [what, { counts, active }] of Object.entries(ROWS)) {
  test(`${what}: ${active ? 'growing' : 'not growing'}`, () => {
    const lines = counts.map((count, place) => countLine(place, count));
    const conditions = judged(lines);
    assert.deepEqual(
      conditions.map(({ kind, subject }) => [kind, subject]),
      active ? [['backlog-growing', SERIAL]] : [],
    );
    assert.deepEqual(judged([...lines].reverse()), conditions);
    for (let seed = 1; seed <= 5; seed++) {
      const random = new Random(seed);
      const repeated = [...lines, ...lines.filter(() => random.chance(0.2))];
      assert.deepEqual(judged(random.shuffle(repeated)), conditions, `seed ${seed}`);
    }
  });
}

test('facts: since it was small, and how much it is', () => {
  const lines = [...CALM, ...growing(3)].map((count, place) => countLine(place, count));
  const [condition] = judged(lines);
  assert.deepEqual(condition, {
    kind: 'backlog-growing',
    subject: SERIAL,
    // 54 records are two intervals' worth of this site: still few.
    sinceSec: timeAt(CALM.length + 1),
    untransmittedRecords: 36 * RATE,
  });
});

test('what is few depends on the size of the site', () => {
  const counts = times(60, (index) => (index < 30 ? 0 : 200 + index));
  const lines = counts.map((count, place) => countLine(place, count));
  assert.equal(judged(lines.slice(0, 37), 10).length, 1);
  assert.equal(judged(lines.slice(0, 37), 100).length, 0);
});

test('what grew two weeks ago and has not grown since is forgotten', () => {
  const grown = growing(3).map((count, place) => countLine(place, count));
  const still = (days: number): string[] =>
    times(days * INTERVALS_A_DAY, (index) => countLine(36 + index, 972));
  assert.equal(judged([...grown, ...still(13)]).length, 1);
  assert.equal(judged([...grown, ...still(15)]).length, 0);
  assert.deepEqual(judged([...still(15), ...grown]), []);
});

test('two supervisors; serials that are none, and a hundred that are made up', () => {
  const counts = growing(2);
  const of = (serial: string): string[] =>
    counts.map((count, place) => countLine(place, count, serial));
  const two = judged([...of('TACLC1'), ...of('TACLC2')]);
  assert.deepEqual(
    two.map(({ subject }) => subject),
    ['TACLC1', 'TACLC2'],
  );
  for (const serial of ['n/a', '..', 'x'.repeat(65), '\x1b[2J']) {
    assert.deepEqual(judged(of(serial)), [], JSON.stringify(serial));
  }
  const many = judged(times(100, (index) => of(`FAKE${index}`)).flat());
  assert.ok(many.length <= 4);
});

test('lines that are cut short, and of other types', () => {
  const time = digitsOf(START_SEC);
  for (const line of [
    `120|${time}|${SERIAL}`,
    `120|${time}|${SERIAL}|0|0|0|4`,
    `120|${time}|${SERIAL}|0|0|0|4|`,
    `122|${time}|${SERIAL}|0|0|0|4|5000`,
    `120|19691231235959|${SERIAL}|0|0|0|4|5000`,
    `120|99991231235959|${SERIAL}|0|0|0|4|5000`,
  ]) {
    const backlog = new Backlog();
    backlog.note(timed(line));
    assert.equal(backlog.update(DEVICES).asOfSec, -Infinity, line);
  }
});

test('counts of the far future neither begin nor end it', () => {
  const far = (count: number, sec: number): string =>
    `120|${digitsOf(2 ** 32 - sec)}|${SERIAL}|0|0|0|4|${count}|518400|0.27|8180|4568`;
  const grown = growing(3).map((count, place) => countLine(place, count));
  assert.equal(judged([...grown, far(0, 10)]).length, 1);
  const calm = CALM.map((count, place) => countLine(place, count));
  assert.equal(judged([...calm, far(99_999, 900), far(199_999, 600)]).length, 0);
});

test('a site that the collector does not answer for six hours: said once, and that it is over', () => {
  const from = 100;
  const lived = new LivedSite({
    untransmitted: (interval) =>
      interval < from ? 10 : interval < from + 72 ? 12 * (interval - from) : 0,
  });
  lived.live(0, from + 100);
  const { supervisorSerial } = lived.sim;
  assert.deepEqual(lived.events.map(named), [
    `begin backlog-growing ${supervisorSerial}`,
    `end backlog-growing ${supervisorSerial}`,
  ]);
  const [begin, end] = lived.events;
  assert.equal(begin?.condition.sinceSec, lived.sim.timeSecAt(from + 4));
  assert.equal(end?.endSec, lived.sim.timeSecAt(from + 73));
});
