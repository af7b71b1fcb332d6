/** The records of the shipped capture, read again out of every form of text they may be kept in. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { foundRecords, recordLine, replayBytes, runSuntap } from '../tools/replay-run.ts';

const EXPECTED = readFileSync(new URL('../captures/day.expected.jsonl', import.meta.url));
const LINES = foundRecords(EXPECTED.toString()).map(recordLine);

function textOf(before: string, lineEnd: string): Buffer {
  return Buffer.from(LINES.map((line) => `${before}${line}${lineEnd}`).join(''));
}

const FORMS: { name: string; bytes: Buffer }[] = [
  { name: 'what suntap prints', bytes: EXPECTED },
  { name: 'the same, gzipped', bytes: gzipSync(EXPECTED) },
  { name: 'the same, among other lines', bytes: Buffer.concat([Buffer.from('{}\n'), EXPECTED]) },
  { name: 'the lines as they were sent', bytes: textOf('', '\r\n') },
  { name: 'a system log', bytes: textOf('Jun 12 19:00:03 router suntap: ', '\n') },
];

for (const { name, bytes } of FORMS) {
  test(`records out of text: ${name}`, () => {
    const { code, stdout, stderr } = replayBytes(bytes);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, EXPECTED.toString());
  });
}

test('records out of text: standard input', () => {
  assert.equal(runSuntap(['replay', '-'], EXPECTED).stdout, EXPECTED.toString());
});
