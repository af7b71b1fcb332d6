/** The Internet checksum (RFC 1071). */
import { viewOf } from '../base/words.ts';

/**
 * Ones' complement sum of 16-bit words from `start` to `end` (an odd last byte is padded with
 * zero), added to `initial` (at most 17 bits) and folded to 16 bits. Exact up to 64 KiB.
 */
export function onesComplementSum(
  data: Uint8Array,
  start: number,
  end: number,
  initial: number,
): number {
  const view = viewOf(data);
  // RFC 1071 section 2 (C): wider sums fold to the same. Two of them, so that one does not wait for
  // the other; both stay far below 2^53.
  let sum = initial;
  let other = 0;
  let at = start;
  for (; at + 7 < end; at += 8) {
    sum += view.getUint32(at);
    other += view.getUint32(at + 4);
  }
  sum += other;
  for (; at + 1 < end; at += 2) sum += view.getUint16(at);
  if (at < end) sum += (data[at] ?? 0) << 8;
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000);
  return sum;
}
