/** What waits for the flash, and what becomes of it when it waits too long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identityAt, type Identity } from '../../src/log/identity.ts';
import { BATCH_BYTES, PendingRecords } from '../../src/log/pending-records.ts';
import { readTimeSec } from '../../src/log/record-time.ts';
import { recordOf } from '../record/lines.ts';
import { bulky, lineOf, openLog, reading, readings, readLog, T } from './log-under-test.ts';
import { MemoryFiles } from './memory-files.ts';

const MAX_BATCHES = 16;

function identityOfText(text: string): Identity {
  const line = recordOf(text);
  return identityAt(line, readTimeSec(line.data, line.timeAt));
}

function add(pending: PendingRecords, text: string): void {
  const line = recordOf(text);
  const timeSec = readTimeSec(line.data, line.timeAt);
  pending.add(line, timeSec, identityAt(line, timeSec));
}

function found(pending: PendingRecords, text: string): string[] {
  return pending.find(identityOfText(text)).map(lineOf);
}

/** The lines of each batch, which are taken out. */
function taken(pending: PendingRecords): string[][] {
  const batches = pending.batches(true).map((rows) => rows.map(lineOf));
  pending.shift(batches.length);
  return batches;
}

function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}

test('gives back what it was given, in order, in batches that hold no more than they should', () => {
  const pending = new PendingRecords();
  const lines = [...readings(300, 7), bulky(1), ...readings(10, 2, T + 86_400 * 9), bulky(2, 8150)];
  for (const line of lines) add(pending, line);
  assert.equal(pending.count, lines.length);
  const batches = taken(pending);
  assert.deepEqual(batches.flat(), lines);
  for (const [i, batch] of batches.entries()) {
    assert.ok(bytesOf(batch) <= BATCH_BYTES, `${bytesOf(batch)} bytes`);
    const next = batches[i + 1]?.[0];
    if (next !== undefined) assert.ok(bytesOf(batch) + next.length > BATCH_BYTES, 'full');
  }
  assert.equal(pending.count, 0);
  assert.equal(pending.lost, 0);
});

test('is full with four batches and more, and crowded with eight', () => {
  const pending = new PendingRecords();
  for (let i = 0; i < 8 * 4; i++) add(pending, bulky(i));
  assert.equal(pending.full, false);
  add(pending, bulky(8 * 4));
  assert.equal(pending.full, true);
  for (let i = 8 * 4 + 1; i < 8 * 8; i++) add(pending, bulky(i));
  assert.equal(pending.crowded, false);
  add(pending, bulky(8 * 8));
  assert.equal(pending.crowded, true);
});

test('finds what waits by its identity', () => {
  const pending = new PendingRecords();
  const line = reading('E1', T, 'a');
  const revision = reading('E1', T, 'b');
  for (const one of [line, revision, reading('E2', T, 'c')]) add(pending, one);
  assert.deepEqual(found(pending, line), [line, revision]);
  assert.deepEqual(found(pending, reading('E1', T + 1, 'a')), []);
  pending.shift(1);
  assert.deepEqual(found(pending, line), []);
});

test('gives up the oldest batch when there are too many, and counts its records', () => {
  const pending = new PendingRecords();
  const lines = Array.from({ length: 8 * (MAX_BATCHES + 2) + 1 }, (_, i) => bulky(i));
  for (const line of lines) add(pending, line);
  assert.equal(pending.batches(true).length, MAX_BATCHES);
  assert.equal(pending.batches(false).length, MAX_BATCHES - 1);
  assert.equal(pending.lost, 8 * 3);
  assert.equal(pending.count + pending.lost, lines.length);
  assert.deepEqual(found(pending, lines[0]!), []);
  assert.deepEqual(found(pending, lines[24]!), [lines[24]]);
  assert.deepEqual(taken(pending).flat(), lines.slice(24));
});

test('what was given up is new when it comes again, and what was not is a repeat', () => {
  const files = new MemoryFiles();
  const { log, events } = openLog(files);
  files.readOnly = true;
  const lines = Array.from({ length: 8 * MAX_BATCHES + 1 }, (_, i) => bulky(i));
  for (const line of lines) assert.equal(log.add(recordOf(line)), 'new');
  assert.equal(log.commit(), false);
  assert.equal(log.lost, 8);
  assert.equal(log.add(recordOf(lines[8]!)), 'repeat');
  assert.equal(log.add(recordOf(lines[0]!)), 'new');
  files.readOnly = false;
  assert.equal(log.commit(), true);
  assert.deepEqual(readLog(files).lines, [...lines.slice(8), lines[0]]);
  assert.deepEqual(events.at(-1), { kind: 'restored', lost: 0 });
});

test('what is lost while nothing can be written is told when it can be again', () => {
  const files = new MemoryFiles();
  const { log, events } = openLog(files);
  files.readOnly = true;
  log.add(recordOf(bulky(1000)));
  assert.equal(log.commit(), false);
  for (let i = 0; i < 8 * (MAX_BATCHES + 1); i++) log.add(recordOf(bulky(i)));
  files.readOnly = false;
  assert.equal(log.commit(), true);
  const { lost } = log;
  assert.ok(lost >= 8, `${lost} lost`);
  assert.deepEqual(events.at(-1), { kind: 'restored', lost });
});
