/** What goes when there is no room for all, and what stays of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadZone } from '../../src/zone/load-zone.ts';
import { localDayEnd } from '../../src/zone/local-day.ts';
import { MAX_SEGMENT_BYTES } from '../../src/log/segment-format.ts';
import { forSeeds } from '../base/seeds.ts';
import { recordOf } from '../record/lines.ts';
import { totalsIn, totalsOf } from './day-total-lines.ts';
import {
  bulky,
  bytesIn,
  DIRECTORY,
  namesIn,
  openLog,
  reading,
  readings,
  readLog,
  STEP_SEC,
  store,
  T,
  utcDayEnd,
  type LogUnderTest,
} from './log-under-test.ts';
import { MemoryFiles } from './memory-files.ts';

const LIMIT_BYTES = 256 * 1024;
const DAY_SEC = 86_400;

/** Commits the lines a few at a time, as they come. */
function storeAll(opened: LogUnderTest, lines: readonly string[], perCommit: number): void {
  for (let at = 0; at < lines.length; at += perCommit) {
    store(opened, lines.slice(at, at + perCommit));
  }
}

describe('the size limit', () => {
  test('is kept after every commit, and the oldest go first', () => {
    const files = new MemoryFiles();
    const opened = openLog(files, { sizeLimitBytes: LIMIT_BYTES });
    const lines: string[] = [];
    let least = Infinity;
    for (let i = 0; i < 200; i++) {
      const added = [bulky(i), ...readings(1, 3, T + i * STEP_SEC)];
      lines.push(...added);
      store(opened, added);
      const bytes = bytesIn(files);
      assert.ok(bytes <= LIMIT_BYTES, `${bytes} bytes after ${i + 1} commits`);
      if (i > 100) least = Math.min(least, bytes);
    }
    // No more is given up than a segment at a time.
    assert.ok(least > LIMIT_BYTES - 100 * 1024, `${least} bytes`);
    const left = readLog(files).lines;
    assert.deepEqual(left, lines.slice(lines.length - left.length));
    assert.ok(left.length < lines.length, 'some are gone');
  });

  test('is kept with frames as large as they come', () => {
    const files = new MemoryFiles();
    const opened = openLog(files, { sizeLimitBytes: LIMIT_BYTES });
    let most = 0;
    for (let i = 0; i < 30; i++) {
      // Eight of 8 KiB are one batch.
      store(
        opened,
        Array.from({ length: 8 }, (_, j) => bulky(8 * i + j, 8150)),
      );
      most = Math.max(most, bytesIn(files));
      for (const name of namesIn(files)) {
        assert.ok(files.sizeBytes(`${DIRECTORY}/${name}`) < MAX_SEGMENT_BYTES / 4, name);
      }
    }
    assert.ok(most <= LIMIT_BYTES, `${most} bytes`);
  });

  test('smaller than two segments, it leaves one beside the one that grows', () => {
    const files = new MemoryFiles();
    const opened = openLog(files, { sizeLimitBytes: 1000 });
    const remove = files.remove.bind(files);
    files.remove = (path) => {
      remove(path);
      // Else a power cut now would begin the numbers anew.
      assert.ok(
        namesIn(files).some((name) => /^\d/.test(name)),
        'one is there at any time',
      );
    };
    for (let i = 0; i < 60; i++) {
      store(opened, [bulky(i)]);
      assert.ok(namesIn(files).length <= 2, namesIn(files).join());
      assert.ok(readLog(files).lines.includes(bulky(i)), 'the latest is there');
    }
    const number = Number.parseInt(namesIn(files).at(-1) ?? '', 10);
    assert.ok(number >= 6, `numbered on, to ${number}`);
  });

  test('that was lowered is kept from the next commit on', () => {
    const files = new MemoryFiles();
    const opened = openLog(files);
    storeAll(
      opened,
      Array.from({ length: 100 }, (_, i) => bulky(i)),
      5,
    );
    opened.log.close();
    store(openLog(files, { sizeLimitBytes: LIMIT_BYTES }), [bulky(1000)]);
    assert.ok(bytesIn(files) <= LIMIT_BYTES, `${bytesIn(files)} bytes`);
  });
});

test('the free floor: one segment goes with each commit until so much is free', () => {
  const files = new MemoryFiles(400 * 1024);
  const freeFloorBytes = 150 * 1024;
  const opened = openLog(files, { freeFloorBytes });
  for (let i = 0; i < 100; i++) {
    store(opened, [bulky(i)]);
    const { freeBytes } = files.room(DIRECTORY);
    assert.ok(freeBytes >= freeFloorBytes - 8 * 1024, `${freeBytes} free after ${i + 1}`);
  }
  assert.ok(readLog(files).lines.length > 15, 'what there is room for stays');
});

test('a full disk: the oldest make room', () => {
  const files = new MemoryFiles(300 * 1024);
  const opened = openLog(files);
  for (let i = 0; i < 100; i++) store(opened, [bulky(i)]);
  assert.deepEqual(opened.events, []);
  const left = readLog(files).lines;
  assert.ok(left.length > 15, `${left.length} left`);
  assert.deepEqual(
    left,
    Array.from({ length: left.length }, (_, i) => bulky(100 - left.length + i)),
  );
});

test('a full disk, without room for day totals: they are kept when the segment is gone', () => {
  const files = new MemoryFiles();
  const opened = openLog(files);
  const lines = [reading('E1', T, 1), ...Array.from({ length: 30 }, (_, i) => bulky(i))];
  store(opened, lines);
  files.capacityBytes = bytesIn(files) + 10;
  store(opened, [bulky(100)]);
  assert.ok(!readLog(files).lines.includes(lines[0]!), 'gone');
  assert.deepEqual(totalsIn(files, utcDayEnd), totalsOf(lines, utcDayEnd));
});

test('a disk that fills up within one commit: what is written is not written again', () => {
  const files = new MemoryFiles(200 * 1024);
  const { log, durable } = openLog(files);
  const lines = Array.from({ length: 60 }, (_, i) => bulky(i));
  for (const line of lines) log.add(recordOf(line));
  // Without an end it would go on for ever.
  files.failFrom(1000, 'EIO');
  assert.equal(log.commit(), true);
  assert.deepEqual(durable, lines);
  assert.ok(files.bytesAppended < 3 * 60 * 7500, `${files.bytesAppended} bytes written`);
  assert.ok(readLog(files).lines.includes(lines.at(-1)!), 'the latest is there');
});

test('a full disk with nothing of ours to give up: said once, and mended', () => {
  const files = new MemoryFiles();
  const opened = openLog(files);
  store(opened, readings(1, 2));
  files.capacityBytes = bytesIn(files);
  opened.log.add(recordOf(bulky(1)));
  assert.equal(opened.log.commit(), false);
  assert.equal(opened.log.commit(), false);
  files.capacityBytes = 1 << 20;
  assert.equal(opened.log.commit(), true);
  assert.deepEqual(
    opened.events.map((event) => (event.kind === 'broken' ? event.fault.reason : event.kind)),
    ['full', 'restored'],
  );
  assert.deepEqual(readLog(files).lines, [...readings(1, 2), bulky(1)]);
});

describe('day totals', () => {
  test('what stays of each device and day is its last counter', () => {
    forSeeds(12, (random) => {
      const files = new MemoryFiles();
      const options = { sizeLimitBytes: 130 * 1024 };
      let opened = openLog(files, options);
      const all: string[] = [];
      let bulk = 0;
      for (let step = 0; step < 80; step++) {
        const lines = new Set<string>();
        for (let device = 0; device < 4; device++) {
          // Some come late, even when the day is gone already; some are revised.
          const late = random.chance(0.2) ? random.int(0, 60) : 0;
          const timeSec = T + Math.max(0, step - late) * 4 * 3600;
          lines.add(reading(`E${device}`, timeSec, random.int(0, 9999)));
        }
        for (let i = random.int(0, 3); i > 0; i--) lines.add(bulky(bulk++));
        const taken = [...lines].filter((line) => opened.log.add(recordOf(line)) !== 'repeat');
        assert.ok(opened.log.commit(), 'written');
        all.push(...taken);
        if (random.chance(0.1)) {
          opened.log.close();
          opened = openLog(files, options);
        }
      }
      assert.ok(readLog(files, 'days').lines.length > 20, 'some were kept');
      assert.deepEqual(totalsIn(files, utcDayEnd), totalsOf(all, utcDayEnd));
    });
  });

  test('a last record without a counter does not hide the one before it', () => {
    const files = new MemoryFiles();
    const opened = openLog(files, { sizeLimitBytes: 130 * 1024 });
    store(opened, [reading('E1', T, '17.5'), reading('E1', T + STEP_SEC, '')]);
    for (let i = 0; i < 40; i++) store(opened, [bulky(i)]);
    assert.deepEqual(readLog(files, 'days').lines, [`130\t20260509110500\tE1\t17.5`]);
  });

  for (const { zone, day } of [
    { zone: 'America/New_York', day: '2026-03-08' },
    { zone: 'America/New_York', day: '2026-11-01' },
    { zone: 'Australia/Sydney', day: '2026-04-05' },
    { zone: 'Australia/Sydney', day: '2026-10-04' },
  ]) {
    test(`a day of another length: ${day} in ${zone}`, () => {
      const loaded = loadZone(zone);
      assert.ok(loaded.ok);
      const dayEnd = (timeSec: number): number => localDayEnd(loaded.zone, timeSec);
      const noon = Date.parse(`${day}T12:00:00Z`) / 1000;
      const lines = readings(6 * 24, 1, noon - 3 * DAY_SEC).map((_, i) =>
        reading('E1', noon - 3 * DAY_SEC + i * 3600, i),
      );
      const files = new MemoryFiles();
      const opened = openLog(files, { sizeLimitBytes: 130 * 1024, dayEnd });
      let bulk = 0;
      for (const line of lines) store(opened, [line, bulky(bulk++)]);
      for (let i = 0; i < 40; i++) store(opened, [bulky(bulk++)]);
      // The last full hour of each local day, midnight being the end of a day.
      const last = new Map<string, number>();
      lines.forEach((_, i) => {
        const sec = noon - 3 * DAY_SEC + i * 3600;
        const local = new Date((sec - 1) * 1000).toLocaleDateString('en-CA', { timeZone: zone });
        last.set(local, i);
      });
      const counters = totalsIn(files, dayEnd).map((line) => Number(line.split('\t')[3]));
      assert.deepEqual(
        counters.sort((a, b) => a - b),
        [...last.values()],
      );
      assert.equal(readLog(files).lines.filter((line) => line.startsWith('130')).length, 0);
    });
  }
});
