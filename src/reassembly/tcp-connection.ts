/** One TCP connection: two directions, and what is known of its life. */
import { latin1 } from '../base/ascii.ts';
import { FLAG_ACK, FLAG_FIN, FLAG_RST, FLAG_SYN, type TcpSegment } from '../wire/tcp.ts';
import type { ReassemblyLimits } from './limits.ts';
import { seqDistance } from './seq32.ts';
import type { ConversationSink } from './stream-sink.ts';
import { TcpDirection, type StreamCounters } from './tcp-direction.ts';

/** What a segment is to a connection with the same addresses and ports. */
export type Belonging = 'this' | 'next' | 'stray';

/** A SYN with the old sequence number this long after everything ended opens a new connection. */
const SAME_ISN_REUSE_MS = 1_000;
/** A connection silent for so long may have been replaced without our seeing it. */
const SILENT_MS = 30_000;

export class TcpConnection {
  readonly key: string;
  readonly forward: TcpDirection;
  readonly backward: TcpDirection;
  /** Nothing of it was sent before. */
  openedMs: number;
  lastHeardMs: number;
  isReset = false;
  /** The other side than that of the first segment was heard, too. */
  backwardHeard = false;
  /** The reassembler's notes: bytes charged, whether any wait, whether telemetry was seen. */
  chargedBytes = 0;
  isWaiting = false;
  isProven = false;
  #conversation: ConversationSink | undefined;
  readonly #windowBytes: number;
  readonly #ends: Uint8Array;
  readonly #sourcePort: number;
  readonly #destinationPort: number;
  /** Where the last segment far off the mark lay. */
  #strayDirection: TcpDirection | undefined;
  #straySeq = 0;

  /** @param first the first segment seen; its sender is the forward side */
  constructor(
    key: string,
    first: TcpSegment,
    nowMs: number,
    limits: Readonly<ReassemblyLimits>,
    counters: StreamCounters,
  ) {
    this.key = key;
    this.forward = new TcpDirection(limits, counters);
    this.backward = new TcpDirection(limits, counters);
    this.openedMs = nowMs;
    this.lastHeardMs = nowMs;
    this.#windowBytes = limits.windowBytes;
    const addressBytes = first.ipVersion === 4 ? 4 : 16;
    this.#ends = new Uint8Array(2 * addressBytes);
    for (let i = 0; i < addressBytes; i++) {
      this.#ends[i] = first.data[first.sourceAt + i] ?? 0;
      this.#ends[addressBytes + i] = first.data[first.destinationAt + i] ?? 0;
    }
    this.#sourcePort = first.sourcePort;
    this.#destinationPort = first.destinationPort;
  }

  /** The two addresses, the same for all connections between them, as an opaque text. */
  get hosts(): string {
    const addressBytes = this.#ends.length / 2;
    const one = latin1(this.#ends, 0, addressBytes);
    const other = latin1(this.#ends, addressBytes, 2 * addressBytes);
    return one < other ? one + other : other + one;
  }

  get conversation(): ConversationSink | undefined {
    return this.#conversation;
  }

  /** The first bytes have come: from now on they go there. */
  connect(conversation: ConversationSink): void {
    this.#conversation = conversation;
    this.forward.sink = conversation.forward;
    this.backward.sink = conversation.backward;
  }

  get heldBytes(): number {
    return this.forward.heldBytes + this.backward.heldBytes + (this.#conversation?.heldBytes ?? 0);
  }

  /** Nothing new can come: both sides said so, or one has torn it down. */
  get closed(): boolean {
    return this.isReset || (this.forward.finSeen && this.backward.finSeen);
  }

  /** Closed, and nothing of it is missing as far as anybody can tell. */
  get complete(): boolean {
    return this.isReset || (this.forward.ended && this.backward.ended);
  }

  /** The direction `segment` goes in, or undefined when it is of other addresses or ports. */
  directionOf(segment: TcpSegment): TcpDirection | undefined {
    const addressBytes = segment.ipVersion === 4 ? 4 : 16;
    if (this.#ends.length !== 2 * addressBytes) return undefined;
    if (
      segment.sourcePort === this.#sourcePort &&
      segment.destinationPort === this.#destinationPort &&
      this.#endIs(0, segment, segment.sourceAt) &&
      this.#endIs(addressBytes, segment, segment.destinationAt)
    ) {
      return this.forward;
    }
    if (
      segment.destinationPort === this.#sourcePort &&
      segment.sourcePort === this.#destinationPort &&
      this.#endIs(0, segment, segment.destinationAt) &&
      this.#endIs(addressBytes, segment, segment.sourceAt)
    ) {
      return this.backward;
    }
    return undefined;
  }

  otherThan(direction: TcpDirection): TcpDirection {
    return direction === this.forward ? this.backward : this.forward;
  }

  /**
   * Whether `segment` is of this connection, of a later one on the same ports (whose SYN may not
   * have been captured), or of none that makes sense.
   */
  belonging(segment: TcpSegment, direction: TcpDirection, nowMs: number): Belonging {
    if ((segment.flags & FLAG_SYN) !== 0) return this.#belongingOfSyn(segment, direction, nowMs);
    const distance = direction.distance(segment.seq);
    if (Math.abs(distance) <= this.#windowBytes) {
      this.#strayDirection = undefined;
      return direction.ended && distance > 0 && segment.payloadBytes > 0 ? 'next' : 'this';
    }
    if (segment.payloadBytes === 0) return 'stray';
    const other = this.otherThan(direction);
    const acknowledgesElsewhere =
      (segment.flags & FLAG_ACK) !== 0 && Math.abs(other.distance(segment.ack)) > this.#windowBytes;
    const secondOfItsKind =
      this.#strayDirection === direction &&
      Math.abs(seqDistance(this.#straySeq, segment.seq)) <= this.#windowBytes;
    if (
      this.closed ||
      direction.ended ||
      acknowledgesElsewhere ||
      secondOfItsKind ||
      nowMs - this.lastHeardMs > SILENT_MS
    ) {
      return 'next';
    }
    this.#strayDirection = direction;
    this.#straySeq = segment.seq;
    return 'stray';
  }

  /** Takes note of what the flags and numbers of a segment say. Its payload goes in separately. */
  control(segment: TcpSegment, direction: TcpDirection, nowMs: number): void {
    const { flags } = segment;
    const other = this.otherThan(direction);
    if (direction === this.backward) this.backwardHeard = true;
    if ((flags & FLAG_SYN) !== 0) {
      direction.begin((segment.seq + 1) >>> 0);
      if ((flags & FLAG_ACK) !== 0) other.begin(segment.ack);
    }
    if ((flags & FLAG_ACK) !== 0) other.acknowledge(segment.ack, nowMs);
    if ((flags & FLAG_FIN) !== 0) direction.fin((segment.seq + segment.payloadBytes) >>> 0);
    if ((flags & FLAG_RST) !== 0) this.isReset = true;
  }

  /** Delivers what is held and ends both directions. */
  finish(): void {
    this.forward.finish();
    this.backward.finish();
    this.#conversation?.closed(this.backwardHeard);
  }

  #belongingOfSyn(segment: TcpSegment, direction: TcpDirection, nowMs: number): Belonging {
    const begin = (segment.seq + 1) >>> 0;
    if (!this.#couldBegin(direction, begin, 0, nowMs)) return 'next';
    if ((segment.flags & FLAG_ACK) === 0) return 'this';
    const other = this.otherThan(direction);
    // The other SYN may have carried data, which this one acknowledges (RFC 7413).
    const dataBytes = (other.position ?? 0) - (other.start ?? 0);
    return this.#couldBegin(other, segment.ack, dataBytes, nowMs) ? 'this' : 'next';
  }

  /** Whether the stream of `direction`, as far as it is known, can have begun at `seq`, or up to
   * `slackBytes` before it. */
  #couldBegin(direction: TcpDirection, seq: number, slackBytes: number, nowMs: number): boolean {
    if (direction.start !== undefined) {
      const ahead = seqDistance(direction.start % 0x1_0000_0000, seq);
      const same = ahead >= 0 && ahead <= slackBytes;
      const over = this.closed || direction.finSeen;
      return same && !(over && nowMs - this.lastHeardMs > SAME_ISN_REUSE_MS);
    }
    if (direction.position === undefined) return true;
    const distance = direction.distance(seq);
    return distance <= 0 && distance >= -this.#windowBytes && !this.closed;
  }

  #endIs(at: number, segment: TcpSegment, addressAt: number): boolean {
    const addressBytes = this.#ends.length / 2;
    for (let i = 0; i < addressBytes; i++) {
      if (this.#ends[at + i] !== segment.data[addressAt + i]) return false;
    }
    return true;
  }
}
