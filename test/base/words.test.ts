import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyBytes, viewOf } from '../../src/base/words.ts';
import { forSeeds } from './seeds.ts';

test('a view has the offsets of its array, also of one that begins within a buffer', () => {
  const whole = Uint8Array.from({ length: 32 }, (_, i) => i);
  const part = whole.subarray(5, 20);
  for (const data of [whole, part, whole, part, part]) {
    const view = viewOf(data);
    assert.equal(view.byteLength, data.length);
    for (let at = 0; at + 4 <= data.length; at++) {
      assert.equal(view.getUint8(at), data[at]);
      assert.equal(view.getInt32(at, true) & 0xff, data[at]);
    }
  }
});

test('many arrays in turn: each gets its own view', () => {
  const arrays = Array.from({ length: 5 }, (_, i) => new Uint8Array(8).fill(i));
  forSeeds(50, (random) => {
    const data = random.pick(arrays);
    assert.equal(viewOf(data).getUint8(3), data[3]);
  });
});

test('copies what it is told, no byte more', () => {
  forSeeds(2000, (random) => {
    const from = random.bytes(random.int(0, 60));
    const to = new Uint8Array(80).fill(0xee);
    const start = random.int(0, from.length);
    const end = random.int(start, from.length);
    const at = random.int(0, to.length - (end - start));
    const expected = to.slice();
    expected.set(from.subarray(start, end), at);
    copyBytes(from, start, end, to, at);
    assert.deepEqual(to, expected);
  });
});
