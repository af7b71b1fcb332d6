/**
 * CRC-32C (Castagnoli), as iSCSI and ext4 have it: RFC 3720, section 12.1. It finds every burst of up
 * to 32 wrong bits, and any one to three of them anywhere in 256 MiB.
 *
 * Four bytes at a time, with four tables. Measured on 1 MiB: 1100 MiB/s, against 430 byte by byte and
 * 1200 with eight tables; without the optimizing compiler 65, 46 and 66.
 */
import { viewOf } from './words.ts';

/** 0x1edc6f41 with its bits in reverse, because the lowest bit goes first. */
const POLYNOMIAL = 0x82f63b78;
const BEHIND_1 = 256;
const BEHIND_2 = 512;
const BEHIND_3 = 768;

/** What a byte does to the checksum; from `BEHIND_n` on: a byte with n more behind it in the word. */
const TABLE = new Int32Array(1024);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  TABLE[byte] = crc;
}
for (let at = BEHIND_1; at < TABLE.length; at++) {
  const before = TABLE[at - 256] ?? 0;
  TABLE[at] = (before >>> 8) ^ (TABLE[before & 0xff] ?? 0);
}

/** The checksum of `data[start..end)`, a uint32. `seed`: the checksum of the bytes before, so that
 * pieces give what the whole would. */
export function crc32c(data: Uint8Array, start: number, end: number, seed = 0): number {
  const view = viewOf(data);
  let crc = ~seed;
  let at = start;
  for (; at + 3 < end; at += 4) {
    crc ^= view.getInt32(at, true);
    crc =
      (TABLE[BEHIND_3 + (crc & 0xff)] ?? 0) ^
      (TABLE[BEHIND_2 + ((crc >>> 8) & 0xff)] ?? 0) ^
      (TABLE[BEHIND_1 + ((crc >>> 16) & 0xff)] ?? 0) ^
      (TABLE[crc >>> 24] ?? 0);
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (TABLE[(crc ^ (data[at] ?? 0)) & 0xff] ?? 0);
  return ~crc >>> 0;
}
