import assert from 'node:assert/strict';
import test from 'node:test';
import { bytesToLeave } from '../../src/log/file-blocks.ts';
import { PADDING, paddingFrame, RECORDS, walkFrames, writeFrame } from '../../src/log/frame.ts';
import { ByteWriter } from '../../src/base/byte-writer.ts';

const UBIFS = 0x24051905;
const JFFS2 = 0x72b6;

const cases = [
  { name: 'fits into the first page', at: 1900, bytes: 100, leave: 0 },
  { name: 'reaches into the second page', at: 1901, bytes: 100, leave: 2195 },
  { name: 'in the second page', at: 3000, bytes: 20, leave: 1096 },
  { name: 'crosses the edge', at: 4090, bytes: 20, leave: 6 },
  { name: 'in a later block', at: 3 * 4096 + 4000, bytes: 30, leave: 96 },
  { name: 'begins with a block', at: 8192, bytes: 60, leave: 0 },
  { name: 'is not small', at: 3000, bytes: 101, leave: 0 },
  { name: 'is not small and ends with the block', at: 3896, bytes: 200, leave: 0 },
  { name: 'is not small and crosses the edge', at: 3897, bytes: 200, leave: 199 },
  { name: 'would leave the most that may be left', at: 3840, bytes: 300, leave: 256 },
  { name: 'would leave more', at: 3839, bytes: 300, leave: 0 },
  { name: 'on another file system', at: 3000, bytes: 60, magic: JFFS2, leave: 0 },
];

for (const { name, at, bytes, magic = UBIFS, leave } of cases) {
  test(`a commit in the blocks of a file: ${name}`, () => {
    assert.equal(bytesToLeave(at, bytes, magic), leave);
  });
}

/** Zeros up to the block, and then a frame of padding that says `told`, and one of records. */
function holed(zeros: number, told: number, change?: (data: Uint8Array) => void): Uint8Array {
  const data = new Uint8Array(4096 + 40);
  const records = new ByteWriter();
  writeFrame(RECORDS, Buffer.from('records'), records);
  const padding = paddingFrame(told);
  data.fill(0xaa, 0, 4096 - zeros);
  data.set(padding, 4096);
  data.set(records.finish(), 4096 + padding.length);
  change?.(data);
  return data.subarray(0, 4096 + padding.length + records.length);
}

const holes = [
  { name: 'as told', data: holed(100, 100), damage: [] },
  { name: 'one byte', data: holed(1, 1), damage: [] },
  { name: 'of another length', data: holed(100, 99), damage: [[3996, 4096, 'garbled']] },
  {
    name: 'with something in it',
    data: holed(100, 100, (data) => (data[4050] = 1)),
    damage: [[3996, 4096, 'garbled']],
  },
  {
    name: 'with damage behind it',
    data: holed(100, 100, (data) => (data[4097] = 0xff)),
    damage: [[3996, 4103, 'garbled']],
  },
];

for (const { name, data, damage } of holes) {
  test(`a hole before a commit: ${name}`, () => {
    const from = data.lastIndexOf(0xaa, 4095) + 1;
    const pieces = [...walkFrames(data, from)];
    const found = pieces.flatMap((piece) => ('damage' in piece ? [piece.damage] : []));
    assert.deepEqual(
      found.map(({ at, end, reason }) => [at, end, reason]),
      damage,
    );
    const kinds = pieces.flatMap((piece) => ('frame' in piece ? [piece.frame.kind] : []));
    assert.deepEqual(
      kinds.filter((kind) => kind !== PADDING),
      [RECORDS],
    );
  });
}
