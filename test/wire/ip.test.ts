import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PROTOCOL_TCP } from '../../src/wire/ip.ts';
import {
  concatBytes,
  internetChecksum,
  latin1,
  parseAddress,
  uint16,
  uint32,
  writeUint16,
} from '../tools/bytes.ts';
import {
  evenRanges,
  ipFragments,
  ipPacket,
  ROUTER_ALERT_OPTIONS,
  type IpPath,
} from '../tools/ip-packet.ts';
import { decodeIp } from './packets.ts';

const PAYLOAD = latin1('twenty-four bytes of it.');

const PATH_4: IpPath = {
  source: parseAddress('192.168.1.50'),
  destination: parseAddress('198.51.100.66'),
  ipv4Options: new Uint8Array(0),
  ipv6Extensions: [],
};
const PATH_6: IpPath = {
  ...PATH_4,
  source: parseAddress('2001:db8::7'),
  destination: parseAddress('2001:db8::8'),
};

/** An IPv4 packet with changes to its header and a right checksum over them. */
function ipv4(changes: Record<number, number>, payload = PAYLOAD): Uint8Array {
  const bytes = ipPacket(PATH_4, PROTOCOL_TCP, payload, 7);
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  writeUint16(bytes, 10, 0);
  writeUint16(bytes, 10, internetChecksum(bytes.subarray(0, ((bytes[0] ?? 0) & 15) * 4)));
  return bytes;
}

/** An IPv6 packet whose first next header is `next`, with `body` behind the fixed header. */
function ipv6(next: number, body: Uint8Array): Uint8Array {
  const bytes = ipPacket(PATH_6, next, body, 7);
  bytes[6] = next;
  return bytes;
}

function extension(next: number, eights: number): Uint8Array {
  const bytes = new Uint8Array(8 * eights);
  bytes[0] = next;
  bytes[1] = eights - 1;
  return bytes;
}

function fragmentHeader(next: number, offsetAndFlags: number): Uint8Array {
  return concatBytes([Uint8Array.of(next, 0), uint16(offsetAndFlags), uint32(0xcafe0001)]);
}

for (const [version, path] of [
  [4, PATH_4],
  [6, PATH_6],
] as const) {
  test(`IPv${version}: the plain packet`, () => {
    const { ip, fault, payload } = decodeIp(version, ipPacket(path, PROTOCOL_TCP, PAYLOAD, 7));
    assert.equal(fault, undefined);
    assert.equal(ip.version, version);
    assert.deepEqual(payload, PAYLOAD);
    assert.equal(ip.payloadBytes, PAYLOAD.length);
    assert.equal(ip.protocol, PROTOCOL_TCP);
    assert.equal(ip.damaged, false);
    assert.equal(ip.isFragment, false);
    const address = (at: number) => ip.data.slice(at, at + path.source.length);
    assert.deepEqual(address(ip.sourceAt), path.source);
    assert.deepEqual(address(ip.destinationAt), path.destination);
  });

  test(`IPv${version}: padding behind the packet is not payload`, () => {
    const packet = ipPacket(path, PROTOCOL_TCP, PAYLOAD.subarray(0, 3), 7);
    const { payload, ip } = decodeIp(version, concatBytes([packet, new Uint8Array(9).fill(0xaa)]));
    assert.deepEqual(payload, PAYLOAD.subarray(0, 3));
    assert.equal(ip.payloadBytes, 3);
  });

  test(`IPv${version}: a snapped packet knows what is missing`, () => {
    const packet = ipPacket(path, PROTOCOL_TCP, PAYLOAD, 7);
    for (let missing = 1; missing <= PAYLOAD.length; missing++) {
      const captured = packet.subarray(0, packet.length - missing);
      const { payload, ip, fault } = decodeIp(version, captured, packet.length);
      assert.equal(fault, undefined);
      assert.deepEqual(payload, PAYLOAD.subarray(0, PAYLOAD.length - missing));
      assert.equal(ip.payloadBytes, PAYLOAD.length);
    }
  });

  test(`IPv${version}: length 0 (segmentation offload): the packet ends where it was captured`, () => {
    const packet = ipPacket(path, PROTOCOL_TCP, PAYLOAD, 7);
    writeUint16(packet, version === 4 ? 2 : 4, 0);
    const whole = decodeIp(version, packet);
    assert.deepEqual(whole.payload, PAYLOAD);
    assert.equal(whole.ip.payloadBytes, PAYLOAD.length);
    const snapped = decodeIp(version, packet.subarray(0, -4), packet.length);
    assert.deepEqual(snapped.payload, PAYLOAD.subarray(0, -4));
    assert.equal(snapped.ip.payloadBytes, PAYLOAD.length);
  });

  test(`IPv${version}: a length beyond what the frame had counts as not captured`, () => {
    const packet = ipPacket(path, PROTOCOL_TCP, PAYLOAD, 7);
    writeUint16(packet, version === 4 ? 2 : 4, 1000);
    const { ip, payload, fault } = decodeIp(version, packet);
    assert.equal(fault, undefined);
    assert.deepEqual(payload, PAYLOAD);
    assert.equal(ip.payloadBytes, version === 4 ? 980 : 1000);
  });

  test(`IPv${version}: fragments are recognised`, () => {
    const data = new Uint8Array(100).map((_, at) => at);
    const ranges = evenRanges(data.length, 40);
    const packets = ipFragments(path, PROTOCOL_TCP, data, 0xcafe, ranges);
    packets.forEach((packet, index) => {
      const { ip, payload } = decodeIp(version, packet);
      assert.equal(ip.isFragment, true);
      assert.equal(ip.fragmentId, 0xcafe);
      assert.equal(ip.fragmentOffsetBytes, 40 * index);
      assert.equal(ip.moreFragments, index < 2);
      assert.equal(ip.protocol, PROTOCOL_TCP);
      assert.deepEqual(payload, data.subarray(40 * index, 40 * index + 40));
    });
  });
}

test('IPv4: options are stepped over', () => {
  const path = { ...PATH_4, ipv4Options: ROUTER_ALERT_OPTIONS };
  const { payload, ip } = decodeIp(4, ipPacket(path, PROTOCOL_TCP, PAYLOAD, 7));
  assert.deepEqual(payload, PAYLOAD);
  assert.equal(ip.payloadBytes, PAYLOAD.length);
  assert.equal(ip.damaged, false);
});

test('IPv4: the longest header there is', () => {
  const path = { ...PATH_4, ipv4Options: new Uint8Array(40).fill(1) };
  assert.deepEqual(decodeIp(4, ipPacket(path, PROTOCOL_TCP, PAYLOAD, 7)).payload, PAYLOAD);
});

test('IPv4: a wrong header checksum is damage, an empty one is not', () => {
  const packet = ipv4({});
  packet[8] = 63;
  assert.equal(decodeIp(4, packet).ip.damaged, true);
  writeUint16(packet, 10, 0);
  assert.equal(decodeIp(4, packet).ip.damaged, false);
});

test('IPv4: "do not fragment" and the reserved bit make no fragment', () => {
  for (const flags of [0x40, 0x80, 0xc0]) {
    assert.equal(decodeIp(4, ipv4({ 6: flags })).ip.isFragment, false);
  }
});

const BAD_4: { name: string; changes: Record<number, number> }[] = [
  { name: 'another version', changes: { 0: 0x65 } },
  { name: 'a header shorter than a header', changes: { 0: 0x44 } },
  { name: 'a header of no length', changes: { 0: 0x40 } },
  { name: 'a total length shorter than the header', changes: { 2: 0, 3: 19 } },
];

for (const { name, changes } of BAD_4) {
  test(`IPv4: ${name} is a bad header`, () => {
    assert.deepEqual(decodeIp(4, ipv4(changes)).fault, { layer: 'ipv4', reason: 'bad-header' });
  });
}

test('IPv6: another version is a bad header', () => {
  const packet = ipv6(PROTOCOL_TCP, PAYLOAD);
  packet[0] = 0x45;
  assert.deepEqual(decodeIp(6, packet).fault, { layer: 'ipv6', reason: 'bad-header' });
});

const AUTHENTICATION = concatBytes([Uint8Array.of(PROTOCOL_TCP, 4), new Uint8Array(22)]);

const EXTENSIONS: { name: string; next: number; headers: Uint8Array[] }[] = [
  { name: 'hop-by-hop options', next: 0, headers: [extension(6, 1)] },
  { name: 'routing', next: 43, headers: [extension(6, 3)] },
  { name: 'destination options', next: 60, headers: [extension(6, 2)] },
  { name: 'authentication, counted in fours', next: 51, headers: [AUTHENTICATION] },
  {
    name: 'three of them',
    next: 0,
    headers: [extension(43, 1), extension(60, 2), extension(6, 4)],
  },
  {
    name: 'a fragment header on a whole packet (RFC 6946)',
    next: 44,
    headers: [fragmentHeader(6, 0)],
  },
  {
    name: 'such a one between others',
    next: 0,
    headers: [extension(44, 1), fragmentHeader(60, 0), extension(6, 1)],
  },
];

for (const { name, next, headers } of EXTENSIONS) {
  test(`IPv6 extension: ${name}`, () => {
    const { ip, payload, fault } = decodeIp(6, ipv6(next, concatBytes([...headers, PAYLOAD])));
    assert.equal(fault, undefined);
    assert.equal(ip.protocol, PROTOCOL_TCP);
    assert.equal(ip.isFragment, false);
    assert.deepEqual(payload, PAYLOAD);
    assert.equal(ip.payloadBytes, PAYLOAD.length);
  });

  test(`IPv6 extension: ${name}, cut anywhere`, () => {
    const headerBytes = concatBytes(headers).length;
    const packet = ipv6(next, concatBytes([...headers, PAYLOAD]));
    for (let have = 0; have < headerBytes; have++) {
      const { fault } = decodeIp(6, packet.subarray(0, 40 + have), packet.length);
      assert.equal(fault?.reason, 'truncated');
      assert.equal(fault.layer, 'ipv6');
    }
  });
}

test('IPv6: what stands behind the fragment header of a fragment is left alone', () => {
  const packet = ipv6(44, concatBytes([fragmentHeader(60, 1), extension(6, 1), PAYLOAD]));
  const { ip } = decodeIp(6, packet);
  assert.equal(ip.isFragment, true);
  assert.equal(ip.protocol, 60);
  assert.equal(ip.payloadBytes, 8 + PAYLOAD.length);
});

test('IPv6: extension headers without end are a bad header', () => {
  const many = Array.from({ length: 20 }, () => extension(60, 1));
  assert.deepEqual(decodeIp(6, ipv6(60, concatBytes(many))).fault, {
    layer: 'ipv6',
    reason: 'bad-header',
  });
});

test('IPv6: an extension header longer than the packet is truncated', () => {
  const long = extension(6, 1);
  long[1] = 255;
  const { fault } = decodeIp(6, ipv6(60, concatBytes([long, PAYLOAD])));
  assert.deepEqual(fault, { layer: 'ipv6', reason: 'truncated', needBytes: 2048, haveBytes: 32 });
});

test('IPv6: an end of headers (59) or an unknown header is the protocol', () => {
  for (const protocol of [59, 17, 58, 50, 253]) {
    assert.equal(decodeIp(6, ipv6(protocol, PAYLOAD)).ip.protocol, protocol);
  }
});
