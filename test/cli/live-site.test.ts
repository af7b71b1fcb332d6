/** The model of a daemon: what is in the log when it starts, and what comes while that is read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LiveSite } from '../../src/cli/live-site.ts';
import { LogReader } from '../../src/log/log-reader.ts';
import { DIRECTORY, openLog, store } from '../log/log-under-test.ts';
import { MemoryFiles } from '../log/memory-files.ts';
import { intlCalendar } from '../model/days.ts';
import { atSec, inverterLine, kWhText } from '../model/lines.ts';
import { recordOf, tabbed } from '../record/lines.ts';

const START = atSec('2026-05-01T00:00Z');
const DAY_SEC = 86_400;
const WH_A_READING = 20;
/** Of a day of readings, each inverter. */
const READINGS = 100;

/** Days of readings from 06:00 on; the counter goes on from one to the next. */
function days(serial: string, from: number, count: number): string[] {
  return Array.from({ length: count * READINGS }, (_, index) => {
    const day = from + Math.floor(index / READINGS);
    const timeSec = START + day * DAY_SEC + 6 * 3600 + (index % READINGS) * 300;
    const readings = from * READINGS + index;
    return tabbed(inverterLine(timeSec, serial, kWhText(1e8 + readings * WH_A_READING * 1000, 4)));
  });
}

function liveOn(files: MemoryFiles): LiveSite {
  return new LiveSite({
    site: { calendar: intlCalendar('UTC'), production: 'auto', grid: 'auto' },
    openLog: () => {
      const opened = LogReader.open(files, DIRECTORY);
      return opened.ok ? opened.reader : undefined;
    },
    changed: () => undefined,
  });
}

async function complete(live: LiveSite): Promise<void> {
  const deadlineMs = performance.now() + 20_000;
  while (!live.isComplete) {
    assert.ok(performance.now() < deadlineMs, 'the log was not read to the end');
    await sleep(5);
  }
}

function productionWh(live: LiveSite): number[] {
  return live.model.days.map(({ productionMilliWh }) => productionMilliWh / 1000);
}

test('what comes while the log is read is not lost, in the log already or not', async () => {
  const files = new MemoryFiles();
  const opened = openLog(files);
  store(opened, days('E1', 0, 20));
  const live = liveOn(files);
  live.start();
  const coming = days('E1', 20, 1);
  for (const [index, line] of coming.entries()) {
    live.take(recordOf(line));
    // Some are committed while the log is read, some after it.
    if (index % 7 === 0) opened.log.add(recordOf(line));
    if (index % 21 === 0) opened.log.commit();
    if (index % 10 === 0) await sleep(1);
  }
  await complete(live);
  live.stop();
  const whole = READINGS * WH_A_READING;
  assert.deepEqual(productionWh(live), [
    whole - WH_A_READING,
    ...Array.from({ length: 20 }, () => whole),
  ]);
});

test('a late record of a day out of memory counts once it is in the log', async () => {
  const files = new MemoryFiles();
  const opened = openLog(files);
  const lines = days('E1', 0, 12);
  const [late = ''] = lines.splice(3 * READINGS + 50, 1);
  store(opened, lines);
  const live = liveOn(files);
  live.start();
  await complete(live);
  const before = productionWh(live);
  const day = live.model.days[3];
  assert.ok(day);
  const gaps = (): number => live.model.day(day.endSec)?.production.gaps.length ?? -1;
  assert.equal(gaps(), 1);
  live.take(recordOf(late));
  live.settle();
  store(opened, [late]);
  live.committed();
  assert.equal(gaps(), 0);
  assert.deepEqual(productionWh(live), before);
});

test('an inverter whose records have made room is still known after a restart', async () => {
  const files = new MemoryFiles();
  const opened = openLog(files, { sizeLimitBytes: 130 << 10 });
  store(opened, days('E1', 0, 1));
  for (let day = 1; day < 400; day++) store(opened, days('E2', day, 1));
  opened.log.close();
  const live = liveOn(files);
  live.start();
  await complete(live);
  assert.equal(
    live.model.days.some(({ startSec }) => startSec === START),
    false,
    'the first day is still there',
  );
  const gone = live.model.devices.find(({ serial }) => serial === 'E1');
  assert.equal(gone?.kind, 'inverter');
  assert.equal(gone.lastSec, START + 6 * 3600 + (READINGS - 1) * 300);
});
