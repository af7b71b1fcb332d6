/**
 * Random streams, cut, repeated, reordered, contradicted, damaged and lost at random, against a
 * reassembler that is too simple to be wrong: one cell for each byte.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_REASSEMBLY_LIMITS } from '../../src/reassembly/limits.ts';
import { TcpReassembler, type CapturedRange } from '../../src/reassembly/tcp-reassembler.ts';
import type { ChecksumVerdict } from '../../src/wire/tcp-checksum.ts';
import { emptyTcpSegment } from '../../src/wire/tcp.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';
import { ACK, FIN, SYN } from '../tools/tcp-segment.ts';
import { Recording, type RecordedStream } from './recording.ts';

interface Sent {
  toServer: boolean;
  /** Stream offset; the SYN stands at -1. */
  offset: number;
  bytes: Uint8Array;
  flags: number;
  checksum: ChecksumVerdict;
  /** Parts of `bytes` that were captured; undefined: all. */
  captured: CapturedRange[] | undefined;
}

interface Trouble {
  /** Share of segments of which some bytes are sent again, with other boundaries. */
  repeated: number;
  /** Share of those that carry other bytes than before. */
  contradicted: number;
  /** Places by which a segment may come late. */
  late: number;
  lost: number;
  damaged: number;
  /** Share of segments captured in part. */
  partial: number;
  /** Chance that the SYN was not captured. */
  midstream: number;
}

const NONE: Trouble = {
  repeated: 0,
  contradicted: 0,
  late: 0,
  lost: 0,
  damaged: 0,
  partial: 0,
  midstream: 0,
};

/** Held bytes of one stream must stay within the limits, or a gap is rightly given up. */
const MAX_SEGMENTS = 100;

function segmentsOf(
  toServer: boolean,
  bytes: Uint8Array,
  trouble: Trouble,
  random: Random,
): Sent[] {
  const plain = { toServer, flags: ACK, checksum: 'right' as const, captured: undefined };
  const sent: Sent[] = [];
  const mostBytes = random.pick([1, 10, 100, 1400]);
  for (let offset = 0; offset < bytes.length && sent.length < MAX_SEGMENTS;) {
    const end = sent.length === MAX_SEGMENTS - 1 ? bytes.length : offset + random.int(1, mostBytes);
    const piece = { ...plain, offset, bytes: bytes.slice(offset, end) };
    if (random.chance(trouble.damaged)) {
      sent.push({ ...piece, bytes: random.bytes(piece.bytes.length), checksum: 'wrong' });
      if (random.chance(0.7)) sent.push(piece);
    } else {
      sent.push(piece);
    }
    offset += piece.bytes.length;
    if (random.chance(trouble.repeated)) {
      const from = random.int(Math.max(0, offset - 300), offset - 1);
      const again = bytes.slice(from, random.int(from + 1, Math.min(bytes.length, from + 500)));
      const other = random.chance(trouble.contradicted) ? random.bytes(again.length) : again;
      sent.push({ ...plain, offset: from, bytes: other });
    }
  }
  if (random.chance(0.7)) {
    const last = { ...plain, offset: bytes.length, bytes: new Uint8Array(0), flags: ACK | FIN };
    sent.push(last);
    if (random.chance(0.2)) sent.push(last);
  }
  return sent.map((segment) =>
    random.chance(trouble.partial) ? partOf(segment, random) : segment,
  );
}

/** As it comes out of a datagram of which some fragments were not captured. */
function partOf(segment: Sent, random: Random): Sent {
  const captured: CapturedRange[] = [];
  for (let at = random.int(0, 20); at < segment.bytes.length;) {
    const end = Math.min(segment.bytes.length, at + random.int(1, 200));
    captured.push({ start: at, end });
    at = end + random.int(1, 50);
  }
  return { ...segment, captured, checksum: 'unknown' };
}

function disordered(sent: readonly Sent[], late: number, random: Random): Sent[] {
  const keyed = sent.map((segment, place) => ({ segment, key: place + random.int(0, late) }));
  keyed.sort((one, other) => one.key - other.key);
  return keyed.map(({ segment }) => segment);
}

/** What must come out: text of bytes, and gaps. */
function modelOf(arrived: readonly Sent[], streamBytes: number, startKnown: boolean): string[] {
  const cells = new Array<{ byte: number; doubtful: boolean } | undefined>(streamBytes);
  for (const { offset, bytes, checksum, captured } of arrived) {
    const doubtful = checksum === 'wrong';
    for (const { start, end } of captured ?? [{ start: 0, end: bytes.length }]) {
      for (let at = start; at < end; at++) {
        const present = cells[offset + at];
        if (present === undefined || (present.doubtful && !doubtful)) {
          cells[offset + at] = { byte: bytes[at] ?? 0, doubtful };
        }
      }
    }
  }
  const expected: string[] = [];
  let text = '';
  let missing = 0;
  let known = startKnown;
  for (const cell of cells) {
    if (cell === undefined) {
      missing++;
      continue;
    }
    if (missing > 0 || !known) {
      if (text !== '') expected.push(text);
      text = '';
      expected.push(known ? `gap ${missing}` : 'gap ?');
      missing = 0;
      known = true;
    }
    text += String.fromCharCode(cell.byte);
  }
  if (text !== '') expected.push(text);
  return expected;
}

function piecesOf(stream: RecordedStream | undefined): string[] {
  const pieces: string[] = [];
  let text = '';
  for (const piece of stream?.pieces ?? []) {
    if (Buffer.isBuffer(piece)) {
      text += piece.toString('latin1');
    } else {
      if (text !== '') pieces.push(text);
      text = '';
      pieces.push(`gap ${piece.gapBytes ?? '?'}`);
    }
  }
  if (text !== '') pieces.push(text);
  return pieces;
}

class Capture {
  readonly recording = new Recording();
  readonly reassembler = new TcpReassembler({
    limits: DEFAULT_REASSEMBLY_LIMITS,
    refuseWrongChecksums: false,
    open: () => this.recording.open(),
  });
  readonly #isn: Record<'toServer' | 'toClient', number>;
  readonly #buffer = Buffer.alloc(6000);
  #nowMs = 0;

  constructor(random: Random) {
    const isn = () =>
      random.chance(0.5) ? 0xffffffff - random.int(0, 3000) : random.int(0, 0xffffffff);
    this.#isn = { toServer: isn(), toClient: isn() };
  }

  segment({ toServer, offset, bytes, flags, checksum, captured }: Sent, ackOffset: number): void {
    const segment = emptyTcpSegment();
    this.#buffer.set(toServer ? [1, 1, 1, 1, 2, 2, 2, 2] : [2, 2, 2, 2, 1, 1, 1, 1]);
    this.#buffer.set(bytes, 8);
    segment.data = this.#buffer;
    segment.destinationAt = 4;
    segment.sourcePort = toServer ? 40_000 : 80;
    segment.destinationPort = toServer ? 80 : 40_000;
    segment.seq = (this.#isn[toServer ? 'toServer' : 'toClient'] + 1 + offset) >>> 0;
    segment.ack = (this.#isn[toServer ? 'toClient' : 'toServer'] + 1 + ackOffset) >>> 0;
    segment.flags = flags;
    segment.payloadStart = 8;
    segment.payloadEnd = 8 + bytes.length;
    segment.payloadBytes = bytes.length;
    segment.checksum = checksum;
    // What was captured of the header before the payload belongs to the first range.
    const ranges = captured?.map(({ start, end }) => ({
      start: start === 0 ? 4 : start + 8,
      end: end + 8,
    }));
    this.reassembler.segment(segment, ++this.#nowMs, ranges);
    this.#buffer.fill(0xdd);
    const { heldBytes } = this.reassembler;
    assert.ok(heldBytes >= 0 && heldBytes <= 2 * DEFAULT_REASSEMBLY_LIMITS.heldBytesPerDirection);
  }
}

/** One connection with data one way, or both. */
function check(random: Random, trouble: Trouble, bothWays: boolean): void {
  const streams = [true, ...(bothWays ? [false] : [])].map((toServer) => {
    const bytes = random.bytes(random.int(1, random.pick([20, 500, 4000])));
    const all = segmentsOf(toServer, bytes, trouble, random);
    const arrived = disordered(all, trouble.late, random).filter(
      () => !random.chance(trouble.lost),
    );
    return { toServer, bytes, arrived };
  });
  const capture = new Capture(random);
  const startKnown = !random.chance(trouble.midstream);
  if (startKnown) {
    const syn = {
      offset: -1,
      bytes: new Uint8Array(0),
      checksum: 'right' as const,
      captured: undefined,
    };
    capture.segment({ ...syn, toServer: true, flags: SYN }, -1);
    if (bothWays) capture.segment({ ...syn, toServer: false, flags: SYN | ACK }, 0);
  }
  const queues = streams.map(({ arrived }) => [...arrived]);
  while (queues.some((queue) => queue.length > 0)) {
    const segment = random.pick(queues.filter((queue) => queue.length > 0)).shift();
    if (segment === undefined) break;
    const opposite = streams.find(({ toServer }) => toServer !== segment.toServer);
    capture.segment(segment, random.int(0, opposite?.bytes.length ?? 0));
  }
  capture.reassembler.finish();
  capture.recording.assertOver();
  assert.equal(capture.reassembler.heldBytes, 0);
  assert.ok(capture.recording.conversations.length <= 1, 'one connection');
  const conversation = capture.recording.conversations[0];
  const expected = streams.map(({ bytes, arrived }) => modelOf(arrived, bytes.length, startKnown));
  const found = [conversation?.forward, conversation?.backward].map(piecesOf);
  // Which side is the forward one depends on who was heard first.
  const [one = [], other = []] = found;
  const straight = JSON.stringify([one, ...(bothWays ? [other] : [])]) === JSON.stringify(expected);
  const crossed = JSON.stringify([other, one]) === JSON.stringify(expected);
  if (!straight && !(bothWays && crossed)) assert.deepEqual(found, expected);
}

const KINDS: { name: string; count: number; trouble: Partial<Trouble> }[] = [
  { name: 'in order', count: 200, trouble: {} },
  { name: 'reordered', count: 500, trouble: { late: 20 } },
  { name: 'repeated with other boundaries', count: 500, trouble: { repeated: 0.4 } },
  { name: 'repeated and reordered', count: 1000, trouble: { repeated: 0.4, late: 20 } },
  { name: 'contradicted', count: 1000, trouble: { repeated: 0.4, contradicted: 0.5, late: 20 } },
  {
    name: 'begun before the capture',
    count: 1000,
    trouble: { midstream: 1, repeated: 0.2, late: 20 },
  },
  { name: 'with losses', count: 1000, trouble: { lost: 0.1, repeated: 0.2, late: 20 } },
  { name: 'with losses, begun before', count: 500, trouble: { lost: 0.1, midstream: 1, late: 20 } },
  { name: 'captured in part', count: 500, trouble: { partial: 0.3, repeated: 0.3, late: 20 } },
  { name: 'damaged', count: 1000, trouble: { damaged: 0.2, repeated: 0.2, late: 20 } },
  {
    name: 'everything at once',
    count: 1500,
    trouble: { repeated: 0.3, contradicted: 0.3, late: 20, lost: 0.05, damaged: 0.1, partial: 0.1 },
  },
];

for (const { name, count, trouble } of KINDS) {
  for (const bothWays of [false, true]) {
    test(`random streams, ${bothWays ? 'both ways' : 'one way'}: ${name}`, () => {
      forSeeds(count / 2, (random) => {
        check(random, { ...NONE, ...trouble }, bothWays);
      });
    });
  }
}
