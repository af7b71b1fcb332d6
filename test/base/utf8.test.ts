import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8SequenceBytes } from '../../src/base/utf8.ts';

/** Follows the standard and refuses what is not valid. */
const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isOneCharacter(bytes: Uint8Array): boolean {
  try {
    return Array.from(DECODER.decode(bytes)).length === 1;
  } catch {
    return false;
  }
}

/** The ends of every range of the standard's table, and their neighbours. */
const EDGES = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];

test('agrees with the decoder on every pair of bytes and on the edges of longer sequences', () => {
  for (let first = 0x80; first < 0x100; first++) {
    for (let second = 0; second < 0x100; second++) check(first, second);
    for (const second of EDGES) {
      for (const third of EDGES) {
        check(first, second, third);
        for (const fourth of EDGES) check(first, second, third, fourth);
      }
    }
  }
});

function check(...bytes: number[]): void {
  const data = Uint8Array.from(bytes);
  const length =
    [2, 3, 4].find((n) => n <= data.length && isOneCharacter(data.subarray(0, n))) ?? 0;
  const found = utf8SequenceBytes(data, 0, data.length);
  if (found !== length)
    assert.fail(`${Buffer.from(data).toString('hex')}: ${found}, not ${length}`);
}

test('a sequence cut by the end is none', () => {
  const data = Buffer.from('\u20ac');
  assert.equal(utf8SequenceBytes(data, 0, 3), 3);
  assert.equal(utf8SequenceBytes(data, 0, 2), 0);
  assert.equal(utf8SequenceBytes(data, 1, 3), 0);
});
