/** Both directions of a connection, scrubbed on their way to the parser that reads them. */
import { Conversation } from '../http/conversation.ts';
import type { BodySink, ExchangeHandler, Habits, HttpCounters } from '../http/message.ts';
import type { StartLine } from '../http/start-line.ts';
import type { ConversationSink } from '../reassembly/stream-sink.ts';
import type { OutsideScrubbers } from './outside-lines.ts';
import { StreamScrubber, type StreamTaker } from './stream-scrubber.ts';

/** Stream offset behind the bytes being delivered. */
interface Positioned {
  readonly position: number | undefined;
}

export interface ScrubbedConversationOptions {
  connection: { readonly forward: Positioned; readonly backward: Positioned };
  handler: ExchangeHandler;
  counters: HttpCounters;
  habits: Habits;
  nowMs: () => number;
  scrubbers: OutsideScrubbers;
  takeForward: StreamTaker;
  takeBackward: StreamTaker;
  /** @param proven telemetry was seen */
  closed: (proven: boolean) => void;
}

export class ScrubbedConversation implements ConversationSink {
  readonly forward: StreamScrubber;
  readonly backward: StreamScrubber;
  readonly #conversation: TellingConversation;
  readonly #closed: (proven: boolean) => void;

  constructor(options: ScrubbedConversationOptions) {
    const { connection, scrubbers, handler, counters, habits, nowMs } = options;
    const conversation = new TellingConversation(handler, counters, habits, nowMs);
    this.#conversation = conversation;
    this.#closed = options.closed;
    const enter = (scrubber: StreamScrubber) => {
      conversation.listener = scrubber;
    };
    this.forward = new StreamScrubber({
      parser: conversation.forward,
      position: () => connection.forward.position ?? 0,
      take: options.takeForward,
      enter,
      scrubbers,
    });
    this.backward = new StreamScrubber({
      parser: conversation.backward,
      position: () => connection.backward.position ?? 0,
      take: options.takeBackward,
      enter,
      scrubbers,
    });
  }

  get proven(): boolean {
    return this.#conversation.proven;
  }

  get heldBytes(): number {
    return this.#conversation.heldBytes;
  }

  closed(bothHeard: boolean): void {
    this.#conversation.closed(bothHeard);
    this.#closed(this.#conversation.proven);
  }
}

/** Passes on what the parsers tell, to the direction whose bytes they have in hand. */
class TellingConversation extends Conversation {
  listener: StreamScrubber | undefined;

  override head(startLine: StartLine): BodySink | undefined {
    const read = super.head(startLine) !== undefined;
    if (!read) return this.listener?.head('left');
    return this.listener?.head(startLine.kind === 'request' ? 'request' : 'answer');
  }

  override end(startLine: StartLine): void {
    super.end(startLine);
    this.listener?.messageEnd();
  }

  override lost(): void {
    super.lost();
    this.listener?.framingLost();
  }
}
