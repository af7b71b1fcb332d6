import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  fittingDays,
  flashBytesPerDay,
  flashKind,
  flashYears,
  logInfo,
  type LogInfo,
} from '../../src/log/log-info.ts';
import { LogReader } from '../../src/log/log-reader.ts';
import {
  bulky,
  bytesIn,
  DIRECTORY,
  openLog,
  reading,
  readings,
  STEP_SEC,
  store,
  T,
} from './log-under-test.ts';
import { MemoryFiles } from './memory-files.ts';

const JFFS2 = 0x72b6;
const UBIFS = 0x2405_1905;
const TMPFS = 0x0102_1994;
const EXT4 = 0xef53;
const DAY_SEC = 86_400;

function infoOf(files: MemoryFiles): LogInfo {
  const opened = LogReader.open(files, DIRECTORY);
  assert.ok(opened.ok);
  return logInfo(files, opened.reader);
}

function logWith(batches: readonly (readonly string[])[], sizeLimitBytes = 64 << 20): MemoryFiles {
  const files = new MemoryFiles();
  const under = openLog(files, { sizeLimitBytes });
  for (const lines of batches) store(under, lines);
  under.log.close();
  return files;
}

test('an empty log', () => {
  const files = logWith([]);
  const info = infoOf(files);
  assert.deepEqual(
    [info.records, info.bytes, info.segments, info.devices.length, info.heldDays],
    [0, 0, 0, 0, 0],
  );
  assert.equal(info.bytesPerRecord, undefined);
  assert.equal(info.perDay, undefined);
});

test('records, devices and times', () => {
  const files = logWith([
    readings(3, 2),
    [reading('E00100', T + 3 * STEP_SEC, '1').replace(/^130/, '131')],
  ]);
  const info = infoOf(files);
  assert.equal(info.records, 7);
  assert.equal(info.bytes, bytesIn(files));
  assert.equal(info.segments, 1);
  assert.equal(info.fromSec, T);
  assert.equal(info.toSec, T + 3 * STEP_SEC);
  assert.deepEqual(info.devices, [
    { serial: 'E00100', types: [130, 131], records: 4, fromSec: T, toSec: T + 3 * STEP_SEC },
    { serial: 'E00101', types: [130], records: 3, fromSec: T, toSec: T + 2 * STEP_SEC },
  ]);
  assert.deepEqual(info.written, { bytes: info.bytes, commits: 2 });
});

test('devices of several segments are one; a wrong clock is a device, not a time', () => {
  const many = Array.from({ length: 30 }, (_, number) => [bulky(number)]);
  const odd = ['777\t19691231235959\tBULK\tx', '777\t22000101000000\tBULK\tx'];
  const info = infoOf(logWith([...many, odd]));
  assert.ok(info.segments > 2);
  assert.equal(info.devices.length, 1);
  assert.deepEqual(info.devices[0], {
    serial: 'BULK',
    types: [777],
    records: 32,
    fromSec: T,
    toSec: T + 29 * STEP_SEC,
  });
});

test('what was removed counts as written, and its day totals are told', () => {
  const many = Array.from({ length: 60 }, (_, number) => [bulky(number + 10)]);
  const files = logWith([readings(2, 3), ...many], 150 << 10);
  const info = infoOf(files);
  assert.equal(info.dayTotals.records, 3);
  assert.equal(info.dayTotals.fromSec, T + STEP_SEC);
  assert.ok(info.records < 40);
  assert.equal(info.bytes, bytesIn(files));
  assert.ok(info.written.bytes > 60 * 7000 && info.written.bytes > 2 * info.bytes);
  // One for each batch, and one for the totals.
  assert.equal(info.written.commits, 62);
});

const DAYS: { name: string; times: number[]; heldDays: number }[] = [
  { name: 'nothing but one moment', times: [T], heldDays: 0 },
  { name: 'half a day', times: [T, T + DAY_SEC / 2], heldDays: 0.5 },
  { name: 'every day', times: [0, 1, 2, 3].map((day) => T + day * DAY_SEC), heldDays: 3 },
  { name: 'two days, a year between them', times: [T, T + 365 * DAY_SEC], heldDays: 2 },
  { name: 'a clock of 1980 among them', times: [315_532_800, T, T + DAY_SEC], heldDays: 3 },
];

for (const { name, times, heldDays } of DAYS) {
  test(`days held: ${name}`, () => {
    const info = infoOf(logWith([times.map((timeSec) => reading('E1', timeSec, '1'))]));
    assert.equal(info.heldDays, heldDays);
    assert.equal(info.perDay !== undefined, heldDays >= 0.5);
    if (info.perDay === undefined) return;
    assert.equal(info.perDay.bytes, info.bytes / heldDays);
    assert.equal(fittingDays(info, 8 << 20), (8 << 20) / info.perDay.bytes);
  });
}

test('flash: what a day costs, and how long it lasts', () => {
  const times = Array.from({ length: 10 }, (_, day) => [reading('E1', T + day * DAY_SEC, '1')]);
  const info: LogInfo = { ...infoOf(logWith(times)), perDay: { bytes: 10_000, commits: 288 } };
  const MB = 1e6;
  const cases = [
    { magic: JFFS2, perDay: 10_000 + 288 * 160, years: (16 * MB * 1e5) / 56_080 / 365.25 },
    { magic: UBIFS, perDay: 10_000 + 288 * 4400, years: (16 * MB * 1e4) / 1_277_200 / 365.25 },
    { magic: EXT4, perDay: 10_000 + 288 * 8192, years: (16 * MB * 1e4) / 2_369_296 / 365.25 },
  ];
  for (const { magic, perDay, years } of cases) {
    const kind = flashKind(magic);
    assert.equal(flashBytesPerDay(info, kind), perDay);
    assert.equal(flashYears(info, kind, 16 * MB), years);
  }
  assert.equal(flashYears(info, flashKind(TMPFS), 16 * MB), undefined);
  assert.equal(flashYears({ ...info, perDay: undefined }, flashKind(UBIFS), 16 * MB), undefined);
});
