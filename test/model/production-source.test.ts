/** Whose energy is the production of the site. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProductionSource } from '../../src/model/site-day.ts';
import { SiteModel } from '../../src/model/site-model.ts';
import { intlCalendar } from './days.ts';
import { atSec, inverterLine, kWhText, meterLine, timed } from './lines.ts';

const DAY = 86_400;
const NOON = atSec('2026-05-10T12:00Z');
const PER_SLOT_WH = 30;

function modelOf(production: ProductionSource | 'auto'): SiteModel {
  const calendar = intlCalendar('UTC');
  return new SiteModel({ calendar, production, grid: 'auto', residentDays: Infinity });
}

/** Six readings, five intervals. */
function run(lineAt: typeof inverterLine, serial: string, fromSec: number, wh: number): string[] {
  return Array.from({ length: 6 }, (_, slot) =>
    lineAt(fromSec + 300 * slot, serial, kWhText(1e9 + slot * wh * 1000, 4)),
  );
}

const inverter = (fromSec = NOON): string[] => run(inverterLine, '41405161', fromSec, PER_SLOT_WH);
const meter = (wh: number): string[] => run(meterLine, 'PVS5M1p', NOON, wh);

const CASES: {
  name: string;
  lines: string[];
  production?: ProductionSource;
  source: ProductionSource;
  wh: number;
}[] = [
  { name: 'nothing at all', lines: [], source: 'inverters', wh: 0 },
  { name: 'inverters', lines: inverter(), source: 'inverters', wh: 150 },
  { name: 'a meter alone', lines: meter(29), source: 'meter', wh: 145 },
  { name: 'both', lines: [...inverter(), ...meter(29)], source: 'inverters', wh: 150 },
  {
    name: 'a meter that always reads zero',
    lines: [...inverter(), ...meter(0)],
    source: 'inverters',
    wh: 150,
  },
  {
    name: 'a meter that lags',
    lines: [...inverter(), ...meter(29).slice(0, 3)],
    source: 'inverters',
    wh: 150,
  },
  {
    name: 'both, and the meter by setting',
    lines: [...inverter(), ...meter(29)],
    production: 'meter',
    source: 'meter',
    wh: 145,
  },
  {
    name: 'a meter alone, and inverters by setting',
    lines: meter(29),
    production: 'inverters',
    source: 'inverters',
    wh: 0,
  },
];

for (const { name, lines, production = 'auto', source, wh } of CASES) {
  test(`${name}: by ${source}`, () => {
    for (const order of [lines, lines.toReversed()]) {
      const model = modelOf(production);
      for (const line of order) model.take(timed(line));
      model.settle();
      assert.equal(model.source, source);
      const sum = model.days.reduce((all, day) => all + day.productionMilliWh, 0);
      assert.equal(sum, 1000 * wh);
    }
  });
}

test('an inverter that is heard of for the first time changes the days before it', () => {
  const model = modelOf('auto');
  for (const line of meter(29)) model.take(timed(line));
  model.settle();
  assert.equal(model.days[0]?.productionMilliWh, 145_000);
  for (const line of inverter(NOON + DAY)) model.take(timed(line));
  assert.deepEqual(model.settle().days[0], {
    name: '2026-05-10',
    fromSec: NOON + 1,
    toSec: NOON + 1500,
  });
  assert.deepEqual(
    model.days.map(({ productionMilliWh }) => productionMilliWh),
    [0, 150_000],
  );
});
