/**
 * The second reading of a capture, when all names are known: scrubs the streams of the connections
 * that carry telemetry and notes where each packet has its place in them.
 */
import { latin1 } from '../base/ascii.ts';
import type { Packet } from '../capture/packet-source.ts';
import { Conversation } from '../http/conversation.ts';
import { zeroHttpCounters, type Habits } from '../http/message.ts';
import type { ConversationSink } from '../reassembly/stream-sink.ts';
import type { TcpConnection } from '../reassembly/tcp-connection.ts';
import type { TcpDirection } from '../reassembly/tcp-direction.ts';
import { keyOf } from '../reassembly/tcp-reassembler.ts';
import { TelemetryReader } from '../record/telemetry-reader.ts';
import type { IpPacket } from '../wire/ip.ts';
import { FLAG_SYN } from '../wire/tcp.ts';
import type { CaptureVisitor, PacketKind, SeenSegment } from './capture-walk.ts';
import { setUint16, sumOfAddresses, TCP_CHECKSUM_AT } from './checksums.ts';
import type { CapturedPart, IncompleteDatagram } from './datagram-table.ts';
import { Doubts } from './doubts.ts';
import { outsideScrubbers } from './first-look.ts';
import type { Masker } from './mask.ts';
import type { NameHandler } from './names.ts';
import { neutraliseIpv6Extensions, neutraliseTcpOptions } from './neutral-headers.ts';
import { sumOfParts } from './packet-scrubber.ts';
import { Plan } from './plan.ts';
import type { OutsideScrubbers } from './outside-lines.ts';
import { ScrubbedConversation } from './scrubbed-conversation.ts';
import type { ScrubbedText } from './scrubbed-text.ts';
import type { StreamTaker } from './stream-scrubber.ts';

const NEXT_DESTINATION_OPTIONS = 60;
const TCP_OPTIONS_AT = 20;
/** Full: all are forgotten. */
const MAX_WHOLE_DATAGRAMS = 1024;
const NONE = -1;
/** Stands for the stream of a segment that belongs to none. */
const NO_STREAM = 0x7fff_ffff;

/** Numbers connections in the order in which they are first heard. */
class ConnectionNumbers {
  readonly #numbers = new WeakMap<TcpConnection, number>();
  #next = 0;

  of(connection: TcpConnection): number {
    const known = this.#numbers.get(connection);
    if (known !== undefined) return known;
    this.#numbers.set(connection, this.#next);
    return this.#next++;
  }
}

export interface PlannerOptions {
  /** Addresses and ports between which telemetry went, as `keyOf` puts them. All connections between
   * them are kept: where one ends and another begins is seen from the packets of both. */
  keys: ReadonlySet<string>;
  names: NameHandler;
  mask: Masker;
  text: ScrubbedText;
  /** Bytes with a wrong checksum that were used so far, of all streams. */
  doubtfulBytes: () => number;
}

export class Planner implements CaptureVisitor {
  readonly plan = new Plan();
  readonly #options: PlannerOptions;
  readonly #scrubbers: OutsideScrubbers;
  readonly #numbers = new ConnectionNumbers();
  readonly #doubts = new WeakMap<TcpDirection, Doubts>();
  readonly #reader = new TelemetryReader(() => undefined);
  readonly #http = zeroHttpCounters();
  /** Index in the plan of the segment that the packet in hand holds all of. */
  #segmentInHand = NONE;
  #doubtfulBytes = 0;
  /** Whole datagrams by their bytes before the payload, numbers and checksum included: a fragment that
   * comes once more when its datagram is whole has to become what it became before. */
  readonly #whole = new Map<string, number>();

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.#scrubbers = outsideScrubbers(options.names, options.mask);
  }

  open(connection: TcpConnection, habits: Habits, nowMs: () => number): ConversationSink {
    if (!this.#options.keys.has(connection.key)) {
      return new Conversation(this.#reader, this.#http, habits, nowMs);
    }
    const number = this.#numbers.of(connection);
    const doubts = [this.#doubtsOf(connection.forward), this.#doubtsOf(connection.backward)];
    return new ScrubbedConversation({
      connection,
      handler: this.#reader,
      counters: this.#http,
      habits,
      nowMs,
      scrubbers: this.#scrubbers,
      takeForward: this.#taker(streamOf(number, false), connection.forward),
      takeBackward: this.#taker(streamOf(number, true), connection.backward),
      closed: () => {
        for (const each of doubts) each.end();
      },
    });
  }

  segment(seen: SeenSegment): void {
    this.#doubtfulBytesGrew();
    const { segment, attached } = seen;
    if (attached === undefined) {
      // Nothing but headers: handshakes, and what comes when all was said.
      if (segment.payloadBytes > 0 || !this.#options.keys.has(keyOf(segment))) return;
      const index = this.#add(seen, NO_STREAM, 0);
      // A wrong checksum kept the reassembly from believing that a stream begins here.
      const isSyn = (segment.flags & FLAG_SYN) !== 0;
      if (isSyn && segment.checksum === 'wrong') this.plan.dropSegment(index);
      return;
    }
    const { connection, direction, fate } = attached;
    if (!this.#options.keys.has(connection.key)) return;
    const number = this.#numbers.of(connection);
    const isSyn = (segment.flags & FLAG_SYN) !== 0;
    const offset = direction.offsetOf(isSyn ? (segment.seq + 1) >>> 0 : segment.seq);
    const stream = streamOf(number, direction === connection.backward);
    const index = this.#add(seen, stream, offset);
    const doubts = this.#doubtsOf(direction);
    if (segment.checksum === 'right') doubts.rightChecksumSeen();
    if (fate === 'doubted') doubts.add(index, offset, segment.payloadBytes);
  }

  packet(_packet: Packet, kind: PacketKind): void {
    const index = this.#segmentInHand;
    this.#segmentInHand = NONE;
    if (kind === 'other') this.plan.addOtherPacket('other-traffic');
    else if (kind !== 'segment') this.plan.addPacketOfDatagram(kind);
    else if (index === NONE) this.plan.addOtherPacket('other-connections');
    else this.plan.addPacketOfSegment(index);
  }

  #add(seen: SeenSegment, stream: number, offset: number): number {
    const index = this.plan.addSegment(stream, offset);
    if (seen.datagram === undefined) this.#segmentInHand = index;
    else this.#addDatagram(seen, index);
    return index;
  }

  #taker(stream: number, direction: TcpDirection): StreamTaker {
    const { text } = this.#options;
    const doubts = this.#doubtsOf(direction);
    return {
      delivered: (from, to) => {
        doubts.delivered(from, to, this.#doubtfulBytesGrew());
      },
      text: (offset, data, start, end) => {
        text.put(stream, offset, data, start, end);
      },
    };
  }

  /** Whether bytes with a wrong checksum were used since this was last asked. */
  #doubtfulBytesGrew(): boolean {
    const before = this.#doubtfulBytes;
    this.#doubtfulBytes = this.#options.doubtfulBytes();
    return this.#doubtfulBytes > before;
  }

  #doubtsOf(direction: TcpDirection): Doubts {
    const known = this.#doubts.get(direction);
    if (known !== undefined) return known;
    const doubts = new Doubts((segment) => {
      this.plan.dropSegment(segment);
    });
    this.#doubts.set(direction, doubts);
    return doubts;
  }

  #addDatagram({ segment, ip, datagram }: SeenSegment, index: number): void {
    if (datagram === undefined) return;
    const { data } = segment;
    // The addresses stand before the first byte of the datagram.
    const base = ip.version === 4 ? 8 : 32;
    const tcpAt = ip.payloadStart - base;
    const lead = data.slice(base, segment.payloadStart);
    const parts = datagram.captured?.map(({ start, end }) => ({
      from: start - base,
      to: end - base,
    }));
    const header = latin1(lead, 0, lead.length);
    const repeated = parts === undefined ? undefined : this.#whole.get(header);
    if (repeated !== undefined) {
      this.plan.datagrams.addRepeat(datagram.number, repeated);
      return;
    }
    const totalBytes = tcpAt + ip.payloadBytes;
    let incomplete: IncompleteDatagram | undefined;
    if (parts === undefined) {
      if (this.#whole.size >= MAX_WHOLE_DATAGRAMS) this.#whole.clear();
      this.#whole.set(header, datagram.number);
    } else {
      const isCovered = (parts[0]?.to ?? 0) >= totalBytes;
      incomplete = { parts, sum: isCovered ? undefined : sumBefore(data, base, tcpAt, parts, ip) };
    }
    neutraliseIpv6Extensions(lead, 0, tcpAt, NEXT_DESTINATION_OPTIONS);
    neutraliseTcpOptions(lead, tcpAt + TCP_OPTIONS_AT, lead.length);
    this.plan.datagrams.add(datagram.number, {
      segment: index,
      totalBytes,
      lead,
      tcpAt,
      incomplete,
    });
  }
}

/** The sum of a datagram as it was captured, addresses included and the checksum left out. */
function sumBefore(
  data: Uint8Array,
  base: number,
  tcpAt: number,
  parts: readonly CapturedPart[],
  ip: IpPacket,
): number {
  const bytes = data.slice(base);
  setUint16(bytes, tcpAt + TCP_CHECKSUM_AT, 0);
  return sumOfParts(bytes, tcpAt, parts, sumOfAddresses(data, ip.sourceAt, ip.version));
}

/** A number for each direction of each connection. */
function streamOf(connection: number, isBackward: boolean): number {
  return 2 * connection + (isBackward ? 1 : 0);
}
