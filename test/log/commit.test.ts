/** When the log is written, by a clock that the test sets. */
import assert from 'node:assert/strict';
import { beforeEach, mock, test, afterEach } from 'node:test';
import { ScheduledLog } from '../../src/log/scheduled-log.ts';
import { recordOf } from '../record/lines.ts';
import {
  bulky,
  openLog,
  readings,
  readLog,
  STEP_SEC,
  T,
  type LogUnderTest,
} from './log-under-test.ts';
import { MemoryFiles } from './memory-files.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] });
});

afterEach(() => {
  mock.reset();
});

/** A timer that is set in another one counts from the end of a tick: so in small ones. */
function pass(ms: number): void {
  let left = ms;
  for (; left > 1000; left -= 1000) mock.timers.tick(1000);
  mock.timers.tick(left);
}

interface Scheduled extends LogUnderTest {
  files: MemoryFiles;
  scheduled: ScheduledLog;
}

/** The segment has been begun, so that a commit is an append and no more. */
function begin(commitIntervalSec = 60): Scheduled {
  const files = new MemoryFiles();
  const first = openLog(files);
  first.log.add(recordOf('130\t20260101000000\tE9'));
  first.log.close();
  const opened = openLog(files);
  files.appends = 0;
  files.syncs = 0;
  return { ...opened, files, scheduled: new ScheduledLog(opened.log, commitIntervalSec) };
}

function take({ scheduled }: Scheduled, lines: readonly string[]): void {
  for (const line of lines) scheduled.take(recordOf(line));
}

test('one write and one fsync for all that came meanwhile', () => {
  const log = begin();
  for (let i = 0; i < 5; i++) {
    take(log, readings(1, 3, T + i * STEP_SEC));
    pass(10_000);
  }
  assert.deepEqual([log.files.appends, log.files.syncs], [0, 0]);
  pass(10_000);
  assert.deepEqual([log.files.appends, log.files.syncs], [1, 1]);
  assert.equal(readLog(log.files).lines.length, 16);
});

test('nothing without new records: none at all, or repeats only', () => {
  const log = begin();
  pass(HOUR_MS);
  const lines = readings(1, 3);
  take(log, lines);
  pass(MINUTE_MS);
  const { operations } = log.files;
  for (let i = 0; i < 60; i++) {
    take(log, lines);
    pass(MINUTE_MS);
  }
  assert.equal(log.files.operations, operations);
  assert.equal(log.files.appends, 1);
});

test('a record is durable within the interval, whenever it comes', () => {
  for (const intervalSec of [1, 60, 3600]) {
    for (const share of [0, 0.01, 0.5, 0.97, 0.99]) {
      const log = begin(intervalSec);
      take(log, readings(1, 1));
      pass(share * intervalSec * 1000);
      take(log, readings(1, 1, T + STEP_SEC));
      pass(intervalSec * 1000 - 1);
      assert.equal(log.durable.length, 2, `${share} of ${intervalSec} s`);
    }
  }
});

test('steady traffic is written once a minute', () => {
  const log = begin();
  for (let sec = 0; sec < 3600; sec++) {
    take(log, readings(1, 1, T + sec));
    pass(1000);
  }
  // A commit is begun a little before the minute is over.
  assert.ok(log.files.appends >= 59 && log.files.appends <= 62, `${log.files.appends} appends`);
  assert.equal(log.files.syncs, log.files.appends);
});

test('one every five minutes is written each time', () => {
  const log = begin();
  for (let i = 0; i < 288; i++) {
    take(log, readings(1, 3, T + i * STEP_SEC));
    pass(STEP_SEC * 1000);
  }
  assert.deepEqual([log.files.appends, log.files.syncs], [288, 288]);
});

test('an hour as interval: an hour at a time', () => {
  const log = begin(3600);
  for (let i = 0; i < 288; i++) {
    take(log, readings(1, 3, T + i * STEP_SEC));
    pass(STEP_SEC * 1000);
  }
  assert.ok(log.files.appends >= 22 && log.files.appends <= 24, `${log.files.appends} appends`);
});

test('closing writes at once, and nothing after it', () => {
  const log = begin();
  take(log, readings(1, 3));
  assert.equal(log.scheduled.close(), true);
  assert.equal(log.files.appends, 1);
  assert.equal(log.durable.length, 3);
  const { operations } = log.files;
  pass(HOUR_MS);
  assert.equal(log.files.operations, operations);
});

test('closed, it is tried no more, though what waited could not be written', () => {
  const log = begin();
  take(log, readings(1, 3));
  log.files.readOnly = true;
  assert.equal(log.scheduled.close(), false);
  const list = mock.method(log.files, 'list');
  pass(HOUR_MS);
  assert.equal(list.mock.callCount(), 0);
});

test('a log that cannot be written is tried once a minute, and said so once', () => {
  const log = begin();
  log.files.readOnly = true;
  for (let i = 0; i < 60; i++) {
    take(log, readings(1, 2, T + i * STEP_SEC));
    pass(MINUTE_MS);
  }
  assert.deepEqual(
    log.events.map(({ kind }) => kind),
    ['broken'],
  );
  // Each time the segments of both sorts are looked for.
  const list = mock.method(log.files, 'list');
  pass(10 * MINUTE_MS);
  assert.equal(list.mock.callCount(), 20);
  log.files.readOnly = false;
  pass(MINUTE_MS);
  assert.deepEqual(
    log.events.map(({ kind }) => kind),
    ['broken', 'restored'],
  );
  assert.equal(log.durable.length, 120);
});

test('a log that could not be opened is tried without anything to write', () => {
  const files = new MemoryFiles();
  openLog(files).log.close();
  files.readOnly = true;
  const opened = openLog(files);
  const scheduled = new ScheduledLog(opened.log, 60);
  pass(5 * MINUTE_MS);
  files.readOnly = false;
  pass(MINUTE_MS);
  assert.equal(scheduled.log.fault, undefined);
});

for (const years of [-30, -1, 1, 30]) {
  test(`a clock that jumps by ${years} years changes nothing`, () => {
    const log = begin();
    take(log, readings(1, 3));
    pass(20_000);
    const jumpedMs = Date.now() + years * 365 * 24 * HOUR_MS;
    mock.method(Date, 'now', () => jumpedMs);
    take(log, readings(1, 3, T + STEP_SEC));
    assert.equal(log.files.appends, 0, 'not before its time');
    pass(MINUTE_MS);
    assert.equal(log.durable.length, 6);
    assert.equal(log.files.appends, 1);
  });
}

test('a burst that cannot be written is tried again within minutes, also with an hourly commit', () => {
  const log = begin(3600);
  log.files.readOnly = true;
  // Nine batches of eight: too many to wait for the turn to end.
  const lines = Array.from({ length: 9 * 8 + 1 }, (_, i) => bulky(i));
  take(log, lines);
  assert.notEqual(log.log.fault, undefined);
  log.files.readOnly = false;
  pass(2 * MINUTE_MS);
  assert.equal(log.log.pendingCount, 0);
  assert.equal(readLog(log.files).lines.length, lines.length + 1);
});
