/** Damaged captures: nothing throws, no packet points outside its bytes, memory stays bounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CaptureReader } from '../../src/capture/capture-reader.ts';
import type { Packet, PacketSink } from '../../src/capture/packet-source.ts';
import { SniffedReader } from '../../src/capture/sniffed-reader.ts';
import { pcapFile, pcapngFile, pcapngMixture, randomFrom, somePackets } from './capture-bytes.ts';

const INPUTS = 20_000;
const GZIP_INPUTS = 500;
/** A carry buffer is at most 2 x 256 KiB, one dead one beside it; the rest is what tests make. */
const MEMORY_BYTES = 32 * 1024 * 1024;

const packets = somePackets(12);
const captures = [true, false].flatMap((littleEndian) => [
  pcapFile(packets, { littleEndian, nanoseconds: false }),
  pcapFile(packets, { littleEndian, nanoseconds: true }),
  pcapngFile(packets, littleEndian),
  pcapngMixture(packets, littleEndian).bytes,
]);

class CheckingSink implements PacketSink {
  count = 0;

  packet({ data, start, end, originalBytes, timeMs, linkType }: Packet): void {
    this.count += 1;
    assert.ok(start >= 0 && start <= end && end <= data.length);
    assert.ok(originalBytes >= end - start && originalBytes < 2 ** 32);
    assert.ok(!Number.isNaN(timeMs));
    assert.ok(linkType >= 0 && linkType < 65536);
  }

  ready(): undefined {
    return undefined;
  }
}

/** One capture with a few random injuries. */
function injured(random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit);
  let bytes = Buffer.from(captures[below(captures.length)]!);
  for (let injuries = 1 + below(4); injuries > 0; injuries--) {
    const at = below(bytes.length);
    switch (below(7)) {
      case 0:
        bytes[at] = below(256);
        break;
      case 1:
        bytes[at]! ^= 1 << below(8);
        break;
      case 2: {
        // Numbers as they stand in length fields, and just beside what is sensible.
        const numbers = [0, 1, 11, 12, 28, 255, 65535, 65536, 262143, 262144, 262145, 2 ** 31];
        const number = numbers[below(numbers.length)]! + below(3);
        if (random() < 0.1) bytes.writeUInt32LE(0xffffffff, Math.min(at, bytes.length - 4) & ~3);
        else if (random() < 0.5) bytes.writeUInt32LE(number, Math.min(at, bytes.length - 4) & ~3);
        else bytes.writeUInt32BE(number, Math.min(at, bytes.length - 4) & ~3);
        break;
      }
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + below(40))]);
        break;
      case 4:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.alloc(below(40), below(256)),
          bytes.subarray(at),
        ]);
        break;
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at), captures[below(captures.length)]!]);
        break;
      default:
        bytes = Buffer.from(bytes.subarray(0, Math.max(8, at)));
    }
    if (bytes.length < 8) bytes = Buffer.alloc(8);
  }
  return bytes;
}

test(`${INPUTS} damaged captures`, () => {
  const seed = Number(process.env['SUNTAP_SEED'] ?? Date.now() >>> 0);
  const random = randomFrom(seed);
  const before = process.memoryUsage().arrayBuffers;
  let delivered = 0;
  for (let input = 0; input < INPUTS; input++) {
    const bytes = injured(random);
    const seen = new CheckingSink();
    try {
      const whole = new SniffedReader({ subject: 'fuzz', sink: seen });
      whole.push(bytes);
      whole.end();
      assert.ok(whole.warnings.length <= 2);
      const pieces = new CheckingSink();
      const reader = new SniffedReader({ subject: 'fuzz', sink: pieces });
      for (let at = 0; at < bytes.length;) {
        const length = 1 + Math.floor(random() * 300);
        reader.push(Uint8Array.from(bytes.subarray(at, at + length)));
        at += length;
      }
      reader.end();
      assert.equal(pieces.count, seen.count);
      assert.deepEqual(reader.warnings, whole.warnings);
      assert.equal(reader.fault?.reason, whole.fault?.reason);
    } catch (error) {
      throw new Error(`seed ${seed}, input ${input}`, { cause: error });
    }
    delivered += seen.count;
    if (input % 1000 === 0) {
      const grownBytes = process.memoryUsage().arrayBuffers - before;
      assert.ok(grownBytes < MEMORY_BYTES, `seed ${seed}: ${grownBytes} bytes at ${input}`);
    }
  }
  assert.ok(delivered > INPUTS, `seed ${seed}: hardly anything was read`);
});

test(`${GZIP_INPUTS} damaged gzip files`, async () => {
  const seed = Number(process.env['SUNTAP_SEED'] ?? Date.now() >>> 0);
  const random = randomFrom(seed);
  for (let input = 0; input < GZIP_INPUTS; input++) {
    const bytes = gzipSync(captures[input % captures.length]!);
    for (let injuries = Math.floor(random() * 4); injuries >= 0; injuries--) {
      bytes[2 + Math.floor(random() * (bytes.length - 2))] = Math.floor(random() * 256);
    }
    try {
      const reader = new CaptureReader({ subject: 'fuzz', sink: new CheckingSink() });
      for (let at = 0; at < bytes.length && !reader.finished; at += 100) {
        await reader.push(bytes.subarray(at, at + 100));
      }
      const end = await reader.end();
      if (end.ok) assert.ok(end.warnings.length <= 3);
    } catch (error) {
      throw new Error(`seed ${seed}, input ${input}`, { cause: error });
    }
  }
});
