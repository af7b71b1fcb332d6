import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logInfoJson, logInfoTable, type LogPlace } from '../../src/cli/log-info-output.ts';
import type { LogInfo } from '../../src/log/log-info.ts';

const UBIFS = 0x2405_1905;
const JFFS2 = 0x72b6;
const TMPFS = 0x0102_1994;

const PLACE: LogPlace = {
  directory: '/srv/suntap',
  sizeLimitBytes: 8 << 20,
  fileSystemBytes: 96_000_000,
  fileSystemMagic: UBIFS,
};

const INFO: LogInfo = {
  records: 1_234_567,
  devices: [
    { serial: '414051602152726', types: [130], records: 7, fromSec: 0, toSec: 600 },
    { serial: '414051602152780', types: [130], records: 7, fromSec: 0, toSec: 600 },
    { serial: '414051602152817', types: [130], records: 7, fromSec: 0, toSec: 600 },
    { serial: 'PVS5M426937c', types: [140], records: 7, fromSec: 0, toSec: 600 },
  ],
  fromSec: 1_778_324_700,
  toSec: 1_790_000_000,
  segments: 128,
  bytes: 8_300_000,
  bytesPerRecord: 6.7229,
  dayTotals: { records: 9000, bytes: 90_000, fromSec: 1_700_000_000 },
  heldDays: 135.13,
  written: { bytes: 99_000_000, commits: 3_000_000 },
  perDay: { bytes: 60_700.4, commits: 288.2 },
};

test('the table of a log that has been there for years', () => {
  assert.equal(
    logInfoTable(INFO, PLACE),
    `directory       /srv/suntap
records         1 234 567
devices         4: 414051602152726, 414051602152780, 414051602152817, ...
from            2026-05-09T11:05:00Z
to              2026-09-21T14:13:20Z
segments        128
bytes           8 300 000, 6.7 a record; 98.9 % of 8M
held in detail  135.1 days
room in detail  for 137 days at this rate
day totals      9 000 since 2023-11-14
written         99 000 000 bytes in 3 000 000 commits since it was begun
  a day         60 700 bytes in 288 commits
flash life      > 1 000 years if all 96 MB of UBIFS on NAND bear 10 000 erases
`,
  );
});

test('a small flash, one in memory, and a log that is too young to tell', () => {
  const small = { ...PLACE, fileSystemBytes: 1_000_000, fileSystemMagic: JFFS2 };
  const hard: LogInfo = { ...INFO, perDay: { bytes: 5_000_000, commits: 1440 } };
  assert.match(
    logInfoTable(hard, small),
    /^flash life +52 years if all 1 MB of JFFS2 on NOR bear 100 000 erases$/m,
  );
  assert.match(
    logInfoTable(INFO, { ...PLACE, fileSystemMagic: TMPFS }),
    /^flash life +none is worn: the log is in memory$/m,
  );
  const young: LogInfo = { ...INFO, perDay: undefined, heldDays: 0.1 };
  const table = logInfoTable(young, PLACE);
  assert.equal(table.match(/known when there is half a day of records/g)?.length, 3);
});

test('no line is wider than a terminal', () => {
  const wide: LogInfo = {
    ...INFO,
    records: 987_654_321,
    devices: INFO.devices.map((device, i) => ({ ...device, serial: 'S'.repeat(8 + 10 * i) })),
    bytes: 1e12,
    bytesPerRecord: 1234.5678,
    dayTotals: { records: 1e6, bytes: 1e8, fromSec: 1_700_000_000 },
    written: { bytes: 9e9, commits: 1e8 },
    perDay: { bytes: 1e9, commits: 86_400 },
  };
  for (const fileSystemBytes of [9_990_000, 9_990_000_000, 9_990_000_000_000]) {
    for (const fileSystemMagic of [UBIFS, JFFS2, TMPFS, 0xef53]) {
      const place = { ...PLACE, fileSystemBytes, fileSystemMagic, sizeLimitBytes: 1024 ** 4 };
      for (const line of logInfoTable(wide, place).split('\n')) assert.ok(line.length <= 80, line);
    }
  }
});

test('serials cannot steer the terminal, and stay what they are in JSON', () => {
  const serial = '\x1b[2J\x07\xff\xc3\xa4"';
  const hostile: LogInfo = {
    ...INFO,
    devices: [{ serial, types: [130], records: 1, fromSec: undefined, toSec: undefined }],
  };
  const table = logInfoTable(hostile, { ...PLACE, directory: '/srv/\x1b[2J' });
  assert.match(table, /^devices +1: \?\[2J\?.ä"$/m);
  assert.match(table, /^directory +\/srv\/\?\[2J$/m);
  const { deviceList } = JSON.parse(JSON.stringify(logInfoJson(hostile, PLACE))) as {
    deviceList: { serial: string; from: null }[];
  };
  assert.deepEqual(deviceList[0], {
    serial: '\x1b[2J\x07\udcffä"',
    types: [130],
    records: 1,
    from: null,
    to: null,
  });
});

test('JSON: numbers with their units, times or null', () => {
  const json = logInfoJson(INFO, PLACE);
  for (const [name, value] of Object.entries({
    records: 1_234_567,
    bytes: 8_300_000,
    segments: 128,
    devices: 4,
    from: '2026-05-09T11:05:00Z',
    to: '2026-09-21T14:13:20Z',
    sizeLimitBytes: 8_388_608,
    flashEraseCycles: 10_000,
    commits: 3_000_000,
  })) {
    assert.equal(json[name], value, name);
  }
  const none: LogInfo = { ...INFO, fromSec: undefined, toSec: undefined, perDay: undefined };
  const empty = logInfoJson(none, PLACE);
  for (const name of ['from', 'to', 'fittingDays', 'writtenBytesPerDay', 'flashLifeYears']) {
    assert.equal(empty[name], null, name);
  }
});
