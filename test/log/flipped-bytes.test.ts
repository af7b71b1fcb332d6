/**
 * Each single byte of a log is wrong in turn: no more is lost than the frame that it is in and those
 * that stand on it, it is reported, and the log goes on.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RECORDS, REFERENCE } from '../../src/log/frame.ts';
import { DIRECTORY, openLog, readings, readLog, store, T } from './log-under-test.ts';
import {
  FIRST,
  LAST,
  linesWithout,
  recordsFrame,
  smallLog,
  type SmallSegment,
} from './small-log.ts';

/** What the byte becomes. */
const WRONG: { name: string; flip: (byte: number) => number }[] = [
  { name: 'its lowest bit', flip: (byte) => byte ^ 0x01 },
  { name: 'its highest bit', flip: (byte) => byte ^ 0x80 },
];

const MORE = readings(2, 2, T - 86_400);

/** Indexes of the frames of records that go with the byte. */
function lostWith(segment: SmallSegment, at: number, isSealed: boolean): number[] {
  const hit = segment.frames.find((frame) => at >= frame.at && at < frame.end);
  if (hit?.kind === REFERENCE) return isSealed ? [] : [0];
  if (hit?.kind !== RECORDS) return [];
  const index = segment.lines.findIndex((_, i) => recordsFrame(segment, i + 1).at === hit.at);
  return [index + 1];
}

for (const { name, what } of [
  { name: FIRST, what: 'a sealed segment' },
  { name: LAST, what: 'the one that grows' },
]) {
  const bytes = smallLog().segments[name]!.data.length;
  for (const wrong of WRONG) {
    test(`${wrong.name}, in each byte of ${what}`, () => {
      for (let at = 0; at < bytes; at++) check(name, at, wrong.flip);
    });
  }
}

function check(name: string, at: number, flip: (byte: number) => number): void {
  const { files, segments } = smallLog();
  const segment = segments[name]!;
  const isSealed = name !== LAST;
  const wrong = segment.data.slice();
  wrong[at] = flip(wrong[at]!);
  files.put(`${DIRECTORY}/${name}`, wrong);
  const where = `byte ${at}`;
  const expected = Object.entries(segments).flatMap(([other, one]) =>
    linesWithout(one, other === name ? lostWith(segment, at, isSealed) : []),
  );

  const before = readLog(files);
  assert.deepEqual(before.lines, expected, where);
  assert.ok(
    before.damage.some((damage) => damage.segment === name),
    `${where}: not reported`,
  );

  const opened = openLog(files);
  store(opened, MORE);
  opened.log.close();
  assert.deepEqual(readLog(files).lines, [...expected, ...MORE], `${where}, after more came`);
  const again = openLog(files);
  store(again, readings(1, 2, T - 2 * 86_400));
  assert.equal(readLog(files).lines.length, expected.length + MORE.length + 2, where);
}
