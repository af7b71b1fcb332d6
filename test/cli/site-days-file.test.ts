import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, truncateSync, statSync } from 'node:fs';
import { after, test } from 'node:test';
import { SiteDaysFile } from '../../src/cli/site-days-file.ts';
import { DayStates } from '../../src/model/day-states.ts';
import type { DaySummary } from '../../src/model/day-summary.ts';
import { EnergySlots } from '../../src/model/energy-slots.ts';
import { gridEvidence } from '../../src/model/grid-sense.ts';
import { TemporaryDirectory } from './temporary-directory.ts';

const DAY_SEC = 86_400;
const temporary = new TemporaryDirectory();
after(() => {
  temporary.remove();
});

function day(number: number, productionMilliWh: number): DaySummary {
  const endSec = (20_000 + number) * DAY_SEC;
  const startSec = endSec - DAY_SEC;
  const empty = new EnergySlots(startSec, endSec, [], endSec);
  const flows = { importMilliWh: 0, exportMilliWh: 0, readings: 0 };
  return {
    name: `day ${number}`,
    startSec,
    endSec,
    lastSec: endSec,
    decidedSec: new Float64Array(1),
    deviceMilliWh: new Float64Array(1),
    productionMilliWh,
    counted: { upMilliWh: number, downMilliWh: 2 * number },
    ifLoad: { '1': flows, '-1': flows },
    evidence: gridEvidence(empty, empty),
    states: new DayStates([]),
  };
}

function directory(): string {
  return mkdtempSync(temporary.path('days-'));
}

function sumsOf(file: SiteDaysFile, days: readonly DaySummary[]): (string | number)[][] {
  return file.merge(days).map(({ name, productionMilliWh }) => [name, productionMilliWh]);
}

test('a day that has made room is in the file, and the newest is not written before it is over', () => {
  const log = directory();
  new SiteDaysFile(log).write([day(1, 10), day(2, 20), day(3, 30)]);
  const again = new SiteDaysFile(log);
  assert.deepEqual(sumsOf(again, []), [
    ['day 1', 10],
    ['day 2', 20],
  ]);
  // Half of the records of day 2 are gone by now: the file knows better.
  const after = [day(2, 5), day(3, 31), day(4, 40)];
  assert.deepEqual(sumsOf(again, after), [
    ['day 1', 10],
    ['day 2', 20],
    ['day 3', 31],
    ['day 4', 40],
  ]);
  again.write(after);
  assert.deepEqual(sumsOf(new SiteDaysFile(log), []), [
    ['day 1', 10],
    ['day 2', 20],
    ['day 3', 31],
  ]);
});

test('a later line of a day outweighs an earlier one; nothing is written when nothing has changed', () => {
  const log = directory();
  const file = new SiteDaysFile(log);
  file.write([day(1, 10), day(2, 20), day(3, 30)]);
  const bytes = statSync(`${log}/site-days.jsonl`).size;
  file.write([day(1, 10), day(2, 20), day(3, 30)]);
  assert.equal(statSync(`${log}/site-days.jsonl`).size, bytes);
  file.write([day(1, 10), day(2, 21), day(3, 30)]);
  assert.deepEqual(sumsOf(new SiteDaysFile(log), [])[1], ['day 2', 21]);
});

test('a file cut at any byte gives the days that are whole, and goes on', () => {
  for (let cut = 0; ; cut++) {
    const log = directory();
    const path = `${log}/site-days.jsonl`;
    new SiteDaysFile(log).write([day(1, 10), day(2, 20), day(3, 30)]);
    if (cut > statSync(path).size) break;
    truncateSync(path, cut);
    const file = new SiteDaysFile(log);
    const kept = sumsOf(file, []);
    assert.ok(kept.length <= 2);
    file.write([day(1, 10), day(2, 20), day(3, 30), day(4, 40)]);
    assert.equal(sumsOf(new SiteDaysFile(log), []).length, 3, `cut at ${cut}`);
  }
});

test('what something else has written is left out, and goes when the file is written anew', () => {
  const log = directory();
  const path = `${log}/site-days.jsonl`;
  appendFileSync(path, 'null\n[]\n{"name":"x"}\n{"endSec":1e400}\n\u0000\n');
  const file = new SiteDaysFile(log);
  assert.deepEqual(sumsOf(file, []), []);
  for (let change = 0; change < 8; change++)
    file.write([day(1, change), day(2, change), day(3, 0)]);
  assert.deepEqual(sumsOf(new SiteDaysFile(log), []).length, 2);
  assert.doesNotMatch(readFileSync(path, 'utf8'), /null|"x"/);
});
