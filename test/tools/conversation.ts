/** Whole conversations of a supervisor with its collector, from a seed. */
import type { Message } from './message.ts';
import type { Random } from './random.ts';
import type { Connection, Direction, Segment } from './segment.ts';
import { Dialogue } from './dialogue.ts';
import {
  BY_LENGTH,
  COMMAND_PATH,
  collectorAnswer,
  continueAnswer,
  otherGet,
  otherPost,
  randomChunks,
  response,
  supervisorRequest,
} from './message.ts';
import { LineMaker, utcDigits } from './record-line.ts';

export type Connecting = 'kept' | 'each-request' | 'pipelined';
export type Ending = 'fin' | 'fin-collector' | 'rst' | 'rst-collector' | 'open';

export interface ConversationOptions {
  caseNumber: number;
  family: 4 | 6;
  startMs: number;
  requests: number;
  /** Records of each request, from one to this many. */
  maxRecords: number;
  connecting: Connecting;
  /** Further connections go from the port of the first: with another ISN, or with the very same. */
  portReuse: 'none' | 'other-isn' | 'same-isn';
  ending: Ending;
  framing: 'length' | 'chunked' | 'either';
  /** Most bytes of one segment; `tiny` draws 1 to 7 for each. */
  segmentBytes: number | 'tiny';
  isn: 'random' | 'near-wrap';
  /** Keep-alive and zero-window probes, urgent data. */
  oddities: boolean;
  expectContinue: boolean;
  /** Other HTTP of the same host among the requests, with lines that look like records. */
  otherTraffic: boolean;
  /** Requests that get no answer are sent again on a new connection. */
  unansweredShare: number;
  timestamps: boolean;
  /** Between requests. */
  pauseMs: number;
}

export const DEFAULTS: ConversationOptions = {
  caseNumber: 0,
  family: 4,
  startMs: Date.UTC(2026, 4, 10),
  requests: 4,
  maxRecords: 12,
  connecting: 'each-request',
  portReuse: 'none',
  ending: 'fin',
  framing: 'length',
  segmentBytes: 536,
  isn: 'random',
  oddities: false,
  expectContinue: false,
  otherTraffic: false,
  unansweredShare: 0,
  timestamps: false,
  pauseMs: 1000,
};

/** What senders put into a keep-alive probe is not what the stream has there. */
const GARBAGE = Uint8Array.of(0);

export interface Conversation {
  connections: Connection[];
  segments: Segment[];
}

function endpoints(caseNumber: number, family: 4 | 6, port: number) {
  const group = caseNumber % 250;
  const block = Math.floor(caseNumber / 250) % 250;
  return family === 4
    ? {
        supervisor: { address: `10.20.${block}.${group + 1}`, port },
        collector: { address: '198.51.100.66', port: 80 },
      }
    : {
        supervisor: {
          address: `2001:db8:${(block + 1).toString(16)}::${(group + 1).toString(16)}`,
          port,
        },
        collector: { address: '2001:db8:ffff::66', port: 80 },
      };
}

function nextIsn(kind: ConversationOptions['isn'], random: Random): Record<Direction, number> {
  const draw = (): number =>
    kind === 'near-wrap'
      ? (0x1_0000_0000 - random.int(1, 3000)) % 0x1_0000_0000
      : random.int(0, 0xffff_ffff);
  return { toCollector: draw(), toSupervisor: draw() };
}

class Speaker {
  readonly conversation: Conversation = { connections: [], segments: [] };
  readonly #options: ConversationOptions;
  readonly #random: Random;
  #timeMs: number;
  #port: number;
  #isn: Record<Direction, number>;

  constructor(options: ConversationOptions, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#timeMs = options.startMs;
    this.#port = random.int(20_000, 50_000);
    this.#isn = nextIsn(options.isn, random);
  }

  open(): Dialogue {
    const { caseNumber, family, portReuse, segmentBytes, timestamps } = this.#options;
    const isFirst = this.conversation.connections.length === 0;
    if (portReuse === 'none' && !isFirst) this.#port += 1;
    if (portReuse !== 'same-isn' && !isFirst) this.#isn = this.#laterIsn();
    const tiny = (): number => this.#random.int(1, 7);
    const dialogue = new Dialogue({
      ...endpoints(caseNumber, family, this.#port),
      isn: this.#isn,
      timestamps,
      usesChunks: this.#options.framing !== 'length',
      startMs: this.#timeMs,
      nextSegmentBytes: segmentBytes === 'tiny' ? tiny : () => segmentBytes,
      ackEvery: 2,
      stepMs: 5,
    });
    dialogue.handshake();
    return dialogue;
  }

  /** As far on as a clock of 4 microseconds (RFC 6528) has gone, or anywhere on another port. */
  #laterIsn(): Record<Direction, number> {
    const { portReuse, isn } = this.#options;
    if (portReuse === 'none') return nextIsn(isn, this.#random);
    const later = (one: number): number => (one + this.#random.int(250_000, 100_000_000)) >>> 0;
    return {
      toCollector: later(this.#isn.toCollector),
      toSupervisor: later(this.#isn.toSupervisor),
    };
  }

  end(dialogue: Dialogue, ending: Ending): void {
    if (ending === 'fin') dialogue.finish('toCollector');
    if (ending === 'fin-collector') dialogue.finish('toSupervisor');
    if (ending === 'rst') dialogue.reset('toCollector');
    if (ending === 'rst-collector') dialogue.reset('toSupervisor');
    dialogue.wait(this.#options.pauseMs);
    this.#timeMs = dialogue.timeMs;
    this.conversation.connections.push(dialogue.close().connection);
    this.conversation.segments.push(...dialogue.segments);
  }
}

/** Everything of one message but what may stand before and after it on its connection. */
function say(
  dialogue: Dialogue,
  request: Message,
  options: ConversationOptions,
  random: Random,
): void {
  const { oddities, expectContinue } = options;
  if (oddities && random.chance(0.3)) {
    dialogue.keepAliveProbe('toCollector', random.chance(0.5) ? GARBAGE : GARBAGE.subarray(1));
  }
  if (oddities && random.chance(0.3)) dialogue.urgent();
  if (oddities && random.chance(0.3)) dialogue.zeroWindow('toCollector', request.bytes);
  if (expectContinue && random.chance(0.7))
    dialogue.messageAfterContinue(request, continueAnswer());
  else dialogue.message('toCollector', request);
  if (oddities && random.chance(0.3)) {
    dialogue.wait(2000);
    dialogue.keepAliveProbe(random.pick(['toCollector', 'toSupervisor']), GARBAGE);
  }
}

interface Turn {
  request: Message;
  answer: Message;
}

function turns(options: ConversationOptions, random: Random): Turn[] {
  const lines = new LineMaker(options.caseNumber, random.fork(7));
  const out: Turn[] = [];
  for (let count = 0; count < options.requests; count++) {
    const sentDigits = utcDigits(options.startMs + count * options.pauseMs);
    const chunked =
      options.framing === 'chunked' || (options.framing === 'either' && random.chance(0.5));
    const framing = chunked ? randomChunks(random) : BY_LENGTH;
    if (options.otherTraffic && random.chance(0.4)) {
      const decoys = lines.many(3);
      const answer = response('200 OK', `${decoys.join('\r\n')}\r\n`, framing);
      out.push({ request: random.chance(0.5) ? otherGet() : otherPost(decoys), answer });
    }
    const isHeartbeat = random.chance(0.1);
    const request = supervisorRequest(
      isHeartbeat ? [] : lines.many(random.int(1, options.maxRecords)),
      { supervisorSerial: lines.supervisorSerial, sentDigits },
      {
        framing,
        ...(isHeartbeat ? { path: COMMAND_PATH } : {}),
        headers: options.expectContinue ? ['Expect: 100-continue'] : [],
      },
    );
    out.push({ request, answer: collectorAnswer(sentDigits, framing) });
  }
  return out;
}

export function conversation(
  overrides: Partial<ConversationOptions>,
  random: Random,
): Conversation {
  const options = { ...DEFAULTS, ...overrides };
  const speaker = new Speaker(options, random);
  const all = turns(options, random);
  const { connecting, ending } = options;
  if (connecting === 'each-request') {
    for (const { request, answer } of all) {
      if (random.chance(options.unansweredShare)) {
        const failed = speaker.open();
        say(failed, request, options, random);
        speaker.end(failed, 'rst');
      }
      const dialogue = speaker.open();
      say(dialogue, request, options, random);
      dialogue.message('toSupervisor', answer);
      speaker.end(dialogue, ending);
    }
    return speaker.conversation;
  }
  const dialogue = speaker.open();
  if (connecting === 'pipelined') {
    for (const { request } of all) dialogue.message('toCollector', request);
    for (const { answer } of all) dialogue.message('toSupervisor', answer);
  } else {
    for (const { request, answer } of all) {
      say(dialogue, request, options, random);
      dialogue.message('toSupervisor', answer);
      dialogue.wait(options.pauseMs);
    }
  }
  speaker.end(dialogue, ending);
  return speaker.conversation;
}
