/**
 * Both directions of one connection that speaks HTTP: tells each request which answer is its own.
 * Answers come in the order of the requests (RFC 9112 section 9.3.2).
 */
import type { ConversationSink } from '../reassembly/stream-sink.ts';
import { MessageParser, type MessageSink } from './message-parser.ts';
import type {
  BodySink,
  Doubt,
  Exchange,
  ExchangeHandler,
  Habits,
  HttpCounters,
} from './message.ts';
import type { StartLine } from './start-line.ts';

/** Requests waiting for an answer on one connection. Full: the oldest is forgotten. */
const MAX_UNANSWERED = 16;

interface UnansweredRequest {
  method: string;
  /** Undefined for a request that is left unread. */
  exchange: Exchange | undefined;
}

export class Conversation implements ConversationSink, MessageSink {
  readonly forward: MessageParser;
  readonly backward: MessageParser;
  proven = false;
  readonly #handler: ExchangeHandler;
  readonly #counters: HttpCounters;
  readonly #nowMs: () => number;
  #unanswered: UnansweredRequest[] = [];
  /** The request whose body is being read. */
  #current: Exchange | undefined;

  constructor(
    handler: ExchangeHandler,
    counters: HttpCounters,
    habits: Habits,
    nowMs: () => number,
  ) {
    this.#handler = handler;
    this.#counters = counters;
    this.#nowMs = nowMs;
    this.forward = new MessageParser(this, counters, habits);
    this.backward = new MessageParser(this, counters, habits);
  }

  get heldBytes(): number {
    return this.forward.heldBytes + this.backward.heldBytes;
  }

  head(startLine: StartLine): BodySink | undefined {
    if (startLine.kind === 'request') {
      this.#counters.requests++;
      const exchange = this.#handler.request(startLine);
      if (exchange === undefined) this.#counters.requestsLeft++;
      else this.proven = true;
      if (this.#unanswered.length >= MAX_UNANSWERED) this.#unanswered.shift();
      this.#unanswered.push({ method: startLine.method, exchange });
      this.#current = exchange;
      return exchange?.requestBody();
    }
    this.#counters.responses++;
    // 1xx: "go on"; the answer itself is still to come.
    if (startLine.status < 200) return undefined;
    const exchange = this.#unanswered.shift()?.exchange;
    exchange?.answered(startLine.status, this.#nowMs());
    return exchange?.answerBody();
  }

  bodiless(startLine: StartLine): boolean {
    if (startLine.kind === 'request') return false;
    const { status } = startLine;
    const toHead = this.#unanswered[0]?.method === 'HEAD';
    return toHead || status < 200 || status === 204 || status === 304;
  }

  end(startLine: StartLine): void {
    if (startLine.kind !== 'request') return;
    this.#current?.sent(this.#nowMs());
    this.#current = undefined;
  }

  strayLine(data: Uint8Array, start: number, end: number, doubt: Doubt): void {
    if (this.#handler.strayLine(data, start, end, doubt)) this.proven = true;
  }

  closed(bothHeard: boolean): void {
    if (bothHeard) for (const { exchange } of this.#unanswered) exchange?.unanswered();
    this.#unanswered = [];
  }

  /** Which answer belongs to which request is no longer known. */
  lost(): void {
    this.#unanswered = [];
    this.#current = undefined;
  }
}
