/**
 * IPv4 (RFC 791) and IPv6 (RFC 8200) headers, with the extension headers that can stand before
 * TCP. Holds no state; fragments are only recognised here and put together in `reassembly/`.
 */
import { onesComplementSum } from './checksum.ts';
import { u16, u32 } from './big-endian.ts';
import { truncated, type WireFault } from './wire-fault.ts';

export const PROTOCOL_TCP = 6;

/** One IP packet, as offsets into `data`. Filled by the decoders; reused by their caller. */
export interface IpPacket {
  data: Uint8Array;
  version: 4 | 6;
  /** Addresses are 4 or 16 bytes at these offsets, the destination right behind the source. */
  sourceAt: number;
  destinationAt: number;
  /** IPv4 protocol, or the first IPv6 next header that is no extension we step over. */
  protocol: number;
  /** Captured payload: `payloadStart` up to `payloadEnd`. */
  payloadStart: number;
  payloadEnd: number;
  /** Payload on the wire; larger than what was captured when the packet was snapped. */
  payloadBytes: number;
  /** Header checksum wrong although filled in (IPv4 only). */
  damaged: boolean;
  isFragment: boolean;
  fragmentOffsetBytes: number;
  moreFragments: boolean;
  /** Identification: 16 bits in IPv4, 32 in IPv6. Only meaningful for fragments. */
  fragmentId: number;
}

export function emptyIpPacket(): IpPacket {
  return {
    data: new Uint8Array(0),
    version: 4,
    sourceAt: 0,
    destinationAt: 0,
    protocol: 0,
    payloadStart: 0,
    payloadEnd: 0,
    payloadBytes: 0,
    damaged: false,
    isFragment: false,
    fragmentOffsetBytes: 0,
    moreFragments: false,
    fragmentId: 0,
  };
}

/**
 * @param start offset of the IP header
 * @param end offset behind the last captured byte
 * @param wireEnd where the packet ended on the wire, in the same count; at or beyond `end`
 */
export function decodeIpv4(
  data: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  out: IpPacket,
): WireFault | undefined {
  const have = end - start;
  if (have < 20) return truncated('ipv4', 20, have);
  const first = data[start] ?? 0;
  const headerBytes = (first & 0x0f) * 4;
  if (first >> 4 !== 4 || headerBytes < 20) return { layer: 'ipv4', reason: 'bad-header' };
  if (have < headerBytes) return truncated('ipv4', headerBytes, have);
  // Zero: a segment the network card will still cut (its length is set on the way out).
  const totalBytes = u16(data, start + 2) || wireEnd - start;
  if (totalBytes < headerBytes) return { layer: 'ipv4', reason: 'bad-header' };

  const flagsAndOffset = u16(data, start + 6);
  if (out.data !== data) out.data = data;
  out.version = 4;
  out.sourceAt = start + 12;
  out.destinationAt = start + 16;
  out.protocol = data[start + 9] ?? 0;
  out.payloadStart = start + headerBytes;
  out.payloadEnd = Math.min(end, start + totalBytes);
  out.payloadBytes = totalBytes - headerBytes;
  // An empty checksum field is one the card will fill in; a wrong one is damage (or a broken tool).
  out.damaged =
    u16(data, start + 10) !== 0 &&
    onesComplementSum(data, start, start + headerBytes, 0) !== 0xffff;
  out.fragmentOffsetBytes = (flagsAndOffset & 0x1fff) * 8;
  out.moreFragments = (flagsAndOffset & 0x2000) !== 0;
  out.isFragment = out.moreFragments || out.fragmentOffsetBytes !== 0;
  out.fragmentId = u16(data, start + 4);
  return undefined;
}

const NEXT_HOP_BY_HOP = 0;
const NEXT_ROUTING = 43;
const NEXT_FRAGMENT = 44;
const NEXT_AUTHENTICATION = 51;
const NEXT_DESTINATION_OPTIONS = 60;
/** More extension headers than this stand in no honest packet. */
const MAX_EXTENSION_HEADERS = 8;

/** Parameters as for `decodeIpv4`. */
export function decodeIpv6(
  data: Uint8Array,
  start: number,
  end: number,
  wireEnd: number,
  out: IpPacket,
): WireFault | undefined {
  const have = end - start;
  if (have < 40) return truncated('ipv6', 40, have);
  if ((data[start] ?? 0) >> 4 !== 6) return { layer: 'ipv6', reason: 'bad-header' };
  // Zero: as above, or a jumbogram, which does not exist on the links we listen to.
  const payloadBytes = u16(data, start + 4) || wireEnd - start - 40;
  if (out.data !== data) out.data = data;
  out.version = 6;
  out.sourceAt = start + 8;
  out.destinationAt = start + 24;
  out.payloadStart = start + 40;
  out.payloadEnd = Math.min(end, start + 40 + payloadBytes);
  out.payloadBytes = payloadBytes;
  out.damaged = false;
  out.isFragment = false;
  out.fragmentOffsetBytes = 0;
  out.moreFragments = false;
  out.fragmentId = 0;
  return stepOverExtensions(data[start + 6] ?? 0, out);
}

/**
 * Moves `out.payloadStart` over extension headers, beginning with one of type `next`, and sets
 * `out.protocol`. Stops behind a fragment header: what follows that belongs to the whole datagram.
 */
export function stepOverExtensions(next: number, out: IpPacket): WireFault | undefined {
  for (let count = 0; count < MAX_EXTENSION_HEADERS; count++) {
    const at = out.payloadStart;
    const have = out.payloadEnd - at;
    let headerBytes: number;
    switch (next) {
      case NEXT_HOP_BY_HOP:
      case NEXT_ROUTING:
      case NEXT_DESTINATION_OPTIONS:
        if (have < 8) return truncated('ipv6', 8, have);
        headerBytes = ((out.data[at + 1] ?? 0) + 1) * 8;
        break;
      case NEXT_AUTHENTICATION:
        if (have < 8) return truncated('ipv6', 8, have);
        headerBytes = ((out.data[at + 1] ?? 0) + 2) * 4;
        break;
      case NEXT_FRAGMENT:
        if (have < 8) return truncated('ipv6', 8, have);
        headerBytes = 8;
        break;
      default:
        out.protocol = next;
        return undefined;
    }
    if (have < headerBytes) return truncated('ipv6', headerBytes, have);
    out.payloadStart += headerBytes;
    out.payloadBytes -= headerBytes;
    const following = out.data[at] ?? 0;
    if (next === NEXT_FRAGMENT) {
      const offsetAndFlags = u16(out.data, at + 2);
      out.fragmentOffsetBytes = offsetAndFlags & 0xfff8;
      out.moreFragments = (offsetAndFlags & 1) !== 0;
      out.fragmentId = u32(out.data, at + 4);
      out.protocol = following;
      // A fragment header on a whole packet (RFC 6946) is read as if it were not there.
      out.isFragment = out.moreFragments || out.fragmentOffsetBytes !== 0;
      if (out.isFragment) return undefined;
    }
    next = following;
  }
  return { layer: 'ipv6', reason: 'bad-header' };
}
