/** TCP header (RFC 9293 section 3.1). Options are stepped over, none is needed. */
import { judgeTcpChecksum, type ChecksumVerdict } from './tcp-checksum.ts';
import { u16, u32 } from './big-endian.ts';
import type { IpPacket } from './ip.ts';
import { truncated, type WireFault } from './wire-fault.ts';

export const FLAG_FIN = 0x01;
export const FLAG_SYN = 0x02;
export const FLAG_RST = 0x04;
export const FLAG_ACK = 0x10;

/** One TCP segment, as offsets into `data`. Filled by `decodeTcp`; reused by its caller. */
export interface TcpSegment {
  data: Uint8Array;
  ipVersion: 4 | 6;
  sourceAt: number;
  destinationAt: number;
  sourcePort: number;
  destinationPort: number;
  seq: number;
  ack: number;
  flags: number;
  /** Captured payload: `payloadStart` up to `payloadEnd`. */
  payloadStart: number;
  payloadEnd: number;
  /** Payload on the wire; larger than what was captured when the packet was snapped. */
  payloadBytes: number;
  checksum: ChecksumVerdict;
}

export function emptyTcpSegment(): TcpSegment {
  return {
    data: new Uint8Array(0),
    ipVersion: 4,
    sourceAt: 0,
    destinationAt: 0,
    sourcePort: 0,
    destinationPort: 0,
    seq: 0,
    ack: 0,
    flags: 0,
    payloadStart: 0,
    payloadEnd: 0,
    payloadBytes: 0,
    checksum: 'unknown',
  };
}

/** Reads the segment that the IP packet `ip` carries; not a fragment, or one put together. */
export function decodeTcp(ip: IpPacket, out: TcpSegment): WireFault | undefined {
  const { data, payloadStart: start } = ip;
  const have = ip.payloadEnd - start;
  if (have < 20) return truncated('tcp', 20, have);
  const headerBytes = ((data[start + 12] ?? 0) >> 4) * 4;
  if (headerBytes < 20 || headerBytes > ip.payloadBytes)
    return { layer: 'tcp', reason: 'bad-header' };
  if (have < headerBytes) return truncated('tcp', headerBytes, have);
  if (out.data !== data) out.data = data;
  out.ipVersion = ip.version;
  out.sourceAt = ip.sourceAt;
  out.destinationAt = ip.destinationAt;
  out.sourcePort = u16(data, start);
  out.destinationPort = u16(data, start + 2);
  out.seq = u32(data, start + 4);
  out.ack = u32(data, start + 8);
  out.flags = data[start + 13] ?? 0;
  out.payloadStart = start + headerBytes;
  out.payloadEnd = ip.payloadEnd;
  out.payloadBytes = ip.payloadBytes - headerBytes;
  out.checksum = ip.damaged ? 'wrong' : judgeTcpChecksum(ip);
  return undefined;
}
