/**
 * Days of a simulated site as tables to be looked at, in `golden/`. `UPDATE_GOLDEN=1` writes them anew;
 * what differs then is to be looked at, too.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SiteModel } from '../../src/model/site-model.ts';
import { Site, type SiteOptions } from '../../scripts/sim/site.ts';
import { intlCalendar } from './days.ts';
import { dayTable } from './golden-table.ts';
import { atSec, timed } from './lines.ts';

const GOLDEN = join(import.meta.dirname, 'golden');
const UPDATES = process.env['UPDATE_GOLDEN'] === '1';
const SLOTS_PER_DAY = 288;

interface Place {
  timeZone: string;
  solarNoonUtcHours: number;
  latitudeDeg: number;
}

const BERLIN: Place = { timeZone: 'Europe/Berlin', solarNoonUtcHours: 11.1, latitudeDeg: 52.5 };
const LOS_ANGELES: Place = {
  timeZone: 'America/Los_Angeles',
  solarNoonUtcHours: 19.9,
  latitudeDeg: 34,
};

/** A part of a day, local time; what is recorded in it. */
interface Trouble {
  fromUtc: string;
  toUtc: string;
  /** `late`: sent when all else was; `lost`: never recorded. */
  becomes: 'late' | 'lost';
}

interface Golden {
  file: string;
  place: Place;
  day: string;
  /** Simulated from here on, so that it is known by then what the meter measures. */
  startUtc: string;
  site?: Partial<SiteOptions>;
  troubles?: Trouble[];
}

const DAYS: Golden[] = [
  {
    file: 'sunny.txt',
    place: LOS_ANGELES,
    day: '2026-06-09',
    startUtc: '2026-06-07T07:00Z',
    site: { seed: 28 },
  },
  {
    file: 'cloudy-with-dropouts.txt',
    place: LOS_ANGELES,
    day: '2026-02-12',
    startUtc: '2026-02-10T08:00Z',
    site: { seed: 141, missedShare: 0.02, inverters: 8 },
  },
  {
    file: 'outage.txt',
    place: LOS_ANGELES,
    day: '2026-05-09',
    startUtc: '2026-05-07T07:00Z',
    site: { seed: 4, inverters: 12, missedShare: 0 },
    troubles: [
      { fromUtc: '2026-05-09T16:00Z', toUtc: '2026-05-09T17:40Z', becomes: 'lost' },
      { fromUtc: '2026-05-09T20:00Z', toUtc: '2026-05-10T01:20Z', becomes: 'late' },
    ],
  },
  {
    file: 'clocks-forward.txt',
    place: BERLIN,
    day: '2026-03-29',
    startUtc: '2026-03-26T23:00Z',
    site: { seed: 6, inverters: 10, stringInverter: true },
  },
  {
    file: 'clocks-back.txt',
    place: BERLIN,
    day: '2026-10-25',
    startUtc: '2026-10-22T22:00Z',
    site: { seed: 7, inverters: 10 },
  },
];

/** The table of the day; with records that come late, that of before, too. */
function tables({ place, day, startUtc, site, troubles = [] }: Golden): string {
  const { timeZone, ...sky } = place;
  const startTimeSec = atSec(startUtc);
  const simulated = new Site({ seed: 1, ...sky, ...site, startTimeSec });
  const calendar = intlCalendar(timeZone);
  const model = new SiteModel({ calendar, production: 'auto', grid: 'auto', residentDays: 3 });
  const late: string[] = [];
  for (let slot = 0; slot < 4 * SLOTS_PER_DAY; slot++) {
    const timeSec = startTimeSec + 300 * (slot + 1);
    const trouble = troubles.find(({ fromUtc, toUtc }) => {
      return timeSec > atSec(fromUtc) && timeSec <= atSec(toUtc);
    });
    if (trouble?.becomes === 'lost') continue;
    const lines = simulated.recordsAt(slot);
    if (trouble !== undefined) late.push(...lines);
    else for (const line of lines) model.take(timed(line));
  }
  model.settle();
  const before = dayTable(model, day, timeZone);
  if (late.length === 0) return before;
  for (const line of late) model.take(timed(line));
  model.settle();
  return `${before}\nWhen the records that came late are there:\n\n${dayTable(model, day, timeZone)}`;
}

for (const golden of DAYS) {
  test(golden.file, () => {
    const path = join(GOLDEN, golden.file);
    const text = tables(golden);
    if (UPDATES) writeFileSync(path, text);
    assert.equal(text, readFileSync(path, 'utf8'));
  });
}
