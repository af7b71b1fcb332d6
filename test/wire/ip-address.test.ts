import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressMatches, parseIpAddress } from '../../src/wire/ip-address.ts';

const GOOD: { text: string; version: 4 | 6; hex: string }[] = [
  { text: '192.168.1.50', version: 4, hex: 'c0a80132' },
  { text: '0.0.0.0', version: 4, hex: '00000000' },
  { text: '255.255.255.255', version: 4, hex: 'ffffffff' },
  { text: '::', version: 6, hex: '00000000000000000000000000000000' },
  { text: '::1', version: 6, hex: '00000000000000000000000000000001' },
  { text: 'fe80::', version: 6, hex: 'fe800000000000000000000000000000' },
  { text: '2001:db8::7', version: 6, hex: '20010db8000000000000000000000007' },
  { text: '2001:DB8:0:0:1::7', version: 6, hex: '20010db8000000000001000000000007' },
  { text: '1:2:3:4:5:6:7:8', version: 6, hex: '00010002000300040005000600070008' },
  { text: '1:0:0:4:0:0:0:8', version: 6, hex: '00010000000000040000000000000008' },
  { text: '::ffff:192.0.2.1', version: 6, hex: '00000000000000000000ffffc0000201' },
  { text: '64:ff9b::192.0.2.33', version: 6, hex: '0064ff9b0000000000000000c0000221' },
];

for (const { text, version, hex } of GOOD) {
  test(`${text} is an address`, () => {
    const address = parseIpAddress(text);
    assert.ok(address !== undefined);
    assert.equal(address.version, version);
    assert.equal(Buffer.from(address.bytes).toString('hex'), hex);
  });
}

const BAD = [
  '',
  '192.168.1',
  '192.168.1.256',
  '192.168.1.50.1',
  '192.168.1.50 ',
  '192.168.01.50',
  '0x7f.0.0.1',
  '1',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '12345::',
  '[::1]',
  'fe80::1%eth0',
  '::1/64',
  'supervisor.lan',
];

for (const text of BAD) {
  test(`'${text}' is none`, () => {
    assert.equal(parseIpAddress(text), undefined);
  });
}

test('an address matches its own bytes and no others', () => {
  const address = parseIpAddress('192.168.1.50');
  assert.ok(address !== undefined);
  const data = Uint8Array.of(9, 192, 168, 1, 50, 192, 168, 1, 51);
  assert.equal(addressMatches(address, 4, data, 1), true);
  assert.equal(addressMatches(address, 4, data, 5), false);
  assert.equal(addressMatches(address, 6, data, 1), false);
  assert.equal(addressMatches(address, 4, data, 7), false);
});
