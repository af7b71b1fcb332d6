/**
 * Tells new records from repeats and revisions, over all that the log holds.
 *
 * Whether there is a record of an identity is answered exactly, by the sets of times at the ends of
 * the segments: a segment is asked only when the time lies within it, so records that come live cost
 * nothing. Whether it is the same record is answered by a 52-bit hash of each line, made by reading
 * the segment once. Both are kept in bounded memory and read again when they are needed again: a
 * backlog of last winter takes as much memory as one of yesterday.
 */
import { join } from 'node:path';
import type { RecordLine } from '../record/record-line.ts';
import type { Row } from './frame-codec.ts';
import type { Identity } from './identity.ts';
import { hashLine, LineHashes } from './line-hashes.ts';
import type { LogFiles } from './log-files.ts';
import { readIndexAgain, type SegmentSummary } from './segment-catalog.ts';
import { readContents } from './segment-contents.ts';
import { encodedIndexHas } from './segment-index.ts';
import type { SegmentWriter } from './segment-writer.ts';

export type Novelty = 'new' | 'repeat' | 'revision';

/** Encoded indexes kept: some 1 KiB a segment, so all of them for any usual log. */
const MAX_INDEX_BYTES = 2 * 1024 * 1024;
/** Hashes kept: 8 bytes a record; three weeks of 24 inverters. */
const MAX_HASH_BYTES = 1024 * 1024;

export class KnownRecords {
  readonly #files: LogFiles;
  readonly #directory: string;
  /** Of the segments that were used last, in that order. */
  readonly #indexes = new Map<number, Uint8Array>();
  #indexBytes = 0;
  readonly #hashes = new Map<number, LineHashes>();

  constructor(files: LogFiles, directory: string) {
    this.#files = files;
    this.#directory = directory;
  }

  /** Memory in use. */
  get heldBytes(): number {
    return this.#indexBytes + this.#hashBytes;
  }

  /**
   * @param sealed all segments but the open one
   * @throws what the system throws when a segment cannot be read
   */
  judge(
    line: RecordLine,
    identity: Identity,
    sealed: readonly SegmentSummary[],
    open: SegmentWriter | undefined,
  ): Novelty {
    let hash: number | undefined;
    let known = false;
    if (open?.index.has(identity) === true) {
      known = true;
      hash = hashLine(line.data, line.start, line.end);
      if (this.#hashesOf(open.header.number, open.name).has(hash)) return 'repeat';
    }
    for (const segment of sealed) {
      if (!mayHold(segment, identity) || !this.#has(segment, identity)) continue;
      known = true;
      hash ??= hashLine(line.data, line.start, line.end);
      if (this.#hashesOf(segment.number, segment.name).has(hash)) return 'repeat';
    }
    return known ? 'revision' : 'new';
  }

  /** Records were written to the open segment. */
  added(open: SegmentWriter, rows: readonly Row[]): void {
    const hashes = this.#hashes.get(open.header.number);
    if (hashes === undefined) return;
    for (const { data, start, end } of rows) hashes.add(hashLine(data, start, end));
  }

  /** A segment is gone. */
  forget(number: number): void {
    this.#indexBytes -= this.#indexes.get(number)?.length ?? 0;
    this.#indexes.delete(number);
    this.#hashes.delete(number);
  }

  #has(segment: SegmentSummary, identity: Identity): boolean {
    const index = segment.index ?? this.#indexOf(segment);
    // Where the index cannot be read any more, a record that may be there is taken for new.
    return index !== undefined && encodedIndexHas(index, 0, index.length, identity);
  }

  #indexOf(segment: SegmentSummary): Uint8Array | undefined {
    const { number } = segment;
    const index =
      this.#indexes.get(number) ?? readIndexAgain(this.#files, this.#directory, segment);
    if (index === undefined) return undefined;
    this.#indexBytes += index.length - (this.#indexes.get(number)?.length ?? 0);
    // Put in again: the map keeps the order of use.
    this.#indexes.delete(number);
    this.#indexes.set(number, index);
    for (const [oldest, held] of this.#indexes) {
      if (this.#indexBytes <= MAX_INDEX_BYTES || oldest === number) break;
      this.#indexes.delete(oldest);
      this.#indexBytes -= held.length;
    }
    return index;
  }

  #hashesOf(number: number, name: string): LineHashes {
    const hashes = this.#hashes.get(number) ?? this.#readHashes(name);
    this.#hashes.delete(number);
    this.#hashes.set(number, hashes);
    for (const oldest of this.#hashes.keys()) {
      if (this.#hashBytes <= MAX_HASH_BYTES || oldest === number) break;
      this.#hashes.delete(oldest);
    }
    return hashes;
  }

  get #hashBytes(): number {
    let bytes = 0;
    for (const { heldBytes } of this.#hashes.values()) bytes += heldBytes;
    return bytes;
  }

  #readHashes(name: string): LineHashes {
    const path = join(this.#directory, name);
    const { frames } = readContents(this.#files.read(path, 0, this.#files.sizeBytes(path)));
    const count = frames.reduce((sum, { head }) => sum + head.seriesNumbers.length, 0);
    const hashes = new Float64Array(count);
    let filled = 0;
    for (const frame of frames) {
      for (const { data, start, end } of frame.rows() ?? []) {
        hashes[filled++] = hashLine(data, start, end);
      }
    }
    return LineHashes.of(hashes, filled);
  }
}

function mayHold({ extent }: SegmentSummary, { ordinary, timeSec }: Identity): boolean {
  if (!ordinary) return extent.odd;
  return (
    extent.fromSec !== undefined &&
    extent.toSec !== undefined &&
    timeSec >= extent.fromSec &&
    timeSec <= extent.toSec
  );
}
