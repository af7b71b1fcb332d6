/** Writes a packet anew: other addresses, neutral headers, scrubbed payload, right checksums. */
import type { Packet } from '../capture/packet-source.ts';
import { u16 } from '../wire/big-endian.ts';
import { onesComplementSum } from '../wire/checksum.ts';
import { decodeIpv4, decodeIpv6, emptyIpPacket, type IpPacket } from '../wire/ip.ts';
import { findIp, type IpPlace } from '../wire/link.ts';
import type { AddressPseudonyms } from './addresses.ts';
import {
  add,
  setIpv4Checksum,
  setUint16,
  sumOfAddresses,
  TCP_CHECKSUM_AT,
  tcpChecksum,
  updatedChecksum,
} from './checksums.ts';
import type { DatagramTable, KnownDatagram } from './datagram-table.ts';
import { clearForeignAddress, macPlaces } from './link-addresses.ts';
import {
  neutraliseIpv4Options,
  neutraliseIpv6Extensions,
  neutraliseTcpOptions,
} from './neutral-headers.ts';
import type { PlannedPacket, PlannedSegment } from './plan.ts';
import type { ScrubbedText } from './scrubbed-text.ts';

const IPV4_ADDRESSES_AT = 12;
const IPV6_ADDRESSES_AT = 8;
const IPV6_HEADER_BYTES = 40;
const MAX_LENGTH_FIELD = 0xffff;

export class PacketScrubber {
  readonly #text: ScrubbedText;
  readonly #addresses: AddressPseudonyms;
  readonly #datagrams: DatagramTable;
  readonly #place: IpPlace = { version: 4, start: 0 };
  readonly #ip = emptyIpPacket();
  #bytes = new Uint8Array(2048);
  /** The datagram whose fragments were written last, whole. */
  #datagram: { number: number; bytes: Uint8Array } | undefined;

  constructor(text: ScrubbedText, addresses: AddressPseudonyms, datagrams: DatagramTable) {
    this.#text = text;
    this.#addresses = addresses;
    this.#datagrams = datagrams;
  }

  /** The packet as it may be shown; valid until the next call. Its length stays. */
  scrub(packet: Packet, planned: Exclude<PlannedPacket, { kind: 'left-out' }>): Uint8Array {
    const bytes = this.#copy(packet);
    const copy: Packet = { ...packet, data: bytes, start: 0, end: bytes.length };
    const ip = this.#decode(copy);
    if (ip === undefined) return bytes.fill(0);
    const addressesBefore = sumOfAddresses(bytes, ip.sourceAt, ip.version);
    this.#link(copy);
    // Padding of short frames may hold anything.
    bytes.fill(0, ip.payloadEnd);
    this.#headers(copy, ip);
    if (planned.kind === 'segment') this.#segment(ip, planned.segment, addressesBefore);
    else this.#fragment(ip, planned.segment, planned.datagram);
    return bytes;
  }

  #copy({ data, start, end }: Packet): Uint8Array {
    const bytes = end - start;
    if (bytes > this.#bytes.length) this.#bytes = new Uint8Array(2 * bytes);
    const copy = this.#bytes.subarray(0, bytes);
    copy.set(data.subarray(start, end));
    return copy;
  }

  #decode(copy: Packet): IpPacket | undefined {
    if (findIp(copy, this.#place) !== undefined) return undefined;
    const { version, start } = this.#place;
    const decode = version === 4 ? decodeIpv4 : decodeIpv6;
    const wireEnd = Math.max(copy.originalBytes, copy.end);
    const fault = decode(copy.data, start, copy.end, wireEnd, this.#ip);
    return fault === undefined ? this.#ip : undefined;
  }

  #link(copy: Packet): void {
    clearForeignAddress(copy);
    for (const at of macPlaces(copy)) this.#addresses.replace(copy.data, at, 6);
  }

  #headers({ data, originalBytes }: Packet, ip: IpPacket): void {
    if (ip.version === 4) {
      const start = ip.sourceAt - IPV4_ADDRESSES_AT;
      // A length left to the network card is filled in: nothing else could tell what it covers.
      const totalBytes = originalBytes - start;
      if (u16(data, start + 2) === 0 && totalBytes <= MAX_LENGTH_FIELD) {
        setUint16(data, start + 2, totalBytes);
      }
      this.#addresses.replace(data, ip.sourceAt, 4);
      this.#addresses.replace(data, ip.destinationAt, 4);
      neutraliseIpv4Options(data, start + 20, ip.payloadStart);
      setIpv4Checksum(data, start, ip.payloadStart);
      return;
    }
    const start = ip.sourceAt - IPV6_ADDRESSES_AT;
    const payloadBytes = originalBytes - start - IPV6_HEADER_BYTES;
    if (u16(data, start + 4) === 0 && payloadBytes <= MAX_LENGTH_FIELD) {
      setUint16(data, start + 4, payloadBytes);
    }
    this.#addresses.replace(data, ip.sourceAt, 16);
    this.#addresses.replace(data, ip.destinationAt, 16);
    const firstAt = start + IPV6_HEADER_BYTES;
    neutraliseIpv6Extensions(data, firstAt, ip.payloadStart, data[start + 6] ?? 0);
  }

  #segment(ip: IpPacket, { stream, offset }: PlannedSegment, addressesBefore: number): void {
    const { data, payloadStart: start, payloadEnd: end } = ip;
    const checksum = u16(data, start + TCP_CHECKSUM_AT);
    setUint16(data, start + TCP_CHECKSUM_AT, 0);
    const sumBefore = onesComplementSum(data, start, end, addressesBefore);
    const textStart = start + ((data[start + 12] ?? 0) >> 4) * 4;
    neutraliseTcpOptions(data, start + 20, textStart);
    this.#text.fill(stream, offset, end - textStart, data, textStart);
    const addresses = sumOfAddresses(data, ip.sourceAt, ip.version);
    const sum = onesComplementSum(data, start, end, addresses);
    const isWhole = end - start === ip.payloadBytes;
    setUint16(
      data,
      start + TCP_CHECKSUM_AT,
      isWhole ? tcpChecksum(sum, ip.payloadBytes) : updatedChecksum(checksum, sumBefore, sum),
    );
  }

  #fragment(ip: IpPacket, segment: PlannedSegment, number: number): void {
    const { data, payloadStart, payloadEnd, fragmentOffsetBytes } = ip;
    const datagram = this.#whole(ip, segment, number);
    for (let at = payloadStart; at < payloadEnd; at++) {
      data[at] = datagram[fragmentOffsetBytes + (at - payloadStart)] ?? 0;
    }
  }

  /** All of a datagram, of which `ip` is a fragment whose addresses are replaced already. */
  #whole(ip: IpPacket, segment: PlannedSegment, number: number): Uint8Array {
    if (this.#datagram?.number === number) return this.#datagram.bytes;
    const known = this.#datagrams.get(number);
    const bytes = known === undefined ? new Uint8Array(0) : this.#build(known, segment);
    if (known !== undefined) {
      const checksumAt = known.tcpAt + TCP_CHECKSUM_AT;
      const checksum = u16(bytes, checksumAt);
      setUint16(bytes, checksumAt, 0);
      const addresses = sumOfAddresses(ip.data, ip.sourceAt, ip.version);
      setUint16(bytes, checksumAt, checksumOf(known, bytes, addresses, checksum));
    }
    this.#datagram = { number, bytes };
    return bytes;
  }

  #build(known: KnownDatagram, { stream, offset }: PlannedSegment): Uint8Array {
    const { lead, totalBytes, incomplete } = known;
    // Fragments may lie beyond the end that another one has told.
    const lastEnd = incomplete?.parts.at(-1)?.to ?? 0;
    const bytes = new Uint8Array(Math.max(totalBytes, lead.length, lastEnd));
    bytes.set(lead);
    this.#text.fill(stream, offset, bytes.length - lead.length, bytes, lead.length);
    return bytes;
  }
}

/** @param before the checksum as it was captured */
function checksumOf(
  { tcpAt, totalBytes, incomplete }: KnownDatagram,
  bytes: Uint8Array,
  addresses: number,
  before: number,
): number {
  if (incomplete?.sum === undefined) {
    const sum = onesComplementSum(bytes, tcpAt, totalBytes, addresses);
    return tcpChecksum(sum, totalBytes - tcpAt);
  }
  const sum = sumOfParts(bytes, tcpAt, incomplete.parts, addresses);
  return updatedChecksum(before, incomplete.sum, sum);
}

/** Ones' complement sum of the captured parts from `tcpAt` on, each at its place. */
export function sumOfParts(
  bytes: Uint8Array,
  tcpAt: number,
  parts: readonly { from: number; to: number }[],
  initial: number,
): number {
  let sum = initial;
  for (const { from, to } of parts) {
    let at = Math.max(from, tcpAt);
    if (at >= to) continue;
    if ((at - tcpAt) % 2 === 1) {
      sum = add(sum, bytes[at] ?? 0);
      at++;
    }
    sum = onesComplementSum(bytes, at, to, sum);
  }
  return sum;
}
