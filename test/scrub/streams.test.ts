/** Every case whole, byte by byte and cut at every offset. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { zeroHttpCounters } from '../../src/http/message.ts';
import { TelemetryReader } from '../../src/record/telemetry-reader.ts';
import { outsideScrubbers } from '../../src/scrub/first-look.ts';
import { Masker } from '../../src/scrub/mask.ts';
import type { NameHandler } from '../../src/scrub/names.ts';
import { ScrubbedConversation } from '../../src/scrub/scrubbed-conversation.ts';
import type { StreamTaker } from '../../src/scrub/stream-scrubber.ts';
import { STREAM_CASES, type StreamCase } from './stream-cases.ts';

const SERIAL = '414051600000001';

/** Bytes, or a gap. */
type Piece = Buffer | number | undefined;

/** Shows where names are. */
const marks: NameHandler = {
  serial: (data, start, end) => data.fill(0x23, start, end),
  token: (data, start, end) => data.fill(0x24, start, end),
  text: (data, start, end) => {
    const text = Buffer.from(data.subarray(start, end)).toString('latin1');
    const at = text.indexOf(SERIAL);
    if (at >= 0) data.fill(0x23, start + at, start + at + SERIAL.length);
  },
};

const tabs = (text: string): Buffer => Buffer.from(text.replaceAll('|', '\t'), 'latin1');

/** What comes out of a stream that arrives in these pieces. */
function scrubbed(sent: readonly Piece[]): string {
  const forward = { position: 1_000_000 };
  let text = '';
  let at = forward.position;
  const take: StreamTaker = {
    delivered: (from, to) => {
      assert.equal(to, forward.position);
      assert.ok(from <= to);
    },
    text: (offset, data, start, end) => {
      assert.equal(offset, at, 'in order, without a hole');
      at += end - start;
      text += Buffer.from(data.subarray(start, end)).toString('latin1');
    },
  };
  const ignore: StreamTaker = { delivered: () => undefined, text: () => undefined };
  const conversation = new ScrubbedConversation({
    connection: { forward, backward: { position: undefined } },
    handler: new TelemetryReader(() => undefined),
    counters: zeroHttpCounters(),
    habits: { framing: 'unknown' },
    nowMs: () => 0,
    scrubbers: outsideScrubbers(marks, new Masker()),
    takeForward: take,
    takeBackward: ignore,
    closed: () => undefined,
  });
  for (const piece of sent) {
    if (typeof piece === 'object') {
      const lent = Buffer.concat([Buffer.from('before'), piece, Buffer.from('after')]);
      forward.position += piece.length;
      conversation.forward.bytes(lent, 6, 6 + piece.length);
      lent.fill(0xa5);
    } else {
      conversation.forward.gap(piece);
      assert.equal(at, forward.position, 'all of it came out before the gap');
      forward.position += piece ?? 17;
      at = forward.position;
      text += '~';
    }
  }
  conversation.forward.end();
  assert.equal(at, forward.position, 'all of it came out');
  return text.replaceAll('\t', '|');
}

function inBytes(sent: readonly Piece[]): Piece[] {
  return sent.flatMap((piece): Piece[] =>
    typeof piece === 'object' ? Array.from(piece, (_, at) => piece.subarray(at, at + 1)) : [piece],
  );
}

/** The longest cases are cut at fewer places. */
const MAX_CUTS = 2000;

function checkEveryCut(sent: readonly Piece[], expected: string): void {
  sent.forEach((piece, index) => {
    if (typeof piece !== 'object') return;
    const step = Math.ceil(piece.length / MAX_CUTS);
    for (let cut = 1; cut < piece.length; cut += step) {
      const parts = [piece.subarray(0, cut), piece.subarray(cut)];
      const all: Piece[] = [...sent.slice(0, index), ...parts, ...sent.slice(index + 1)];
      assert.equal(scrubbed(all), expected, `cut at ${cut}`);
    }
  });
}

function check({ sent, expected }: StreamCase): void {
  const pieces = sent.map((piece) => (typeof piece === 'string' ? tabs(piece) : piece));
  assert.equal(scrubbed(pieces), expected, 'whole');
  assert.equal(scrubbed(inBytes(pieces)), expected, 'byte by byte');
  checkEveryCut(pieces, expected);
}

describe('scrubbed streams', () => {
  for (const one of STREAM_CASES) {
    test(one.name, () => {
      check(one);
    });
  }
});
