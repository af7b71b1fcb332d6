/**
 * What becomes of each packet: found out when the capture is read the second time, looked up when it
 * is read the third time. Four bytes a packet, twelve more for each segment that is kept.
 */
import { DatagramTable } from './datagram-table.ts';
import { float64List, int32List } from './number-list.ts';

/** Why a packet is left out. */
export type LeftOutReason =
  | 'other-traffic' // no TCP that can be read, or of another host than the one asked for
  | 'other-connections' // TCP without telemetry
  | 'damaged' // wrong checksum, and none of its bytes were used
  | 'loose-fragments'; // fragments of which no segment could be made

export interface PlannedSegment {
  /** Which direction of which connection. */
  stream: number;
  /** Stream offset of its payload. */
  offset: number;
}

export type PlannedPacket =
  | { kind: 'left-out'; reason: LeftOutReason }
  | { kind: 'segment'; segment: PlannedSegment }
  | { kind: 'fragment'; segment: PlannedSegment; datagram: number };

const OTHER_TRAFFIC = -1;
const OTHER_CONNECTION = -2;
/** Smaller values stand for datagrams, by number. */
const FIRST_DATAGRAM = -3;
/** In place of a stream: the segment is not used. */
const DAMAGED = -1;

export class Plan {
  readonly datagrams = new DatagramTable();
  readonly #packets = int32List();
  readonly #streams = int32List();
  readonly #offsets = float64List();

  /** Returns the index of the segment. */
  addSegment(stream: number, offset: number): number {
    this.#offsets.push(offset);
    return this.#streams.push(stream);
  }

  dropSegment(index: number): void {
    this.#streams.set(index, DAMAGED);
  }

  addPacketOfSegment(index: number): void {
    this.#packets.push(index);
  }

  addPacketOfDatagram(number: number): void {
    this.#packets.push(FIRST_DATAGRAM - number);
  }

  addOtherPacket(reason: 'other-traffic' | 'other-connections'): void {
    this.#packets.push(reason === 'other-traffic' ? OTHER_TRAFFIC : OTHER_CONNECTION);
  }

  /** @param index the number of the packet in the capture, from 0 */
  packet(index: number): PlannedPacket {
    const code = this.#packets.at(index, OTHER_TRAFFIC);
    if (code === OTHER_TRAFFIC) return { kind: 'left-out', reason: 'other-traffic' };
    if (code === OTHER_CONNECTION) return { kind: 'left-out', reason: 'other-connections' };
    if (code >= 0) {
      const segment = this.#segment(code);
      return segment === undefined
        ? { kind: 'left-out', reason: 'damaged' }
        : { kind: 'segment', segment };
    }
    const number = FIRST_DATAGRAM - code;
    const datagram = this.datagrams.get(number);
    if (datagram === undefined) return { kind: 'left-out', reason: 'loose-fragments' };
    const segment = this.#segment(datagram.segment);
    return segment === undefined
      ? { kind: 'left-out', reason: 'damaged' }
      : { kind: 'fragment', segment, datagram: number };
  }

  #segment(index: number): PlannedSegment | undefined {
    const stream = this.#streams.at(index, DAMAGED);
    return stream === DAMAGED ? undefined : { stream, offset: this.#offsets.at(index, 0) };
  }
}
