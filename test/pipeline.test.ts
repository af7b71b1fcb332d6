/** The stages joined: what the pipeline itself decides, and what must hold over all of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pipeline, type PipelineOptions } from '../src/pipeline.ts';
import { DEFAULT_REASSEMBLY_LIMITS, type ReassemblyLimits } from '../src/reassembly/limits.ts';
import { parseIpAddress } from '../src/wire/ip-address.ts';
import { forSeeds } from './base/seeds.ts';
import { conversation, type Conversation, type ConversationOptions } from './tools/conversation.ts';
import { fragment } from './tools/disturb.ts';
import { encodeFrames, PLAIN, type Encoding, type Frame } from './tools/frame.ts';
import { LINK_KINDS, linkTypeOf, onlyFamily } from './tools/link-frame.ts';
import { mutatePacket } from './tools/mutate.ts';
import { Random } from './tools/random.ts';

interface Run {
  pipeline: Pipeline;
  records: string[];
}

function start(options: Partial<PipelineOptions> = {}): Run {
  const records: string[] = [];
  const pipeline = new Pipeline({
    record: ({ data, start: from, end }) => {
      records.push(Buffer.from(data.subarray(from, end)).toString('latin1'));
    },
    ...options,
  });
  return { pipeline, records };
}

/** One buffer for all packets, overwritten after each, as sources do. */
const REUSED = Buffer.alloc(70_000);

function push(pipeline: Pipeline, { bytes, timeMs, capturedBytes }: Frame, linkType = 1): void {
  REUSED.set(bytes.subarray(0, capturedBytes), 7);
  const packet = { timeMs, linkType, data: REUSED, start: 7, end: 7 + capturedBytes };
  pipeline.packet({ ...packet, originalBytes: bytes.length });
  REUSED.fill(0xdd, 0, capturedBytes + 14);
}

function sentIn({ connections }: Conversation): string[] {
  return connections.flatMap(({ records }) => records.map(({ line }) => line));
}

function framesOf(
  overrides: Partial<ConversationOptions>,
  encoding: Partial<Encoding> = {},
): { made: Conversation; frames: Frame[] } {
  const made = conversation(overrides, new Random(5));
  return { made, frames: encodeFrames(made.segments, { ...PLAIN, ...encoding }, new Random(6)) };
}

/** A conversation that takes many segments. */
function longOne(overrides: Partial<ConversationOptions> = {}): Conversation {
  for (let seed = 1; ; seed++) {
    const made = conversation({ maxRecords: 40, ...overrides }, new Random(seed));
    if (sentIn(made).length >= 30) return made;
  }
}

for (const link of LINK_KINDS) {
  test(`all records out of ${link}`, () => {
    const family = onlyFamily(link) ?? 4;
    const { made, frames } = framesOf({ family }, { link });
    const { pipeline, records } = start();
    const linkType = linkTypeOf(link) === 12 ? 101 : linkTypeOf(link);
    for (const frame of frames) push(pipeline, frame, linkType);
    pipeline.finish();
    assert.deepEqual(records, sentIn(made));
    assert.equal(pipeline.packets.skipped.size, 0);
    assert.equal(pipeline.tcp.counters.checksumsWrong, 0);
    assert.equal(pipeline.telemetry.counters.unanswered, 0);
  });
}

test('only packets from or to the supervisor are read', () => {
  const ours = framesOf({ caseNumber: 1 });
  const others = framesOf({ caseNumber: 2 });
  const supervisor = parseIpAddress(ours.made.connections[0]?.supervisor.address ?? '');
  assert.ok(supervisor !== undefined);
  const { pipeline, records } = start({ supervisor });
  const frames = [...ours.frames, ...others.frames].sort((a, b) => a.timeMs - b.timeMs);
  for (const frame of frames) push(pipeline, frame);
  pipeline.finish();
  assert.deepEqual(records, sentIn(ours.made));
  assert.equal(pipeline.packets.otherHosts, others.frames.length);
  assert.equal(pipeline.packets.packets, frames.length);
});

test('fragments of the supervisor are read, too', () => {
  const made = longOne();
  const segments = fragment(made.segments, 1, false, new Random(1));
  const supervisor = parseIpAddress(made.connections[0]?.supervisor.address ?? '');
  const { pipeline, records } = start({ supervisor });
  for (const frame of encodeFrames(segments, PLAIN, new Random(6))) push(pipeline, frame);
  pipeline.finish();
  assert.deepEqual(records, sentIn(made));
  assert.ok(pipeline.fragments.counters.datagrams > 5);
});

test('what cannot be read is counted by layer and reason', () => {
  const { pipeline } = start();
  const hex = (text: string, linkType = 1) => {
    const data = Buffer.from(text, 'hex');
    const packet = { timeMs: 0, linkType, data, start: 0, end: data.length };
    pipeline.packet({ ...packet, originalBytes: data.length });
  };
  const mac = 'ffffffffffff0022f2010203';
  const ipv4 = '0001000040110000c0a80101c0a80102';
  hex('0011');
  hex(`${mac}0806`);
  hex('00', 147);
  hex(`${mac}08004500`);
  hex(`${mac}080045000014${ipv4}`);
  hex(`${mac}08004400001c${ipv4}`);
  hex(`${mac}0800450000180001000040060000c0a80101c0a8010200500050`);
  hex(`${mac}86dd60`);
  pipeline.finish();
  assert.deepEqual(Object.fromEntries(pipeline.packets.skipped), {
    'link/truncated': 1,
    'link/not-ip': 1,
    'link/unsupported-link-type': 1,
    'ipv4/truncated': 1,
    'ipv4/not-tcp': 1,
    'ipv4/bad-header': 1,
    'tcp/truncated': 1,
    'ipv6/truncated': 1,
  });
});

test('snapped packets are counted, and what they lack is a gap', () => {
  const made = longOne();
  const frames = encodeFrames(made.segments, PLAIN, new Random(6));
  const { pipeline, records } = start();
  const snapped = frames.map((frame) => ({
    ...frame,
    capturedBytes: Math.min(frame.bytes.length, 400),
  }));
  for (const frame of snapped) push(pipeline, frame);
  pipeline.finish();
  const cut = frames.filter(({ bytes }) => bytes.length > 400).length;
  assert.ok(cut > 0);
  assert.equal(pipeline.packets.snapped, cut);
  assert.ok(pipeline.tcp.counters.gaps > 0);
  const sent = new Set(sentIn(made));
  assert.ok(records.length > 0 && records.length < sent.size);
  for (const record of records) assert.ok(sent.has(record), record);
});

test('a snapped packet without a length of its own is known by what it had on the wire', () => {
  const made = longOne();
  const { pipeline } = start();
  for (const frame of encodeFrames(made.segments, PLAIN, new Random(6))) {
    if (frame.bytes.length > 300) {
      // Segmentation offload leaves the length and the header checksum to the card.
      frame.bytes.fill(0, 16, 18);
      frame.bytes.fill(0, 24, 26);
      frame.capturedBytes = 300;
    }
    push(pipeline, frame);
  }
  pipeline.finish();
  assert.ok(pipeline.tcp.counters.gaps > 0);
  assert.equal(pipeline.tcp.counters.checksumsWrong, 0);
});

test('a damaged IP header is counted, and the packet doubted', () => {
  const { made, frames } = framesOf({ connecting: 'kept' });
  const { pipeline, records } = start();
  const damagedAt = frames.findIndex(({ segment }) => segment.payload.length > 0);
  frames.forEach((frame, i) => {
    if (i === damagedAt) {
      const bytes = frame.bytes.slice();
      bytes[22] = 1; // time to live
      push(pipeline, { ...frame, bytes });
    }
    push(pipeline, frame);
  });
  pipeline.finish();
  assert.deepEqual(records, sentIn(made));
  assert.equal(pipeline.packets.headersDamaged, 1);
  assert.equal(pipeline.tcp.counters.checksumsWrong, 1);
});

test('time that goes by without packets gives up what is waited for', () => {
  const made = longOne({ requests: 1, ending: 'open' });
  const frames = encodeFrames(made.segments, PLAIN, new Random(6));
  const { pipeline, records } = start();
  const dataFrames = frames.filter(({ segment }) => segment.payload.length > 0);
  const lost = dataFrames[2];
  for (const frame of frames) if (frame !== lost) push(pipeline, frame);
  const before = records.length;
  pipeline.tick(9000);
  assert.equal(records.length, before);
  pipeline.tick(2000);
  assert.ok(records.length > before, 'acknowledged: given up after ten seconds');
  assert.equal(pipeline.tcp.counters.gaps, 1);
  const sent = new Set(sentIn(made));
  for (const record of records) assert.ok(sent.has(record), record);
});

test('fragments that never become a datagram are given up by time alone', () => {
  const made = longOne();
  const segments = fragment(made.segments, 1, false, new Random(1));
  const { pipeline } = start();
  const frames = encodeFrames(segments, PLAIN, new Random(6));
  for (const frame of frames)
    if (frame.part.start !== 0 || frame.part.end < 30) push(pipeline, frame);
  assert.ok(pipeline.fragments.heldBytes > 0);
  pipeline.tick(6000);
  assert.equal(pipeline.fragments.heldBytes, 0);
});

test('segments with wrong checksums are read, or refused where that is asked for', () => {
  const made = conversation({}, new Random(5));
  const segments = made.segments.map((segment) => ({ ...segment, checksum: 'random' as const }));
  for (const refuseWrongChecksums of [false, true]) {
    const { pipeline, records } = start({ refuseWrongChecksums });
    for (const frame of encodeFrames(segments, PLAIN, new Random(6))) push(pipeline, frame);
    pipeline.finish();
    assert.deepEqual(records, refuseWrongChecksums ? [] : sentIn(made));
    assert.equal(pipeline.tcp.counters.checksumsWrong, segments.length);
  }
});

test('a clock set back or ahead between packets loses nothing', () => {
  for (const leapMs of [-86_400_000, 86_400_000, -30_000]) {
    const { made, frames } = framesOf({ connecting: 'kept' });
    const { pipeline, records } = start();
    const half = Math.floor(frames.length / 2);
    frames.forEach((frame, i) => {
      push(pipeline, { ...frame, timeMs: frame.timeMs + (i >= half ? leapMs : 0) });
    });
    pipeline.finish();
    assert.deepEqual(records, sentIn(made));
  }
});

test('how late answers come is measured in packet time', () => {
  const { frames } = framesOf({ requests: 1 });
  const { pipeline } = start();
  const isAnswer = ({ segment }: Frame) =>
    segment.direction === 'toSupervisor' && segment.payload.length > 0;
  const first = frames.findIndex(isAnswer);
  frames.forEach((frame, i) => {
    push(pipeline, { ...frame, timeMs: frame.timeMs + (i >= first ? 1500 : 0) });
  });
  pipeline.finish();
  const { answered, answerMsTotal } = pipeline.telemetry.counters;
  assert.equal(answered, 1);
  assert.ok(answerMsTotal >= 1500 && answerMsTotal < 1600, `${answerMsTotal}`);
});

const TIGHT: ReassemblyLimits = {
  ...DEFAULT_REASSEMBLY_LIMITS,
  handshakes: 16,
  connections: 8,
  heldBytesPerDirection: 4000,
  heldRunsPerDirection: 6,
  heldBytesTotal: 12_000,
  datagrams: 4,
  fragmentBytesTotal: 6000,
  fragmentRuns: 4,
};

for (const [name, limits] of [
  ['default', DEFAULT_REASSEMBLY_LIMITS],
  ['tight', TIGHT],
] as const) {
  test(`mutated packets: nothing throws, and what is held stays within ${name} limits`, () => {
    forSeeds(4, (random) => {
      const { pipeline } = start({ limits });
      const frames = Array.from({ length: 12 }, (_, caseNumber) => {
        const family = random.pick([4, 6] as const);
        const made = conversation(
          { caseNumber, family, ending: 'open', segmentBytes: 536 },
          random,
        );
        const segments = fragment(made.segments, 0.3, true, random);
        return encodeFrames(segments, PLAIN, random);
      }).flat();
      let timeMs = 0;
      for (let input = 0; input < 2500; input++) {
        const { bytes } = random.pick(frames);
        const mutated = random.chance(0.4) ? bytes : mutatePacket(bytes, random);
        timeMs += random.chance(0.01) ? random.int(-5000, 200_000) : random.int(0, 20);
        const frame = { ...frames[0]!, bytes: mutated, capturedBytes: mutated.length, timeMs };
        push(pipeline, frame, random.chance(0.95) ? 1 : random.pick([0, 9, 51, 101, 113, 276]));
        const held = pipeline.tcp.heldBytes;
        assert.ok(held >= 0 && held <= limits.heldBytesTotal, `${held} bytes held`);
        assert.ok(pipeline.fragments.heldBytes >= 0);
        assert.ok(pipeline.fragments.heldBytes <= limits.fragmentBytesTotal);
        assert.ok(pipeline.tcp.connectionCount <= limits.connections);
      }
      pipeline.finish();
      assert.equal(pipeline.tcp.heldBytes, 0);
      assert.equal(pipeline.fragments.heldBytes, 0);
      assert.equal(pipeline.tcp.connectionCount, 0);
    });
  });
}
