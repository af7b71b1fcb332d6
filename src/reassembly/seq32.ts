/** Sequence numbers modulo 2^32 (RFC 9293 section 3.4) and their unwrapped form. */

/**
 * Signed distance from `from` to `to`, both modulo 2^32: positive when `to` lies ahead. In the
 * range -2^31 up to 2^31 - 1; the farthest point counts as behind.
 */
export function seqDistance(from: number, to: number): number {
  return (to - from) | 0;
}

/**
 * The stream offset that stands for sequence number `seq` and lies nearest to `reference`. Offsets
 * count on where sequence numbers wrap, so they stay exact up to 2^53 bytes.
 */
export function unwrapSeq(seq: number, reference: number): number {
  return reference + seqDistance(reference % 0x1_0000_0000, seq);
}
