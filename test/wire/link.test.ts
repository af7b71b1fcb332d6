import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkTypeOf as linkTypeInFile } from '../../src/capture/link-type.ts';
import { findIp, type IpPlace } from '../../src/wire/link.ts';
import type { WireFault } from '../../src/wire/wire-fault.ts';
import { LINK_KINDS, linkFrame, linkTypeOf, onlyFamily } from '../tools/link-frame.ts';
import { packetOf } from './packets.ts';

/** Just enough of an IP packet for the link layer: a version and nothing more. */
const IP = { 4: Uint8Array.of(0x45, 1, 2, 3), 6: Uint8Array.of(0x60, 1, 2, 3) };

function find(bytes: Uint8Array, linkType: number): WireFault | { version: 4 | 6; at: number } {
  const packet = packetOf(bytes, linkType);
  const place: IpPlace = { version: 4, start: 0 };
  const fault = findIp(packet, place);
  return fault ?? { version: place.version, at: place.start - packet.start };
}

for (const kind of LINK_KINDS) {
  for (const family of [4, 6] as const) {
    if ((onlyFamily(kind) ?? family) !== family) continue;
    const { bytes, ipStart } = linkFrame(kind, IP[family], true, Uint8Array.of(0xaa));
    const linkType = linkTypeInFile(linkTypeOf(kind));

    test(`IPv${family} in ${kind}`, () => {
      assert.deepEqual(find(bytes, linkType), { version: family, at: ipStart });
    });

    test(`IPv${family} in ${kind}: cut anywhere before the IP header it is truncated`, () => {
      for (let length = 0; length < ipStart; length++) {
        const found = find(bytes.subarray(0, length), linkType);
        assert.ok('reason' in found && found.reason === 'truncated', `${length} bytes`);
        assert.ok(found.needBytes !== undefined && found.haveBytes !== undefined);
        assert.ok(found.haveBytes >= 0 && found.haveBytes < found.needBytes, `${length} bytes`);
      }
    });
  }
}

const MACS = 'ffffffffffff0022f2010203';

const OTHERS: { name: string; linkType: number; hex: string; expect: string }[] = [
  {
    name: 'four VLAN tags',
    linkType: 1,
    hex: `${MACS}8100000181000002810000038100000408004500`,
    expect: 'IPv4 at 30',
  },
  {
    name: 'five VLAN tags',
    linkType: 1,
    hex: `${MACS}81000001810000028100000381000004810000050800`,
    expect: 'not-ip',
  },
  {
    name: 'the old stacked tag 9200',
    linkType: 1,
    hex: `${MACS}9200000186dd6000`,
    expect: 'IPv6 at 18',
  },
  { name: 'ARP', linkType: 1, hex: `${MACS}0806000108000604`, expect: 'not-ip' },
  { name: 'ARP behind a VLAN tag', linkType: 1, hex: `${MACS}810000010806`, expect: 'not-ip' },
  { name: 'LLDP', linkType: 1, hex: `${MACS}88cc0207`, expect: 'not-ip' },
  {
    name: 'a length instead of a type (802.3)',
    linkType: 1,
    hex: `${MACS}0026424203`,
    expect: 'not-ip',
  },
  { name: 'PPPoE discovery', linkType: 1, hex: `${MACS}88631109000000000000`, expect: 'not-ip' },
  {
    name: 'PPPoE session with a code',
    linkType: 1,
    hex: `${MACS}8864110700010002002145`,
    expect: 'not-ip',
  },
  {
    name: 'PPPoE of another version',
    linkType: 1,
    hex: `${MACS}8864210000010002002145`,
    expect: 'not-ip',
  },
  { name: 'PPPoE with LCP', linkType: 1, hex: `${MACS}886411000001000ac0210901`, expect: 'not-ip' },
  {
    name: 'PPPoE with a compressed protocol',
    linkType: 1,
    hex: `${MACS}886411000001000a214500`,
    expect: 'IPv4 at 21',
  },
  {
    name: 'PPPoE without Ethernet',
    linkType: 51,
    hex: '110000010016005760000000',
    expect: 'IPv6 at 8',
  },
  { name: 'PPP with address and control', linkType: 9, hex: 'ff0300214500', expect: 'IPv4 at 4' },
  { name: 'PPP without address and control', linkType: 9, hex: '00574500', expect: 'IPv6 at 2' },
  {
    name: 'PPP with both left out and compressed',
    linkType: 9,
    hex: '214500',
    expect: 'IPv4 at 1',
  },
  { name: 'PPP with LCP', linkType: 9, hex: 'ff03c02101010004', expect: 'not-ip' },
  { name: 'raw with another version', linkType: 101, hex: '55000000', expect: 'not-ip' },
  { name: 'null with another family', linkType: 0, hex: '0700000045000000', expect: 'not-ip' },
  { name: 'null of Darwin, IPv6', linkType: 0, hex: '1e00000060000000', expect: 'IPv6 at 4' },
  { name: 'loop, IPv4', linkType: 108, hex: '0000000245000000', expect: 'IPv4 at 4' },
  { name: 'IEEE 802.11', linkType: 105, hex: '080000004500', expect: 'unsupported-link-type' },
  {
    name: 'a number nobody gave out',
    linkType: 65535,
    hex: '4500',
    expect: 'unsupported-link-type',
  },
];

for (const { name, linkType, hex, expect } of OTHERS) {
  test(`link: ${name}`, () => {
    const found = find(Buffer.from(hex, 'hex'), linkType);
    assert.equal('reason' in found ? found.reason : `IPv${found.version} at ${found.at}`, expect);
  });
}

test('a PPP frame of one byte does not read the packet behind it', () => {
  const data = Buffer.from('ff0300214500', 'hex');
  const packet = { timeMs: 0, linkType: 9, data, start: 0, end: 1, originalBytes: 1 };
  const place: IpPlace = { version: 4, start: 0 };
  assert.deepEqual(findIp(packet, place), {
    layer: 'link',
    reason: 'truncated',
    needBytes: 2,
    haveBytes: 1,
  });
});
