/** The index of a segment against a plain set, as it is built and as it is encoded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteCursor } from '../../src/base/byte-cursor.ts';
import { ByteWriter } from '../../src/base/byte-writer.ts';
import { identityIn, type Identity } from '../../src/log/identity.ts';
import { seriesOf } from '../../src/log/frame-state.ts';
import {
  decodedDevices,
  encodedIndexHas,
  readExtent,
  SegmentIndex,
  skipDevices,
} from '../../src/log/segment-index.ts';
import { STEP_SEC, T } from './log-under-test.ts';

const SEED = Number(process.env['TEST_SEED'] ?? 1);
const MAX_TIME_SEC = 0xffff_ffff;

const identities: fc.Arbitrary<Identity> = fc
  .tuple(
    fc.constantFrom('130', '0130', '140'),
    fc.constantFrom('E1', 'E2', 'E', '', '\xff\0', 'x'.repeat(200)),
    fc.oneof(
      { weight: 6, arbitrary: fc.nat(30).map((slot) => T + slot * STEP_SEC) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(0, MAX_TIME_SEC, -1, MAX_TIME_SEC + 1, -62_167_219_200),
      },
    ),
  )
  .map(([type, serial, timeSec]) => identityIn(seriesOf(type, serial), timeSec));

function keyOf({ device, timeSec }: Identity): string {
  return `${device}|${timeSec}`;
}

function encoded(index: SegmentIndex): Uint8Array {
  const out = new ByteWriter();
  index.encode(out);
  return out.finish().slice();
}

test('answers as a plain set does, also when it is encoded', () => {
  fc.assert(
    fc.property(
      fc.array(identities, { maxLength: 60 }),
      fc.array(identities, { maxLength: 20 }),
      (added, others) => {
        const index = new SegmentIndex();
        const model = new Set<string>();
        for (const one of added) {
          index.add(one);
          model.add(keyOf(one));
        }
        const bytes = encoded(index);
        const data = new Uint8Array(bytes.length + 6).fill(1);
        data.set(bytes, 3);
        const end = 3 + bytes.length;
        for (const one of [...added, ...others]) {
          assert.equal(index.has(one), model.has(keyOf(one)), keyOf(one));
          assert.equal(encodedIndexHas(data, 3, end, one), model.has(keyOf(one)), keyOf(one));
        }
        const ordinary = added.filter((one) => one.ordinary).map(({ timeSec }) => timeSec);
        const extent = {
          records: added.length,
          fromSec: ordinary.length === 0 ? undefined : Math.min(...ordinary),
          toSec: ordinary.length === 0 ? undefined : Math.max(...ordinary),
          odd: added.some((one) => !one.ordinary),
        };
        assert.deepEqual(index.extent, extent);
        const cursor = new ByteCursor(data, 3, end);
        assert.deepEqual(readExtent(cursor), extent);
        assert.equal(skipDevices(cursor), true);
        assert.equal(cursor.at, end);
        const listed = [...decodedDevices(data, 3, end)].flatMap(([device, times]) =>
          [...times].map((timeSec) => `${device}|${timeSec}`),
        );
        assert.deepEqual(listed.sort(), [...model].sort());
      },
    ),
    { seed: SEED, numRuns: 600 },
  );
});

test('cut short or garbled, it never throws, nor goes on for long', () => {
  fc.assert(
    fc.property(
      fc.array(identities, { minLength: 1, maxLength: 20 }),
      fc.nat(),
      fc.nat({ max: 255 }),
      (added, at, byte) => {
        const index = new SegmentIndex();
        for (const one of added) index.add(one);
        const bytes = encoded(index);
        for (let end = 0; end < bytes.length; end++) {
          const cursor = new ByteCursor(bytes, 0, end);
          assert.ok(readExtent(cursor) === undefined || !skipDevices(cursor), `cut at ${end}`);
          for (const one of added) encodedIndexHas(bytes, 0, end, one);
        }
        bytes[at % bytes.length] = byte;
        for (const one of added) encodedIndexHas(bytes, 0, bytes.length, one);
        Array.from(decodedDevices(bytes, 0, bytes.length));
        skipDevices(new ByteCursor(bytes, 0, bytes.length));
      },
    ),
    { seed: SEED, numRuns: 200 },
  );
});

test('a day of 26 devices takes less than a kilobyte', () => {
  const index = new SegmentIndex();
  for (let step = 0; step < 288; step++) {
    for (let device = 0; device < 26; device++) {
      const serial = `E001220330441${String(device).padStart(2, '0')}`;
      index.add(identityIn(seriesOf('130', serial), T + step * STEP_SEC));
    }
  }
  assert.ok(encoded(index).length < 1024, `${encoded(index).length} bytes`);
});
