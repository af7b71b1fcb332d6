/** The made-up captures against other readers of packets, and the oracle against plain examples. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Frame } from './frame.ts';
import type { ChecksumKind } from './tcp-segment.ts';
import { conversation } from './conversation.ts';
import { duplicate, fragment, overlap, reorder, retransmit, snap } from './disturb.ts';
import { PLAIN, encodeFrames, pcapOf } from './frame.ts';
import { LINK_KINDS, onlyFamily } from './link-frame.ts';
import { makeCase } from './capture-case.ts';
import { Random } from './random.ts';
import { inTemporaryDirectory } from './replay-run.ts';
import { judge, truthOf } from './truth.ts';

function installed(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

function tcpdump(capture: Uint8Array): string {
  return inTemporaryDirectory((directory) => {
    const file = join(directory, 'capture.pcap');
    writeFileSync(file, capture);
    return spawnSync('tcpdump', ['-vvnr', file], { encoding: 'utf8' }).stdout;
  });
}

const skipTcpdump = installed('tcpdump') ? false : 'tcpdump is not installed';
const skipTcpflow = installed('tcpflow') ? false : 'tcpflow is not installed';

for (const link of LINK_KINDS) {
  for (const family of [4, 6] as const) {
    if (family !== (onlyFamily(link) ?? family)) continue;
    test(`tcpdump reads ${link}, IPv${family}`, { skip: skipTcpdump }, () => {
      const random = new Random(1);
      const said = conversation({ family, oddities: true, connecting: 'kept' }, random);
      const frames = encodeFrames(said.segments, { ...PLAIN, link }, random);
      const text = tcpdump(pcapOf(frames, link));
      assert.equal(text.match(/cksum 0x[0-9a-f]+ \(correct\)/g)?.length, frames.length);
      assert.doesNotMatch(text, /incorrect|bad |truncated|unsupported/);
    });
  }
}

const WRONG_SUMS: ChecksumKind[] = ['pseudo-only', 'zero', 'random'];

for (const checksum of WRONG_SUMS) {
  test(`tcpdump finds the sum wrong: ${checksum}`, { skip: skipTcpdump }, () => {
    const random = new Random(1);
    const { segments } = conversation({}, random);
    const frames = encodeFrames(
      segments.map((one) => ({ ...one, checksum })),
      PLAIN,
      random,
    );
    const text = tcpdump(pcapOf(frames, 'ethernet'));
    assert.equal(text.match(/cksum 0x[0-9a-f]+ \(incorrect/g)?.length, frames.length);
  });
}

test('tcpflow puts a disturbed conversation together as it was sent', { skip: skipTcpflow }, () => {
  const random = new Random(4);
  const said = conversation({ maxRecords: 40, requests: 5, family: 4 }, random);
  let segments = overlap(said.segments, 0.2, random);
  segments = retransmit(segments, 0.2, random);
  segments = reorder(segments, 0.2, 3, random);
  // Without a link layer: tcpflow takes the padding of short Ethernet frames for data.
  const encoded = encodeFrames(segments, { ...PLAIN, link: 'raw' }, random);
  const frames = duplicate(encoded, 0.1, 3, random);
  inTemporaryDirectory((directory) => {
    const file = join(directory, 'capture.pcap');
    writeFileSync(file, pcapOf(frames, 'raw'));
    spawnSync('tcpflow', ['-r', file, '-o', directory]);
    const toCollector = readdirSync(directory).filter((name) => name.endsWith('.00080'));
    const put = toCollector.map((name) => readFileSync(join(directory, name), 'latin1')).sort();
    const sent = said.connections
      .map(({ streams }) => Buffer.from(streams.toCollector).toString('latin1'))
      .sort();
    assert.equal(put.length, sent.length);
    assert.ok(put.every((stream, place) => stream === sent[place]));
  });
});

/** Five records of one request, in segments of 100 bytes. */
const small = makeCase(
  {
    recipe: { name: 'small', conversation: { requests: 1, maxRecords: 6, segmentBytes: 100 } },
    seed: 6,
    family: 4,
    link: 'ethernet',
  },
  0,
);

function truthWithout(isMissing: (frame: Frame) => boolean): Set<string> {
  return truthOf(
    small.connections,
    small.frames.filter((frame) => !isMissing(frame)),
  ).must;
}

function carries(frame: Frame, offset: number): boolean {
  const { direction, offset: start, payload } = frame.segment;
  return direction === 'toCollector' && start <= offset && offset < start + payload.length;
}

test('the oracle: all captured, all to be found', () => {
  const lines = small.connections.flatMap(({ records }) => records.map(({ line }) => line));
  assert.ok(lines.length > 2);
  assert.deepEqual([...truthWithout(() => false)], lines);
});

test('the oracle: a missing packet takes the lines it touches, and the next if their end was in it', () => {
  for (const record of small.connections[0]!.records) {
    for (const offset of [record.lineFeedBefore, record.start, record.end - 1]) {
      assert.ok(!truthWithout((frame) => carries(frame, offset)).has(record.line));
    }
    const before = record.lineFeedBefore - 1;
    const apart = !small.frames.some(
      (frame) => carries(frame, before) && carries(frame, before + 1),
    );
    if (apart) assert.ok(truthWithout((frame) => carries(frame, before)).has(record.line));
  }
});

test('the oracle: the captured part of a snapped packet counts', () => {
  const record = small.connections[0]!.records[0]!;
  const cutAt = (offset: number): Frame[] =>
    small.frames.map((frame) => {
      const headers = frame.partStart + frame.tcpHeaderBytes;
      return carries(frame, offset)
        ? { ...frame, capturedBytes: headers + offset - frame.segment.offset }
        : frame;
    });
  assert.ok(!truthOf(small.connections, cutAt(record.end - 1)).must.has(record.line));
  const justBehind = cutAt(record.end);
  assert.ok(truthOf(small.connections, justBehind).must.has(record.line));
});

test('the oracle: a datagram in fragments counts when it is whole', () => {
  const random = new Random(1);
  const said = conversation({ requests: 1, maxRecords: 20 }, random);
  const frames = encodeFrames(fragment(said.segments, 1, false, random), PLAIN, random);
  const lines = said.connections.flatMap(({ records }) => records.map(({ line }) => line));
  assert.equal(truthOf(said.connections, frames).must.size, lines.length);
  const [lost] = frames.filter(({ part, segmentBytes }) => part.end - part.start < segmentBytes);
  const copies = frames.filter(
    (frame) => frame.datagram !== lost!.datagram || frame.part.start !== lost!.part.start,
  );
  assert.ok(truthOf(said.connections, copies).must.size < lines.length);
});

test('the judge names what is missing, invented, repeated and out of order', () => {
  const [one = '', two = '', ...rest] = [...small.truth.must];
  const verdict = judge(small.truth, [two, one, one, 'never sent', ...rest.slice(1)]);
  assert.deepEqual(verdict, {
    missing: [rest[0]],
    invented: ['never sent'],
    repeated: [one],
    disordered: [two],
  });
});

test('the same seed makes the same capture', () => {
  const again = (): Uint8Array => {
    const random = new Random(77);
    const { segments } = conversation({ oddities: true, framing: 'either' }, random);
    return pcapOf(snap(encodeFrames(segments, PLAIN, random), 0.2, random), 'ethernet');
  };
  assert.deepEqual(again(), again());
});
