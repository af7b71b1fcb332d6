import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashLine, LineHashes } from '../../src/log/line-hashes.ts';
import { forSeeds } from '../base/seeds.ts';
import { latin1 } from '../tools/bytes.ts';

const LINE =
  '130\t20260509230000\t414051626001234\tSolarBridge\t0\t1234.5678\t0.2301\t241.5\t0.95\t0.2412\t53.8\t4.48\t41\t60.01\t0';

function hashOf(line: Uint8Array): number {
  return hashLine(line, 0, line.length);
}

test('is what it always was: hashes may have been stored', () => {
  assert.equal(hashOf(latin1('')), 1_970_842_693_347_212);
  assert.equal(hashOf(latin1(LINE)), 770_728_251_034_942);
});

test('is the same wherever the line lies', () => {
  forSeeds(1000, (random) => {
    const line = random.bytes(random.int(0, 60));
    const data = random.bytes(100);
    const at = random.int(0, data.length - line.length);
    data.set(line, at);
    const hash = hashLine(data, at, at + line.length);
    assert.equal(hash, hashOf(line));
    assert.ok(Number.isSafeInteger(hash) && hash >= 0 && hash < 2 ** 52);
  });
});

/** Flips bits of one line, and keeps the hashes. */
class Flipper {
  readonly line = latin1(LINE);
  readonly hashes = new Float64Array(600_000);
  lines = 0;

  /** Notes the line with every set of up to `depth` bits of `from` to `to` flipped, and as it is. */
  flipAll(from: number, to: number, depth: number): void {
    this.hashes[this.lines++] = hashOf(this.line);
    if (depth === 0) return;
    for (let bit = from; bit < to; bit++) {
      this.flip(bit);
      this.flipAll(bit + 1, to, depth - 1);
      this.flip(bit);
    }
  }

  flip(bit: number): void {
    this.line[bit >>> 3]! ^= 1 << (bit & 7);
  }

  get different(): number {
    return LineHashes.of(this.hashes, this.lines).count;
  }
}

test('any one or two wrong bits change it', () => {
  const flipper = new Flipper();
  const bits = 8 * LINE.length;
  flipper.flipAll(0, bits, 2);
  assert.equal(flipper.lines, 1 + bits + (bits * (bits - 1)) / 2);
  assert.equal(flipper.different, flipper.lines);
});

test('up to four wrong bits in two neighbouring words change it', () => {
  // Here lanes that are alike meet together most easily.
  const flipper = new Flipper();
  flipper.flipAll(160, 160 + 56, 4);
  assert.ok(flipper.lines > 390_000);
  assert.equal(flipper.different, flipper.lines);
});

test('lines of zeros, of 0 to 2000 bytes, all differ', () => {
  const zeros = new Uint8Array(2000);
  const hashes = new Set(Array.from({ length: 2001 }, (_, bytes) => hashLine(zeros, 0, bytes)));
  assert.equal(hashes.size, 2001);
});

test('a wrong bit changes half of the bits', () => {
  const line = latin1(LINE);
  const before = BigInt(hashOf(line));
  const flips = new Array<number>(52).fill(0);
  for (let bit = 0; bit < 8 * line.length; bit++) {
    line[bit >>> 3]! ^= 1 << (bit & 7);
    const changed = before ^ BigInt(hashOf(line));
    line[bit >>> 3]! ^= 1 << (bit & 7);
    for (let at = 0; at < 52; at++) flips[at]! += Number((changed >> BigInt(at)) & 1n);
  }
  for (const [at, count] of flips.entries()) {
    const share = count / (8 * line.length);
    assert.ok(share > 0.4 && share < 0.6, `bit ${at} changes in ${share} of the cases`);
  }
});

test('a million lines that differ in a counter: no two alike, and spread evenly', () => {
  const line = latin1(LINE);
  const at = LINE.indexOf('1234.5678');
  const count = 1_000_000;
  const hashes = new Float64Array(count);
  const inSlice = new Uint32Array(64);
  for (let i = 0; i < count; i++) {
    for (let digit = 0, rest = i; digit < 9; digit++) {
      if (digit === 4) continue;
      line[at + 8 - digit] = 0x30 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    const hash = hashOf(line);
    hashes[i] = hash;
    inSlice[Math.floor(hash / 2 ** 46)]!++;
  }
  assert.equal(LineHashes.of(hashes, count).count, count);
  const expected = count / 64;
  // Chi-square with 63 degrees of freedom: above 120 once in 50,000 times.
  const chiSquare = inSlice.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  assert.ok(chiSquare < 120, `chi-square ${chiSquare}`);
});

test('a set of hashes is a set', () => {
  forSeeds(300, (random) => {
    // Few different ones, 0 and the greatest among them, so that some come twice.
    const hashes = Array.from({ length: random.int(0, 200) }, () =>
      random.chance(0.1) ? random.pick([0, 2 ** 52 - 1]) : random.int(0, 100) * 2 ** 45 + 1,
    );
    const begun = random.int(0, hashes.length);
    const set = LineHashes.of(Float64Array.from([...hashes.slice(0, begun), 77, 78]), begun);
    const model = new Set(hashes.slice(0, begun));
    assert.equal(set.count, model.size);
    for (const hash of hashes) {
      assert.equal(set.has(hash), model.has(hash));
      assert.equal(set.add(hash), !model.has(hash));
      model.add(hash);
      assert.equal(set.count, model.size);
      assert.ok(8 * set.count <= set.heldBytes);
    }
    for (const hash of [...hashes, 77, 78, 5]) assert.equal(set.has(hash), model.has(hash));
  });
});

test('does not sort what it was given', () => {
  const hashes = Float64Array.of(3, 1, 2);
  LineHashes.of(hashes, 3);
  assert.deepEqual([...hashes], [3, 1, 2]);
});
