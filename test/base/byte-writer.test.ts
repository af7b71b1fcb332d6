import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteCursor } from '../../src/base/byte-cursor.ts';
import { ByteWriter } from '../../src/base/byte-writer.ts';
import type { Random } from '../tools/random.ts';
import { forSeeds } from './seeds.ts';

const MAX = Number.MAX_SAFE_INTEGER;

function varint(value: number): Uint8Array {
  const out = new ByteWriter();
  out.varint(value);
  return out.finish();
}

const VARINTS: { value: number; bytes: number[] }[] = [
  { value: 0, bytes: [0] },
  { value: 1, bytes: [1] },
  { value: 0x7f, bytes: [0x7f] },
  { value: 0x80, bytes: [0x80, 0x01] },
  { value: 300, bytes: [0xac, 0x02] },
  { value: 0x3fff, bytes: [0xff, 0x7f] },
  { value: 0x4000, bytes: [0x80, 0x80, 0x01] },
  { value: 2 ** 31 - 1, bytes: [0xff, 0xff, 0xff, 0xff, 0x07] },
  { value: 2 ** 31, bytes: [0x80, 0x80, 0x80, 0x80, 0x08] },
  { value: 2 ** 32, bytes: [0x80, 0x80, 0x80, 0x80, 0x10] },
  { value: 2 ** 42, bytes: [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01] },
  { value: MAX, bytes: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f] },
];

for (const { value, bytes } of VARINTS) {
  test(`varint ${value}: ${bytes.length} bytes`, () => {
    assert.deepEqual([...varint(value)], bytes);
    const cursor = new ByteCursor(Uint8Array.from(bytes), 0, bytes.length);
    assert.equal(cursor.varint(), value);
    assert.deepEqual({ failed: cursor.failed, left: cursor.left }, { failed: false, left: 0 });
  });
}

test('uint32: the lowest byte first', () => {
  const out = new ByteWriter();
  out.uint32(0x89abcdef);
  assert.deepEqual([...out.finish()], [0xef, 0xcd, 0xab, 0x89]);
});

test('what it has finished is a view of what it has written so far', () => {
  const out = new ByteWriter();
  assert.equal(out.finish().length, 0);
  for (let i = 0; i < 1000; i++) {
    out.byte(i & 0xff);
    assert.equal(out.length, i + 1);
  }
  assert.deepEqual(
    out.finish(),
    Uint8Array.from({ length: 1000 }, (_, i) => i),
  );
});

/** One value of each kind, to be written and read. */
type Item =
  | { kind: 'byte' | 'uint32' | 'varint'; value: number }
  | { kind: 'bytes'; data: Uint8Array; start: number; end: number };

function randomItem(random: Random): Item {
  const kind = random.pick(['byte', 'uint32', 'varint', 'bytes'] as const);
  if (kind === 'byte') return { kind, value: random.int(0, 0xff) };
  if (kind === 'uint32') return { kind, value: random.int(0, 0xffff_ffff) };
  if (kind === 'varint') return { kind, value: Math.floor(2 ** (random.next() * 53)) - 1 };
  const data = random.bytes(random.int(0, 300));
  const start = random.int(0, data.length);
  return { kind, data, start, end: random.int(start, data.length) };
}

function write(out: ByteWriter, item: Item): void {
  if (item.kind === 'bytes') out.bytes(item.data, item.start, item.end);
  else out[item.kind](item.value);
}

test('whatever is written is read again; cut short, it fails and reads zeros from there on', () => {
  forSeeds(1000, (random) => {
    const items = Array.from({ length: random.int(1, 30) }, () => randomItem(random));
    const out = new ByteWriter();
    for (const item of items) write(out, item);
    const margin = random.int(0, 5);
    const data = new Uint8Array(margin + out.length + margin).fill(0xff);
    data.set(out.finish(), margin);
    const end = margin + (random.chance(0.5) ? out.length : random.int(0, out.length));

    const cursor = new ByteCursor(data, margin, end);
    for (const item of items) {
      const at = cursor.at;
      if (item.kind === 'bytes') {
        const count = item.end - item.start;
        const start = cursor.bytes(count);
        if (cursor.failed) assert.equal(start, 0);
        else {
          assert.deepEqual(
            data.subarray(start, cursor.at),
            item.data.subarray(item.start, item.end),
          );
        }
      } else {
        assert.equal(cursor[item.kind](), cursor.failed ? 0 : item.value);
      }
      assert.ok(cursor.at >= at && cursor.at <= end);
    }
    assert.equal(cursor.failed, end < margin + out.length);
    assert.equal(cursor.left, 0);
  });
});
