import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ScheduledLog } from '../../src/log/scheduled-log.ts';
import { recordOf } from '../record/lines.ts';
import { bulky, openLog, readLog } from './log-under-test.ts';
import { MemoryFiles } from './memory-files.ts';

/** Nine fill a batch; four batches do not wait for the commit interval. */
const lines = Array.from({ length: 400 }, (_, i) => bulky(i));

/** A burst of `count` records, all in one turn of the event loop. */
function burst(context: TestContext, count: number): { files: MemoryFiles; log: ScheduledLog } {
  const files = new MemoryFiles();
  const log = new ScheduledLog(openLog(files).log, 3600);
  context.after(() => log.close());
  for (const line of lines.slice(0, count)) log.take(recordOf(line));
  return { files, log };
}

test('full batches are written when the packets of this turn are through, and not between them', async (context) => {
  const { files, log } = burst(context, 40);
  assert.equal(files.appends, 0);
  await turn();
  const written = readLog(files).lines.length;
  assert.notEqual(written, 0);
  assert.equal(written + log.log.pendingCount, 40);
  assert.ok(log.close());
  assert.deepEqual(readLog(files).lines, lines.slice(0, 40));
});

test('a turn that brings more than waits for a commit loses nothing', async (context) => {
  const { files, log } = burst(context, 400);
  assert.ok(files.appends > 0);
  await turn();
  assert.equal(log.log.lost, 0);
  assert.ok(log.close());
  assert.deepEqual(readLog(files).lines, lines);
});

test('closed before the turn is over', async (context) => {
  const { files, log } = burst(context, 40);
  assert.ok(log.close());
  const { appends } = files;
  await turn();
  assert.equal(files.appends, appends);
  assert.deepEqual(readLog(files).lines, lines.slice(0, 40));
});
