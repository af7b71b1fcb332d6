/** Checksums made right after headers and bytes were replaced (RFC 791, RFC 9293, RFC 1624). */
import { onesComplementSum } from '../wire/checksum.ts';
import { PROTOCOL_TCP } from '../wire/ip.ts';

export const TCP_CHECKSUM_AT = 16;
const IPV4_CHECKSUM_AT = 10;

export function setUint16(data: Uint8Array, at: number, value: number): void {
  data[at] = value >>> 8;
  data[at + 1] = value & 0xff;
}

export function setIpv4Checksum(data: Uint8Array, start: number, end: number): void {
  setUint16(data, start + IPV4_CHECKSUM_AT, 0);
  setUint16(data, start + IPV4_CHECKSUM_AT, complement(onesComplementSum(data, start, end, 0)));
}

/** Sum of the addresses of an IP header, both at one go: they are neighbours. */
export function sumOfAddresses(data: Uint8Array, sourceAt: number, version: 4 | 6): number {
  return onesComplementSum(data, sourceAt, sourceAt + (version === 4 ? 8 : 32), 0);
}

/** What the TCP checksum is when all of the segment is there. `sum`: of addresses and segment, with
 * the checksum field zero. */
export function tcpChecksum(sum: number, segmentBytes: number): number {
  return complement(add(add(sum, PROTOCOL_TCP), segmentBytes & 0xffff, segmentBytes >>> 16));
}

/**
 * The checksum after a change, when it covers bytes that are not there (RFC 1624 section 3). The
 * sums are those of everything that may have changed, before and after.
 */
export function updatedChecksum(checksum: number, sumBefore: number, sumAfter: number): number {
  return complement(add(complement(checksum), complement(sumBefore), sumAfter));
}

export function add(...values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

function complement(value: number): number {
  return ~value & 0xffff;
}
