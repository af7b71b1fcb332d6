/**
 * The stages from packet to record, one behind the other:
 * wire -> reassembly -> http -> record. The daemon, `replay` and the tests use it alike.
 *
 * Packets are pushed in; everything happens during the call. Memory is bounded by
 * `ReassemblyLimits` and by the limits of a line and of a conversation.
 */
import type { Packet, PacketSink } from './capture/packet-source.ts';
import { Conversation } from './http/conversation.ts';
import { zeroHttpCounters, type Habits } from './http/message.ts';
import { IpDefragmenter, type Datagram } from './reassembly/ip-defragmenter.ts';
import { DEFAULT_REASSEMBLY_LIMITS, type ReassemblyLimits } from './reassembly/limits.ts';
import { PacketClock } from './reassembly/packet-clock.ts';
import { TcpReassembler } from './reassembly/tcp-reassembler.ts';
import { TelemetryReader, type RecordTaker } from './record/telemetry-reader.ts';
import { addressMatches, type IpAddress } from './wire/ip-address.ts';
import { decodeIpv4, decodeIpv6, emptyIpPacket, PROTOCOL_TCP, type IpPacket } from './wire/ip.ts';
import { findIp, type IpPlace } from './wire/link.ts';
import { decodeTcp, emptyTcpSegment } from './wire/tcp.ts';
import type { WireFault } from './wire/wire-fault.ts';

/** Pairs of hosts whose habits are remembered. Full: all are learned anew. */
const MAX_HOST_PAIRS = 256;

export interface PipelineOptions {
  /** Only packets from or to this address are read; without it all are. */
  supervisor?: IpAddress | undefined;
  /** Refuse segments with a wrong TCP checksum. Default: accept and count them. */
  refuseWrongChecksums?: boolean;
  limits?: Readonly<ReassemblyLimits>;
  /** Takes each record in order of arrival, repeats included. */
  record: RecordTaker;
}

export interface PacketCounters {
  packets: number;
  capturedBytes: number;
  /** Packets of which not all bytes were captured. */
  snapped: number;
  /** Packets of other hosts. */
  otherHosts: number;
  /** IPv4 headers whose checksum is wrong. */
  headersDamaged: number;
  /** Why packets were not read further, by `layer/reason`. */
  skipped: Map<string, number>;
  firstMs: number | undefined;
  lastMs: number | undefined;
}

export class Pipeline implements PacketSink {
  readonly packets: PacketCounters = {
    packets: 0,
    capturedBytes: 0,
    snapped: 0,
    otherHosts: 0,
    headersDamaged: 0,
    skipped: new Map(),
    firstMs: undefined,
    lastMs: undefined,
  };
  readonly http = zeroHttpCounters();
  readonly telemetry: TelemetryReader;
  readonly tcp: TcpReassembler;
  readonly fragments: IpDefragmenter;
  readonly #habits = new Map<string, Habits>();
  readonly #supervisor: IpAddress | undefined;
  readonly #clock = new PacketClock();
  readonly #place: IpPlace = { version: 4, start: 0 };
  readonly #ip = emptyIpPacket();
  readonly #segment = emptyTcpSegment();

  constructor(options: PipelineOptions) {
    const limits = options.limits ?? DEFAULT_REASSEMBLY_LIMITS;
    this.#supervisor = options.supervisor;
    this.telemetry = new TelemetryReader(options.record);
    this.tcp = new TcpReassembler({
      limits,
      refuseWrongChecksums: options.refuseWrongChecksums ?? false,
      open: ({ hosts }) =>
        new Conversation(this.telemetry, this.http, this.#habitsOf(hosts), () => this.#clock.nowMs),
    });
    this.fragments = new IpDefragmenter(limits, (datagram) => {
      this.#datagram(datagram);
    });
  }

  packet(packet: Packet): void {
    const { packets } = this;
    packets.packets++;
    packets.capturedBytes += packet.end - packet.start;
    packets.firstMs ??= packet.timeMs;
    packets.lastMs = packet.timeMs;
    if (packet.end - packet.start < packet.originalBytes) packets.snapped++;
    this.#clock.advanceTo(packet.timeMs);
    const fault = this.#read(packet);
    if (fault !== undefined) this.#skip(fault);
  }

  /** Packets are taken as fast as they come. */
  ready(): undefined {
    return undefined;
  }

  /**
   * Live sources call this now and then: time goes on although no packet comes, and what has been
   * waited for long enough is given up.
   * @param elapsedMs since the latest packet or tick, by a monotonic clock
   */
  tick(elapsedMs: number): void {
    this.#clock.advanceBy(elapsedMs);
    this.fragments.expire(this.#clock.nowMs);
    this.tcp.sweep(this.#clock.nowMs);
  }

  /** The capture is over: what is held comes out, with its gaps. */
  finish(): void {
    this.fragments.finish();
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

  #read(packet: Packet): WireFault | undefined {
    const noIp = findIp(packet, this.#place);
    if (noIp !== undefined) return noIp;
    const { version, start } = this.#place;
    const decode = version === 4 ? decodeIpv4 : decodeIpv6;
    const wireEnd = packet.start + Math.max(packet.originalBytes, packet.end - packet.start);
    const badIp = decode(packet.data, start, packet.end, wireEnd, this.#ip);
    if (badIp !== undefined) return badIp;
    if (this.#ip.damaged) this.packets.headersDamaged++;
    if (this.#supervisor !== undefined && !isOf(this.#ip, this.#supervisor)) {
      this.packets.otherHosts++;
      return undefined;
    }
    if (this.#ip.isFragment) {
      this.fragments.fragment(this.#ip, this.#clock.nowMs);
      return undefined;
    }
    return this.#tcp(this.#ip, undefined, this.#clock.nowMs);
  }

  #datagram({ ip, captured, firstMs }: Datagram): void {
    // Whole, it is as new as its last fragment; given up, as old as its first.
    const fault = this.#tcp(ip, captured, captured === undefined ? this.#clock.nowMs : firstMs);
    if (fault !== undefined) this.#skip(fault);
  }

  #tcp(ip: IpPacket, captured: Datagram['captured'], sinceMs: number): WireFault | undefined {
    if (ip.protocol !== PROTOCOL_TCP) return NOT_TCP[ip.version];
    const fault = decodeTcp(ip, this.#segment);
    if (fault !== undefined) return fault;
    this.tcp.segment(this.#segment, this.#clock.nowMs, captured, sinceMs);
    return undefined;
  }

  #skip({ layer, reason }: WireFault): void {
    const { skipped } = this.packets;
    const key = `${layer}/${reason}`;
    skipped.set(key, (skipped.get(key) ?? 0) + 1);
  }
}

const NOT_TCP: Readonly<Record<4 | 6, WireFault>> = {
  4: { layer: 'ipv4', reason: 'not-tcp' },
  6: { layer: 'ipv6', reason: 'not-tcp' },
};

function isOf(ip: IpPacket, address: IpAddress): boolean {
  return (
    addressMatches(address, ip.version, ip.data, ip.sourceAt) ||
    addressMatches(address, ip.version, ip.data, ip.destinationAt)
  );
}
