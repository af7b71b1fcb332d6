import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteCursor } from '../../src/base/byte-cursor.ts';
import { forSeeds } from './seeds.ts';

const OVERLONG = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00];
const BROKEN: { name: string; bytes: number[]; read: (cursor: ByteCursor) => number }[] = [
  { name: 'a byte of nothing', bytes: [], read: (cursor) => cursor.byte() },
  { name: 'three bytes of a uint32', bytes: [1, 2, 3], read: (cursor) => cursor.uint32() },
  { name: 'a varint that goes on', bytes: [0x81, 0x82], read: (cursor) => cursor.varint() },
  { name: 'a varint of nine bytes', bytes: OVERLONG, read: (cursor) => cursor.varint() },
  {
    name: 'a varint of 2^53',
    bytes: [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
    read: (cursor) => cursor.varint(),
  },
  {
    name: 'a varint of 2^56 - 1',
    bytes: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
    read: (cursor) => cursor.varint(),
  },
  { name: 'three bytes of two', bytes: [1, 2], read: (cursor) => cursor.bytes(3) },
];

for (const { name, bytes, read } of BROKEN) {
  test(`${name}: fails, and reads 0 from there on`, () => {
    // What lies behind the end is there, and must not be looked at.
    const data = Uint8Array.from([...bytes, 1, 1, 1, 1, 1]);
    const cursor = new ByteCursor(data, 0, bytes.length);
    assert.equal(read(cursor), 0);
    assert.ok(cursor.failed);
    assert.deepEqual(
      [cursor.byte(), cursor.uint32(), cursor.varint(), cursor.bytes(0), cursor.left],
      [0, 0, 0, 0, 0],
    );
  });
}

test('a varint may be longer than it need be', () => {
  const cursor = new ByteCursor(Uint8Array.of(0x85, 0x80, 0x00), 0, 3);
  assert.equal(cursor.varint(), 5);
  assert.ok(!cursor.failed);
});

test('never leaves what it was given, whatever is asked', () => {
  forSeeds(2000, (random) => {
    const data = random.bytes(random.int(0, 40));
    const start = random.int(0, data.length);
    const end = random.int(start, data.length);
    const cursor = new ByteCursor(data, start, end);
    for (let i = 0; i < 20; i++) {
      const value = random.pick([
        () => cursor.byte(),
        () => cursor.uint32(),
        () => cursor.varint(),
        () => cursor.bytes(random.int(0, 10)),
      ])();
      assert.ok(Number.isSafeInteger(value) && value >= 0);
      assert.ok(cursor.at >= start && cursor.at <= end && cursor.left === end - cursor.at);
    }
  });
});
