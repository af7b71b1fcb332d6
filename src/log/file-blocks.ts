/**
 * Where commits lie in a file, so that each costs the flash as little as may be.
 *
 * UBIFS keeps a file in blocks of 4 KiB and writes a block that has changed whole, behind a head of
 * 48 bytes, in pages that are mostly 2 KiB (fs/ubifs/ubifs-media.h: UBIFS_BLOCK_SIZE,
 * ubifs_data_node). So a commit in the second half of a block brings the first half to the flash once
 * more, and one across the edge of two blocks the whole first one. Such a commit begins with the next
 * block instead where that is worth it: a hole takes no flash, but it counts as a part of the log.
 */
const UBIFS_MAGIC = 0x24051905;
/** Part of the format: padding stands at the beginning of such a block. */
const BLOCK_BYTES = 4096;
const BLOCK_HEAD_BYTES = 48;
const PAGE_BYTES = 2048;
/** At night commits are small, and thirty of them fit into half a block. */
const SMALL_COMMIT_BYTES = 100;
/** The most that is left for a larger one. */
const LARGEST_HOLE_BYTES = 256;

/** Bytes to leave before a commit of `bytes` that would begin at `at`. */
export function bytesToLeave(at: number, bytes: number, fileSystemMagic: number): number {
  if (fileSystemMagic !== UBIFS_MAGIC) return 0;
  const hole = nextBlockAt(at) - at;
  const end = BLOCK_BYTES - hole + bytes;
  const isDear =
    bytes <= SMALL_COMMIT_BYTES
      ? BLOCK_HEAD_BYTES + end > PAGE_BYTES
      : end > BLOCK_BYTES && hole <= LARGEST_HOLE_BYTES;
  return isDear ? hole : 0;
}

/** Where the next block begins: behind `at`. */
export function nextBlockAt(at: number): number {
  return at - (at % BLOCK_BYTES) + BLOCK_BYTES;
}
