/** What the model makes of records as they come, of late ones, and of those that mean nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { siteReadings } from '../../src/model/site-day.ts';
import { SiteModel, type DayChange, type SiteModelOptions } from '../../src/model/site-model.ts';
import { intlCalendar } from './days.ts';
import { atSec, digitsOf, healthLine, inverterLine, kWhText, meterLine, timed } from './lines.ts';
import { dayOf } from './site-view.ts';

const DAY = 86_400;
/** A day of the zone, which is UTC here. */
const D1 = atSec('2026-05-10T00:00Z');
const ONE = '414051600000001';
const TWO = '414051600000002';

function modelOf(lines: readonly string[], options: Partial<SiteModelOptions> = {}): SiteModel {
  const model = new SiteModel({
    calendar: intlCalendar('UTC'),
    production: 'auto',
    grid: 'auto',
    residentDays: Infinity,
    ...options,
  });
  for (const line of lines) model.take(timed(line));
  return model;
}

/** Readings of an inverter every five minutes, `wh` more each time. */
function run(serial: string, fromSec: number, count: number, wh: number, firstKWh = 100): string[] {
  return Array.from({ length: count }, (_, index) =>
    inverterLine(fromSec + 300 * index, serial, kWhText(firstKWh * 1e6 + index * wh * 1000, 4)),
  );
}

function clock({ name, fromSec, toSec }: DayChange): string {
  const time = (timeSec: number): string => new Date(timeSec * 1000).toISOString().slice(11, 16);
  return `${name} ${time(fromSec - 1)}-${time(toSec)}`;
}

function changesOf(model: SiteModel): string[] {
  return model.settle().days.map(clock);
}

function readingsInMemory({ devices }: SiteModel): number {
  return devices.reduce((sum, { samples }) => sum + samples.length, 0);
}

/** What is made in the readings of a day, and how many devices are missed in them altogether. */
function sums(model: SiteModel, name: string): { wh: number; missing: number } {
  const summary = model.days.find((day) => day.name === name);
  assert.ok(summary, name);
  const readings = [...siteReadings(dayOf(model, summary), model.sense)];
  return {
    wh: readings.reduce((all, { productionMilliWh = 0 }) => all + productionMilliWh / 1000, 0),
    missing: readings.reduce((all, { missing }) => all + missing, 0),
  };
}

describe('devices', () => {
  const at = (timeSec: number, rest: string): string => rest.replace('|', `|${digitsOf(timeSec)}|`);
  const SEEN: { name: string; lines: string[]; is: string }[] = [
    { name: 'the supervisor', lines: [healthLine(D1, 'TACLC1')], is: 'TACLC1 supervisor ' },
    { name: 'its model', lines: [at(D1, '122|TACLC1|PVS5M|3.3')], is: 'TACLC1 supervisor PVS5M' },
    { name: 'an inverter', lines: [inverterLine(D1, ONE, '1', 'X1')], is: `${ONE} inverter X1` },
    {
      name: 'a production meter',
      lines: [meterLine(D1, 'M1p', '1')],
      is: 'M1p productionMeter PVS5M0400p',
    },
    { name: 'a grid meter', lines: [meterLine(D1, 'M1c', '1', '')], is: 'M1c gridMeter ' },
    {
      name: 'a meter by its model',
      lines: [meterLine(D1, 'M1', '1', 'X4c')],
      is: 'M1 gridMeter X4c',
    },
    { name: 'a meter of neither', lines: [meterLine(D1, 'M1', '1', 'X4')], is: 'M1 meter X4' },
    {
      name: 'the serial counts more',
      lines: [meterLine(D1, 'M1p', '1', 'X4c')],
      is: 'M1p productionMeter X4c',
    },
    { name: 'a type that nobody knows', lines: [at(D1, '199|M1c|7|8')], is: 'M1c unknown ' },
    {
      name: 'a type that nobody knows, then a reading',
      lines: [at(D1, '131|M1c|X4|8'), meterLine(D1 + 300, 'M1c', '1', 'X4')],
      is: 'M1c gridMeter X4',
    },
    {
      name: 'the newest model',
      lines: [inverterLine(D1, ONE, '1', 'old'), inverterLine(D1 + 300, ONE, '1', 'new')],
      is: `${ONE} inverter new`,
    },
    {
      name: 'no model is no news',
      lines: [inverterLine(D1, ONE, '1', 'old'), inverterLine(D1 + 300, ONE, '1', '')],
      is: `${ONE} inverter old`,
    },
    {
      name: 'a model with odd characters',
      lines: [inverterLine(D1, ONE, '1', 'A\x07\xe9B')],
      is: `${ONE} inverter A??B`,
    },
    {
      name: 'a model without end',
      lines: [inverterLine(D1, ONE, '1', 'x'.repeat(999))],
      is: `${ONE} inverter ${'x'.repeat(64)}`,
    },
  ];
  for (const { name, lines, is } of SEEN) {
    test(name, () => {
      for (const order of [lines, lines.toReversed()]) {
        const { devices } = modelOf(order);
        assert.deepEqual(
          devices.map(({ serial, kind, model }) => `${serial} ${kind} ${model}`),
          [is],
        );
        const times = devices.map(({ firstSec, lastSec }) => [firstSec, lastSec]);
        assert.deepEqual(times, [[D1, D1 + 300 * (lines.length - 1)]]);
      }
    });
  }

  test('the newest model, though newer records without one were there before', () => {
    const lines = [
      inverterLine(D1, ONE, '1', 'old'),
      inverterLine(D1 + 300, ONE, '1', 'new'),
      `131|${digitsOf(D1 + 600)}|${ONE}|whatever|1`,
    ];
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const model = modelOf(order.map((index) => lines[index] ?? ''));
      assert.equal(model.devices[0]?.model, 'new');
    }
  });
});

describe('refused, and counted', () => {
  const REFUSED: { name: string; lines: string[]; reason: string; devices: number }[] = [
    { name: 'a hostile name', lines: [inverterLine(D1, '../x', '1')], reason: 'odd', devices: 0 },
    { name: 'no name', lines: [inverterLine(D1, 'n/a', '1')], reason: 'placeholder', devices: 0 },
    {
      name: 'a name without end',
      lines: [inverterLine(D1, 'x'.repeat(10_000), '1')],
      reason: 'too-long',
      devices: 0,
    },
    {
      name: 'a counter that is none',
      lines: [inverterLine(D1, ONE, 'n/a')],
      reason: 'bad-counter',
      devices: 1,
    },
    {
      name: 'before 1970',
      lines: [`130|19691231235959|${ONE}|X||1.5`],
      reason: 'odd-time',
      devices: 0,
    },
    {
      name: 'after 2106',
      lines: [`130|21070101000000|${ONE}|X||1.5`],
      reason: 'odd-time',
      devices: 0,
    },
    {
      name: 'more devices than a house has',
      lines: Array.from({ length: 257 }, (_, index) => inverterLine(D1, `A${index}`, '1')),
      reason: 'too-many-devices',
      devices: 256,
    },
  ];
  for (const { name, lines, reason, devices } of REFUSED) {
    test(name, () => {
      const model = modelOf(lines);
      model.settle();
      assert.deepEqual([...model.refused], [[reason, 1]]);
      assert.equal(model.devices.length, devices);
    });
  }

  test('an empty counter is no fault', () => {
    const model = modelOf([inverterLine(D1, ONE, ''), `130|${digitsOf(D1)}|${TWO}`]);
    model.settle();
    assert.equal(model.refused.size, 0);
    assert.equal(model.devices.length, 2);
  });
});

describe('what has changed', () => {
  test('live: the newest reading', () => {
    const lines = run(ONE, D1 + 300, 12, 10);
    const model = modelOf(lines.slice(0, 10));
    assert.deepEqual(changesOf(model), ['2026-05-10 00:00-00:50']);
    assert.deepEqual(changesOf(model), []);
    model.take(timed(lines[10] ?? ''));
    assert.deepEqual(changesOf(model), ['2026-05-10 00:50-00:55']);
    model.take(timed(lines[10] ?? ''));
    assert.deepEqual(changesOf(model), []);
  });

  test('a late reading makes two intervals out of a gap', () => {
    const lines = run(ONE, D1 + 300, 12, 10);
    const model = modelOf(lines.filter((_, index) => index !== 5));
    model.settle();
    model.take(timed(lines[5] ?? ''));
    assert.deepEqual(changesOf(model), ['2026-05-10 00:25-00:35']);
  });

  test('others sleep as long as the site is heard of', () => {
    const model = modelOf(run(ONE, D1 + 300, 3, 0));
    model.settle();
    model.take(timed(healthLine(D1 + 3600)));
    assert.deepEqual(changesOf(model), ['2026-05-10 00:15-01:00']);
  });

  test('the first record of a new day ends the day before', () => {
    const model = modelOf([...run(ONE, D1 + 12 * 3600, 3, 0)]);
    model.settle();
    model.take(timed(healthLine(D1 + DAY + 300)));
    assert.deepEqual(changesOf(model), ['2026-05-10 12:10-00:00', '2026-05-11 00:00-00:05']);
  });

  test('at dawn two days later it turns out what became of an inverter at dusk', () => {
    const evening = run(ONE, D1 + 20 * 3600, 3, 0);
    const model = modelOf([...evening, healthLine(D1 + DAY + 300), healthLine(D1 + 2 * DAY)]);
    model.settle();
    assert.equal(sums(model, '2026-05-10').missing, 0);
    const others = run(TWO, D1 + 19 * 3600, 12 * 30, 10);
    for (const line of others) model.take(timed(line));
    model.settle();
    model.take(timed(inverterLine(D1 + 2 * DAY + 3600, ONE, '109')));
    assert.deepEqual(changesOf(model), [
      '2026-05-10 20:10-00:00',
      '2026-05-11 00:00-00:00',
      '2026-05-12 00:00-01:00',
    ]);
    assert.ok(sums(model, '2026-05-10').missing > 40);
  });

  test('what the meter means is told once', () => {
    const counts = Array.from({ length: 30 }, (_, index) =>
      meterLine(
        D1 + 300 * index,
        'PVS5M1c',
        kWhText(1e9 + (index < 20 ? 60 : 120 - index * 90) * index * 1000, 4),
      ),
    );
    const model = modelOf([...counts, ...run(ONE, D1, 18, 0), ...run(ONE, D1 + 5400, 12, 50)]);
    const { sense } = model.settle();
    assert.deepEqual(sense, { measures: 'net', sign: 1 });
    assert.deepEqual(model.settle(), { days: [], sense: undefined });
  });
});

describe('readings held back at midnight', () => {
  const before = run(ONE, D1 + DAY - 1500, 4, 10);
  const midnight = [
    inverterLine(D1 + DAY - 300, ONE, '0.0100'),
    inverterLine(D1 + DAY, ONE, '0.0200'),
  ];
  const restart = [...before, ...midnight, inverterLine(D1 + DAY + 300, ONE, '0.0500')];
  const glitch = [...before, ...midnight, inverterLine(D1 + DAY + 300, ONE, '100.0600')];

  test('a restart begins in the day before', () => {
    const model = modelOf(restart);
    model.settle();
    assert.deepEqual(sums(model, '2026-05-10'), { wh: 40, missing: 0 });
    assert.deepEqual(sums(model, '2026-05-11'), { wh: 30, missing: 0 });
  });

  test('a glitch is over in the day after', () => {
    const model = modelOf(glitch);
    model.settle();
    assert.deepEqual(sums(model, '2026-05-10'), { wh: 30, missing: 0 });
    assert.deepEqual(sums(model, '2026-05-11'), { wh: 30, missing: 0 });
  });

  test('the day before is told when it turns out', () => {
    const model = modelOf(restart.slice(0, -1));
    model.settle();
    assert.deepEqual(sums(model, '2026-05-10').wh, 30);
    model.take(timed(restart.at(-1) ?? ''));
    assert.deepEqual(changesOf(model), ['2026-05-10 23:50-00:00', '2026-05-11 00:00-00:05']);
  });
});

describe('days out of memory', () => {
  const days = [0, 1, 2, 3, 4].flatMap((day) =>
    run(ONE, D1 + day * DAY + 36_000, 24, 10, 100 + day),
  );

  function forgetful(
    lines: readonly string[],
    options: Partial<SiteModelOptions> = {},
  ): {
    model: SiteModel;
    loads: string[];
    log: string[];
  } {
    const loads: string[] = [];
    const log: string[] = [];
    const model = modelOf([], {
      ...options,
      residentDays: 2,
      *load(fromSec, toSec) {
        loads.push(`${(fromSec - D1) / DAY}-${(toSec - D1) / DAY}`);
        for (const line of log.map(timed)) {
          if (line.timeSec > fromSec && line.timeSec <= toSec) yield line;
        }
      },
    });
    for (const line of lines) {
      log.push(line);
      model.take(timed(line));
    }
    model.settle();
    return { model, loads, log };
  }

  test('their readings are read again, and only what is not in memory', () => {
    const { model, loads } = forgetful(days);
    assert.deepEqual(loads, []);
    assert.equal(readingsInMemory(model), 48);
    assert.equal(sums(model, '2026-05-10').wh, 230);
    assert.equal(sums(model, '2026-05-12').wh, 230 + 770);
    assert.equal(sums(model, '2026-05-13').wh, 230 + 770);
    assert.deepEqual(loads, ['0-3', '2-3']);
    assert.equal(readingsInMemory(model), 48);
  });

  test('a late record has its day modelled again, all of it, and the next where that changes it', () => {
    const { model, loads, log } = forgetful(days);
    const late = inverterLine(D1 + 80_000, ONE, '100.9');
    log.push(late);
    model.take(timed(late));
    assert.equal(model.hasLate, true);
    assert.deepEqual(changesOf(model), ['2026-05-10 00:00-00:00', '2026-05-11 00:00-00:00']);
    assert.equal(model.hasLate, false);
    assert.deepEqual(loads, ['0-3']);
    assert.equal(sums(model, '2026-05-10').wh, 900);
    assert.equal(sums(model, '2026-05-11').wh, 230 + 100);
    assert.equal(readingsInMemory(model), 48);
  });

  test('late days can wait, and others go on meanwhile as if there were none', () => {
    const isOfThird = (_: string, index: number): boolean => index >= 48 && index < 72;
    const { model, loads, log } = forgetful(days.filter((line, index) => !isOfThird(line, index)));
    const late = [...days.filter(isOfThird), inverterLine(D1 + 3 * DAY + 80_000, ONE, '103.9')];
    log.push(...late);
    for (const line of late) model.take(timed(line));
    assert.deepEqual(
      model.settle({ late: false }).days.map(({ name }) => name),
      ['2026-05-13', '2026-05-14'],
    );
    assert.deepEqual(loads, []);
    assert.equal(model.hasLate, true);
    assert.equal(sums(model, '2026-05-13').wh, 1770 + 230 + 670);
    model.settle();
    assert.equal(model.hasLate, false);
    assert.equal(sums(model, '2026-05-12').wh, 770 + 230);
    assert.equal(sums(model, '2026-05-13').wh, 770 + 230 + 670);
  });

  test('what a device is may come to light when all its readings are forgotten', () => {
    const meter = [0, 1, 2].map((slot) => meterLine(D1 + 300 * slot, 'M1', `${100 + slot}`, ''));
    const later = [1, 2, 3].map((day) => healthLine(D1 + day * DAY + 300));
    const { model, log } = forgetful([...meter, ...later], { grid: { measures: 'net', sign: 1 } });
    const totals = (): (number | undefined)[] =>
      model.days.map((day) => model.totals(day).netMilliWh);
    assert.equal(readingsInMemory(model), 0);
    assert.deepEqual(totals().slice(0, 2), [undefined, undefined]);
    const told = meterLine(D1 + 3 * DAY + 600, 'M1', '', 'PVS5M0400c');
    log.push(told);
    model.take(timed(told));
    // All days out of memory: what they were is not known any more.
    assert.deepEqual(
      model.settle().days.map(({ name }) => name),
      ['2026-05-09', '2026-05-10', '2026-05-11'],
    );
    assert.deepEqual(totals().slice(0, 2), [undefined, 2_000_000]);
  });
});
