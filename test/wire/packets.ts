/** Packets for the decoders: bytes at odd places in a larger buffer, and what is read out of them. */
import type { Packet } from '../../src/capture/packet-source.ts';
import { decodeIpv4, decodeIpv6, emptyIpPacket, type IpPacket } from '../../src/wire/ip.ts';
import type { WireFault } from '../../src/wire/wire-fault.ts';

/** What stands before and behind the bytes: all ones, so that reading it shows. */
const AROUND_BYTES = 5;

export function packetOf(bytes: Uint8Array, linkType = 1, originalBytes = bytes.length): Packet {
  const data = new Uint8Array(bytes.length + 2 * AROUND_BYTES).fill(0xff);
  data.set(bytes, AROUND_BYTES);
  const end = AROUND_BYTES + bytes.length;
  return { timeMs: 0, linkType, data, start: AROUND_BYTES, end, originalBytes };
}

export interface DecodedIp {
  ip: IpPacket;
  fault: WireFault | undefined;
  /** Captured payload. */
  payload: Uint8Array;
}

/** Decodes an IP packet of which `bytes` were captured; on the wire it had `originalBytes`. */
export function decodeIp(
  version: 4 | 6,
  bytes: Uint8Array,
  originalBytes = bytes.length,
): DecodedIp {
  const { data, start, end } = packetOf(bytes);
  const ip = emptyIpPacket();
  const decode = version === 4 ? decodeIpv4 : decodeIpv6;
  const fault = decode(data, start, end, start + originalBytes, ip);
  const payload =
    fault === undefined ? data.subarray(ip.payloadStart, ip.payloadEnd) : data.subarray(0, 0);
  return { ip, fault, payload };
}
