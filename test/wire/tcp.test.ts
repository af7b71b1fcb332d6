import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeTcp, emptyTcpSegment, type TcpSegment } from '../../src/wire/tcp.ts';
import type { WireFault } from '../../src/wire/wire-fault.ts';
import {
  concatBytes,
  latin1,
  onesSum,
  parseAddress,
  uint16,
  uint32,
  writeUint16,
} from '../tools/bytes.ts';
import { ipPacket, type IpPath } from '../tools/ip-packet.ts';
import { Random } from '../tools/random.ts';
import {
  ACK,
  FIN,
  mssOption,
  PSH,
  tcpSegment,
  timestampOption,
  type ChecksumKind,
} from '../tools/tcp-segment.ts';
import { decodeIp } from './packets.ts';

const PATHS: Record<4 | 6, IpPath> = {
  4: {
    source: parseAddress('192.168.1.50'),
    destination: parseAddress('198.51.100.66'),
    ipv4Options: new Uint8Array(0),
    ipv6Extensions: [],
  },
  6: {
    source: parseAddress('2001:db8::7'),
    destination: parseAddress('2001:db8::8'),
    ipv4Options: new Uint8Array(0),
    ipv6Extensions: [],
  },
};
const HEADER = {
  sourcePort: 54_321,
  destinationPort: 80,
  sequence: 0xfffffffe,
  acknowledgement: 0x80000001,
  flags: ACK | PSH | FIN,
  window: 8192,
  urgentPointer: 0,
  options: concatBytes([mssOption(536), timestampOption(1, 2)]),
};
const DATA = latin1('100\tSPMS\r\n');

function build(version: 4 | 6, checksum: ChecksumKind, payload = DATA): Uint8Array {
  const { source, destination } = PATHS[version];
  return tcpSegment(HEADER, payload, source, destination, checksum, new Random(1));
}

function decode(
  version: 4 | 6,
  tcp: Uint8Array,
  capturedBytes = Infinity,
): { segment: TcpSegment; fault: WireFault | undefined; payload: Uint8Array } {
  const packet = ipPacket(PATHS[version], 6, tcp, 1);
  const { ip } = decodeIp(version, packet.subarray(0, capturedBytes), packet.length);
  const segment = emptyTcpSegment();
  const fault = decodeTcp(ip, segment);
  return {
    segment,
    fault,
    payload: segment.data.subarray(segment.payloadStart, segment.payloadEnd),
  };
}

for (const version of [4, 6] as const) {
  const ipHeaderBytes = version === 4 ? 20 : 40;

  test(`IPv${version}: every field of a segment with options`, () => {
    const { segment, fault, payload } = decode(version, build(version, 'right'));
    assert.equal(fault, undefined);
    assert.equal(segment.ipVersion, version);
    assert.equal(segment.sourcePort, 54_321);
    assert.equal(segment.destinationPort, 80);
    assert.equal(segment.seq, 0xfffffffe);
    assert.equal(segment.ack, 0x80000001);
    assert.equal(segment.flags, ACK | PSH | FIN);
    assert.deepEqual(payload, DATA);
    assert.equal(segment.payloadBytes, DATA.length);
    const addressBytes = PATHS[version].source.length;
    const address = (at: number) => segment.data.slice(at, at + addressBytes);
    assert.deepEqual(address(segment.sourceAt), PATHS[version].source);
    assert.deepEqual(address(segment.destinationAt), PATHS[version].destination);
  });

  test(`IPv${version}: a segment without payload`, () => {
    const { segment, payload } = decode(version, build(version, 'right', new Uint8Array(0)));
    assert.equal(payload.length, 0);
    assert.equal(segment.payloadBytes, 0);
  });

  test(`IPv${version}: captured in part, the header whole`, () => {
    const tcp = build(version, 'right');
    const captured = ipHeaderBytes + tcp.length - 3;
    const { segment, fault, payload } = decode(version, tcp, captured);
    assert.equal(fault, undefined);
    assert.deepEqual(payload, DATA.subarray(0, -3));
    assert.equal(segment.payloadBytes, DATA.length);
    assert.equal(segment.checksum, 'unknown');
  });

  test(`IPv${version}: cut anywhere in the header it is truncated`, () => {
    const tcp = build(version, 'right');
    const headerBytes = tcp.length - DATA.length;
    for (let have = 0; have < headerBytes; have++) {
      const needBytes = have < 20 ? 20 : headerBytes;
      assert.deepEqual(decode(version, tcp, ipHeaderBytes + have).fault, {
        layer: 'tcp',
        reason: 'truncated',
        needBytes,
        haveBytes: have,
      });
    }
  });

  test(`IPv${version}: a data offset that lies is a bad header`, () => {
    for (const words of [0, 4, 15]) {
      const tcp = build(version, 'right');
      tcp[12] = words << 4;
      const { fault } = decode(version, tcp.subarray(0, 40));
      assert.deepEqual(fault, { layer: 'tcp', reason: 'bad-header' });
    }
  });

  test(`IPv${version}: checksum verdicts`, () => {
    const verdict = (tcp: Uint8Array) => decode(version, tcp).segment.checksum;
    assert.equal(verdict(build(version, 'right')), 'right');
    assert.equal(verdict(build(version, 'right', DATA.subarray(1))), 'right', 'odd length');
    assert.equal(verdict(build(version, 'zero')), 'offloaded');
    assert.equal(verdict(build(version, 'pseudo-only')), 'offloaded');
    assert.equal(verdict(build(version, 'random')), 'wrong');
    const damaged = build(version, 'right');
    damaged[damaged.length - 1] = 0x0b;
    assert.equal(verdict(damaged), 'wrong');
  });

  test(`IPv${version}: the pseudo header without the length, as segmentation offload leaves it`, () => {
    const { source, destination } = PATHS[version];
    const pseudo = onesSum(concatBytes([source, destination, uint16(6)]));
    const tcp = build(version, 'right');
    writeUint16(tcp, 16, pseudo);
    assert.equal(decode(version, tcp).segment.checksum, 'offloaded');
  });

  test(`IPv${version}: every single flipped bit makes a right checksum wrong`, () => {
    for (let bit = 0; bit < build(version, 'right').length * 8; bit++) {
      const tcp = build(version, 'right');
      tcp[bit >> 3] = (tcp[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const { segment, fault } = decode(version, tcp);
      if (fault === undefined) assert.notEqual(segment.checksum, 'right', `bit ${bit}`);
    }
  });
}

test('a damaged IPv4 header makes the segment doubtful, whatever its own checksum', () => {
  const packet = ipPacket(PATHS[4], 6, build(4, 'right'), 1);
  packet[8] = 1;
  const { ip } = decodeIp(4, packet);
  const segment = emptyTcpSegment();
  assert.equal(decodeTcp(ip, segment), undefined);
  assert.equal(segment.checksum, 'wrong');
});

test('numbers above 2^31 stay positive', () => {
  const tcp = concatBytes([
    uint16(65_535),
    uint16(65_535),
    uint32(0xffffffff),
    uint32(0xfffffffe),
    uint32(0x5002ffff),
    uint32(0),
  ]);
  const { segment } = decode(4, tcp);
  assert.equal(segment.seq, 0xffffffff);
  assert.equal(segment.ack, 0xfffffffe);
  assert.equal(segment.sourcePort, 65_535);
});
