import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GIB, MIB, parseSeconds, parseSize, sizeText } from '../../src/base/quantity.ts';
import { forSeeds } from './seeds.ts';

const SIZES: readonly [text: string, bytes: number | undefined][] = [
  ['0', 0],
  ['1', 1],
  ['8388608', 8 * MIB],
  ['0256K', 256 * 1024],
  ['256k', 256 * 1024],
  ['8M', 8 * MIB],
  ['8m', 8 * MIB],
  ['1024G', 1024 * GIB],
  ['0g', 0],
  ['9'.repeat(400), Infinity],
  ['', undefined],
  ['M', undefined],
  ['8 M', undefined],
  [' 8M', undefined],
  ['8M\n', undefined],
  ['8MB', undefined],
  ['8MiB', undefined],
  ['8T', undefined],
  ['8s', undefined],
  ['1.5M', undefined],
  ['-1', undefined],
  ['+1', undefined],
  ['1e6', undefined],
  ['0x10', undefined],
  ['\u0661', undefined],
];

test('sizes', () => {
  for (const [text, bytes] of SIZES) assert.equal(parseSize(text), bytes, JSON.stringify(text));
});

const TIMES: readonly [text: string, seconds: number | undefined][] = [
  ['0', 0],
  ['60', 60],
  ['60s', 60],
  ['5m', 300],
  ['5M', 300],
  ['24h', 86_400],
  ['1H', 3600],
  ['', undefined],
  ['h', undefined],
  ['1d', undefined],
  ['1k', undefined],
  ['1 h', undefined],
  ['1h30m', undefined],
  ['0.5h', undefined],
  ['-1s', undefined],
];

test('seconds', () => {
  for (const [text, seconds] of TIMES) assert.equal(parseSeconds(text), seconds, text);
});

test('a size is written in the unit that a person would take, and read back', () => {
  const texts = ['0', '1', '1000', '1K', '1025', '256K', '1M', '1536K', '8M', '1G', '1024G'];
  for (const text of texts) assert.equal(sizeText(parseSize(text) ?? -1), text);
  assert.equal(sizeText(8 * MIB), '8M');
  forSeeds(500, (random) => {
    const bytes = random.int(0, 2 ** 20) * random.pick([1, 1024, MIB, GIB]);
    assert.equal(parseSize(sizeText(bytes)), bytes);
  });
});
