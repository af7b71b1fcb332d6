/** All decoders one behind the other, on packets cut at every length and on bytes of any kind. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkTypeOf as linkTypeInFile } from '../../src/capture/link-type.ts';
import { decodeIpv4, decodeIpv6, emptyIpPacket, PROTOCOL_TCP } from '../../src/wire/ip.ts';
import { findIp, LINKTYPE, type IpPlace } from '../../src/wire/link.ts';
import { decodeTcp, emptyTcpSegment } from '../../src/wire/tcp.ts';
import type { WireFault } from '../../src/wire/wire-fault.ts';
import { forSeeds } from '../base/seeds.ts';
import { latin1 } from '../tools/bytes.ts';
import { encodeFrames, PLAIN } from '../tools/frame.ts';
import { LINK_KINDS, linkTypeOf, onlyFamily } from '../tools/link-frame.ts';
import { conversation } from '../tools/conversation.ts';
import { Random } from '../tools/random.ts';
import { packetOf } from './packets.ts';

/** Reads as far as it goes; whatever it finds must lie within the packet. */
function read(bytes: Uint8Array, linkType: number, originalBytes: number): WireFault | undefined {
  const packet = packetOf(bytes, linkType, originalBytes);
  const { data, start, end } = packet;
  const place: IpPlace = { version: 4, start: 0 };
  const noIp = findIp(packet, place);
  if (noIp !== undefined) return noIp;
  assert.ok(place.start >= start && place.start <= end);
  const ip = emptyIpPacket();
  const decode = place.version === 4 ? decodeIpv4 : decodeIpv6;
  const badIp = decode(data, place.start, end, start + Math.max(originalBytes, end - start), ip);
  if (badIp !== undefined) return badIp;
  assert.ok(ip.payloadStart >= place.start && ip.payloadStart <= ip.payloadEnd);
  assert.ok(ip.payloadEnd <= end);
  assert.ok(ip.payloadBytes >= ip.payloadEnd - ip.payloadStart);
  if (ip.isFragment || ip.protocol !== PROTOCOL_TCP) return undefined;
  const segment = emptyTcpSegment();
  const badTcp = decodeTcp(ip, segment);
  if (badTcp !== undefined) return badTcp;
  assert.ok(segment.payloadStart >= ip.payloadStart && segment.payloadStart <= segment.payloadEnd);
  assert.ok(segment.payloadEnd <= end);
  assert.ok(segment.payloadBytes >= segment.payloadEnd - segment.payloadStart);
  return undefined;
}

function assertFault(fault: WireFault, note: string): void {
  if (fault.reason !== 'truncated') return;
  const { needBytes, haveBytes } = fault;
  assert.ok(needBytes !== undefined && haveBytes !== undefined, note);
  assert.ok(Number.isInteger(needBytes) && needBytes > haveBytes && haveBytes >= 0, note);
}

for (const kind of LINK_KINDS) {
  test(`${kind}: a frame cut at every length is told what it lacks`, () => {
    const family = onlyFamily(kind) ?? 6;
    const random = new Random(3);
    const { segments } = conversation({ family, requests: 1, timestamps: true }, random);
    const encoding = {
      ...PLAIN,
      link: kind,
      ipv6Extensions: [0, 60],
      ipv4Options: latin1('\x01\x01\x01\x00'),
    };
    const frame = encodeFrames(segments, encoding, random).find(({ part }) => part.end > 100);
    assert.ok(frame !== undefined);
    const linkType = linkTypeInFile(linkTypeOf(kind));
    const headerBytes = frame.partStart + frame.tcpHeaderBytes;
    for (let length = 0; length <= frame.bytes.length; length++) {
      const fault = read(frame.bytes.subarray(0, length), linkType, frame.bytes.length);
      if (fault !== undefined) assertFault(fault, `${length} bytes`);
      const expected = length < headerBytes ? 'truncated' : undefined;
      assert.equal(fault?.reason, expected, `${length} of ${headerBytes} header bytes`);
    }
  });
}

test('random bytes of every link type never throw', () => {
  const linkTypes = [...Object.values(LINKTYPE), 105];
  forSeeds(3000, (random) => {
    const bytes = random.bytes(random.int(0, 120));
    // Something to begin with, so that more than the first check is met.
    if (random.chance(0.7)) bytes.set(random.pick(BEGINNINGS).subarray(0, bytes.length));
    for (const linkType of linkTypes) {
      const fault = read(bytes, linkType, bytes.length + random.pick([0, 0, 1, 1000]));
      if (fault !== undefined) assertFault(fault, `link type ${linkType}`);
    }
  });
});

const BEGINNINGS = [
  '4500',
  '4f00',
  '60000000001400',
  '6000000000282c',
  'ffffffffffff0022f20102030800' + '4500',
  'ffffffffffff0022f201020386dd' + '60000000002800',
  'ffffffffffff0022f20102038864' + '110000010016' + '0057' + '6000000000282b',
  '02000000' + '4500',
  '1e000000' + '6000000000283c',
].map((hex) => Buffer.from(hex, 'hex'));
