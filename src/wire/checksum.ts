/** The Internet checksum (RFC 1071). */

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
  let sum = initial;
  let at = start;
  const pairsEnd = end - 1;
  for (; at < pairsEnd; at += 2) {
    sum += ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
  }
  if (at < end) sum += (data[at] ?? 0) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}
