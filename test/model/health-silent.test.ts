/** Inverters that say nothing: when it is said, of whom, and when it is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalSec } from '../../scripts/sim/site.ts';
import { Random } from '../tools/random.ts';
import {
  INTERVALS_A_DAY,
  LivedSite,
  SILENT_AFTER_SEC,
  isInverterLine,
  named,
  serialOf,
  silenced,
  type HealthSiteOptions,
  type Trouble,
} from './health-site.ts';
import { inverterLine } from './lines.ts';

/** Of the day, in intervals: the sun stands highest at 156. */
const NOON = 156;
const AFTER_HOUR = SILENT_AFTER_SEC / intervalSec;
const INVERTERS = 8;

const SERIALS = serialsOf({});

function serialsOf(options: HealthSiteOptions): string[] {
  const lived = new LivedSite(options);
  lived.live(NOON, NOON + 1);
  return lived.serials;
}

function onDay(day: number, interval = 0): number {
  return day * INTERVALS_A_DAY + interval;
}

/** Some inverters, by their places. */
function placed(...places: number[]): (serial: string) => boolean {
  return (serial) => places.some((place) => SERIALS[place] === serial);
}

function begin(...places: number[]): string[] {
  return places.map((place) => `begin inverter-silent ${SERIALS[place]}`).sort();
}

function end(...places: number[]): string[] {
  return places.map((place) => `end inverter-silent ${SERIALS[place]}`).sort();
}

test('dies at noon: found after the time that it may be silent and two intervals', () => {
  for (const silentAfterSec of [1800, SILENT_AFTER_SEC, 3 * 3600]) {
    const diesAt = onDay(3, NOON - 20);
    const after = silentAfterSec / intervalSec;
    const trouble = silenced(placed(2), diesAt);
    const lived = new LivedSite({ trouble, health: { silentAfterSec } });
    // The last reading is of the interval before.
    lived.live(0, diesAt + after - 1);
    assert.deepEqual(lived.events.map(named), []);
    lived.live(diesAt + after - 1, diesAt + after + 2);
    assert.deepEqual(lived.events.map(named), begin(2));
    assert.deepEqual(lived.events[0]?.condition, {
      kind: 'inverter-silent',
      subject: SERIALS[2],
      sinceSec: lived.sim.timeSecAt(diesAt - 1),
      siblings: INVERTERS - 1,
    });
    // Through the night, over midnights, out of the memory of the model; once.
    assert.deepEqual(lived.live(diesAt + after + 2, onDay(12), 4).map(named), []);
    assert.deepEqual(
      lived.health.active.map(({ sinceSec }) => sinceSec),
      [lived.sim.timeSecAt(diesAt - 1)],
    );
  }
});

test('an owner who wants to hear of it after half a day, or a day: next morning, next noon', () => {
  const diesAt = onDay(2, NOON);
  for (const [hours, foundFrom, foundTo] of [
    [12, onDay(3, 72), onDay(3, 90)],
    [24, onDay(3, NOON - 1), onDay(3, NOON + 2)],
  ] as const) {
    const health = { silentAfterSec: hours * 3600 };
    const lived = new LivedSite({ health, trouble: silenced(placed(2), diesAt) });
    lived.live(0, foundFrom);
    assert.deepEqual(lived.events.map(named), []);
    lived.live(foundFrom, foundTo);
    assert.deepEqual(lived.events.map(named), begin(2));
  }
});

test('is back: over with the third reading, and not before', () => {
  const [diesAt, backAt] = [onDay(2, NOON), onDay(4, NOON)];
  const lived = new LivedSite({
    site: { missedShare: 0 },
    trouble: silenced(placed(5), diesAt, backAt),
  });
  lived.live(0, backAt + 2, 1);
  assert.deepEqual(lived.events.map(named), begin(5));
  const events = lived.live(backAt + 2, backAt + 3);
  assert.deepEqual(events.map(named), end(5));
  const [{ condition, endSec = 0 } = assert.fail()] = events;
  assert.equal(condition.sinceSec, lived.sim.timeSecAt(diesAt - 1));
  assert.ok(endSec >= lived.sim.timeSecAt(backAt) && endSec <= lived.sim.timeSecAt(backAt + 2));
  assert.deepEqual(lived.live(backAt + 3, onDay(7), 4), []);
  assert.deepEqual(lived.health.active, []);
});

test('is back when the model has forgotten its readings: over with the third one, too', () => {
  const [diesAt, backAt] = [onDay(2, NOON), onDay(10, NOON)];
  const trouble = silenced(placed(5), diesAt, backAt);
  const lived = new LivedSite({ site: { missedShare: 0 }, residentDays: 2, trouble });
  lived.live(0, backAt + 2, 2);
  assert.deepEqual(lived.events.map(named), begin(5));
  assert.deepEqual(lived.live(backAt + 2, backAt + 3).map(named), end(5));
});

test('one reading in seventy minutes: silent once, not again and again', () => {
  const from = onDay(2, NOON - 30);
  const isGone = silenced(placed(1), from);
  const trouble: Trouble = (lines, interval) =>
    (interval - from) % 14 === 13 ? lines : isGone(lines, interval);
  const lived = new LivedSite({ trouble });
  lived.live(0, onDay(2, NOON + 60));
  assert.deepEqual(lived.events.map(named), begin(1));
});

const EVENINGS: Record<string, { from: number; to: number; found: number[] }> = {
  // The sun is up from 73 to 239, and it is light from 92 or so to 230.
  'asleep long before the others, and up long after them': {
    from: 219,
    to: INTERVALS_A_DAY + 98,
    found: [],
  },
  'dead from the late afternoon on': { from: 195, to: Infinity, found: [3] },
  'dead since the evening: found in the morning': { from: 228, to: Infinity, found: [3] },
  'not there for fifty minutes at noon': { from: NOON, to: NOON + 10, found: [] },
  'not there on one morning': { from: 60, to: 110, found: [3] },
};

for (const [what, { from, to, found }] of Object.entries(EVENINGS)) {
  test(`${what}: ${found.length === 0 ? 'no alarm' : 'an alarm'}`, () => {
    const trouble = silenced(placed(3), onDay(2, from), onDay(2, to));
    const lived = new LivedSite({ trouble });
    lived.live(0, onDay(3, 120), 2);
    assert.deepEqual(
      lived.events.map(named).filter((name) => name.startsWith('begin')),
      begin(...found),
    );
  });
}

test('dead since the evening before days of deep snow: said once', () => {
  const diesAt = onDay(9, 190);
  const snow = silenced(() => true, onDay(10), onDay(14));
  const dead = silenced(placed(0), diesAt);
  const trouble: Trouble = (lines, interval) => dead(snow(lines, interval), interval);
  const lived = new LivedSite({ trouble });
  lived.live(0, onDay(16), 4);
  assert.deepEqual(lived.events.map(named), begin(0));
});

test('as many dead as alive: each of them; the others are not blamed', () => {
  const lived = new LivedSite({ trouble: silenced(placed(0, 1, 2, 3), onDay(3, NOON)) });
  lived.live(0, onDay(3, NOON + AFTER_HOUR + 2));
  assert.deepEqual(lived.events.map(named).sort(), begin(0, 1, 2, 3));
});

test('most of them dead: nobody can tell, until after a week they are no siblings any more', () => {
  const diesAt = onDay(3, NOON);
  const lived = new LivedSite({ trouble: silenced(placed(0, 1, 2, 3, 4, 5), diesAt) });
  lived.live(0, diesAt + 7 * INTERVALS_A_DAY, 6);
  assert.deepEqual(lived.events, []);
  lived.live(diesAt + 7 * INTERVALS_A_DAY, diesAt + 8 * INTERVALS_A_DAY, 6);
  assert.deepEqual(lived.events.map(named).sort(), begin(0, 1, 2, 3, 4, 5));
});

test('two inverters: the one tells of the other', () => {
  const site = { inverters: 2 };
  const [first = ''] = serialsOf({ site });
  const lived = new LivedSite({
    site,
    trouble: silenced((serial) => serial === first, onDay(2, NOON)),
  });
  lived.live(0, onDay(2, NOON + AFTER_HOUR + 2));
  assert.deepEqual(lived.events.map(named), [`begin inverter-silent ${first}`]);
});

test('one inverter that dies has no siblings to tell of it', () => {
  const lived = new LivedSite({
    site: { inverters: 1 },
    trouble: silenced(() => true, onDay(2, NOON)),
  });
  lived.live(0, onDay(5), 6);
  assert.deepEqual(lived.events, []);
});

/** From then on, one inverter has another serial and another counter. */
function replacedAt(from: number, old: string, serial: string): Trouble {
  return (lines, interval) =>
    interval < from
      ? lines
      : lines.map((line) =>
          isInverterLine(line) && serialOf(line) === old
            ? line.replace(old, serial).replace(/(_Type_C\t\t)\d+/, '$112')
            : line,
        );
}

test('replaced after three days: over a week after it was heard last', () => {
  const diesAt = onDay(2, NOON);
  const old = SERIALS[4] ?? '';
  const dead = silenced(placed(4), diesAt, onDay(5));
  const other = replacedAt(onDay(5), old, '414051699999999');
  const lived = new LivedSite({
    trouble: (lines, interval) => other(dead(lines, interval), interval),
  });
  lived.live(0, onDay(9, NOON - 6), 6);
  assert.deepEqual(lived.events.map(named), begin(4));
  lived.live(onDay(9, NOON - 6), onDay(20), 6);
  assert.deepEqual(lived.events.map(named), [...begin(4), ...end(4)]);
});

test('the only inverter is replaced', () => {
  const site = { inverters: 1 };
  const [old = ''] = serialsOf({ site });
  const lived = new LivedSite({ site, trouble: replacedAt(onDay(2, 60), old, '414051699999999') });
  lived.live(0, onDay(20), 12);
  assert.deepEqual(lived.events.map(named), [
    `begin inverter-silent ${old}`,
    `end inverter-silent ${old}`,
  ]);
});

test('two die, two come: both are replaced', () => {
  const from = onDay(2, NOON);
  const first = replacedAt(from, SERIALS[1] ?? '', '414051699999998');
  const second = replacedAt(from, SERIALS[6] ?? '', '414051699999999');
  const lived = new LivedSite({
    trouble: (lines, interval) => second(first(lines, interval), interval),
  });
  lived.live(0, onDay(14), 6);
  assert.deepEqual(lived.events.map(named).sort(), [...begin(1, 6), ...end(1, 6)]);
});

test('two die, one is replaced: the other one stays silent', () => {
  const both = silenced(placed(1), onDay(2, NOON));
  const other = replacedAt(onDay(4), SERIALS[6] ?? '', '414051699999999');
  const dead = silenced(placed(6), onDay(3, NOON), onDay(4));
  const lived = new LivedSite({
    trouble: (lines, interval) => other(dead(both(lines, interval), interval), interval),
  });
  lived.live(0, onDay(14), 6);
  assert.deepEqual(
    lived.health.active.map(({ subject }) => subject),
    [SERIALS[1]],
  );
});

test('serials that came damaged are not missed, and damaged times move nobody into silence', () => {
  const lived = new LivedSite();
  lived.live(0, onDay(2, NOON), 6);
  const timeSec = lived.sim.timeSecAt(onDay(2, NOON));
  lived.take([
    inverterLine(timeSec, '414051000000001', '12.5'),
    inverterLine(timeSec, '414051000000002', ''),
    inverterLine(2 ** 32 - 300, SERIALS[0] ?? '', '999.25'),
    inverterLine(timeSec + 40 * 86_400, SERIALS[1] ?? '', '999.25'),
  ]);
  lived.live(onDay(2, NOON), onDay(12), 6);
  assert.deepEqual(lived.events.map(named), []);
});

test('a reading of the far future: its inverter is found silent all the same', () => {
  const diesAt = onDay(3, NOON);
  const lived = new LivedSite({ trouble: silenced(placed(0), diesAt) });
  lived.live(0, onDay(2, NOON), 6);
  lived.take([inverterLine(2 ** 32 - 300, SERIALS[0] ?? '', '999.25')]);
  lived.live(onDay(2, NOON), diesAt + AFTER_HOUR + 2);
  assert.deepEqual(lived.events.map(named), begin(0));
});

test('found silent by one sibling, and then most of them turn out to have been: taken back', () => {
  const diesAt = onDay(2, NOON);
  const trouble = silenced(placed(0, 1, 2, 3, 4, 5), diesAt);
  const lived = new LivedSite({ residentDays: 2, trouble });
  const late: string[] = [];
  const isKnown = placed(0, 7);
  for (let interval = 0; interval < diesAt + 40; interval++) {
    const lines = lived.linesAt(interval);
    const isLate = (line: string): boolean => isInverterLine(line) && !isKnown(serialOf(line));
    lived.take(lines.filter((line) => !isLate(line)));
    late.push(...lines.filter(isLate));
  }
  assert.deepEqual(lived.look().map(named), begin(0));
  lived.take(late);
  assert.deepEqual(lived.look().map(named), end(0));
  assert.deepEqual(lived.live(diesAt + 40, onDay(8), 6), []);
});

test('the program starts anew: who is silent is found again', () => {
  const diesAt = onDay(2, NOON);
  const lived = new LivedSite({ residentDays: 2, trouble: silenced(placed(3), diesAt) });
  for (let interval = 0; interval < onDay(9, NOON); interval++) {
    lived.take(lived.linesAt(interval));
    if (interval % INTERVALS_A_DAY === 0) lived.model.settle();
  }
  assert.deepEqual(lived.look().map(named), begin(3));
  assert.deepEqual(
    lived.health.active.map(({ sinceSec }) => sinceSec),
    [lived.sim.timeSecAt(diesAt - 1)],
  );
});

test('a dead inverter and any order of the same records', () => {
  const lived = new LivedSite({ site: { inverters: 5 }, residentDays: Infinity });
  const until = onDay(3, NOON + 40);
  const [dead = ''] = serialsOf({ site: { inverters: 5 } });
  const trouble = silenced((serial) => serial === dead, onDay(3, NOON));
  const lines: string[] = [];
  for (let interval = 0; interval < until; interval++) {
    const of = trouble(lived.linesAt(interval), interval);
    lines.push(...of);
    lived.take(of);
  }
  lived.look();
  const expected = lived.health.active;
  assert.equal(expected.length, 1);
  for (let seed = 1; seed <= 6; seed++) {
    const random = new Random(seed);
    const other = new LivedSite({ residentDays: random.pick([3, 4, Infinity]) });
    const shuffled = random.shuffle(lines);
    for (let at = 0; at < shuffled.length;) {
      const next = at + random.int(100, 3000);
      other.take(shuffled.slice(at, next));
      at = next;
      other.look();
    }
    assert.deepEqual(other.health.active, expected, `seed ${seed}`);
  }
});
