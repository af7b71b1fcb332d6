import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32c } from '../../src/base/crc32c.ts';
import { forSeeds } from './seeds.ts';

/** RFC 3720, B.4, which prints the checksums with the lowest byte first; and the usual nine digits. */
const VECTORS: { name: string; data: Uint8Array; crc: number }[] = [
  { name: 'nothing', data: new Uint8Array(0), crc: 0 },
  { name: '32 bytes of zeros', data: new Uint8Array(32), crc: 0x8a9136aa },
  { name: '32 bytes of ones', data: new Uint8Array(32).fill(0xff), crc: 0x62a8ab43 },
  {
    name: '32 bytes ascending',
    data: Uint8Array.from({ length: 32 }, (_, i) => i),
    crc: 0x46dd794e,
  },
  {
    name: '32 bytes descending',
    data: Uint8Array.from({ length: 32 }, (_, i) => 31 - i),
    crc: 0x113fdb5c,
  },
  {
    name: 'an iSCSI read command',
    data: new Uint8Array(
      Buffer.from(
        '01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018 28000000 00000000 02000000 00000000'.replaceAll(
          ' ',
          '',
        ),
        'hex',
      ),
    ),
    crc: 0xd9963a56,
  },
  { name: '123456789', data: new TextEncoder().encode('123456789'), crc: 0xe3069283 },
];

for (const { name, data, crc } of VECTORS) {
  test(`${name}: ${crc.toString(16)}`, () => {
    assert.equal(crc32c(data, 0, data.length), crc);
  });
}

/** Bit by bit, as the polynomial is defined. */
function slowly(data: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

test('any bytes at any place, whole and in pieces, as bit by bit', () => {
  forSeeds(1000, (random) => {
    const data = random.bytes(random.int(0, 100));
    const start = random.int(0, data.length);
    const end = random.int(start, data.length);
    const middle = random.int(start, end);
    const expected = slowly(data.subarray(start, end));
    assert.equal(crc32c(data, start, end), expected);
    assert.equal(crc32c(data, middle, end, crc32c(data, start, middle)), expected);
  });
});

test('one to three wrong bits are found', () => {
  forSeeds(3000, (random) => {
    const data = random.bytes(random.int(1, 2000));
    const crc = crc32c(data, 0, data.length);
    const bits = new Set(
      Array.from({ length: random.int(1, 3) }, () => random.int(0, 8 * data.length - 1)),
    );
    for (const bit of bits) data[bit >>> 3]! ^= 1 << (bit & 7);
    assert.notEqual(crc32c(data, 0, data.length), crc);
  });
});
