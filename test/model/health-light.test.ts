/** Daylight by what inverters make: rows of power, five minutes from one to the next. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Device } from '../../src/model/device.ts';
import { InverterDays } from '../../src/model/inverter-days.ts';
import { lightW, wasSilentInLight } from '../../src/model/sibling-light.ts';
import { START_SEC } from './health-site.ts';

const HOUR_SEC = 3600;
const MODEL = 'AC_Module_Type_C';
/** Of an inverter of this model whose best day is not known. */
const LIGHT_W = 50;

/** By interval, its power until then in W; '-': it is not heard of, and makes what it made before. */
type Powers = readonly (number | '-')[];

function hours(count: number, power: number | '-'): Powers {
  return new Array<number | '-'>(12 * count).fill(power);
}

function inverter(powers: Powers, index: number, stepMilliWh = 100): Device {
  const device = new Device(`41405160000000${index}`, index);
  device.seen('inverter', MODEL, START_SEC);
  let milliWh = 5_000_000;
  let makesW = 0;
  for (const [interval, power] of powers.entries()) {
    if (power !== '-') makesW = power;
    milliWh += Math.round((makesW * 1000) / 12);
    if (power === '-') continue;
    const shown = Math.floor(milliWh / stepMilliWh) * stepMilliWh;
    device.samples.put({ timeSec: timeAt(interval), milliWh: shown, stepMilliWh });
  }
  return device;
}

function timeAt(interval: number): number {
  return START_SEC + 300 * (interval + 1);
}

/** By hours from the first interval on, when another inverter fell silent: the longest light after it. */
interface Case {
  siblings: readonly Powers[];
  fromHour: number;
  toHour?: number;
  /** It was light for so many minutes, and for no more. */
  lightMinutes: number;
}

const BRIGHT = 200;
const DUSK = 40;

const CASES: Record<string, Case> = {
  'a bright day': { siblings: [hours(6, BRIGHT)], fromHour: 2, lightMinutes: 240 },
  'until it is heard again, when it counts for itself': {
    siblings: [hours(6, BRIGHT)],
    fromHour: 2,
    toHour: 4,
    lightMinutes: 115,
  },
  'it gets dark': {
    siblings: [[...hours(3, BRIGHT), ...hours(3, 0)]],
    fromHour: 2,
    // Mean power is that of half an hour.
    lightMinutes: 80,
  },
  'three hours of light are enough, whatever comes after': {
    siblings: [[...hours(5, BRIGHT), ...hours(4, 0)]],
    fromHour: 2,
    lightMinutes: 7 * 60,
  },
  'less is not': {
    siblings: [[...hours(4, BRIGHT), ...hours(4, 0)]],
    fromHour: 2,
    lightMinutes: 140,
  },
  'dusk is not light': { siblings: [hours(9, DUSK)], fromHour: 2, lightMinutes: 0 },
  'nobody knows of any light': { siblings: [hours(3, '-')], fromHour: 1, lightMinutes: 0 },
  'half of them make power': {
    siblings: [hours(6, BRIGHT), hours(6, 0)],
    fromHour: 2,
    lightMinutes: 240,
  },
  'fewer than half of them': {
    siblings: [hours(6, BRIGHT), hours(6, 0), hours(6, 0)],
    fromHour: 2,
    lightMinutes: 0,
  },
  'half of them report at all': {
    siblings: [
      hours(6, BRIGHT),
      hours(6, BRIGHT),
      [...hours(2, BRIGHT), ...hours(4, '-')],
      hours(2, 0),
    ],
    fromHour: 2,
    lightMinutes: 240,
  },
  'one evening and the next morning do not add up': {
    siblings: [[...hours(3, BRIGHT), ...hours(4, '-'), ...hours(1, 0), ...hours(2, BRIGHT)]],
    fromHour: 2,
    // The morning alone, from its second bright interval on.
    lightMinutes: 115,
  },
  'a cloud of an hour does not begin it anew': {
    siblings: [[...hours(3, BRIGHT), ...hours(1, 0), ...hours(1, BRIGHT)]],
    fromHour: 2,
    lightMinutes: 80 + 55,
  },
  'two hours of which nothing is known': {
    siblings: [[...hours(3, BRIGHT), ...hours(2, '-'), ...hours(1, BRIGHT)]],
    fromHour: 2,
    // After them, half an hour must be known again.
    lightMinutes: 60 + 30,
  },
  'a report every quarter of an hour': {
    siblings: [hours(6, BRIGHT).map((power, at) => (at % 3 === 2 ? power : '-'))],
    fromHour: 2,
    lightMinutes: 240,
  },
  'a report every half an hour is no proof of what was in between': {
    siblings: [hours(6, BRIGHT).map((power, at) => (at % 6 === 5 ? power : '-'))],
    fromHour: 2,
    lightMinutes: 40,
  },
};

for (const [what, { siblings, fromHour, toHour = Infinity, lightMinutes }] of Object.entries(
  CASES,
)) {
  test(`${what}: ${lightMinutes} minutes`, () => {
    const devices = siblings.map((powers, index) => inverter(powers, index));
    const time = {
      fromSec: START_SEC + fromHour * HOUR_SEC,
      toSec: START_SEC + toHour * HOUR_SEC,
    };
    const days = new InverterDays();
    let minutes = 0;
    while (wasSilentInLight((minutes + 5) * 60, devices, time, days)) minutes += 5;
    assert.equal(minutes, lightMinutes);
  });
}

test('counters in steps of 10 Wh tell the same of a bright day', () => {
  const time = { fromSec: START_SEC + 2 * HOUR_SEC, toSec: Infinity };
  const devices = [inverter(hours(6, BRIGHT), 0, 10_000)];
  assert.ok(wasSilentInLight(4 * HOUR_SEC, devices, time, new InverterDays()));
});

test('no siblings, no light', () => {
  const time = { fromSec: START_SEC, toSec: Infinity };
  assert.equal(wasSilentInLight(300, [], time, new InverterDays()), false);
});

test('what is light depends on the size of the inverter, by its model or by its best day', () => {
  const known = (bestMilliWh: number): InverterDays => {
    const days = new InverterDays();
    days.bestMilliWh = () => bestMilliWh;
    return days;
  };
  const small = inverter([], 0);
  const large = new Device('1913009999', 1);
  large.seen('inverter', 'SPR-5000m-x', START_SEC);
  assert.equal(lightW(small, new InverterDays()), LIGHT_W);
  assert.equal(lightW(large, new InverterDays()), 500);
  assert.equal(lightW(small, known(2_400_000)), 50);
  assert.equal(lightW(large, known(30_000_000)), 625);
  // The best of a dark winter.
  assert.equal(lightW(small, known(60_000)), 20);
});
