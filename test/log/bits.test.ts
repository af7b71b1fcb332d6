import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BitReader } from '../../src/log/bit-reader.ts';
import { bitLength, BitWriter } from '../../src/log/bit-writer.ts';
import { MAX_RICE, NumberLengths, readRice, writeRice } from '../../src/log/rice.ts';
import { unzigzag, zigzag } from '../../src/log/zigzag.ts';
import { pieceOf } from '../base/cuttings.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';

const MAX = Number.MAX_SAFE_INTEGER;

function written(write: (out: BitWriter) => void): Uint8Array {
  const out = new BitWriter();
  write(out);
  return out.finish();
}

function readerOf(bytes: Uint8Array): BitReader {
  const { data, start, end } = pieceOf(bytes);
  return new BitReader(data, start, end);
}

const WRITTEN: { name: string; write: (out: BitWriter) => void; bytes: number[] }[] = [
  { name: 'nothing', write: () => undefined, bytes: [] },
  {
    name: 'no bits',
    write: (out) => {
      out.bits(0, 0);
    },
    bytes: [],
  },
  {
    name: 'one bit: the highest, the rest zeros',
    write: (out) => {
      out.flag(true);
    },
    bytes: [0x80],
  },
  {
    name: 'the most significant first, over a border of bytes',
    write: (out) => {
      out.bits(0b101, 3);
      out.bits(0x2ff, 10);
    },
    bytes: [0b1011_0111, 0b1111_1000],
  },
  {
    name: 'three ones and a zero',
    write: (out) => {
      out.unary(3);
    },
    bytes: [0xe0],
  },
  {
    name: 'a number: its length, its bits',
    write: (out) => {
      out.number(5);
    },
    bytes: [0b0000_1110, 0b1000_0000],
  },
  {
    name: '53 bits',
    write: (out) => {
      out.bits(MAX, 53);
    },
    bytes: [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xf8],
  },
  {
    name: 'Rice: 13 with parameter 2 is three ones, a zero, 01',
    write: (out) => {
      writeRice(13, 2, out);
    },
    bytes: [0b1110_0100],
  },
  {
    name: 'Rice: 24 with parameter 0 is 24 ones and the number',
    write: (out) => {
      writeRice(24, 0, out);
    },
    bytes: [0xff, 0xff, 0xff, 0b0001_0111, 0b0000_0000],
  },
];

for (const { name, write, bytes } of WRITTEN) {
  test(`bits: ${name}`, () => {
    assert.deepEqual([...written(write)], bytes);
  });
}

/** Of every length up to `maxBits` equally often, the largest of it every now and then. */
function anyNumber(random: Random, maxBits: number): number {
  const top = 2 ** random.int(0, maxBits);
  return random.chance(0.2) ? top - 1 : Math.floor(random.next() * top);
}

/** Something that is written, and what must be read for it. */
function anyPart(random: Random): {
  write: (out: BitWriter) => void;
  read: (bits: BitReader) => unknown;
  expected: unknown;
} {
  const value = anyNumber(random, 53);
  const rice = random.int(0, MAX_RICE);
  const count = random.int(bitLength(value), 53);
  const ones = random.int(0, 23);
  const most = random.int(1, 24);
  return random.pick([
    {
      write: (out: BitWriter) => {
        out.bits(value, count);
      },
      read: (bits: BitReader) => bits.bits(count),
      expected: value,
    },
    {
      write: (out: BitWriter) => {
        out.flag(ones > 11);
      },
      read: (bits: BitReader) => bits.flag(),
      expected: ones > 11,
    },
    {
      write: (out: BitWriter) => {
        if (ones < most) out.unary(ones);
        else out.bits(2 ** most - 1, most);
      },
      read: (bits: BitReader) => bits.unary(most),
      expected: Math.min(ones, most),
    },
    {
      write: (out: BitWriter) => {
        out.number(value);
      },
      read: (bits: BitReader) => bits.number(),
      expected: value,
    },
    {
      write: (out: BitWriter) => {
        writeRice(value, rice, out);
      },
      read: (bits: BitReader) => readRice(bits, rice),
      expected: value,
    },
  ]);
}

test('whatever is written is read, and nothing is left but zeros up to a whole byte', () => {
  const out = new BitWriter();
  forSeeds(500, (random) => {
    const parts = Array.from({ length: random.int(0, 300) }, () => anyPart(random));
    out.reset();
    for (const { write } of parts) write(out);
    const bits = readerOf(out.finish());
    for (const { read, expected } of parts) assert.equal(read(bits), expected);
    assert.ok(bits.left < 8);
    assert.equal(bits.bits(bits.left), 0);
    assert.ok(!bits.failed);
  });
});

test('bits that are not there: fails, and reads 0 from there on', () => {
  forSeeds(2000, (random) => {
    const bytes = random.bytes(random.int(0, 12));
    const bits = readerOf(bytes);
    for (let i = 0; i < 40; i++) {
      const before = bits.left;
      const hadFailed = bits.failed;
      const value = Number(anyPart(random).read(bits));
      assert.ok(Number.isSafeInteger(value) && value >= 0, String(value));
      assert.ok(bits.left >= 0 && bits.left <= before);
      if (hadFailed) assert.equal(value, 0);
    }
    bits.bits(53);
    bits.bits(53);
    assert.ok(bits.failed);
  });
});

test('a number of more than 53 bits fails', () => {
  for (const count of [54, 63]) {
    const bits = readerOf(Uint8Array.of(count << 2, ...new Uint8Array(20)));
    assert.equal(bits.number(), 0);
    assert.ok(bits.failed);
  }
});

const LENGTHS = [0, 1, 2, 3, 4, 255, 256, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52, MAX];

for (const value of LENGTHS) {
  test(`${value} takes ${bitLength(value)} bits`, () => {
    assert.equal(bitLength(value), value === 0 ? 0 : value.toString(2).length);
  });
}

const ZIGZAGS: [value: number, folded: number][] = [
  [0, 0],
  [-1, 1],
  [1, 2],
  [-2, 3],
  [2 ** 30, 2 ** 31],
  [-(2 ** 30), 2 ** 31 - 1],
  [-(2 ** 31), 2 ** 32 - 1],
  [2 ** 52 - 1, 2 ** 53 - 2],
  [-(2 ** 52), 2 ** 53 - 1],
];

for (const [value, folded] of ZIGZAGS) {
  test(`zigzag ${value}: ${folded}`, () => {
    assert.equal(zigzag(value), folded);
    // `Object.is`: not -0.
    assert.ok(Object.is(unzigzag(folded), value));
  });
}

test('the Rice parameter found is close to the best there is', () => {
  let taken = 0;
  let least = 0;
  forSeeds(300, (random) => {
    const size = random.int(0, 40);
    const values = Array.from({ length: random.int(1, 100) }, () =>
      random.chance(0.03) ? anyNumber(random, 53) : Math.floor(random.next() ** 2 * 2 ** size),
    );
    const lengths = new NumberLengths();
    lengths.clear();
    for (const value of values) lengths.add(value);
    const bytesWith = (rice: number): number =>
      written((out) => {
        for (const value of values) writeRice(value, rice, out);
      }).length;
    taken += bytesWith(lengths.bestRice());
    least += Math.min(...Array.from({ length: MAX_RICE + 1 }, (_, rice) => bytesWith(rice)));
  });
  assert.ok(taken < 1.03 * least, `${taken} bytes instead of ${least}`);
});
