/** Segments to captured frames, and frames to a pcap file; each frame remembers what it carries. */
import type { Random } from './random.ts';
import type { Segment } from './segment.ts';
import type { LinkKind } from './link-frame.ts';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap-writer.ts';
import { concatBytes, parseAddress } from './bytes.ts';
import { ipFragments, ipPacket } from './ip-packet.ts';
import { linkFrame, linkTypeOf } from './link-frame.ts';
import { opposite } from './segment.ts';
import { ACK, TCP_PROTOCOL, tcpSegment, timestampOption } from './tcp-segment.ts';

export interface Frame {
  timeMs: number;
  segment: Segment;
  /** Frames with the same number are the fragments (or copies) of one IP datagram. */
  datagram: number;
  /** The frame as it was on the wire. */
  bytes: Uint8Array;
  /** Fewer than `bytes` holds when the capture snapped it. */
  capturedBytes: number;
  /** Where this frame's part of the IP payload begins in `bytes`. */
  partStart: number;
  /** Which bytes of the IP payload (the TCP segment) that part is. */
  part: { start: number; end: number };
  /** Bytes of the whole TCP segment, and of the header before its payload. */
  segmentBytes: number;
  tcpHeaderBytes: number;
  /** Brings nothing a listener may use: a damaged copy, or a fragment that contradicts an earlier one. */
  isForeign: boolean;
}

export interface Encoding {
  link: LinkKind;
  ipv4Options: Uint8Array;
  ipv6Extensions: readonly number[];
  /** Identification of the first datagram; each sender goes on from there. */
  firstIdentification: number;
}

export const PLAIN: Encoding = {
  link: 'ethernet',
  ipv4Options: new Uint8Array(0),
  ipv6Extensions: [],
  firstIdentification: 1,
};

let datagramCount = 0;

function tcpBytes(segment: Segment, random: Random): { bytes: Uint8Array; headerBytes: number } {
  const { connection, direction } = segment;
  const toCollector = direction === 'toCollector';
  const from = toCollector ? connection.supervisor : connection.collector;
  const to = toCollector ? connection.collector : connection.supervisor;
  const stamp = Math.floor(segment.timeMs) >>> 0;
  const options = connection.timestamps
    ? concatBytes([segment.options, timestampOption(stamp, (stamp - 7) >>> 0)])
    : segment.options;
  const acknowledges = (segment.flags & ACK) !== 0;
  const bytes = tcpSegment(
    {
      sourcePort: from.port,
      destinationPort: to.port,
      sequence: (connection.isn[direction] + 1 + segment.offset) >>> 0,
      acknowledgement: acknowledges
        ? (connection.isn[opposite(direction)] + 1 + segment.ackOffset) >>> 0
        : 0,
      flags: segment.flags,
      window: segment.window,
      urgentPointer: segment.urgentPointer,
      options,
    },
    segment.payload,
    parseAddress(from.address),
    parseAddress(to.address),
    segment.checksum,
    random,
  );
  const headerBytes = bytes.length - segment.payload.length;
  for (const { at, mask } of segment.damage) {
    bytes[headerBytes + at] = (bytes[headerBytes + at] ?? 0) ^ mask;
  }
  return { bytes, headerBytes };
}

/** In the order given; a segment that is to be fragmented becomes several frames. */
export function encodeFrames(
  segments: readonly Segment[],
  encoding: Encoding,
  random: Random,
): Frame[] {
  const padding = random.bytes(7);
  let identification = encoding.firstIdentification;
  return segments.flatMap((segment) => {
    const { connection, direction } = segment;
    const toCollector = direction === 'toCollector';
    const from = toCollector ? connection.supervisor : connection.collector;
    const to = toCollector ? connection.collector : connection.supervisor;
    const path = {
      source: parseAddress(from.address),
      destination: parseAddress(to.address),
      ipv4Options: encoding.ipv4Options,
      ipv6Extensions: encoding.ipv6Extensions,
    };
    const { bytes: tcp, headerBytes } = tcpBytes(segment, random);
    const ranges = segment.fragments?.(tcp.length);
    identification += 1;
    datagramCount += 1;
    const datagram = datagramCount;
    const packets =
      ranges === undefined
        ? [ipPacket(path, TCP_PROTOCOL, tcp, identification)]
        : ipFragments(path, TCP_PROTOCOL, tcp, identification, ranges);
    return packets.map((packet, index) => {
      const part = ranges?.[index] ?? { start: 0, end: tcp.length };
      const framed = linkFrame(encoding.link, packet, toCollector, padding);
      return {
        timeMs: segment.timeMs + index / 100,
        segment,
        datagram,
        bytes: framed.bytes,
        capturedBytes: framed.bytes.length,
        partStart: framed.ipStart + packet.length - (part.end - part.start),
        part,
        segmentBytes: tcp.length,
        tcpHeaderBytes: headerBytes,
        isForeign: segment.damage.length > 0,
      };
    });
  });
}

export function pcapOf(frames: readonly Frame[], link: LinkKind): Uint8Array {
  return concatBytes([
    pcapHeader(linkTypeOf(link)),
    ...frames.map((frame) =>
      pcapRecord(frame.timeMs, frame.bytes.subarray(0, frame.capturedBytes), frame.bytes.length),
    ),
  ]);
}
