/**
 * Unsigned integers at an offset. The caller has checked that the bytes are there; a byte beyond
 * the end counts as 0.
 */

export function uint16(data: Uint8Array, at: number, littleEndian: boolean): number {
  const first = data[at] ?? 0;
  const second = data[at + 1] ?? 0;
  return littleEndian ? first | (second << 8) : (first << 8) | second;
}

export function uint32(data: Uint8Array, at: number, littleEndian: boolean): number {
  const a = data[at] ?? 0;
  const b = data[at + 1] ?? 0;
  const c = data[at + 2] ?? 0;
  const d = data[at + 3] ?? 0;
  return (
    (littleEndian ? a | (b << 8) | (c << 16) | (d << 24) : (a << 24) | (b << 16) | (c << 8) | d) >>>
    0
  );
}
