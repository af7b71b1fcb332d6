import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ScratchFile } from '../../src/scrub/scratch-file.ts';
import { ScrubbedText } from '../../src/scrub/scrubbed-text.ts';
import { Random } from '../tools/random.ts';
import { inDirectory } from './scrubbed.ts';

function withScratch(use: (file: ScratchFile) => void): Promise<void> {
  return inDirectory((directory) => {
    const file = new ScratchFile(join(directory, 'scratch'));
    assert.deepEqual(readdirSync(directory), [], 'it has no name');
    try {
      use(file);
    } finally {
      file.close();
    }
    assert.deepEqual(readdirSync(directory), []);
    return Promise.resolve();
  });
}

test('a scratch file gives back what it was given, at any place', async () => {
  const random = new Random(1);
  await withScratch((file) => {
    const all: Uint8Array[] = [];
    let at = 0;
    for (let part = 0; part < 80; part++) {
      const bytes = random.bytes(random.pick([0, 1, 600, 60_000]));
      assert.equal(file.append(Uint8Array.from([1, ...bytes, 2]), 1, 1 + bytes.length), at);
      all.push(bytes);
      at += bytes.length;
    }
    const whole = Buffer.concat(all);
    assert.ok(whole.length > 600_000, 'more than it keeps in memory');
    for (let count = 0; count < 400; count++) {
      const from = random.int(0, whole.length - 1);
      const bytes = Math.min(random.pick([1, 500, 300_000]), whole.length - from);
      const target = new Uint8Array(bytes + 2);
      file.read(from, bytes, target, 1);
      assert.ok(whole.subarray(from, from + bytes).equals(target.subarray(1, -1)));
      assert.deepEqual([target[0], target.at(-1)], [0, 0]);
    }
  });
});

test('the text of streams: runs, holes, streams that take turns', async () => {
  const random = new Random(2);
  await withScratch((file) => {
    const text = new ScrubbedText(file);
    const streams = [-50, 0, 2 ** 33].map((start) => ({
      start,
      end: start,
      bytes: [] as number[],
    }));
    for (let count = 0; count < 500; count++) {
      const number = random.int(0, streams.length - 1);
      const stream = streams[number]!;
      if (random.chance(0.1)) {
        const hole = random.int(1, 20);
        stream.end += hole;
        stream.bytes.push(...new Array<number>(hole).fill(0x78));
      }
      const bytes = random.bytes(random.int(1, 30));
      text.put(number, stream.end, bytes, 0, bytes.length);
      stream.end += bytes.length;
      stream.bytes.push(...bytes);
    }
    streams.forEach(({ start, bytes }, number) => {
      for (let count = 0; count < 200; count++) {
        const from = random.int(-10, bytes.length);
        const length = random.int(0, 80);
        const target = new Uint8Array(length);
        text.fill(number, start + from, length, target, 0);
        const expected = Array.from({ length }, (_, at) => bytes[from + at] ?? 0x78);
        assert.deepEqual([...target], expected);
      }
    });
    const target = Uint8Array.of(1, 2, 3);
    text.fill(99, 0, 1, target, 1);
    assert.deepEqual([...target], [1, 0x78, 3], 'of a stream that is not known');
  });
});
