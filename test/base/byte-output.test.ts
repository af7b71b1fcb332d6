import assert from 'node:assert/strict';
import { PassThrough, Writable } from 'node:stream';
import { test } from 'node:test';
import { ByteOutput, MAX_ITEM_BYTES } from '../../src/base/byte-output.ts';

/** Takes a write only when told to. */
class SlowStream extends Writable {
  readonly taken: Buffer[] = [];
  #release: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1 });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(chunk);
    this.#release = done;
  }

  release(): void {
    this.#release?.();
  }
}

test('everything written comes out, once and in order', async () => {
  const stream = new PassThrough();
  const output = new ByteOutput(stream);
  let expected = '';
  for (let item = 0; item < 2000; item++) {
    const text = `${item} ${'x'.repeat(item % 997)}\n`;
    expected += text;
    output.text(text);
  }
  output.text('y'.repeat(3 * MAX_ITEM_BYTES + 1));
  expected += 'y'.repeat(3 * MAX_ITEM_BYTES + 1);
  const finished = output.finish();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await finished;
  assert.equal(Buffer.concat(chunks).toString(), expected);
});

test('an item of the greatest size always fits', () => {
  const stream = new PassThrough();
  const output = new ByteOutput(stream);
  for (const size of [1, MAX_ITEM_BYTES - 1, MAX_ITEM_BYTES, MAX_ITEM_BYTES]) {
    assert.ok(output.length + MAX_ITEM_BYTES <= output.buffer.length);
    output.length += size;
    output.commit();
  }
  assert.ok(output.length + MAX_ITEM_BYTES <= output.buffer.length);
});

test('says when the reader is behind, and when it is not', async () => {
  const stream = new SlowStream();
  const output = new ByteOutput(stream);
  assert.equal(output.ready(), undefined);
  output.text('a');
  output.flush();
  const waiting = output.ready();
  assert.ok(waiting !== undefined);
  assert.equal(output.ready(), waiting);
  stream.release();
  await waiting;
  assert.equal(output.ready(), undefined);
  assert.equal(Buffer.concat(stream.taken).toString(), 'a');
});

test('a reader that goes away ends the waiting and is not written to any more', async () => {
  const stream = new SlowStream();
  const output = new ByteOutput(stream);
  output.text('a');
  output.flush();
  const waiting = output.ready();
  stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await waiting;
  assert.equal(output.closed, true);
  output.text('b');
  await output.finish();
  assert.equal(Buffer.concat(stream.taken).toString(), 'a');
});

test('a reader that goes away is no fault, a full disk is', async () => {
  for (const [code, fault] of [
    ['EPIPE', undefined],
    ['ENOSPC', 'write ENOSPC'],
  ] as const) {
    const stream = new SlowStream();
    const output = new ByteOutput(stream);
    output.text('a');
    output.flush();
    stream.destroy(Object.assign(new Error(`write ${code}`), { code }));
    await output.finish();
    assert.equal(output.fault, fault);
  }
});
