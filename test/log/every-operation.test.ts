/**
 * One run of a log, in which each single operation of the file system fails, in each way, and after
 * each of which the power is cut.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordOf } from '../record/lines.ts';
import { totalsIn, totalsOf } from './day-total-lines.ts';
import { LogModel } from './log-model.ts';
import { bulky, chooser, readings, T, utcDayEnd } from './log-under-test.ts';
import type { Choose, Failure } from './memory-files.ts';

const DAY_SEC = 86_400;
/** One segment and what grows. */
const SIZE_LIMIT_BYTES = 100 * 1024;
/** Bulky records that fill a segment, in two frames. */
const SEGMENT_RECORDS = 9;

/** Segments are begun, sealed and removed; a process ends well, another one is killed. */
function script(model: LogModel): void {
  let bulk = 0;
  let step = 0;
  const add = (lines: readonly string[]): void => {
    for (const line of lines) model.add(recordOf(line), line);
  };
  const interval = (): void => {
    add(readings(1, 3, T + step++ * DAY_SEC));
    model.commit();
  };
  interval();
  interval();
  add(Array.from({ length: SEGMENT_RECORDS }, () => bulky(bulk++)));
  model.commit();
  interval();
  model.reopen();
  interval();
  model.kill();
  interval();
  add(Array.from({ length: SEGMENT_RECORDS }, () => bulky(bulk++)));
  model.commitFull();
  interval();
  interval();
}

/** Runs the script on a file system that `prepare` has made ready to fail. */
function run(prepare: (model: LogModel) => void): LogModel {
  const model = new LogModel(SIZE_LIMIT_BYTES);
  model.compares = false;
  prepare(model);
  script(model);
  return model;
}

/** What still waits is written, and nothing is wrong any more. */
function conclude(model: LogModel): void {
  model.heal();
  model.look();
  model.compares = true;
  model.commit();
  assert.equal(model.log.fault, undefined);
  assert.equal(model.log.pendingCount, 0);
  assert.deepEqual(totalsIn(model.files, utcDayEnd), totalsOf(model.seen, utcDayEnd));
}

/** Operations before the script: those of opening. */
const FIRST = new LogModel(SIZE_LIMIT_BYTES).files.operations + 1;
const LAST = run(() => undefined).files.operations;
const OPERATIONS = Array.from({ length: LAST - FIRST + 1 }, (_, i) => FIRST + i);
const CODES = ['EIO', 'ENOSPC', 'EROFS'];
/** A full disk tears as well; nothing comes of what a read-only one is asked. */
const FAILURES: { code: string; how: Failure }[] = [
  { code: 'EIO', how: 'before' },
  { code: 'EIO', how: 'torn' },
  { code: 'EIO', how: 'after' },
  { code: 'ENOSPC', how: 'before' },
  { code: 'ENOSPC', how: 'torn' },
  { code: 'EROFS', how: 'before' },
];

/** Names the operation in what `check` throws. */
function forOperations(check: (operation: number) => void): void {
  for (const operation of OPERATIONS) {
    try {
      check(operation);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`operation ${operation}: ${why}`, { cause });
    }
  }
}

test('the script does what it is for', () => {
  const model = run(() => undefined);
  conclude(model);
  const names = model.files.list('/log').sort();
  assert.ok(!names.includes('00000001.log') && names.includes('days-00000001.log'), names.join());
  assert.ok(OPERATIONS.length > 30, `${OPERATIONS.length} operations`);
});

for (const { code, how } of FAILURES) {
  test(`${code} once, ${how}`, () => {
    forOperations((operation) => {
      const model = run(({ files }) => {
        files.failAt(operation, code, how);
      });
      conclude(model);
    });
  });
}

for (const code of CODES) {
  test(`${code} from then on`, () => {
    forOperations((operation) => {
      const model = run(({ files }) => {
        files.failFrom(operation, code);
      });
      assert.notEqual(model.log.fault, undefined);
      const told = model.events.filter(({ kind }) => kind !== 'damage');
      assert.deepEqual(
        told.map(({ kind }) => kind),
        ['broken'],
      );
      conclude(model);
    });
  });
}

/** What a power cut leaves: nothing that was not synced, all of it, or some. */
const REMAINS: { name: string; choose: () => Choose }[] = [
  { name: 'nothing that was not synced', choose: () => () => 0 },
  { name: 'as much as can be', choose: () => (n) => n - 1 },
  { name: 'half of it', choose: () => (n) => n >> 1 },
  { name: 'some of it', choose: () => chooser(1) },
  { name: 'some of it, otherwise', choose: () => chooser(2) },
];

for (const how of [undefined, 'torn'] as const) {
  for (const { name, choose } of REMAINS) {
    const when = how === undefined ? 'after' : 'in the middle of';
    test(`power cut ${when} each operation: ${name}`, () => {
      forOperations((operation) => {
        const model = run(({ files }) => {
          // The process goes on, but nothing comes of what it does.
          if (how !== undefined) files.failAt(operation, 'EIO', how);
          files.failFrom(operation + 1, 'EIO');
        });
        model.powerCut(choose());
        model.add(recordOf(bulky(1000)), bulky(1000));
        conclude(model);
        model.powerCut(choose());
        conclude(model);
      });
    });
  }
}
