import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnergy, wattHours } from '../../src/model/energy-text.ts';
import {
  EMPTY_COUNTER,
  LifetimeCounter,
  type CounterReading,
  type CounterRules,
  type CounterSink,
  type CounterState,
} from '../../src/model/lifetime-counter.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';

const MICROINVERTER: CounterRules = { signed: false, limitW: 1000 };
const NET_METER: CounterRules = { signed: true, limitW: 500_000 };

function readingOf(slot: number, kWh: string): CounterReading {
  const text = Buffer.from(kWh);
  const energy = readEnergy(text, 0, text.length);
  assert.ok(energy, kWh);
  return { timeSec: 300 * slot, ...energy };
}

/** What came of readings, as words: slots instead of seconds, Wh. */
function sinkTo(events: string[]): CounterSink {
  return {
    span: (startSec, endSec, milliWh) => {
      const from = endSec - startSec === 300 ? '' : ` since ${startSec / 300}`;
      events.push(`${endSec / 300}: ${wattHours(milliWh)} Wh${from}`);
    },
    baseline: (at, before) => {
      const anew = before === undefined ? '' : ` anew, after ${wattHours(before.milliWh)}`;
      events.push(`${at.timeSec / 300}: begins${anew}`);
    },
    mistaken: (reading, reason) => {
      events.push(`${reading.timeSec / 300}: mistaken, ${reason}`);
    },
  };
}

interface Case {
  name: string;
  rules?: CounterRules;
  /** What the counter says in each slot; empty: nothing. */
  kWh: string;
  events: string[];
  /** Still held back at the end. */
  held?: number;
}

const CASES: Case[] = [
  { name: 'the first reading', kWh: '284.4779', events: ['0: begins'] },
  { name: 'a first reading of zero', kWh: '0', events: ['0: begins'] },
  {
    name: 'steps',
    kWh: '284.4779 284.4868 284.5001',
    events: ['0: begins', '1: 8.9 Wh', '2: 13.3 Wh'],
  },
  { name: 'at rest', kWh: '284.4779 284.4779', events: ['0: begins', '1: 0 Wh'] },
  {
    name: 'a silent hour',
    kWh: `284.4779 ${', '.repeat(11)}284.6 284.61`,
    events: ['0: begins', '12: 122.1 Wh since 0', '13: 10 Wh'],
  },
  {
    name: 'digits that are cut off as it grows',
    kWh: '9999.9876 9999.9912 10000.001 10000.01 10000',
    events: ['0: begins', '1: 3.6 Wh', '2: 9.8 Wh', '3: 9 Wh', '4: 0 Wh'],
  },
  {
    name: 'digits that are rounded as it grows',
    kWh: '12345.6789 12345.68 12345.7 12346 12346 12347',
    events: ['0: begins', '1: 1.1 Wh', '2: 20 Wh', '3: 300 Wh', '4: 0 Wh', '5: 1000 Wh'],
    rules: { signed: false, limitW: 20_000 },
  },
  {
    name: 'cut off once, it stands until it has caught up',
    kWh: '12345.6789 12345.6 12345.6 12345.7',
    events: ['0: begins', '1: 0 Wh', '2: 0 Wh', '3: 21.1 Wh'],
  },
  {
    name: 'rounded down once, by half of its last digit',
    kWh: '12345.74 12345.7 12345.8',
    events: ['0: begins', '1: 0 Wh', '2: 60 Wh'],
  },
  {
    name: 'zeros at the end left off',
    kWh: '284.4999 284.5 284.5004',
    events: ['0: begins', '1: 0.1 Wh', '2: 0.4 Wh'],
  },
  {
    name: 'a restart from zero',
    kWh: '284.4779 0 0.0089 0.02',
    events: ['0: begins', '1: begins anew, after 284477.9', '2: 8.9 Wh', '3: 11.1 Wh'],
  },
  {
    name: 'a restart that is not yet confirmed',
    kWh: '284.4779 0 0.0089',
    events: ['0: begins'],
    held: 2,
  },
  {
    name: 'a small fall that stays',
    kWh: '284.4779 284.40 284.41 284.42 284.43',
    events: ['0: begins', '1: begins anew, after 284477.9', '2: 10 Wh', '3: 10 Wh', '4: 10 Wh'],
  },
  {
    name: 'a small fall that does not stay',
    kWh: '284.4779 284.4770 284.4868',
    events: ['0: begins', '1: mistaken, backwards', '2: 8.9 Wh since 0'],
  },
  {
    name: 'one glitch to zero',
    kWh: '284.4779 0 284.4868',
    events: ['0: begins', '1: mistaken, backwards', '2: 8.9 Wh since 0'],
  },
  {
    name: 'two glitches to zero',
    kWh: '284.4779 0 0 284.4868',
    events: ['0: begins', '1: mistaken, backwards', '2: mistaken, backwards', '3: 8.9 Wh since 0'],
  },
  {
    name: 'three are no glitch: a restart, and a jump back that comes to stay',
    kWh: '284.4779 0 0 0 284.4868 284.4957 284.5',
    events: [
      '0: begins',
      '1: begins anew, after 284477.9',
      '2: 0 Wh',
      '3: 0 Wh',
      '4: begins anew, after 0',
      '5: 8.9 Wh',
      '6: 4.3 Wh',
    ],
  },
  {
    name: 'one glitch high',
    kWh: '284.4779 90000 284.4868',
    events: ['0: begins', '1: mistaken, jump', '2: 8.9 Wh since 0'],
  },
  {
    name: 'two glitches high',
    kWh: '284.4779 90000 90000 284.4868',
    events: ['0: begins', '1: mistaken, jump', '2: mistaken, jump', '3: 8.9 Wh since 0'],
  },
  {
    name: 'a glitch high, then one to zero',
    kWh: '284.4779 90000 0 284.4868',
    events: ['0: begins', '1: mistaken, jump', '2: mistaken, backwards', '3: 8.9 Wh since 0'],
  },
  {
    name: 'nothing but glitches',
    kWh: '284.4779 90000 0 70000 0 50000',
    events: [
      '0: begins',
      '1: mistaken, jump',
      '2: mistaken, backwards',
      '3: mistaken, jump',
      '4: mistaken, backwards',
    ],
    held: 1,
  },
  {
    name: 'a jump that comes to stay',
    kWh: '284.4779 300 300.01 300.02 300.03',
    events: ['0: begins', '1: begins anew, after 284477.9', '2: 10 Wh', '3: 10 Wh', '4: 10 Wh'],
  },
  {
    name: 'a jump that a long silence explains',
    kWh: `284.4779 ${', '.repeat(40)}287.7 287.71`,
    events: ['0: begins', '41: 3222.1 Wh since 0', '42: 10 Wh'],
  },
  {
    name: 'a glitch high at the very first reading',
    kWh: '90000 284.4779 284.4868 284.5',
    events: ['0: begins', '1: begins anew, after 90000000', '2: 8.9 Wh', '3: 13.2 Wh'],
  },
  {
    name: 'a glitch to zero at the very first reading',
    kWh: '0 284.4779 284.4868 284.5',
    events: ['0: begins', '1: begins anew, after 0', '2: 8.9 Wh', '3: 13.2 Wh'],
  },
  {
    name: 'a restart is confirmed after a silence, too',
    kWh: `284.4779 0 ${', '.repeat(100)}0.2 0.21`,
    events: ['0: begins', '1: begins anew, after 284477.9', '102: 200 Wh since 1', '103: 10 Wh'],
  },
  {
    name: 'but not after two days',
    kWh: `284.4779 0 0 ${', '.repeat(576)}0.2 0.21 0.22`,
    events: [
      '0: begins',
      '1: mistaken, backwards',
      '2: mistaken, backwards',
      '579: begins anew, after 284477.9',
      '580: 10 Wh',
      '581: 10 Wh',
    ],
  },
  {
    name: 'a meter goes either way',
    rules: NET_METER,
    kWh: '-639.39 -639.45 -639.2 0.1 -0.1',
    events: ['0: begins', '1: -60 Wh', '2: 250 Wh'],
    held: 2,
  },
  {
    name: 'a meter that comes back from zero',
    rules: NET_METER,
    kWh: '-639.39 0 0 -639.2',
    events: ['0: begins', '1: mistaken, jump', '2: mistaken, jump', '3: 190 Wh since 0'],
  },
  {
    name: 'a new meter under an old name',
    rules: NET_METER,
    kWh: '-639.39 0 0.02 0.05',
    events: ['0: begins', '1: begins anew, after -639390', '2: 20 Wh', '3: 30 Wh'],
  },
  {
    name: 'a meter that loses digits on both sides of zero',
    rules: NET_METER,
    kWh: '-9.999 -10 -10.03 -9.99 -9.9',
    events: ['0: begins', '1: -1 Wh', '2: -30 Wh', '3: 40 Wh', '4: 90 Wh'],
  },
];

function eventsOf({ kWh, rules = MICROINVERTER }: Case): { events: string[]; held: number } {
  const events: string[] = [];
  const counter = new LifetimeCounter(rules, EMPTY_COUNTER, sinkTo(events));
  for (const [slot, text] of kWh.split(' ').entries()) {
    if (text !== ',') counter.push(readingOf(slot, text));
  }
  return { events, held: counter.state.held.length };
}

for (const one of CASES) {
  test(one.name, () => {
    const { events, held } = eventsOf(one);
    assert.deepEqual(events, one.events);
    assert.equal(held, one.held ?? 0);
  });
}

const LIMITS: { seconds: number; milliWh: number; isHeld: boolean }[] = [
  { seconds: 300, milliWh: 83_333, isHeld: false },
  { seconds: 300, milliWh: 83_334, isHeld: false },
  { seconds: 300, milliWh: 83_335, isHeld: true },
  { seconds: 1, milliWh: 83_334, isHeld: false },
  { seconds: 360, milliWh: 100_001, isHeld: false },
  { seconds: 360, milliWh: 100_002, isHeld: true },
  { seconds: 3600, milliWh: 1_000_001, isHeld: false },
  { seconds: 3600, milliWh: 1_000_002, isHeld: true },
];

for (const { seconds, milliWh, isHeld } of LIMITS) {
  const what = isHeld ? 'cannot have made' : 'can have made';
  test(`an inverter of 1 kW ${what} ${milliWh} mWh in ${seconds} s, its last digit being 1 mWh`, () => {
    const counter = new LifetimeCounter(MICROINVERTER, EMPTY_COUNTER, sinkTo([]));
    counter.push({ timeSec: 1000, milliWh: 0, stepMilliWh: 1 });
    counter.push({ timeSec: 1000 + seconds, milliWh, stepMilliWh: 1 });
    assert.equal(counter.state.held.length, isHeld ? 1 : 0);
  });
}

function randomReadings(random: Random): CounterReading[] {
  let milliWh = random.int(0, 10) * 10 ** random.int(0, 12);
  return Array.from({ length: random.int(1, 30) }, (_, slot) => {
    const stepMilliWh = 10 ** random.int(0, 6);
    milliWh += random.chance(0.2)
      ? random.int(-9, 9) * 10 ** random.int(0, 9)
      : random.int(0, 80_000);
    const isGlitch = random.chance(0.1);
    return {
      timeSec: 300 * (slot + 1),
      milliWh: isGlitch ? random.int(0, 1e9) : milliWh,
      stepMilliWh,
    };
  });
}

test('it goes on from any state as if it had never stopped: at midnight, too, with readings held', () => {
  forSeeds(2000, (random) => {
    const readings = randomReadings(random);
    const rules = random.pick([MICROINVERTER, NET_METER]);
    const whole: string[] = [];
    const counter = new LifetimeCounter(rules, EMPTY_COUNTER, sinkTo(whole));
    for (const reading of readings) counter.push(reading);
    const parts: string[] = [];
    let state: CounterState = EMPTY_COUNTER;
    for (const reading of readings) {
      const next = new LifetimeCounter(rules, state, sinkTo(parts));
      next.push(reading);
      state = next.state;
    }
    assert.deepEqual(parts, whole);
    assert.deepEqual(state, counter.state);
    assert.ok(state.held.length < 3);
  });
});

test('spans add up to the difference of the counter, to the milliwatt-hour', () => {
  forSeeds(2000, (random) => {
    let counted = 0n;
    let accepted: number | undefined;
    const counter = new LifetimeCounter(random.pick([MICROINVERTER, NET_METER]), EMPTY_COUNTER, {
      span: (_, __, milliWh) => {
        counted += BigInt(milliWh);
      },
      baseline: (at, before) => {
        assert.equal(before?.milliWh, accepted === undefined ? undefined : Number(counted));
        counted = BigInt(at.milliWh);
        accepted = at.milliWh;
      },
      mistaken: () => undefined,
    });
    for (const reading of randomReadings(random)) {
      counter.push(reading);
      assert.equal(counter.state.accepted?.milliWh, Number(counted));
    }
  });
});
