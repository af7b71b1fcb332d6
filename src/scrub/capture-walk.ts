/**
 * Takes every packet of a capture through the stages as the pipeline does, and tells where each of
 * them went: to which segment of which connection, or to no telemetry at all.
 */
import type { Packet, PacketSink } from '../capture/packet-source.ts';
import type { Habits } from '../http/message.ts';
import { IpDefragmenter, type Datagram } from '../reassembly/ip-defragmenter.ts';
import { DEFAULT_REASSEMBLY_LIMITS } from '../reassembly/limits.ts';
import { PacketClock } from '../reassembly/packet-clock.ts';
import type { ConversationSink } from '../reassembly/stream-sink.ts';
import type { TcpConnection } from '../reassembly/tcp-connection.ts';
import type { TcpDirection } from '../reassembly/tcp-direction.ts';
import { TcpReassembler, type SegmentFate } from '../reassembly/tcp-reassembler.ts';
import { addressMatches, type IpAddress } from '../wire/ip-address.ts';
import { decodeIpv4, decodeIpv6, emptyIpPacket, PROTOCOL_TCP, type IpPacket } from '../wire/ip.ts';
import { findIp, type IpPlace } from '../wire/link.ts';
import { decodeTcp, emptyTcpSegment, type TcpSegment } from '../wire/tcp.ts';

/** A segment that was read, before its payload is taken. Everything is valid only during the call. */
export interface SeenSegment {
  segment: TcpSegment;
  /** The IP packet or the datagram that it came in; its payload begins with the TCP header. */
  ip: IpPacket;
  /** Undefined when it was attached to no connection: a handshake, or what comes after the end. */
  attached: { connection: TcpConnection; direction: TcpDirection; fate: SegmentFate } | undefined;
  /** Undefined when the packet in hand holds all of it. */
  datagram: Datagram | undefined;
}

/**
 * What a packet is: no TCP over IP that can be read, or of a host that was not asked for; a segment;
 * a fragment, by the number of its datagram.
 */
export type PacketKind = 'other' | 'segment' | number;

export interface CaptureVisitor {
  open(connection: TcpConnection, habits: Habits, nowMs: () => number): ConversationSink;
  segment(seen: SeenSegment): void;
  /** Called for each packet, after all that it brought about. */
  packet(packet: Packet, kind: PacketKind): void;
}

export interface CaptureWalkOptions {
  supervisor: IpAddress | undefined;
  visitor: CaptureVisitor;
  /** Packets to be read; the capture may have grown since they were counted. */
  maxPackets: number;
}

/** As in the pipeline: pairs of hosts whose habits are remembered. Full: all are learned anew. */
const MAX_HOST_PAIRS = 256;

export class CaptureWalk implements PacketSink {
  packets = 0;
  capturedBytes = 0;
  readonly tcp: TcpReassembler;
  readonly #options: CaptureWalkOptions;
  readonly #fragments: IpDefragmenter;
  readonly #habits = new Map<string, Habits>();
  readonly #clock = new PacketClock();
  readonly #place: IpPlace = { version: 4, start: 0 };
  readonly #ip = emptyIpPacket();
  readonly #segment = emptyTcpSegment();
  /** What the segment being read came in. */
  #segmentIp: IpPacket = this.#ip;
  #segmentDatagram: Datagram | undefined;
  /** Segments the visitor knows of. */
  #told = 0;

  constructor(options: CaptureWalkOptions) {
    const { visitor } = options;
    this.#options = options;
    const limits = DEFAULT_REASSEMBLY_LIMITS;
    const nowMs = () => this.#clock.nowMs;
    this.tcp = new TcpReassembler({
      limits,
      refuseWrongChecksums: false,
      open: (connection) => visitor.open(connection, this.#habitsOf(connection.hosts), nowMs),
      observe: (segment, connection, direction, fate) => {
        this.#tell(segment, { connection, direction, fate });
      },
    });
    this.#fragments = new IpDefragmenter(limits, (datagram) => {
      this.#tcp(datagram.ip, datagram);
    });
  }

  packet(packet: Packet): void {
    if (this.packets >= this.#options.maxPackets) return;
    this.packets++;
    this.capturedBytes += packet.end - packet.start;
    this.#clock.advanceTo(packet.timeMs);
    this.#options.visitor.packet(packet, this.#read(packet));
  }

  ready(): undefined {
    return undefined;
  }

  finish(): void {
    this.#fragments.finish();
    this.tcp.finish();
  }

  #habitsOf(hosts: string): Habits {
    let habits = this.#habits.get(hosts);
    if (habits === undefined) {
      if (this.#habits.size >= MAX_HOST_PAIRS) this.#habits.clear();
      habits = { framing: 'unknown' };
      this.#habits.set(hosts, habits);
    }
    return habits;
  }

  #read(packet: Packet): PacketKind {
    if (findIp(packet, this.#place) !== undefined) return 'other';
    const ip = this.#ip;
    const { version, start } = this.#place;
    const decode = version === 4 ? decodeIpv4 : decodeIpv6;
    const wireEnd = packet.start + Math.max(packet.originalBytes, packet.end - packet.start);
    if (decode(packet.data, start, packet.end, wireEnd, ip) !== undefined) return 'other';
    const { supervisor } = this.#options;
    if (supervisor !== undefined && !isOf(ip, supervisor)) return 'other';
    if (ip.isFragment) return this.#fragments.fragment(ip, this.#clock.nowMs) ?? 'other';
    return this.#tcp(ip, undefined) ? 'segment' : 'other';
  }

  #tcp(ip: IpPacket, datagram: Datagram | undefined): boolean {
    if (ip.protocol !== PROTOCOL_TCP) return false;
    if (decodeTcp(ip, this.#segment) !== undefined) return false;
    this.#segmentIp = ip;
    this.#segmentDatagram = datagram;
    const before = this.#told;
    const { nowMs } = this.#clock;
    this.tcp.segment(this.#segment, nowMs, datagram?.captured, datagram?.firstMs ?? nowMs);
    if (this.#told === before) this.#tell(this.#segment, undefined);
    return true;
  }

  #tell(segment: TcpSegment, attached: SeenSegment['attached']): void {
    this.#told++;
    const [ip, datagram] = [this.#segmentIp, this.#segmentDatagram];
    this.#options.visitor.segment({ segment, ip, attached, datagram });
  }
}

function isOf(ip: IpPacket, address: IpAddress): boolean {
  return (
    addressMatches(address, ip.version, ip.data, ip.sourceAt) ||
    addressMatches(address, ip.version, ip.data, ip.destinationAt)
  );
}
