/** Both ends of one TCP connection, played step by step; each step appends segments. */
import type { Connection, Direction, Endpoint, Segment } from './segment.ts';
import type { Message } from './message.ts';
import { concatBytes } from './bytes.ts';
import { opposite } from './segment.ts';
import {
  ACK,
  FIN,
  PSH,
  RST,
  SACK_PERMITTED,
  SYN,
  URG,
  WINDOW_SCALE_7,
  mssOption,
} from './tcp-segment.ts';

export interface DialogueOptions {
  supervisor: Endpoint;
  collector: Endpoint;
  isn: Record<Direction, number>;
  timestamps: boolean;
  usesChunks?: boolean;
  startMs: number;
  /** Bytes of each next segment's payload. */
  nextSegmentBytes: () => number;
  /** The receiver acknowledges every so many segments, and the last. */
  ackEvery: number;
  /** Between one segment and the next. */
  stepMs: number;
}

const NOTHING = new Uint8Array(0);

export class Dialogue {
  readonly connection: Connection;
  readonly segments: Segment[] = [];
  timeMs: number;
  readonly #options: DialogueOptions;
  readonly #sent: Record<Direction, Uint8Array[]> = { toCollector: [], toSupervisor: [] };
  readonly #next: Record<Direction, number> = { toCollector: 0, toSupervisor: 0 };
  readonly #acknowledged: Record<Direction, number> = { toCollector: 0, toSupervisor: 0 };
  readonly #window: Record<Direction, number> = { toCollector: 29_200, toSupervisor: 8192 };
  #urgentNext = false;

  constructor(options: DialogueOptions) {
    this.#options = options;
    this.timeMs = options.startMs;
    this.connection = {
      supervisor: options.supervisor,
      collector: options.collector,
      isn: options.isn,
      timestamps: options.timestamps,
      usesChunks: options.usesChunks ?? false,
      streams: { toCollector: NOTHING, toSupervisor: NOTHING },
      records: [],
    };
  }

  wait(ms: number): void {
    this.timeMs += ms;
  }

  handshake(): void {
    const options = concatBytes([mssOption(536), SACK_PERMITTED, WINDOW_SCALE_7]);
    this.#push('toCollector', { offset: -1, flags: SYN, ackOffset: -1, options });
    this.#push('toSupervisor', { offset: -1, flags: SYN | ACK, options });
    this.ack('toCollector');
  }

  /** Sends bytes that belong to no message of ours. */
  send(direction: Direction, bytes: Uint8Array): void {
    this.#sent[direction].push(bytes);
    let since = 0;
    for (let at = 0; at < bytes.length;) {
      const size = Math.max(1, this.#options.nextSegmentBytes());
      const payload = bytes.subarray(at, at + size);
      at += payload.length;
      this.#sendSegment(direction, payload, at >= bytes.length);
      since += 1;
      if (since === this.#options.ackEvery || at >= bytes.length) {
        this.#acknowledged[direction] = this.#next[direction];
        this.ack(opposite(direction));
        since = 0;
      }
    }
  }

  message(direction: Direction, message: Message): void {
    this.#noteRecords(message);
    this.send(direction, message.bytes);
  }

  /** A head that waits for "100 Continue" before its body (RFC 9110 section 10.1.1). */
  messageAfterContinue(message: Message, interim: Message): void {
    this.#noteRecords(message);
    this.send('toCollector', message.bytes.subarray(0, message.headBytes));
    this.send('toSupervisor', interim.bytes);
    this.send('toCollector', message.bytes.subarray(message.headBytes));
  }

  ack(direction: Direction): void {
    this.#push(direction, { flags: ACK });
  }

  /** The next data segment carries URG; its urgent byte stays in the stream (RFC 6093). */
  urgent(): void {
    this.#urgentNext = true;
  }

  /** RFC 9293 section 3.8.4: a byte the other side already has, with garbage for content, or none. */
  keepAliveProbe(direction: Direction, garbage: Uint8Array): void {
    this.#push(direction, { offset: this.#next[direction] - 1, payload: garbage, flags: ACK });
    this.ack(opposite(direction));
  }

  /** The receiver closes its window; the sender probes with one new byte, which is not taken. */
  zeroWindow(sender: Direction, upcoming: Uint8Array): void {
    const receiver = opposite(sender);
    const usual = this.#window[receiver];
    this.#window[receiver] = 0;
    this.ack(receiver);
    this.wait(300);
    this.#push(sender, { payload: upcoming.subarray(0, 1), flags: ACK });
    this.ack(receiver);
    this.wait(600);
    this.#window[receiver] = usual;
    this.ack(receiver);
  }

  /** Both sides finish; `first` begins. */
  finish(first: Direction): void {
    const second = opposite(first);
    this.#push(first, { flags: FIN | ACK });
    this.#acknowledged[first] = this.#next[first] + 1;
    this.#push(second, { flags: FIN | ACK });
    this.#next[first] += 1;
    this.#acknowledged[second] = this.#next[second] + 1;
    this.ack(first);
  }

  reset(direction: Direction): void {
    this.#push(direction, { flags: RST | ACK });
  }

  /** Call once, after the last step: fills in what the connection carried. */
  close(): this {
    this.connection.streams.toCollector = concatBytes(this.#sent.toCollector);
    this.connection.streams.toSupervisor = concatBytes(this.#sent.toSupervisor);
    return this;
  }

  #noteRecords(message: Message): void {
    const base = this.#next.toCollector;
    for (const span of message.records) {
      this.connection.records.push({
        ...span,
        start: span.start + base,
        end: span.end + base,
        lineFeedBefore: span.lineFeedBefore + base,
        messageStart: base,
      });
    }
  }

  #sendSegment(direction: Direction, payload: Uint8Array, isLast: boolean): void {
    const urgent = this.#urgentNext;
    this.#urgentNext = false;
    this.#push(direction, {
      payload,
      flags: ACK | (isLast ? PSH : 0) | (urgent ? URG : 0),
      urgentPointer: urgent ? Math.ceil(payload.length / 2) : 0,
    });
    this.#next[direction] += payload.length;
  }

  #push(direction: Direction, part: Partial<Segment>): void {
    this.timeMs += this.#options.stepMs;
    this.segments.push({
      timeMs: this.timeMs,
      connection: this.connection,
      direction,
      offset: this.#next[direction],
      payload: NOTHING,
      flags: ACK,
      ackOffset: this.#acknowledged[opposite(direction)],
      window: this.#window[direction],
      urgentPointer: 0,
      options: NOTHING,
      checksum: 'right',
      damage: [],
      fragments: undefined,
      ...part,
    });
  }
}
