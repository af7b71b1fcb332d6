/** One TCP segment of a made-up connection, before any packet is built around it. */
import type { ChecksumKind } from './tcp-segment.ts';
import type { FragmentRange } from './ip-packet.ts';
import type { RecordSpan } from './message.ts';

export type Direction = 'toCollector' | 'toSupervisor';

export function opposite(direction: Direction): Direction {
  return direction === 'toCollector' ? 'toSupervisor' : 'toCollector';
}

export interface Endpoint {
  /** Text form; both ends are of one family. */
  address: string;
  port: number;
}

/** A connection and the whole truth about it. */
export interface Connection {
  supervisor: Endpoint;
  collector: Endpoint;
  /** Initial sequence number of each direction's sender. */
  isn: Record<Direction, number>;
  /** Segments carry RFC 7323 timestamps. */
  timestamps: boolean;
  /** The supervisor sends some of its bodies in chunks. */
  usesChunks: boolean;
  /** All bytes each side sent, in order. */
  streams: Record<Direction, Uint8Array>;
  /** Records sent to the collector; offsets are those of the stream. */
  records: (RecordSpan & { messageStart: number })[];
}

export interface Segment {
  timeMs: number;
  connection: Connection;
  direction: Direction;
  /** Stream offset of the first byte of `payload`. A SYN stands at -1. */
  offset: number;
  /** What this segment carries there; probes and contradictions carry other bytes than the stream has. */
  payload: Uint8Array;
  flags: number;
  /** Stream offset up to which the other direction is acknowledged. */
  ackOffset: number;
  window: number;
  /** Offset of the urgent pointer from the segment's start; sent with URG. */
  urgentPointer: number;
  options: Uint8Array;
  checksum: ChecksumKind;
  /** Where set, payload bits to turn over after the checksum was computed. */
  damage: readonly { at: number; mask: number }[];
  /** How to cut the IP datagram, in order of sending; undefined sends it whole. */
  fragments: ((totalBytes: number) => FragmentRange[]) | undefined;
}

/** First stream offset behind the segment, SYN and FIN not counted. */
export function segmentEnd(segment: Segment): number {
  return segment.offset + segment.payload.length;
}
