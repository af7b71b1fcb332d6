import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AddressPseudonyms, addressKey, addressTexts } from '../../src/scrub/addresses.ts';
import { KeyedBytes } from '../../src/scrub/keyed-bytes.ts';
import { clearForeignAddress, macPlaces } from '../../src/scrub/link-addresses.ts';
import {
  neutraliseIpv4Options,
  neutraliseIpv6Extensions,
  neutraliseTcpOptions,
} from '../../src/scrub/neutral-headers.ts';
import { parseIpAddress } from '../../src/wire/ip-address.ts';
import { LINKTYPE } from '../../src/wire/link.ts';
import { forSeeds } from '../base/seeds.ts';

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Runs `neutralise` on the bytes with others around them, which must stay. */
function within(
  hex: string,
  neutralise: (data: Uint8Array, start: number, end: number) => void,
): string {
  const inner = bytesOf(hex);
  const data = Uint8Array.from([0xee, 0xee, ...inner, 0xee, 0xee]);
  neutralise(data, 2, 2 + inner.length);
  assert.equal(hexOf(data.subarray(0, 2)) + hexOf(data.subarray(-2)), 'eeeeeeee');
  return hexOf(data.subarray(2, -2));
}

interface HeaderCase {
  name: string;
  bytes: string;
  expected: string;
}

describe('IPv4 options', () => {
  const cases: HeaderCase[] = [
    { name: 'router alert', bytes: '01 94040000 01 01 00', expected: '01 94040000 01 01 00' },
    { name: 'record route', bytes: '07 07 08 c0a80132 00', expected: '01010101010101 00' },
    {
      name: 'timestamps with addresses',
      bytes: '44 0c 0d 01 c0a80132 00000001',
      expected: '01'.repeat(12),
    },
    { name: 'behind the end', bytes: '01 00 c0a80132 0102', expected: '01 00 00000000 0000' },
    { name: 'no length', bytes: '07', expected: '01' },
    { name: 'a length beyond the end', bytes: '94 0a c0a8', expected: '01010101' },
    { name: 'a length of nothing', bytes: '07 00 c0a8', expected: '01010101' },
    { name: 'none', bytes: '', expected: '' },
  ];
  for (const { name, bytes, expected } of cases) {
    test(name, () => {
      assert.equal(within(bytes, neutraliseIpv4Options), expected.replaceAll(' ', ''));
    });
  }
});

describe('TCP options', () => {
  const cases: HeaderCase[] = [
    {
      name: 'the usual ones',
      bytes: '02040218 0402 080a0000000100000002 01 030307',
      expected: '02040218 0402 080a0000000100000002 01 030307',
    },
    {
      name: 'selective acknowledgement',
      bytes: '0101 050a0000000100000002',
      expected: '0101 050a0000000100000002',
    },
    { name: 'an address of another path', bytes: '1e08 3001 c0a80132', expected: '01'.repeat(8) },
    { name: 'a cookie', bytes: '2206 deadbeef 0101', expected: '01'.repeat(8) },
  ];
  for (const { name, bytes, expected } of cases) {
    test(name, () => {
      assert.equal(within(bytes, neutraliseTcpOptions), expected.replaceAll(' ', ''));
    });
  }
});

describe('IPv6 extension headers', () => {
  const cases: (HeaderCase & { next: number })[] = [
    { name: 'padding', next: 0, bytes: '06 00 01 04 00000000', expected: '06 00 01 04 00000000' },
    {
      name: 'padding that is none',
      next: 60,
      bytes: '06 00 01 04 deadbeef',
      expected: '06 00 01 04 00000000',
    },
    {
      name: 'home address',
      next: 60,
      bytes: '06 02 c910 20010db8000000000000000000000001 0101 00 00',
      expected: `06 02 0110 ${'00'.repeat(16)} 0101 00 00`,
    },
    {
      name: 'an option beyond the end',
      next: 0,
      bytes: '06 00 05 ff 01020304',
      expected: '06 00 01 04 00000000',
    },
    {
      name: 'one byte left',
      next: 0,
      bytes: '06 00 0103 000000 c2',
      expected: '06 00 0103 000000 00',
    },
    {
      name: 'routing',
      next: 43,
      bytes: '06 02 00 01 00000000 20010db8000000000000000000000001',
      expected: `06 02 00 00 00000000 ${'00'.repeat(16)}`,
    },
    {
      name: 'authentication',
      next: 51,
      bytes: '06 04 0000 00000001 00000002 deadbeef deadbeef deadbeef',
      expected: '06 04 0000 00000001 00000002 00000000 00000000 00000000',
    },
    {
      name: 'one behind the other, and a fragment header',
      next: 0,
      bytes: '2b 00 05 02 0000 0101  2c 00 00 01 deadbeef  06 00 0009 00000007',
      expected: '2b 00 01 02 0000 0100  2c 00 00 00 00000000  06 00 0009 00000007',
    },
  ];
  for (const { name, next, bytes, expected } of cases) {
    test(name, () => {
      const found = within(bytes, (data, start, end) => {
        neutraliseIpv6Extensions(data, start, end, next);
      });
      assert.equal(found, expected.replaceAll(' ', ''));
    });
  }
});

describe('link headers', () => {
  const cases = [
    { linkType: LINKTYPE.ethernet, bytes: '001122334455 66778899aabb 0800', macs: [0, 6] },
    {
      linkType: LINKTYPE.linuxSll,
      bytes: '0000 0001 0006 001122334455 beef 0800',
      macs: [6],
      cleared: '0000 0001 0006 001122334455 0000 0800',
    },
    {
      linkType: LINKTYPE.linuxSll,
      bytes: '0000 0200 0000 0011223344556677 0800',
      macs: [],
      cleared: '0000 0200 0000 0000000000000000 0800',
    },
    {
      linkType: LINKTYPE.linuxSll,
      bytes: '0000 0018 0008 0011223344556677 0800',
      macs: [],
      cleared: '0000 0018 0008 0000000000000000 0800',
    },
    {
      linkType: LINKTYPE.linuxSll2,
      bytes: '0800 0000 00000007 0001 00 06 001122334455 beef',
      macs: [12],
      cleared: '0800 0000 00000007 0001 00 06 001122334455 0000',
    },
    {
      linkType: LINKTYPE.linuxSll2,
      bytes: '0800 0000 00000007 0304 00 00 001122334455 beef',
      macs: [],
      cleared: '0800 0000 00000007 0304 00 00 000000000000 0000',
    },
    { linkType: LINKTYPE.raw, bytes: '4500', macs: [] },
  ];
  for (const { linkType, bytes, macs, cleared } of cases) {
    test(`${linkType}: ${bytes}`, () => {
      const data = Uint8Array.from([0xee, ...bytesOf(bytes), 0xee]);
      const header = { linkType, data, start: 1 };
      assert.deepEqual(
        macPlaces(header).map((at) => at - 1),
        macs,
      );
      clearForeignAddress(header);
      assert.equal(hexOf(data), `ee${(cleared ?? bytes).replaceAll(' ', '')}ee`);
    });
  }
});

describe('addresses', () => {
  const replaced = (addresses: AddressPseudonyms, hex: string): string => {
    const bytes = bytesOf(hex);
    assert.ok(bytes.length === 4 || bytes.length === 6 || bytes.length === 16);
    addresses.replace(bytes, 0, bytes.length);
    return hexOf(bytes);
  };
  const pseudonyms = (key = 'key', originals: string[] = []): AddressPseudonyms =>
    new AddressPseudonyms(
      new KeyedBytes(key),
      new Set(originals.map((hex) => addressKey(bytesOf(hex), 0, bytesOf(hex).length))),
    );

  test('each kind in a range where nobody lives', () => {
    const addresses = pseudonyms();
    assert.match(replaced(addresses, 'c0a80132'), /^0a/);
    assert.match(replaced(addresses, '20010db8000000000000000000000001'), /^20010db8/);
    assert.match(replaced(addresses, '001122334455'), /^.[26ae]/);
    assert.match(replaced(addresses, '011122334455'), /^.[37bf]/);
    assert.deepEqual([addresses.ipCount, addresses.macCount], [2, 2]);
  });

  test('nobody has a hardware address of zeros or ones', () => {
    const addresses = pseudonyms();
    for (const hex of ['000000000000', 'ffffffffffff']) assert.equal(replaced(addresses, hex), hex);
    assert.equal(addresses.macCount, 0);
  });

  test('equal stays equal, different different, and none is an original', () => {
    forSeeds(10, (random) => {
      const originals = Array.from({ length: 300 }, () => `0a0000${hexOf(random.bytes(1))}`);
      const addresses = pseudonyms(`${random.seed}`, originals);
      const distinct = new Set(originals);
      const found = new Map([...distinct].map((hex) => [hex, replaced(addresses, hex)]));
      assert.equal(new Set([...found.values(), ...distinct]).size, 2 * distinct.size);
      for (const hex of originals) assert.equal(replaced(addresses, hex), found.get(hex));
    });
  });

  test('as text', () => {
    const texts = (hex: string) => addressTexts(bytesOf(hex));
    assert.deepEqual(texts('c0a80132'), ['192.168.1.50']);
    assert.ok(texts('00112233aabb').includes('00:11:22:33:AA:BB'));
    assert.ok(texts('00112233aabb').includes('00-11-22-33-aa-bb'));
    assert.ok(texts('00112233aabb').includes('00112233aabb'));
    const bytes = parseIpAddress('2001:db8::a:1')?.bytes ?? new Uint8Array(0);
    assert.ok(addressTexts(bytes).includes('2001:db8::a:1'));
    assert.ok(addressTexts(bytes).includes('2001:0DB8:0000:0000:0000:0000:000A:0001'));
  });
});
