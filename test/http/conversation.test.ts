/** What does not fit into a case: memory, times, limits, several connections, random input. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Conversation } from '../../src/http/conversation.ts';
import { MAX_LINE_BYTES, zeroHttpCounters, type Habits } from '../../src/http/message.ts';
import { pieceOf } from '../base/cuttings.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';
import { Recorder } from './recorder.ts';

function makeConversation(counters = zeroHttpCounters(), habits: Habits = { framing: 'unknown' }) {
  const recorder = new Recorder();
  const conversation = new Conversation(recorder, counters, habits, () => 0);
  return { recorder, counters, conversation };
}

function feed(stream: Conversation['forward'], text: string): void {
  const { data, start, end } = pieceOf(Buffer.from(text, 'latin1'));
  stream.bytes(data, start, end);
}

test('a body of 64 MB passes through in no more memory than a line', () => {
  let bodyBytes = 0;
  const counters = zeroHttpCounters();
  const ignored = () => undefined;
  const body = {
    bytes: (_data: Uint8Array, start: number, end: number) => {
      bodyBytes += end - start;
    },
    gap: ignored,
    end: ignored,
    heldBytes: 0,
  };
  const exchange = {
    requestBody: () => body,
    answerBody: () => body,
    sent: ignored,
    answered: ignored,
    unanswered: ignored,
  };
  const handler = { request: () => exchange, strayLine: () => false };
  const conversation = new Conversation(handler, counters, { framing: 'unknown' }, () => 0);
  const piece = Buffer.alloc(64 * 1024, 'x');
  feed(
    conversation.forward,
    `POST /Data HTTP/1.1\r\nContent-Length: ${1024 * piece.length}\r\n\r\n`,
  );
  for (let count = 0; count < 1024; count++) {
    conversation.forward.bytes(piece, 0, piece.length);
    assert.ok(conversation.heldBytes <= MAX_LINE_BYTES);
  }
  assert.equal(bodyBytes, 1024 * piece.length);
  assert.equal(counters.bodiesWhole, 1);
});

test('a head without end holds no more than a line', () => {
  const { conversation } = makeConversation();
  feed(conversation.forward, 'POST /Data HTTP/1.1\r\n');
  const line = `Header: ${'x'.repeat(1000)}\r\n`;
  for (let count = 0; count < 10_000; count++) feed(conversation.forward, line);
  assert.ok(conversation.heldBytes <= MAX_LINE_BYTES);
});

test('a line without end holds no more than a line, in any state', () => {
  const beginnings = [
    '',
    'POST /Data HTTP/1.1\r\n',
    'POST /Data HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n',
    'POST /Data HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n',
    'no HTTP\r\n130\tone\r\n',
  ];
  for (const beginning of beginnings) {
    const { conversation } = makeConversation();
    feed(conversation.forward, beginning);
    for (let count = 0; count < 200; count++) feed(conversation.forward, 'x'.repeat(1000));
    assert.ok(conversation.heldBytes <= 2 * MAX_LINE_BYTES, JSON.stringify(beginning));
  }
});

test('of pipelined requests without an answer the latest sixteen are remembered', () => {
  const { conversation, recorder } = makeConversation();
  for (let count = 0; count < 5000; count++) feed(conversation.forward, 'GET / HTTP/1.1\r\n\r\n');
  feed(conversation.forward, 'POST /Data HTTP/1.1\r\nContent-Length: 0\r\n\r\n');
  for (let count = 0; count < 16; count++) {
    feed(conversation.backward, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  }
  assert.deepEqual(recorder.events.slice(-2), ['answer 200', 'answer body end']);
});

test('sent and answered carry the time of the byte that told', () => {
  let nowMs = 0;
  const times: string[] = [];
  const body = { bytes: () => undefined, gap: () => undefined, end: () => undefined, heldBytes: 0 };
  const exchange = {
    requestBody: () => body,
    answerBody: () => body,
    sent: (timeMs: number) => times.push(`sent ${timeMs}`),
    answered: (_status: number, timeMs: number) => times.push(`answered ${timeMs}`),
    unanswered: () => undefined,
  };
  const handler = { request: () => exchange, strayLine: () => false };
  const conversation = new Conversation(
    handler,
    zeroHttpCounters(),
    { framing: 'unknown' },
    () => nowMs,
  );
  for (const [text, at] of [
    ['POST /Data HTTP/1.1\r\nContent-Length: 2\r\n\r\n', 10],
    ['a', 20],
    ['b', 30],
  ] as const) {
    nowMs = at;
    feed(conversation.forward, text);
  }
  for (const [text, at] of [
    ['HTTP/1.1 100 Continue\r\n\r\n', 40],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\n', 50],
    ['\r\n', 60],
    ['x', 70],
  ] as const) {
    nowMs = at;
    feed(conversation.backward, text);
  }
  assert.deepEqual(times, ['sent 30', 'answered 60']);
});

test('a connection is proven by a request that is read or by a line that is telemetry', () => {
  const requests = makeConversation().conversation;
  feed(requests.forward, 'GET / HTTP/1.1\r\n\r\n');
  assert.equal(requests.proven, false);
  feed(requests.forward, 'POST /Data HTTP/1.1\r\n\r\n');
  assert.equal(requests.proven, true);
  const lines = makeConversation().conversation;
  feed(lines.forward, 'no HTTP\r\n2 no telemetry\r\nx\r\n');
  assert.equal(lines.proven, false);
  feed(lines.forward, '130\tone\r\nx\r\n');
  assert.equal(lines.proven, true);
});

test('framing lost in one direction forgets which answer belongs to which request', () => {
  const { conversation, recorder } = makeConversation();
  feed(conversation.forward, 'POST /Data HTTP/1.1\r\nContent-Length: 0\r\n\r\n');
  conversation.backward.gap(100);
  feed(conversation.backward, '\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  conversation.forward.end();
  conversation.backward.end();
  conversation.closed(true);
  assert.deepEqual(recorder.events, ['request POST /Data', 'body end', 'sent']);
});

/** The line before a second gap, after another connection has carried a chunked body. */
function lineBeforeGap(habitsOfThatOne: Habits, habits: Habits): string[] {
  const counters = zeroHttpCounters();
  const chunked = makeConversation(counters, habitsOfThatOne).conversation;
  feed(chunked.forward, 'POST /Data HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n');
  const { conversation, recorder } = makeConversation(counters, habits);
  conversation.forward.gap(undefined);
  feed(conversation.forward, 'cut\r\n130\tone\r\n130\tt');
  conversation.forward.gap(10);
  return recorder.events;
}

test('a line before a gap is doubtful until it is known how these hosts frame', () => {
  assert.deepEqual(lineBeforeGap({ framing: 'unknown' }, { framing: 'unknown' }), [
    'stray "130\\tone" (end? doubtful)',
  ]);
  assert.deepEqual(lineBeforeGap({ framing: 'unknown' }, { framing: 'length' }), [
    'stray "130\\tone"',
  ]);
});

test('chunks of the same hosts make the last line before a gap doubtful', () => {
  const habits: Habits = { framing: 'unknown' };
  assert.deepEqual(lineBeforeGap(habits, habits), ['stray "130\\tone" (end doubtful)']);
});

/** Tokens that move the parser from state to state. */
const TOKENS = [
  '\r\n',
  '\r\n',
  '\n',
  '\r',
  'POST /Data HTTP/1.1\r\n',
  'POST /Other HTTP/1.1\r\n',
  'HEAD / HTTP/1.1\r\n',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 204 No Content\r\n',
  'HTTP/1.1 100 Continue\r\n',
  'Content-Length: 0\r\n',
  'Content-Length: 7\r\n',
  'Content-Length: 7\r\n',
  'Content-Length: x\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Host: x\r\n',
  '0\r\n',
  '5\r\n',
  'b;x=1\r\n',
  '130\t20260509230000\tserial\tone\r\n',
  '130\t20260509230000\tserial\ttwo\r\n',
  '1002\t20260509230000\r\n',
  'abc',
  '130',
  ' HTTP/1.1\r\n',
  'x'.repeat(MAX_LINE_BYTES + 1),
];

interface Step {
  backward: boolean;
  /** Bytes, or a gap. */
  text?: string;
  gapBytes?: number | undefined;
}

function randomSteps(random: Random): Step[] {
  const steps: Step[] = [];
  for (let count = random.int(1, 40); count > 0; count--) {
    const backward = random.chance(0.2);
    if (random.chance(0.1)) {
      steps.push({ backward, gapBytes: random.chance(0.3) ? undefined : random.int(1, 20) });
    } else if (random.chance(0.05)) {
      steps.push({
        backward,
        text: Buffer.from(random.bytes(random.int(1, 30))).toString('latin1'),
      });
    } else {
      steps.push({ backward, text: random.pick(TOKENS) });
    }
  }
  return steps;
}

function eventsOf(steps: readonly Step[], pieces: (text: string) => string[]): unknown {
  const { conversation, recorder, counters } = makeConversation();
  for (const { backward, text, gapBytes } of steps) {
    const stream = backward ? conversation.backward : conversation.forward;
    if (text === undefined) stream.gap(gapBytes);
    else for (const piece of pieces(text)) feed(stream, piece);
    assert.ok(conversation.heldBytes <= 4 * (MAX_LINE_BYTES + 1));
  }
  conversation.forward.end();
  conversation.backward.end();
  conversation.closed(true);
  return { events: recorder.events, counters };
}

test('random sequences of tokens and gaps: the same events in any pieces, and never a throw', () => {
  forSeeds(4000, (random) => {
    const steps = randomSteps(random);
    const whole = eventsOf(steps, (text) => [text]);
    const inPieces = eventsOf(steps, (text) => {
      const pieces: string[] = [];
      for (let at = 0; at < text.length;) {
        const size = random.int(1, text.length > 100 ? 3000 : 8);
        pieces.push(text.slice(at, at + size));
        at += size;
      }
      return pieces;
    });
    assert.deepEqual(inPieces, whole);
  });
});
