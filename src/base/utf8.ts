/** UTF-8 as Unicode defines it (table 3-7 of the standard): no overlong forms, no surrogates. */

/** Length of the valid sequence of two to four bytes at `at`, or 0 when there is none. */
export function utf8SequenceBytes(data: Uint8Array, at: number, end: number): number {
  const first = data[at] ?? 0;
  const bytes =
    first >= 0xc2 && first <= 0xdf
      ? 2
      : first >= 0xe0 && first <= 0xef
        ? 3
        : first >= 0xf0 && first <= 0xf4
          ? 4
          : 0;
  if (bytes === 0 || at + bytes > end) return 0;
  const second = data[at + 1] ?? 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let i = 2; i < bytes; i++) {
    if (((data[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return bytes;
}
