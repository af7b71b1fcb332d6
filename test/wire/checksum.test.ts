import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onesComplementSum } from '../../src/wire/checksum.ts';
import { forSeeds } from '../base/seeds.ts';

test('the example of RFC 1071 section 3', () => {
  const data = Buffer.from('0001f203f4f5f6f7', 'hex');
  assert.equal(onesComplementSum(data, 0, data.length, 0), 0xddf2);
});

const CASES: { name: string; hex: string; initial?: number; sum: number }[] = [
  { name: 'nothing', hex: '', sum: 0 },
  { name: 'an odd byte is the high one', hex: '12', sum: 0x1200 },
  { name: 'an odd byte behind a word', hex: '000112', sum: 0x1201 },
  { name: 'a carry comes back', hex: 'ffff0001', sum: 0x0001 },
  { name: 'a carry of a carry', hex: 'fffffffe0002', sum: 0x0001 },
  { name: 'on top of another sum', hex: '0001', initial: 0x1fffe, sum: 0x0001 },
];

for (const { name, hex, initial = 0, sum } of CASES) {
  test(`sum: ${name}`, () => {
    const data = Buffer.from(`ee${hex}ee`, 'hex');
    const found = onesComplementSum(data, 1, data.length - 1, initial);
    // 0 and 0xffff are both zero in ones' complement.
    assert.equal(found % 0xffff, sum % 0xffff);
  });
}

test('64 KiB of the highest words', () => {
  assert.equal(onesComplementSum(new Uint8Array(65_536).fill(0xff), 0, 65_536, 0), 0xffff);
});

test('random bytes against the definition in exact arithmetic', () => {
  forSeeds(50, (random) => {
    const data = random.bytes(random.int(0, 3000));
    let exact = 0n;
    for (let at = 0; at < data.length; at += 2) {
      exact += BigInt(((data[at] ?? 0) << 8) | (data[at + 1] ?? 0));
    }
    const found = onesComplementSum(data, 0, data.length, 0);
    assert.ok(found >= 0 && found <= 0xffff);
    assert.equal(BigInt(found) % 0xffffn, exact % 0xffffn);
    assert.equal(found === 0, exact === 0n);
  });
});
