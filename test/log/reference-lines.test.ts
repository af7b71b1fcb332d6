/** The lines that a new segment begins with: the latest of each device, and no more than there is room for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame } from '../../src/log/frame-codec.ts';
import { ReferenceLines } from '../../src/log/reference-lines.ts';
import { bulky, lineOf, reading, rowOf, STEP_SEC, T } from './log-under-test.ts';
import { tabbed } from '../record/lines.ts';

const MAX_LINES = 256;
const MAX_BYTES = 32 * 1024;

function linesOf(noted: readonly string[]): string[] {
  const lines = new ReferenceLines();
  for (const line of noted) lines.note(encodeFrame([rowOf(line)], 0, 0, undefined).state);
  return lines.rows().map(lineOf);
}

test('the latest of each device, in the order in which they were first seen', () => {
  const [a, b, c] = ['B', 'A', 'C'].map((serial) => reading(serial, T, 1)) as [
    string,
    string,
    string,
  ];
  const later = reading('B', T + STEP_SEC, 2);
  assert.deepEqual(linesOf([a, b, c, later]), [later, b, c]);
});

test('a type that is spelled otherwise, or another type, is another device', () => {
  const lines = ['130', '0130', '131'].map((type) => tabbed(`${type}|20260509110500|E1|1`));
  assert.deepEqual(linesOf(lines), lines);
});

test('rows are read as the records they were', () => {
  const lines = new ReferenceLines();
  const row = rowOf(reading('E1', T, 1));
  lines.note(encodeFrame([row], 0, 0, undefined).state);
  const [again] = lines.rows();
  assert.equal(again?.type, 130);
  assert.equal(again.timeSec, T);
  assert.equal(again.serialEnd - again.serialStart, 2);
});

test('of more devices than a house has, those that were first seen first are left out', () => {
  const lines = Array.from({ length: MAX_LINES + 10 }, (_, i) =>
    tabbed(`130|20260509110500|E${i}|1`),
  );
  assert.deepEqual(linesOf(lines), lines.slice(10));
});

test('of lines that are too long, as many as there is room for', () => {
  const lines = Array.from({ length: 10 }, (_, i) => bulky(i).replace('BULK', `BULK${i}`));
  const kept = linesOf(lines);
  assert.deepEqual(kept, lines.slice(10 - kept.length));
  const bytes = kept.reduce((sum, line) => sum + line.length, 0);
  assert.ok(bytes <= MAX_BYTES && bytes > MAX_BYTES - 8192, `${bytes} bytes`);
});

test('a device that sends longer and longer lines takes the room of one', () => {
  const lines = Array.from({ length: 100 }, (_, i) => bulky(i, 100 + 80 * i));
  assert.deepEqual(linesOf([reading('E1', T, 1), ...lines]), [reading('E1', T, 1), lines.at(-1)]);
});
