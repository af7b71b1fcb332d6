/** What lasts or weighs much: pauses, days on one connection, large bodies, floods, clocks that jump. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Frame } from '../tools/frame.ts';
import type { Message } from '../tools/message.ts';
import { concatBytes, latin1 } from '../tools/bytes.ts';
import { makeCase } from '../tools/capture-case.ts';
import { Dialogue } from '../tools/dialogue.ts';
import { PLAIN, encodeFrames, pcapOf } from '../tools/frame.ts';
import { collectorAnswer, supervisorRequest } from '../tools/message.ts';
import { Random } from '../tools/random.ts';
import { LineMaker } from '../tools/record-line.ts';
import { foundRecords, recordLine, replayBytes, runSuntap } from '../tools/replay-run.ts';
import type { Segment } from '../tools/segment.ts';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap-writer.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 4, 10);
const DIGITS = '20260510000003';

function dialogueAt(segmentBytes: number, supervisor = '192.168.1.50'): Dialogue {
  return new Dialogue({
    supervisor: { address: supervisor, port: 40_000 },
    collector: { address: '203.0.113.9', port: 80 },
    isn: { toCollector: 4_294_960_000, toSupervisor: 9 },
    timestamps: false,
    startMs: START_MS,
    nextSegmentBytes: () => segmentBytes,
    ackEvery: 2,
    stepMs: 1,
  });
}

function requestOf(lines: readonly string[]): Message {
  return supervisorRequest(lines, { supervisorSerial: 'TACLC1', sentDigits: DIGITS });
}

function framesOf(segments: readonly Segment[]): Frame[] {
  return encodeFrames(segments, PLAIN, new Random(1));
}

function linesFound(capture: Uint8Array): string[] {
  const run = replayBytes(capture);
  assert.equal(run.code, 0, run.stderr);
  return foundRecords(run.stdout).map(recordLine);
}

/** Pauses between one request and the next, and in the middle of each. */
const PAUSES: { name: string; betweenMs: number; withinMs: number; probes: boolean }[] = [
  { name: 'five minutes between requests', betweenMs: 5 * MINUTE_MS, withinMs: 0, probes: false },
  { name: 'probes every 75 seconds', betweenMs: 5 * MINUTE_MS, withinMs: 0, probes: true },
  { name: 'two hours between requests', betweenMs: 120 * MINUTE_MS, withinMs: 0, probes: false },
  {
    name: 'two minutes in the middle of a line',
    betweenMs: 1000,
    withinMs: 2 * MINUTE_MS,
    probes: false,
  },
  {
    name: 'fifteen minutes in the middle of a line',
    betweenMs: 1000,
    withinMs: 15 * MINUTE_MS,
    probes: false,
  },
];

for (const { name, betweenMs, withinMs, probes } of PAUSES) {
  test(`one connection, ${name}`, () => {
    const maker = new LineMaker(0, new Random(6));
    const dialogue = dialogueAt(536);
    const sent: string[] = [];
    dialogue.handshake();
    for (let count = 0; count < 6; count++) {
      const lines = maker.many(9);
      const { bytes } = requestOf(lines);
      const middle = Math.floor(bytes.length / 2);
      dialogue.send('toCollector', bytes.subarray(0, middle));
      dialogue.wait(withinMs);
      dialogue.send('toCollector', bytes.subarray(middle));
      dialogue.message('toSupervisor', collectorAnswer(DIGITS));
      for (let probe = 0; probes && probe < 4; probe++) {
        dialogue.wait(betweenMs / 4);
        dialogue.keepAliveProbe('toCollector', Uint8Array.of(0));
      }
      if (!probes) dialogue.wait(betweenMs);
      sent.push(...lines);
    }
    const found = linesFound(pcapOf(framesOf(dialogue.close().segments), 'ethernet'));
    assert.deepEqual(found, sent);
  });
}

test('a body of 12 MB passes as a stream', () => {
  const lines = new LineMaker(0, new Random(7)).many(120_000);
  const dialogue = dialogueAt(1448);
  dialogue.handshake();
  dialogue.message('toCollector', requestOf(lines));
  dialogue.message('toSupervisor', collectorAnswer(DIGITS));
  dialogue.finish('toCollector');
  const found = linesFound(pcapOf(framesOf(dialogue.close().segments), 'ethernet'));
  assert.equal(found.length, lines.length);
  assert.ok(found.every((line, place) => line === lines[place]));
});

test('a line longer than any record spoils nothing around it', () => {
  const maker = new LineMaker(0, new Random(8));
  const before = maker.many(5);
  const behind = maker.many(5);
  const endless = `130\t20260510000000\tX\t${'9'.repeat(300_000)}`;
  const dialogue = dialogueAt(1448);
  dialogue.handshake();
  dialogue.message('toCollector', requestOf([...before, endless, ...behind]));
  dialogue.finish('toCollector');
  const found = linesFound(pcapOf(framesOf(dialogue.close().segments), 'ethernet'));
  assert.deepEqual(
    found.filter((line) => line !== endless),
    [...before, ...behind],
  );
});

/** Connections that only begin, as many a packet as the real one has. */
function halfOpen(count: number, random: Random): Frame[] {
  const segments = Array.from({ length: count }, (_, number) => {
    const flood = new Dialogue({
      supervisor: {
        address: `10.${random.int(0, 255)}.${random.int(0, 255)}.9`,
        port: random.int(1024, 65_535),
      },
      collector: { address: '203.0.113.9', port: 80 },
      isn: { toCollector: random.int(0, 0xffff_ffff), toSupervisor: 1 },
      timestamps: false,
      startMs: START_MS + number,
      nextSegmentBytes: () => 40,
      ackEvery: 2,
      stepMs: 1,
    });
    flood.handshake();
    if (random.chance(0.5))
      flood.send('toCollector', latin1('POST /Data/SMS2DataCollector.aspx HTTP/1.1\r\n'));
    return flood.close().segments.slice(0, random.int(1, 4));
  });
  return framesOf(segments.flat());
}

test('20,000 half-open connections beside a supervisor', () => {
  const recipe = {
    name: 'beside a flood',
    conversation: { requests: 30, maxRecords: 30, pauseMs: 500 },
  };
  const real = makeCase({ recipe, seed: 3, family: 4, link: 'ethernet' }, 7);
  const shiftMs = START_MS - (real.frames[0]?.timeMs ?? 0);
  const flood = halfOpen(20_000, new Random(4));
  const own = real.frames.map((frame) => ({ ...frame, timeMs: frame.timeMs + shiftMs }));
  const frames = [...own, ...flood].sort((one, other) => one.timeMs - other.timeMs);
  const found = new Set(linesFound(pcapOf(frames, 'ethernet')));
  assert.deepEqual(
    [...real.truth.must].filter((line) => !found.has(line)),
    [],
  );
});

const plain = makeCase(
  {
    recipe: { name: 'plain', conversation: { connecting: 'kept' } },
    seed: 21,
    family: 4,
    link: 'ethernet',
  },
  0,
);
const plainLines = [...plain.truth.must];

const CLOCKS: { name: string; timeMs: (frame: Frame, place: number) => number }[] = [
  { name: 'steps from 1970 to now', timeMs: ({ timeMs }, place) => (place < 9 ? place : timeMs) },
  { name: 'steps back by a day', timeMs: ({ timeMs }, place) => timeMs - (place < 9 ? 0 : 864e5) },
  { name: 'stands still', timeMs: () => START_MS },
  { name: 'jumps to and fro', timeMs: ({ timeMs }, place) => timeMs + (place % 2) * 3_600_000 },
];

for (const { name, timeMs } of CLOCKS) {
  test(`a clock that ${name} loses nothing that came in order`, () => {
    const frames = plain.frames.map((frame, place) => ({ ...frame, timeMs: timeMs(frame, place) }));
    assert.deepEqual(linesFound(pcapOf(frames, 'ethernet')), plainLines);
  });
}

test('nanoseconds and gzip read as microseconds and plain do', () => {
  const nanoseconds = concatBytes([
    pcapHeader(1, { nanoseconds: true }),
    ...plain.frames.map(({ timeMs, bytes }) =>
      pcapRecord(timeMs, bytes, bytes.length, { nanoseconds: true }),
    ),
  ]);
  assert.deepEqual(linesFound(nanoseconds), plainLines);
  assert.deepEqual(linesFound(gzipSync(nanoseconds)), plainLines);
});

test('the same traffic seen before and behind a NAT counts once', () => {
  const behind = plain.connections.map((connection) => ({
    ...connection,
    supervisor: { address: '198.51.100.7', port: 61_000 },
  }));
  const translated = plain.frames.map(({ segment }) => ({
    ...segment,
    connection: behind[plain.connections.indexOf(segment.connection)] ?? segment.connection,
  }));
  const frames = plain.frames.flatMap((frame, place) => [
    frame,
    ...framesOf(translated.slice(place, place + 1)),
  ]);
  assert.deepEqual(linesFound(pcapOf(frames, 'ethernet')), plainLines);
});

test('a segmentation offload that leaves the length of the packet at 0', () => {
  const frames = plain.frames.map((frame) => {
    const bytes = frame.bytes.slice();
    if (frame.segment.payload.length > 60) bytes.set([0, 0], 14 + 2);
    return { ...frame, bytes };
  });
  assert.deepEqual(linesFound(pcapOf(frames, 'ethernet')), plainLines);
});

test('a check sequence behind each frame is not data', () => {
  const frames = plain.frames.map((frame) => {
    const bytes = concatBytes([frame.bytes, Uint8Array.of(0x31, 0x0d, 0x0a, 0x31)]);
    return { ...frame, bytes, capturedBytes: bytes.length };
  });
  assert.deepEqual(linesFound(pcapOf(frames, 'ethernet')), plainLines);
});

test('an empty capture on standard input, and one that never gets a packet', () => {
  assert.equal(runSuntap(['replay', '-'], new Uint8Array(0)).code, 2);
  assert.equal(runSuntap(['replay', '-'], pcapHeader(1)).code, 1);
});
