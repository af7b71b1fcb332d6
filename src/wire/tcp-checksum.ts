/** What the checksum of a TCP segment says about its bytes (RFC 9293 section 3.1, RFC 8200 section 8.1). */
import { onesComplementSum } from './checksum.ts';
import { u16 } from './big-endian.ts';
import { PROTOCOL_TCP, type IpPacket } from './ip.ts';

/**
 * - `right`: the sum fits.
 * - `offloaded`: left to the network card; the field is empty or holds the sum of the pseudo
 *   header alone, as Linux leaves it. Normal when the sending host itself captures.
 * - `wrong`: neither, so bytes were damaged on the way (or a tool did not care).
 * - `unknown`: not all bytes were captured.
 */
export type ChecksumVerdict = 'right' | 'offloaded' | 'wrong' | 'unknown';

const CHECKSUM_AT = 16;

/** Judges the TCP checksum of a whole, unfragmented IP payload of at least 20 bytes. */
export function judgeTcpChecksum(ip: IpPacket): ChecksumVerdict {
  const { data, payloadStart, payloadEnd, payloadBytes } = ip;
  if (payloadEnd - payloadStart !== payloadBytes) return 'unknown';
  // The destination stands right behind the source in either version.
  const addressBytes = ip.version === 4 ? 8 : 32;
  const pseudo = onesComplementSum(data, ip.sourceAt, ip.sourceAt + addressBytes, PROTOCOL_TCP);
  const sum = onesComplementSum(data, payloadStart, payloadEnd, pseudo + payloadBytes);
  if (sum === 0xffff) return 'right';
  const field = u16(data, payloadStart + CHECKSUM_AT);
  const withLength = onesComplementSum(data, 0, 0, pseudo + payloadBytes);
  return field === 0 || field === withLength || field === pseudo ? 'offloaded' : 'wrong';
}
