import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GridSense } from '../../src/model/grid-sense.ts';
import { flows, siteReadings, type SiteReading } from '../../src/model/site-day.ts';
import { SiteModel } from '../../src/model/site-model.ts';
import { intlCalendar } from './days.ts';
import { atSec, inverterLine, kWhText, meterLine, timed } from './lines.ts';
import { dayOf } from './site-view.ts';

const MIDNIGHT = atSec('2026-05-10T00:00Z');
const NET: GridSense = { measures: 'net', sign: 1 };
const UNKNOWN: GridSense = { measures: 'unknown' };

const FLOWS: {
  name: string;
  sense: GridSense;
  made: number | undefined;
  counted: number | undefined;
  /** net, import, export, consumption */
  are: (number | undefined)[];
}[] = [
  { name: 'import', sense: NET, made: 0, counted: 7, are: [7, 7, 0, 7] },
  { name: 'export', sense: NET, made: 10, counted: -7, are: [-7, 0, 7, 3] },
  { name: 'neither', sense: NET, made: 10, counted: 0, are: [0, 0, 0, 10] },
  {
    name: 'export, counted up',
    sense: { measures: 'net', sign: -1 },
    made: 10,
    counted: 7,
    are: [-7, 0, 7, 3],
  },
  {
    name: 'nothing, counted down',
    sense: { measures: 'net', sign: -1 },
    made: 0,
    counted: 0,
    are: [0, 0, 0, 0],
  },
  {
    name: 'net without production',
    sense: NET,
    made: undefined,
    counted: 7,
    are: [7, 7, 0, undefined],
  },
  {
    name: 'production without net',
    sense: NET,
    made: 7,
    counted: undefined,
    are: [undefined, undefined, undefined, undefined],
  },
  {
    name: 'a sense that is not known yet',
    sense: UNKNOWN,
    made: 7,
    counted: 7,
    are: [undefined, undefined, undefined, undefined],
  },
  {
    name: 'a house that takes less than is made',
    sense: { measures: 'load', sign: 1 },
    made: 10,
    counted: 4,
    are: [-6, 0, 6, 4],
  },
  {
    name: 'a house that takes more, counted down',
    sense: { measures: 'load', sign: -1 },
    made: 10,
    counted: -14,
    are: [4, 4, 0, 14],
  },
  {
    name: 'a house without production',
    sense: { measures: 'load', sign: 1 },
    made: undefined,
    counted: 4,
    are: [undefined, undefined, undefined, 4],
  },
];

describe('what went where', () => {
  for (const { name, sense, made, counted, are } of FLOWS) {
    test(name, () => {
      const { netMilliWh, importMilliWh, exportMilliWh, consumptionMilliWh } = flows(
        made,
        counted,
        sense,
      );
      const found = [netMilliWh, importMilliWh, exportMilliWh, consumptionMilliWh];
      assert.deepEqual(found, are);
      assert.ok(!found.some((value) => Object.is(value, -0)));
    });
  }
});

interface Case {
  name: string;
  sense?: GridSense;
  /** By device, for every five minutes from midnight: Wh since it was heard of last; `.`: silent. */
  inverters: string[];
  grid?: string;
  /** Start and end of the reading in slots, what was made by how many (and how many are missing), net, consumption. */
  are: string[];
}

const CASES: Case[] = [
  {
    name: 'all is well',
    inverters: ['0 20 30', '0 22 33'],
    grid: '0 5 -50',
    are: ['0-1 42 of 2, net 5, used 47', '1-2 63 of 2, net -50, used 13'],
  },
  {
    name: 'the sense is not known',
    sense: UNKNOWN,
    inverters: ['0 20 30'],
    grid: '0 5 -50',
    are: ['0-1 20 of 1', '1-2 30 of 1'],
  },
  {
    name: 'there is no sun yet, and no inverter',
    inverters: [],
    grid: '0 5 6',
    are: ['0-1 net 5', '1-2 net 6'],
  },
  {
    name: 'there is nothing but a meter that nobody understands',
    sense: UNKNOWN,
    inverters: [],
    grid: '0 5 . 6',
    are: [],
  },
  {
    name: 'one inverter misses one',
    inverters: ['0 20 30 20', '0 22 . 55'],
    grid: '0 5 5 5',
    are: [
      '0-1 42 of 2, net 5, used 47',
      '1-2 30 of 1 and 1, net 5',
      '2-3 20 of 1 and 1, net 5',
      '1-3 55 of 1',
    ],
  },
  {
    name: 'everything is silent',
    inverters: ['0 20 . . 90', '0 22 . . 91'],
    grid: '0 5 . . 12',
    are: ['0-1 42 of 2, net 5, used 47', '1-4 181 of 2, net 12, used 193'],
  },
  {
    name: 'the meter alone is silent',
    inverters: ['0 20 30 40'],
    grid: '0 5 . 12',
    are: ['0-1 20 of 1, net 5, used 25', '1-2 30 of 1', '2-3 40 of 1', '1-3 net 12, used 82'],
  },
  {
    name: 'the meter is silent, and an inverter within that time',
    inverters: ['0 20 30 40 20', '0 10 10 . 30'],
    grid: '0 5 . . 12',
    are: [
      '0-1 30 of 2, net 5, used 35',
      '1-2 40 of 2',
      '2-3 40 of 1 and 1',
      '3-4 20 of 1 and 1',
      '2-4 30 of 1',
      '1-4 net 12, used 142',
    ],
  },
  {
    name: 'the meter is silent, and an inverter for longer',
    inverters: ['0 20 30 40 20', '0 10 . . 70'],
    grid: '0 5 5 . 12',
    are: [
      '0-1 30 of 2, net 5, used 35',
      '1-2 30 of 1 and 1, net 5',
      '2-3 40 of 1 and 1',
      '3-4 20 of 1 and 1',
      '2-4 net 12',
      '1-4 70 of 1',
    ],
  },
  {
    name: 'the meter is silent, an inverter just as long, and another has not come back',
    inverters: ['0 20 . 40 20', '0 10 . . .'],
    grid: '0 5 . 12 5',
    are: ['0-1 30 of 2, net 5, used 35', '1-3 40 of 1, net 12', '3-4 20 of 1 and 1, net 5'],
  },
  {
    name: 'a house, and an inverter that is silent',
    sense: { measures: 'load', sign: 1 },
    inverters: ['0 20 . 30'],
    grid: '0 25 24 23',
    are: ['0-1 20 of 1, net 5, used 25', '1-2 used 24', '2-3 used 23', '1-3 30 of 1'],
  },
  {
    name: 'an inverter that starts anew while its sibling goes on',
    inverters: ['0 20 -5000 10 10', '0 20 20 20 20'],
    grid: '0 1 1 1 1',
    are: [
      '0-1 40 of 2, net 1, used 41',
      '1-2 20 of 1 and 1, net 1',
      '2-3 30 of 2, net 1, used 31',
      '3-4 30 of 2, net 1, used 31',
    ],
  },
  {
    name: 'a new inverter: nobody misses what it was not there for',
    inverters: ['0 20 20 20', '. . 0 10'],
    grid: '0 1 1 1',
    are: [
      '0-1 20 of 1, net 1, used 21',
      '1-2 20 of 1, net 1, used 21',
      '2-3 30 of 2, net 1, used 31',
    ],
  },
];

function readingsOf({ inverters, grid = '', sense = NET }: Case): SiteReading[] {
  const model = new SiteModel({
    calendar: intlCalendar('UTC'),
    production: 'auto',
    grid: sense,
    residentDays: Infinity,
  });
  const report = (steps: string, lineAt: (timeSec: number, kWh: string) => string): void => {
    let milliWh = 10_000_000;
    for (const [slot, step] of steps.split(' ').entries()) {
      if (step === '.' || step === '') continue;
      milliWh += 1000 * Number(step);
      // The first reading is that of midnight, which is of the day before.
      model.take(timed(lineAt(MIDNIGHT + 300 * slot, kWhText(milliWh, 4))));
    }
  };
  for (const [index, steps] of inverters.entries()) {
    report(steps, (timeSec, kWh) => inverterLine(timeSec, `41405160000000${index}`, kWh));
  }
  report(grid, (timeSec, kWh) => meterLine(timeSec, 'PVS5M500001c', kWh));
  model.settle();
  const summary = model.days.find(({ name }) => name === '2026-05-10');
  return summary === undefined ? [] : [...siteReadings(dayOf(model, summary), sense)];
}

function drawn(reading: SiteReading): string {
  const { startSec, endSec, kind, producers, missing } = reading;
  const { productionMilliWh, netMilliWh, consumptionMilliWh } = reading;
  assert.equal(kind, endSec - startSec === 300 ? 'interval' : 'gap');
  const words: string[] = [];
  if (productionMilliWh !== undefined) {
    const others = missing === 0 ? '' : ` and ${missing}`;
    words.push(`${productionMilliWh / 1000} of ${producers}${others}`);
  }
  if (netMilliWh !== undefined) words.push(`net ${netMilliWh / 1000}`);
  if (consumptionMilliWh !== undefined) words.push(`used ${consumptionMilliWh / 1000}`);
  const slot = (timeSec: number): number => (timeSec - MIDNIGHT) / 300;
  return `${slot(startSec)}-${slot(endSec)} ${words.join(', ')}`;
}

describe('the readings of a site', () => {
  for (const one of CASES) {
    test(one.name, () => {
      assert.deepEqual(readingsOf(one).map(drawn), one.are);
    });
  }
});
