import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seqDistance, unwrapSeq } from '../../src/reassembly/seq32.ts';
import { forSeeds } from '../base/seeds.ts';

const TWO_32 = 0x1_0000_0000;

const DISTANCES: { from: number; to: number; distance: number }[] = [
  { from: 0xffffffff, to: 0, distance: 1 },
  { from: 0, to: 0xffffffff, distance: -1 },
  { from: 0xfffffff0, to: 0x10, distance: 32 },
  { from: 0x10, to: 0xfffffff0, distance: -32 },
  { from: 0, to: 0, distance: 0 },
  { from: 0xffffffff, to: 0xffffffff, distance: 0 },
  { from: 0x7fffffff, to: 0x80000000, distance: 1 },
  { from: 0x80000000, to: 0x7fffffff, distance: -1 },
  { from: 0, to: 0x7fffffff, distance: 0x7fffffff },
  { from: 0, to: 0x80000000, distance: -0x80000000 },
  { from: 0x80000000, to: 0, distance: -0x80000000 },
  { from: 5, to: 0x80000004, distance: 0x7fffffff },
];

for (const { from, to, distance } of DISTANCES) {
  test(`from ${from} to ${to} it is ${distance}`, () => {
    assert.equal(seqDistance(from, to), distance);
  });
}

const UNWRAPPED: { seq: number; reference: number; offset: number }[] = [
  { seq: 3, reference: 0xfffffffe, offset: TWO_32 + 3 },
  { seq: 0xfffffffe, reference: TWO_32 + 3, offset: 0xfffffffe },
  { seq: 0xfffffffe, reference: 3, offset: -2 },
  { seq: 3, reference: -2, offset: 3 },
  { seq: 0xfffffff0, reference: -2, offset: -16 },
  { seq: 7, reference: 5 * TWO_32, offset: 5 * TWO_32 + 7 },
  { seq: 0xffffffff, reference: 5 * TWO_32, offset: 5 * TWO_32 - 1 },
  { seq: 0xffffffff, reference: 2 ** 52, offset: 2 ** 52 - 1 },
];

for (const { seq, reference, offset } of UNWRAPPED) {
  test(`sequence number ${seq} near ${reference} is offset ${offset}`, () => {
    assert.equal(unwrapSeq(seq, reference), offset);
  });
}

test('an offset comes back from its sequence number wherever the reference is near', () => {
  forSeeds(2000, (random) => {
    const offset = random.int(-TWO_32, 2 ** 50);
    const reference = offset + random.int(-0x7fffffff, 0x7fffffff);
    const seq = ((offset % TWO_32) + TWO_32) % TWO_32;
    assert.equal(unwrapSeq(seq, reference), offset);
  });
});
