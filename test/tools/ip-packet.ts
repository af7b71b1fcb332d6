/** IPv4 (RFC 791) and IPv6 (RFC 8200) packets, and the fragmentation of either. */
import { concatBytes, internetChecksum, uint16, uint32, writeUint16 } from './bytes.ts';

/** Bytes `start` up to `end` of a datagram's payload; every start is a multiple of 8. */
export interface FragmentRange {
  start: number;
  end: number;
}

export interface IpPath {
  source: Uint8Array;
  destination: Uint8Array;
  /** IPv4 options, a multiple of 4 bytes; none for IPv6. */
  ipv4Options: Uint8Array;
  /** Numbers of IPv6 extension headers before the payload: 0 hop-by-hop, 43 routing, 60 destination. */
  ipv6Extensions: readonly number[];
}

/** No-operations around a router alert: what a real option list may look like. */
export const ROUTER_ALERT_OPTIONS = Uint8Array.of(1, 0x94, 4, 0, 0, 1, 1, 0);

const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_HEADER = 44;

function ipv4Packet(
  path: IpPath,
  protocol: number,
  payload: Uint8Array,
  identification: number,
  flagsAndOffset: number,
): Uint8Array {
  const headerBytes = 20 + path.ipv4Options.length;
  const header = concatBytes([
    Uint8Array.of(0x40 | (headerBytes / 4), 0),
    uint16(headerBytes + payload.length),
    uint16(identification),
    uint16(flagsAndOffset),
    Uint8Array.of(64, protocol),
    uint16(0),
    path.source,
    path.destination,
    path.ipv4Options,
  ]);
  writeUint16(header, 10, internetChecksum(header));
  return concatBytes([header, payload]);
}

/** An extension header of 8 bytes that says nothing: padding options, or a routing header at its end. */
function ipv6Extension(kind: number, nextHeader: number): Uint8Array {
  return kind === 43
    ? Uint8Array.of(nextHeader, 0, 253, 0, 0, 0, 0, 0)
    : Uint8Array.of(nextHeader, 0, 1, 4, 0, 0, 0, 0);
}

function ipv6Packet(path: IpPath, lastHeader: number, payload: Uint8Array): Uint8Array {
  const kinds = path.ipv6Extensions;
  const extensions = kinds.map((kind, index) =>
    ipv6Extension(kind, kinds[index + 1] ?? lastHeader),
  );
  const body = concatBytes([...extensions, payload]);
  return concatBytes([
    uint32(0x6000_0000),
    uint16(body.length),
    Uint8Array.of(kinds[0] ?? lastHeader, 64),
    path.source,
    path.destination,
    body,
  ]);
}

export function ipPacket(
  path: IpPath,
  protocol: number,
  payload: Uint8Array,
  identification: number,
): Uint8Array {
  return path.source.length === 4
    ? ipv4Packet(path, protocol, payload, identification & 0xffff, 0)
    : ipv6Packet(path, protocol, payload);
}

/** One packet a range. IPv6 extension headers stand before the fragment header, in each fragment. */
export function ipFragments(
  path: IpPath,
  protocol: number,
  payload: Uint8Array,
  identification: number,
  ranges: readonly FragmentRange[],
): Uint8Array[] {
  return ranges.map(({ start, end }) => {
    const part = payload.subarray(start, end);
    const more = end < payload.length;
    if (path.source.length === 4) {
      const flagsAndOffset = (more ? MORE_FRAGMENTS : 0) | (start / 8);
      return ipv4Packet(path, protocol, part, identification & 0xffff, flagsAndOffset);
    }
    const fragmentHeader = concatBytes([
      Uint8Array.of(protocol, 0),
      uint16(start | (more ? 1 : 0)),
      uint32(identification),
    ]);
    return ipv6Packet(path, FRAGMENT_HEADER, concatBytes([fragmentHeader, part]));
  });
}

/** The cuts a router with a small MTU makes: `pieceBytes` (rounded down to 8) each. */
export function evenRanges(totalBytes: number, pieceBytes: number): FragmentRange[] {
  const step = Math.max(8, pieceBytes - (pieceBytes % 8));
  const ranges: FragmentRange[] = [];
  for (let start = 0; start < totalBytes; start += step) {
    ranges.push({ start, end: Math.min(totalBytes, start + step) });
  }
  return ranges;
}
