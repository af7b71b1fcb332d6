/** Inverters that make less than they should, day by day, as tables of what each made of its best. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InverterWeak } from '../../src/model/health-condition.ts';
import type { HealthEvent } from '../../src/model/health.ts';
import { Random } from '../tools/random.ts';
import {
  INTERVALS_A_DAY,
  LivedSite,
  START_SEC,
  named,
  weakened,
  type HealthSiteOptions,
} from './health-site.ts';
import { healthLine, inverterLine, kWhText } from './lines.ts';

const DAY_SEC = 86_400;
/** What an inverter makes on a cloudless day, Wh: of every size. */
const BESTS = [2000, 1800, 2200, 900, 1500, 2100];
const FIRST_MILLI_WH = 500_000_000;
const TIMES_OF_DAY_SEC = [8, 12, 16, 20].map((hour) => hour * 3600);

interface Story {
  /** Days that come before, all sunny and all inverters well. Enough to know the best ones: 7. */
  before?: number;
  /** Of each day after them: what its sky lets through. '-': there are no records at all. */
  sky?: readonly (number | '-')[];
  /** By place of the inverter, of each of these days: its part of that. '-': it is not heard of. */
  parts: Readonly<Record<number, readonly (number | '-')[]>>;
  inverters?: number;
  limit?: number;
  /** By how many of these days are over: what is said. */
  said: Readonly<Record<number, readonly string[]>>;
}

function serialAt(place: number): string {
  return `4140516000000${place + 10}`;
}

/** The lines of each day. */
function linesOf({ before = 8, sky = [], parts, inverters = BESTS.length }: Story): string[][] {
  const told = Math.max(sky.length, ...Object.values(parts).map(({ length }) => length));
  const made = new Array<number>(inverters).fill(FIRST_MILLI_WH);
  const days: string[][] = [];
  for (let day = -before; day < told; day++) {
    const startSec = START_SEC + (day + before) * DAY_SEC;
    const lines: string[] = [];
    for (const sec of TIMES_OF_DAY_SEC) {
      for (let place = 0; place < inverters; place++) {
        const part = day < 0 ? 1 : (parts[place]?.[day] ?? 1);
        const through = day < 0 ? 1 : (sky[day] ?? 1);
        const light = through === '-' ? 1 : through;
        const share = (part === '-' ? 1 : part) * light;
        // The first reading of a day comes before the sun.
        const step = sec === TIMES_OF_DAY_SEC[0] ? 0 : (BESTS[place] ?? 0) / 3;
        made[place] = (made[place] ?? 0) + Math.round(step * share * 1000);
        if (part === '-') continue;
        const kWh = kWhText(made[place] ?? 0, 4);
        lines.push(inverterLine(startSec + sec, serialAt(place), kWh));
      }
      lines.push(healthLine(startSec + sec));
    }
    days.push(sky[day] === '-' ? [] : lines);
  }
  return days;
}

/** With the first record of the next day a day is over. */
function tell(story: Story): Record<number, string[]> {
  const { before = 8, limit = 70 } = story;
  const lived = new LivedSite({ health: { weakSharePercent: limit }, residentDays: 2 });
  const said: Record<number, string[]> = {};
  for (const [day, lines] of linesOf(story).entries()) {
    lived.take(lines);
    const events = lived.look();
    if (story.sky?.[day + 1 - before] !== '-') {
      lived.take([healthLine(START_SEC + (day + 1) * DAY_SEC + 300)]);
    }
    const weak = [...events, ...lived.look()].filter(
      ({ condition: { kind } }) => kind === 'inverter-weak',
    );
    if (weak.length > 0) said[day + 1 - before] = weak.map(inShort);
  }
  return said;
}

function inShort(event: HealthEvent): string {
  const { subject, sinceSec } = event.condition;
  const place = Number(subject.slice(-2)) - 10;
  const day = (sinceSec - START_SEC) / DAY_SEC;
  return `${event.change} ${place} since day ${day}`;
}

const WEAK5 = new Array<number>(5).fill(0.6);

const STORIES: Record<string, Story> = {
  'weak for three sunny days': { parts: { 2: WEAK5 }, said: { 3: ['begin 2 since day 8'] } },
  'weak for two, then well': { parts: { 2: [0.5, 0.5, 1, 0.5, 0.5, 1] }, said: {} },
  'just not weak': { parts: { 2: [0.72, 0.71, 0.75, 0.72, 0.71] }, said: {} },
  'two at once': {
    parts: { 1: WEAK5, 4: WEAK5 },
    said: { 3: ['begin 1 since day 8', 'begin 4 since day 8'] },
  },
  'half of them at once: the sky': { parts: { 1: WEAK5, 4: WEAK5, 5: WEAK5 }, said: {} },
  'clouds do not count': {
    sky: [1, 0.3, 0.2, 1, 0.4, 1, 1],
    parts: { 2: [0.6, 0.6, 1, 0.6, 1, 0.6, 0.6] },
    said: { 6: ['begin 2 since day 8'] },
  },
  'clouds only': { sky: [0.4, 0.3, 0.4, 0.2], parts: { 2: [0.3, 0.3, 0.3, 0.3] }, said: {} },
  'makes nothing but goes on reporting': {
    parts: { 0: [0, 0, 0, 0] },
    said: { 3: ['begin 0 since day 8'] },
  },
  'better, but not by enough to be well: it stays': {
    parts: { 2: [0.6, 0.6, 0.6, 0.75, 0.76, 0.74, 0.75] },
    said: { 3: ['begin 2 since day 8'] },
  },
  'well for one day: it stays': {
    parts: { 2: [0.6, 0.6, 0.6, 1, 0.6, 1, 0.75, 1] },
    said: { 3: ['begin 2 since day 8'] },
  },
  'well for two days: it is over, and begins anew later': {
    parts: { 2: [0.6, 0.6, 0.6, 0.9, 0.9, 0.6, 0.6, 0.6] },
    said: { 3: ['begin 2 since day 8'], 5: ['end 2 since day 8'], 8: ['begin 2 since day 13'] },
  },
  'days on which it is not heard of do not count': {
    parts: { 2: [0.6, '-', 0.6, 0.6, 0.6, 0.6] },
    // The day after it was away has the energy of two days in it.
    said: { 5: ['begin 2 since day 8'] },
  },
  "after a day without records comes one with the energy of two: it is nobody's best": {
    sky: ['-', 1, '-', 1, 0.8, 0.8, 0.8],
    parts: { 2: [1, 1, 1, 1, 0.6, 0.6, 0.6] },
    said: { 7: ['begin 2 since day 12'] },
  },
  'away and well': { parts: { 2: ['-', '-', 1, '-', 1, '-', '-', 1, 1] }, said: {} },
  'weak, then gone for a week': {
    parts: { 2: [0.6, 0.6, 0.6, ...new Array<'-'>(8).fill('-')] },
    said: { 3: ['begin 2 since day 8'], 10: ['end 2 since day 8'] },
  },
  'too early to know its best': { before: 3, parts: { 2: [0.6, 0.6, 0.6] }, said: {} },
  'three inverters': { inverters: 3, parts: { 0: WEAK5 }, said: { 3: ['begin 0 since day 8'] } },
  'two inverters: nobody can tell which one is odd': {
    inverters: 2,
    parts: { 0: WEAK5 },
    said: {},
  },
  'one inverter': { inverters: 1, parts: { 0: WEAK5 }, said: {} },
  'the owner wants to hear of less': { limit: 50, parts: { 2: WEAK5 }, said: {} },
  'the owner wants to hear of more': {
    limit: 95,
    parts: { 2: [0.94, 0.94, 0.94, 1, 1] },
    said: { 3: ['begin 2 since day 8'], 5: ['end 2 since day 8'] },
  },
  'a day in which one makes twice its best spoils nobody': {
    parts: { 1: [2], 2: [1, 0.6, 0.6, 0.6] },
    said: { 4: ['begin 2 since day 9'] },
  },
};

for (const [what, story] of Object.entries(STORIES)) {
  test(what, () => {
    assert.deepEqual(tell(story), story.said);
  });
}

test('the day is not judged before it is over', () => {
  const lived = new LivedSite();
  const days = linesOf({ parts: { 2: [0.6, 0.6, 0.6] }, said: {} });
  for (const lines of days) lived.take(lines);
  assert.deepEqual(lived.look(), []);
  lived.take([healthLine(START_SEC + days.length * DAY_SEC + 300)]);
  assert.deepEqual(lived.look().map(inShort), ['begin 2 since day 8']);
});

test('facts: days on which it was weak, and its share on the latest of them', () => {
  const lived = new LivedSite();
  const days = linesOf({ parts: { 2: [0.6, 0.65, 0.5, 0.9, 0.4] }, said: {} });
  for (const lines of days) lived.take(lines);
  lived.take([healthLine(START_SEC + days.length * DAY_SEC + 300)]);
  lived.look();
  const expected: InverterWeak = {
    kind: 'inverter-weak',
    subject: serialAt(2),
    sinceSec: START_SEC + 8 * DAY_SEC,
    weakDays: 4,
    sharePercent: 40,
  };
  assert.deepEqual(lived.health.active, [expected]);
});

test('days that come late change what is known of their time', () => {
  const lived = new LivedSite({ residentDays: 2 });
  const days = linesOf({ parts: { 2: [0.6, 0.6, 0.6, 0.6] }, said: {} });
  const late = days.splice(9, 2);
  for (const lines of days) lived.take(lines);
  lived.take([healthLine(START_SEC + 12 * DAY_SEC + 300)]);
  // Two whole days are left: the day after the hole began nobody knows where.
  assert.deepEqual(lived.look(), []);
  for (const lines of late.reverse()) {
    lived.take(lines);
    lived.look();
  }
  assert.deepEqual(
    lived.health.active.map(({ sinceSec }) => (sinceSec - START_SEC) / DAY_SEC),
    [8],
  );
});

test('any order of arrival', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new Random(seed);
    const length = random.int(4, 12);
    const part = (): number | '-' => random.pick([1, 1, 0.9, 0.75, 0.6, 0.6, 0.6, 0.3, '-']);
    const sky = Array.from({ length }, () => random.pick([1, 1, 1, 0.8, 0.3]));
    const parts = { 2: sky.map(part), 4: sky.map(part) };
    const days = linesOf({ sky, parts, said: {} });
    const lines = [...days.flat(), healthLine(START_SEC + days.length * DAY_SEC + 300)];
    const inOrder = judge(lines, () => lines.length);
    const otherwise = judge(random.shuffle(lines), () => random.int(1, 60));
    assert.deepEqual(otherwise, inOrder, `seed ${seed}`);
  }
});

function judge(lines: readonly string[], portion: () => number): unknown {
  const lived = new LivedSite({ residentDays: 3 });
  for (let at = 0; at < lines.length;) {
    const next = at + portion();
    lived.take(lines.slice(at, next));
    lived.look();
    at = next;
  }
  return lived.health.active;
}

/** Under the changing sky of the simulator, whose inverters differ in size and in their noise. */
test('weak from a day on: found, it alone, after three days; and over when it is mended', () => {
  for (const seed of [1, 2, 3]) {
    const site = { seed, inverters: 12 };
    const serial = serialsOf({ site })[seed] ?? '';
    const [from, to] = [14 * INTERVALS_A_DAY, 20 * INTERVALS_A_DAY];
    const trouble = weakened(
      (other) => other === serial,
      (interval) => (interval >= from && interval < to ? 0.6 : 1),
    );
    const lived = new LivedSite({ site, trouble });
    lived.live(0, from + 3 * INTERVALS_A_DAY, 12);
    assert.deepEqual(lived.events.map(named), []);
    lived.live(from + 3 * INTERVALS_A_DAY, to, 12);
    assert.deepEqual(lived.events.map(named), [`begin inverter-weak ${serial}`]);
    lived.live(to, to + 4 * INTERVALS_A_DAY, 12);
    assert.deepEqual(lived.events.map(named), [
      `begin inverter-weak ${serial}`,
      `end inverter-weak ${serial}`,
    ]);
  }
});

function serialsOf(options: HealthSiteOptions): string[] {
  const lived = new LivedSite(options);
  lived.live(150, 151);
  return lived.serials;
}
