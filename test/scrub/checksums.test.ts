/** Checksums of scrubbed packets, by other programs and, where bytes are missing, with those put back. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Packet } from '../../src/capture/packet-source.ts';
import { decodeIpv4, decodeIpv6, emptyIpPacket, type IpPacket } from '../../src/wire/ip.ts';
import { findIp, type IpPlace } from '../../src/wire/link.ts';
import { judgeTcpChecksum } from '../../src/wire/tcp-checksum.ts';
import { makeCase, pcapOfCases, type CaptureCase } from '../tools/capture-case.ts';
import type { Frame } from '../tools/frame.ts';
import type { LinkKind } from '../tools/link-frame.ts';
import { RECIPES, type Recipe } from '../tools/recipe.ts';
import { inDirectory, packetsOf, scrubBytes } from './scrubbed.ts';

function caseOf(name: string, family: 4 | 6, link: LinkKind, seed = 5): CaptureCase {
  const recipe = RECIPES.find((known) => known.name === name);
  assert.ok(recipe !== undefined, name);
  return makeCase({ recipe, seed, family, link }, 77_001);
}

function ipOf(packet: Packet): IpPacket {
  const place: IpPlace = { version: 4, start: 0 };
  assert.equal(findIp(packet, place), undefined);
  const ip = emptyIpPacket();
  const decode = place.version === 4 ? decodeIpv4 : decodeIpv6;
  const fault = decode(packet.data, place.start, packet.end, packet.originalBytes, ip);
  assert.equal(fault, undefined);
  return ip;
}

const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0;

/** One line a packet, checksums verified. */
function tcpdump(capture: Uint8Array): Promise<string[]> {
  return inDirectory((directory) => {
    const file = join(directory, 'capture');
    writeFileSync(file, capture);
    const run = spawnSync('tcpdump', ['-nn', '-vv', '-r', file], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    return Promise.resolve(run.stdout.split('\n').filter((line) => /cksum|proto TCP/.test(line)));
  });
}

describe('scrubbed checksums by tcpdump', { skip: !hasTcpdump && 'no tcpdump' }, () => {
  const kinds: [recipe: string, family: 4 | 6, link: LinkKind][] = [
    ['plain', 4, 'ethernet'],
    ['sums left to the card', 4, 'vlan'],
    ['sums of zero', 6, 'ethernet'],
    ['wrong sums throughout', 4, 'cooked-v1'],
    ['damaged, then right', 4, 'pppoe'],
    ['IP options and extension headers', 4, 'raw'],
    ['plain', 6, 'cooked-v2'],
    ['larger than any MTU', 4, 'ethernet'],
    ['a fifth disturbed, chunked', 6, 'qinq'],
  ];
  for (const [recipe, family, link] of kinds) {
    test(`${recipe}, IPv${family}, ${link}`, async () => {
      const one = caseOf(recipe, family, link);
      const before = await tcpdump(pcapOfCases([one], link));
      const { bytes, report } = await scrubBytes(pcapOfCases([one], link));
      const lines = await tcpdump(bytes);
      const wrong = lines.filter((line) => /incorrect|bad cksum/.test(line));
      assert.deepEqual(wrong, []);
      const right = lines.filter((line) => line.includes('(correct)'));
      assert.equal(right.length, report.written, `of ${before.length} lines`);
    });
  }
});

/** The frame that became the packet: left out ones are passed over. */
function* pairs(frames: readonly Frame[], packets: readonly Packet[]): Generator<[Frame, Packet]> {
  let at = 0;
  for (const packet of packets) {
    let frame = frames[at++];
    while (frame !== undefined && Math.abs(frame.timeMs - packet.timeMs) > 0.001) {
      frame = frames[at++];
    }
    assert.ok(frame !== undefined);
    yield [frame, packet];
  }
}

const SNAPPED: Recipe = {
  name: 'snapped often',
  conversation: { maxRecords: 60 },
  frames: (frames) =>
    frames.map((frame, at) => ({
      ...frame,
      capturedBytes: Math.min(frame.bytes.length, 200 + (at % 9)),
    })),
};

describe('scrubbed checksums where bytes are missing', () => {
  for (const family of [4, 6] as const) {
    test(`snapped packets, IPv${family}`, async () => {
      const one = makeCase({ recipe: SNAPPED, seed: 6, family, link: 'raw' }, 77_002);
      const { bytes } = await scrubBytes(pcapOfCases([one], 'raw'));
      let snapped = 0;
      for (const [frame, packet] of pairs(one.frames, await packetsOf(bytes))) {
        if (packet.end === packet.originalBytes) continue;
        snapped++;
        const data = Uint8Array.from([...packet.data, ...frame.bytes.subarray(packet.end)]);
        const whole = { ...packet, data, end: data.length };
        assert.equal(judgeTcpChecksum(ipOf(whole)), 'right');
      }
      assert.ok(snapped > 5, `${snapped} snapped`);
    });

    test(`a datagram of which fragments are missing, IPv${family}`, async () => {
      const found: number[] = [];
      for (let seed = 1; seed < 12; seed++) {
        found.push(
          await checkIncompleteDatagrams(caseOf('fragments, 5 % lost', family, 'raw', seed)),
        );
      }
      assert.ok(found.reduce((sum, count) => sum + count) > 3, `${found.join(' ')} datagrams`);
    });
  }
});

/** Puts the missing fragments back, as they were. Returns how many datagrams were incomplete. */
async function checkIncompleteDatagrams(one: CaptureCase): Promise<number> {
  const { bytes } = await scrubBytes(pcapOfCases([one], 'raw'));
  const datagrams = new Map<number, { segment: Uint8Array; there: Uint8Array; ip: IpPacket }>();
  const sent = sentSegments(one);
  for (const [frame, packet] of pairs(one.frames, await packetsOf(bytes))) {
    const ip = ipOf(packet);
    if (!ip.isFragment) continue;
    const original = sent.get(frame.datagram) ?? new Uint8Array(0);
    const datagram = datagrams.get(frame.datagram) ?? {
      segment: Uint8Array.from(original),
      there: new Uint8Array(original.length),
      ip,
    };
    datagrams.set(frame.datagram, datagram);
    datagram.segment.set(ip.data.subarray(ip.payloadStart, ip.payloadEnd), ip.fragmentOffsetBytes);
    datagram.there.fill(1, frame.part.start, frame.part.end);
  }
  let incomplete = 0;
  for (const { segment, there, ip } of datagrams.values()) {
    if (there.includes(0)) incomplete++;
    const addressBytes = ip.version === 4 ? 8 : 32;
    const addresses = ip.data.subarray(ip.sourceAt, ip.sourceAt + addressBytes);
    const data = Uint8Array.from([...addresses, ...segment]);
    const verdict = judgeTcpChecksum({
      ...ip,
      data,
      sourceAt: 0,
      destinationAt: addressBytes / 2,
      payloadStart: addressBytes,
      payloadEnd: data.length,
      payloadBytes: segment.length,
    });
    assert.equal(verdict, 'right');
  }
  return incomplete;
}

/** TCP segments of fragmented datagrams as they were sent, lost fragments included. */
function sentSegments(one: CaptureCase): Map<number, Uint8Array> {
  const segments = new Map<number, Uint8Array>();
  const again = makeCase(
    { ...one, recipe: { ...one.recipe, frames: (frames) => frames }, link: 'raw' },
    one.number,
  );
  const numbers = new Map<string, number>();
  const nameOf = (frame: Frame): string =>
    `${frame.timeMs}/${frame.part.start}/${frame.segment.offset}`;
  for (const frame of one.frames) numbers.set(nameOf(frame), frame.datagram);
  const byNewNumber = new Map<number, number>();
  for (const frame of again.frames) {
    const number = numbers.get(nameOf(frame));
    if (number !== undefined) byNewNumber.set(frame.datagram, number);
  }
  for (const frame of again.frames) {
    const number = byNewNumber.get(frame.datagram);
    if (number === undefined) continue;
    const segment = segments.get(number) ?? new Uint8Array(frame.segmentBytes);
    const bytes = frame.bytes.subarray(
      frame.partStart,
      frame.partStart + frame.part.end - frame.part.start,
    );
    segment.set(bytes, frame.part.start);
    segments.set(number, segment);
  }
  return segments;
}
