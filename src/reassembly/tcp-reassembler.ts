/**
 * TCP segments of many connections in, in-order bytes of each direction out (RFC 9293).
 *
 * Time is packet time, handed in with every call, so that a file replays as it happened. What is
 * said here of sequence numbers holds for captures, not for endpoints: any packet may be missing,
 * late, repeated, damaged, or of an earlier connection on the same ports.
 *
 * Urgent data stays where it is in the stream: the supervisor never sends any, and an endpoint
 * that reads it in line sees the same.
 */
import { FLAG_ACK, FLAG_RST, FLAG_SYN, type TcpSegment } from '../wire/tcp.ts';
import { Handshakes } from './handshakes.ts';
import type { ReassemblyLimits } from './limits.ts';
import type { ConversationSink } from './stream-sink.ts';
import { TcpConnection } from './tcp-connection.ts';
import type { StreamCounters, TcpDirection } from './tcp-direction.ts';

export interface TcpCounters extends StreamCounters {
  segments: number;
  /** SYNs of connections that have not carried anything yet. */
  handshakes: number;
  /** Connections that carried something. */
  connections: number;
  connectionsEvicted: number;
  connectionsIdle: number;
  /** Segments without payload or SYN of connections that are not known, or not any more. */
  segmentsUnattached: number;
  /** Segments whose numbers fit no connection. */
  segmentsStray: number;
  checksumsWrong: number;
  checksumsOffloaded: number;
  /** Segments refused for a wrong checksum, where that was asked for. */
  segmentsRefused: number;
}

function zeroTcpCounters(): TcpCounters {
  return {
    segments: 0,
    handshakes: 0,
    connections: 0,
    connectionsEvicted: 0,
    connectionsIdle: 0,
    segmentsUnattached: 0,
    segmentsStray: 0,
    checksumsRight: 0,
    checksumsWrong: 0,
    checksumsOffloaded: 0,
    segmentsRefused: 0,
    gaps: 0,
    gapBytes: 0,
    midstream: 0,
    overlapBytes: 0,
    lateBytes: 0,
    doubtfulBytes: 0,
    damagedBytes: 0,
  };
}

/** A part of a segment that was captured, as offsets in its `data`. */
export interface CapturedRange {
  start: number;
  end: number;
}

export interface TcpReassemblerOptions {
  limits: Readonly<ReassemblyLimits>;
  /** Refuse segments with a wrong checksum instead of judging them. */
  refuseWrongChecksums: boolean;
  /** Called when a connection carries its first byte. */
  open: (connection: TcpConnection) => ConversationSink;
  /** Told of each segment that was attached to a connection, before its payload is taken. */
  observe?: SegmentObserver | undefined;
}

/**
 * - `taken`: its payload and its flags count.
 * - `doubted`: its checksum is wrong; the payload waits for a better copy, the flags do not count.
 * - `stray`: its numbers do not fit; nothing of it counts.
 */
export type SegmentFate = 'taken' | 'doubted' | 'stray';

/** Everything is valid only during the call; `TcpDirection.offsetOf` tells the stream offset. */
export type SegmentObserver = (
  segment: TcpSegment,
  connection: TcpConnection,
  direction: TcpDirection,
  fate: SegmentFate,
) => void;

/** Overdue gaps and connections are looked for this often in packet time. */
const SWEEP_MS = 1_000;

export class TcpReassembler {
  readonly counters = zeroTcpCounters();
  readonly #limits: Readonly<ReassemblyLimits>;
  readonly #options: TcpReassemblerOptions;
  /** Least recently heard first. Connections that carried telemetry live in `#proven`. */
  readonly #fresh = new Map<string, TcpConnection>();
  readonly #proven = new Map<string, TcpConnection>();
  /** Those that hold bytes back. */
  readonly #waiting = new Set<TcpConnection>();
  /** Closed ones, first closed first. */
  readonly #closed = new Set<TcpConnection>();
  readonly #handshakes: Handshakes;
  #latest: TcpConnection | undefined;
  #chargedBytes = 0;
  #sweptMs = -Infinity;

  constructor(options: TcpReassemblerOptions) {
    this.#options = options;
    this.#limits = options.limits;
    this.#handshakes = new Handshakes(options.limits.handshakes);
  }

  get connectionCount(): number {
    return this.#fresh.size + this.#proven.size;
  }

  get heldBytes(): number {
    return this.#chargedBytes;
  }

  /**
   * @param captured what was captured of the segment, when that is not one piece
   * @param sinceMs when its first piece came, if earlier than now
   */
  segment(
    segment: TcpSegment,
    nowMs: number,
    captured?: readonly CapturedRange[],
    sinceMs = nowMs,
  ): void {
    this.counters.segments++;
    this.#countChecksum(segment);
    if (segment.checksum === 'wrong' && this.#options.refuseWrongChecksums) {
      this.counters.segmentsRefused++;
      return;
    }
    let connection = this.#find(segment);
    if (connection === undefined) {
      if (segment.payloadBytes === 0) {
        this.#withoutConnection(segment, nowMs);
        return;
      }
      connection = this.#add(keyOf(segment), segment, nowMs, -Infinity);
    }
    if (sinceMs < connection.openedMs) {
      // Fragments that waited in vain while their connection gave way to another on the same ports.
      this.counters.segmentsStray++;
      return;
    }
    let direction = connection.directionOf(segment) ?? connection.forward;
    let trusted = direction.trusts(segment.checksum);
    if (trusted) {
      const belonging = connection.belonging(segment, direction, nowMs);
      if (belonging === 'stray') {
        this.counters.segmentsStray++;
        this.#options.observe?.(segment, connection, direction, 'stray');
        return;
      }
      if (belonging === 'next') {
        this.#forget(connection);
        if (segment.payloadBytes === 0) {
          this.#withoutConnection(segment, nowMs);
          return;
        }
        connection = this.#add(connection.key, segment, nowMs, sinceMs);
        direction = connection.forward;
        trusted = direction.trusts(segment.checksum);
      }
    } else if (Math.abs(direction.distance(segment.seq)) > this.#limits.windowBytes) {
      // Its number may be what is damaged.
      this.counters.segmentsStray++;
      return;
    }
    connection.lastHeardMs = nowMs;
    this.#options.observe?.(segment, connection, direction, trusted ? 'taken' : 'doubted');
    if (trusted) connection.control(segment, direction, nowMs);
    if (segment.payloadBytes > 0) {
      this.#payload(connection, direction, segment, trusted, nowMs, captured);
    }
    this.#settle(connection, nowMs);
    if (nowMs - this.#sweptMs >= SWEEP_MS) this.sweep(nowMs);
  }

  /** Gives up what is overdue at `nowMs`. */
  sweep(nowMs: number): void {
    this.#sweptMs = nowMs;
    for (const connection of this.#waiting) {
      connection.forward.giveUpOverdue(nowMs);
      connection.backward.giveUpOverdue(nowMs);
      this.#charge(connection);
    }
    for (const connection of this.#closed) {
      const silentMs = nowMs - connection.lastHeardMs;
      if (silentMs < this.#limits.closedMs) break;
      if (connection.complete || silentMs >= this.#limits.gapWaitMs) this.#forget(connection);
    }
    for (const connections of [this.#fresh, this.#proven]) {
      for (const connection of connections.values()) {
        if (nowMs - connection.lastHeardMs < this.#limits.idleMs) break;
        this.counters.connectionsIdle++;
        this.#forget(connection);
      }
    }
  }

  /** The capture is over: delivers what is held, with its gaps, least recently heard first. */
  finish(): void {
    const all = [...this.#fresh.values(), ...this.#proven.values()];
    all.sort((a, b) => a.lastHeardMs - b.lastHeardMs);
    for (const connection of all) this.#forget(connection);
  }

  #payload(
    connection: TcpConnection,
    direction: TcpDirection,
    segment: TcpSegment,
    trusted: boolean,
    nowMs: number,
    captured: readonly CapturedRange[] | undefined,
  ): void {
    if (connection.conversation === undefined) connection.connect(this.#options.open(connection));
    // A SYN takes up one number before its payload.
    const seq = (segment.flags & FLAG_SYN) === 0 ? segment.seq : (segment.seq + 1) >>> 0;
    const { data, payloadStart, payloadEnd } = segment;
    if (captured === undefined) {
      if (payloadEnd > payloadStart) {
        direction.segment(seq, data, payloadStart, payloadEnd, trusted, nowMs);
      }
      return;
    }
    for (const range of captured) {
      const start = Math.max(range.start, payloadStart);
      if (range.end <= start) continue;
      const at = (seq + (start - payloadStart)) >>> 0;
      direction.segment(at, data, start, range.end, trusted, nowMs);
    }
  }

  /** A segment that brings no bytes to a connection that is not known: only a SYN tells anything. */
  #withoutConnection(segment: TcpSegment, nowMs: number): void {
    if (segment.checksum === 'right') this.counters.checksumsRight++;
    const isSyn = (segment.flags & FLAG_SYN) !== 0 && (segment.flags & FLAG_RST) === 0;
    if (!isSyn || segment.checksum === 'wrong') {
      this.counters.segmentsUnattached++;
      return;
    }
    this.counters.handshakes++;
    const checksumRight = segment.checksum === 'right';
    this.#handshakes.note(segment, true, {
      seq: (segment.seq + 1) >>> 0,
      checksumRight,
      heard: true,
      notedMs: nowMs,
    });
    if ((segment.flags & FLAG_ACK) !== 0) {
      this.#handshakes.note(segment, false, {
        seq: segment.ack,
        checksumRight: false,
        heard: false,
        notedMs: nowMs,
      });
    }
  }

  /** Brings the books up to date after a segment. */
  #settle(connection: TcpConnection, nowMs: number): void {
    if (connection.isWaiting) {
      connection.forward.giveUpOverdue(nowMs);
      connection.backward.giveUpOverdue(nowMs);
    }
    if (connection.closed) this.#closed.add(connection);
    this.#charge(connection);
    if (this.#chargedBytes > this.#limits.heldBytesTotal) this.#shed();
    if (!connection.isProven && connection.conversation?.proven === true) {
      connection.isProven = true;
      if (this.#fresh.delete(connection.key)) this.#proven.set(connection.key, connection);
    }
  }

  #charge(connection: TcpConnection): void {
    const { heldBytes } = connection;
    this.#chargedBytes += heldBytes - connection.chargedBytes;
    connection.chargedBytes = heldBytes;
    const waits = connection.forward.heldBytes + connection.backward.heldBytes > 0;
    if (waits === connection.isWaiting) return;
    connection.isWaiting = waits;
    if (waits) this.#waiting.add(connection);
    else this.#waiting.delete(connection);
  }

  #find(segment: TcpSegment): TcpConnection | undefined {
    if (this.#latest?.directionOf(segment) !== undefined) return this.#latest;
    const key = keyOf(segment);
    for (const connections of [this.#proven, this.#fresh]) {
      const connection = connections.get(key);
      if (connection === undefined) continue;
      connections.delete(key);
      connections.set(key, connection);
      this.#latest = connection;
      return connection;
    }
    return undefined;
  }

  /** @param notBeforeMs what was sent before that is of another connection, unless a SYN says when */
  #add(key: string, first: TcpSegment, nowMs: number, notBeforeMs: number): TcpConnection {
    if (this.connectionCount >= this.#limits.connections) {
      const oldest = firstOf(this.#fresh) ?? firstOf(this.#proven);
      if (oldest !== undefined) this.#evict(oldest);
    }
    const connection = new TcpConnection(key, first, nowMs, this.#limits, this.counters);
    if ((first.flags & FLAG_SYN) === 0) {
      const { seq, ack, flags } = first;
      const next = (flags & FLAG_ACK) === 0 ? undefined : ack;
      const noted = this.#handshakes.take(first, true);
      connection.forward.beginNoted(noted, seq);
      const other = this.#handshakes.take(first, false);
      connection.backward.beginNoted(other, next);
      connection.backwardHeard = other?.heard ?? false;
      connection.openedMs = noted?.notedMs ?? other?.notedMs ?? notBeforeMs;
    }
    this.counters.connections++;
    this.#fresh.set(key, connection);
    this.#latest = connection;
    return connection;
  }

  /** Makes room: the least recently heard connection that holds anything goes, unproven first. */
  #shed(): void {
    for (const connections of [this.#fresh, this.#proven]) {
      for (const connection of connections.values()) {
        if (this.#chargedBytes <= this.#limits.heldBytesTotal) return;
        if (connection.chargedBytes > 0) this.#evict(connection);
      }
    }
  }

  #evict(connection: TcpConnection): void {
    this.counters.connectionsEvicted++;
    this.#forget(connection);
  }

  #forget(connection: TcpConnection): void {
    connection.finish();
    this.#chargedBytes -= connection.chargedBytes;
    connection.chargedBytes = 0;
    this.#waiting.delete(connection);
    this.#closed.delete(connection);
    if (!this.#fresh.delete(connection.key)) this.#proven.delete(connection.key);
    if (this.#latest === connection) this.#latest = undefined;
  }

  #countChecksum(segment: TcpSegment): void {
    if (segment.checksum === 'wrong') this.counters.checksumsWrong++;
    else if (segment.checksum === 'offloaded') this.counters.checksumsOffloaded++;
  }
}

function firstOf(connections: Map<string, TcpConnection>): TcpConnection | undefined {
  const first = connections.values().next();
  return first.done === true ? undefined : first.value;
}

/** The same text for both directions of a connection. */
export function keyOf(segment: TcpSegment): string {
  const addressBytes = segment.ipVersion === 4 ? 4 : 16;
  const source = endOf(segment, segment.sourceAt, addressBytes, segment.sourcePort);
  const destination = endOf(segment, segment.destinationAt, addressBytes, segment.destinationPort);
  return source < destination ? source + destination : destination + source;
}

function endOf(segment: TcpSegment, at: number, addressBytes: number, port: number): string {
  let text = String.fromCharCode(port);
  for (let i = 0; i < addressBytes; i += 2) {
    text += String.fromCharCode(
      ((segment.data[at + i] ?? 0) << 8) | (segment.data[at + i + 1] ?? 0),
    );
  }
  return text;
}
