/**
 * All segments of one sort in a directory, the last of which grows: what is written to it, and how it
 * is found again after a power cut.
 */
import { join } from 'node:path';
import type { KnownRow } from './identity.ts';
import type { LogDamage } from './log-fault.ts';
import { ReferenceLines } from './reference-lines.ts';
import { readCatalog, type Catalog, type SegmentSummary } from './segment-catalog.ts';
import { SEGMENT_BYTES, type SegmentHeader } from './segment-format.ts';
import { segmentName } from './segment-name.ts';
import { SegmentWriter, type SegmentPlace } from './segment-writer.ts';

/** Thrown for a directory in which a later version has written. */
export class NewerVersionError extends Error {
  readonly version: number;

  constructor(name: string, version: number) {
    super(name);
    this.version = version;
  }
}

/** Who is told of what is written. */
export interface ChainWatcher {
  /** It is known how large the chain becomes, and nothing is written yet. */
  ready?: () => void;
  /** A frame has come to the flash. */
  added?: (writer: SegmentWriter, rows: readonly KnownRow[]) => void;
}

export class SegmentChain {
  /** All but the one that grows, by number. */
  readonly sealed: SegmentSummary[];
  /** What could not be read or was cut off when the chain was opened. */
  readonly damage: readonly LogDamage[];
  readonly #place: SegmentPlace;
  #writer: SegmentWriter | undefined;
  #lines: ReferenceLines;
  #greatestNumber: number;
  #nextOrdinal: number;
  /** Bytes and commits since the log was begun, up to the segment that grows. */
  #bytesBefore: number;
  #commitsBefore: number;

  private constructor(place: SegmentPlace, catalog: Catalog, writer: SegmentWriter | undefined) {
    this.#place = place;
    this.#writer = writer;
    this.#lines = writer?.lines ?? new ReferenceLines();
    this.damage = catalog.damage;
    const grows = writer === undefined ? undefined : catalog.open?.summary;
    this.sealed = catalog.segments.filter((segment) => segment !== grows);
    this.#greatestNumber = catalog.greatestNumber;
    const { segments } = catalog;
    this.#nextOrdinal = segments.reduce((most, { nextOrdinal }) => Math.max(most, nextOrdinal), 0);
    const last = this.sealed.at(-1);
    this.#bytesBefore = writer?.header.bytesBefore ?? bytesBehind(last);
    this.#commitsBefore = writer?.header.commitsBefore ?? commitsBehind(last);
  }

  /**
   * Opens the chain to write to it: what a power cut left of a segment or of its end is cut off.
   * Throws what the system throws, and `NewerVersionError`.
   */
  static open({ files, directory, sort }: Omit<SegmentPlace, 'fileSystemMagic'>): SegmentChain {
    const fileSystemMagic = files.room(directory).magic;
    const place = { files, directory, sort, fileSystemMagic };
    const catalog = readCatalog(files, directory, sort);
    if (catalog.newer !== undefined) {
      throw new NewerVersionError(catalog.newer.name, catalog.newer.version);
    }
    removeEmpty(place, catalog);
    const { open } = catalog;
    if (open !== undefined) {
      const path = join(directory, open.summary.name);
      const { bytes } = open.summary;
      if (files.sizeBytes(path) > bytes) files.truncate(path, bytes);
    }
    syncLast(place, catalog);
    if (open === undefined) return new SegmentChain(place, catalog, undefined);
    const { summary, contents, index, data } = open;
    const writer = SegmentWriter.resume(place, summary, contents, index, data);
    return new SegmentChain(place, catalog, writer);
  }

  /** The segment that grows; undefined until something is written to a new one. */
  get writer(): SegmentWriter | undefined {
    return this.#writer;
  }

  /** Number of the next record. */
  get nextOrdinal(): number {
    return this.#nextOrdinal;
  }

  /** Of all segments that are there. */
  get bytes(): number {
    const sealed = this.sealed.reduce((sum, { bytes }) => sum + bytes, 0);
    return sealed + (this.#writer?.bytes ?? 0);
  }

  /**
   * Puts frames of records on the flash: with one write and one fsync, or with one for each segment
   * that they go to. Throws what the system throws; after that the chain must be opened anew.
   */
  write(frames: readonly (readonly KnownRow[])[], watcher: ChainWatcher): void {
    let waiting: (readonly KnownRow[])[] = [];
    let ordinal = this.#nextOrdinal;
    for (const [number, rows] of frames.entries()) {
      const writer = (this.#writer ??= this.#create());
      writer.add(rows, ordinal);
      ordinal += rows.length;
      waiting.push(rows);
      const isFull = writer.bytes >= SEGMENT_BYTES;
      if (!isFull && number < frames.length - 1) continue;
      if (isFull) writer.seal();
      watcher.ready?.();
      writer.write();
      this.#nextOrdinal = ordinal;
      for (const written of waiting) watcher.added?.(writer, written);
      waiting = [];
      if (isFull) this.#putAside(writer);
    }
  }

  /** Removes the oldest of the sealed segments. */
  removeOldest(): void {
    const [oldest] = this.sealed;
    if (oldest === undefined) return;
    const { files, directory } = this.#place;
    files.remove(join(directory, oldest.name));
    files.syncDirectory(directory);
    this.sealed.shift();
  }

  close(): void {
    this.#writer?.close();
    this.#writer = undefined;
  }

  #create(): SegmentWriter {
    const header: SegmentHeader = {
      number: this.#greatestNumber + 1,
      firstOrdinal: this.#nextOrdinal,
      bytesBefore: this.#bytesBefore,
      commitsBefore: this.#commitsBefore,
    };
    this.#greatestNumber = header.number;
    return SegmentWriter.create(this.#place, header, this.#lines);
  }

  #putAside(writer: SegmentWriter): void {
    writer.close();
    // The index is read again when it is needed.
    const summary = { ...writer.summary(), index: undefined };
    this.sealed.push(summary);
    this.#lines = writer.lines;
    this.#bytesBefore = bytesBehind(summary);
    this.#commitsBefore = commitsBehind(summary);
    this.#writer = undefined;
  }
}

function bytesBehind(segment: SegmentSummary | undefined): number {
  return segment === undefined ? 0 : segment.header.bytesBefore + segment.bytes;
}

function commitsBehind(segment: SegmentSummary | undefined): number {
  return segment === undefined ? 0 : segment.header.commitsBefore + segment.commits;
}

/**
 * What is found counts as durable from here on. It may be in memory only, when a process was killed in
 * a commit or a sync failed; no segment is begun before the one before it is on the flash.
 */
function syncLast({ files, directory }: SegmentPlace, { segments }: Catalog): void {
  const last = segments.at(-1);
  if (last === undefined) return;
  const file = files.openAppend(join(directory, last.name), false);
  try {
    file.sync();
  } finally {
    file.close();
  }
  files.syncDirectory(directory);
}

/** What a power cut left of a segment that was just being made; only the last one can be that. */
function removeEmpty({ files, directory, sort }: SegmentPlace, catalog: Catalog): void {
  const last = segmentName(sort, catalog.greatestNumber);
  if (!catalog.damage.some(({ segment, reason }) => segment === last && reason === 'empty')) return;
  files.remove(join(directory, last));
  files.syncDirectory(directory);
  catalog.greatestNumber--;
}
