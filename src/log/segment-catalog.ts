/**
 * The segments of a log, as far as their ends tell of them: nothing of a sealed segment is read but
 * its seal. One that has none is read whole; after a power cut that is the last one.
 */
import { join } from 'node:path';
import { ByteWriter } from '../base/byte-writer.ts';
import { identityIn } from './identity.ts';
import { isUnreadable, type LogDamage } from './log-fault.ts';
import type { LogFiles } from './log-files.ts';
import { readContents, type SegmentContents, type SegmentDamage } from './segment-contents.ts';
import {
  findSeal,
  isPrefixOfMagic,
  MAGIC_BYTES,
  MAX_SEGMENT_BYTES,
  readNewerVersion,
  readTrailer,
  readVersion,
  TRAILER_BYTES,
  VERSION,
  type Seal,
  type SegmentEnd,
  type SegmentHeader,
} from './segment-format.ts';
import { SegmentIndex, type SegmentExtent } from './segment-index.ts';
import { segmentName, segmentNumber, type SegmentSort } from './segment-name.ts';

/** Most seals fit into the first read. */
const TAIL_BYTES = 4096;

/** What is known of one segment without reading it. */
export interface SegmentSummary extends SegmentEnd {
  name: string;
  number: number;
  bytes: number;
  header: SegmentHeader;
  extent: SegmentExtent;
  sealed: boolean;
  /** Encoded; of a sealed segment it can be read again. */
  index: Uint8Array | undefined;
}

/** A segment that can be appended to; `data` is what `contents` were read from. */
export interface OpenSegment {
  summary: SegmentSummary;
  contents: SegmentContents;
  index: SegmentIndex;
  data: Uint8Array;
}

export interface Catalog {
  /** By number. */
  segments: SegmentSummary[];
  /** The last one, when it can be appended to. */
  open: OpenSegment | undefined;
  damage: LogDamage[];
  /** The number of a segment that is none of ours is never used. */
  greatestNumber: number;
  /** Name and version of a segment that a later suntap wrote. */
  newer: { name: string; version: number } | undefined;
}

/** Reads what is there, and changes nothing. Throws what the system throws. */
export function readCatalog(files: LogFiles, directory: string, sort: SegmentSort): Catalog {
  const catalog: Catalog = {
    segments: [],
    open: undefined,
    damage: [],
    greatestNumber: 0,
    newer: undefined,
  };
  const names = files
    .list(directory)
    .flatMap((name) => {
      const number = segmentNumber(sort, name);
      return number === undefined ? [] : [{ name, number }];
    })
    .sort((a, b) => a.number - b.number);
  catalog.greatestNumber = names.at(-1)?.number ?? 0;
  for (const { name, number } of names) {
    const path = join(directory, name);
    try {
      readSegment(files, { path, name, number, bytes: files.sizeBytes(path) }, catalog);
    } catch (error) {
      // The oldest are removed while somebody reads.
      if (!files.exists(path)) continue;
      if (!isUnreadable(error)) throw error;
      const known = { layer: 'log', segment: name, offset: 0, bytes: 0 } as const;
      catalog.damage.push({ ...known, reason: 'unreadable', records: undefined });
    }
  }
  setCopiesAside(catalog);
  reportMissing(catalog, sort, new Set(names.map(({ number }) => number)));
  return catalog;
}

interface SegmentFile {
  path: string;
  name: string;
  number: number;
  bytes: number;
}

function readSegment(files: LogFiles, file: SegmentFile, catalog: Catalog): void {
  const { path, name, number, bytes } = file;
  const tail = files.read(path, Math.max(0, bytes - TAIL_BYTES), TAIL_BYTES);
  const trailer = readTrailer(tail);
  if (trailer !== undefined && trailer.version > VERSION) {
    const version = readNewerVersion(files.read(path, 0, MAGIC_BYTES), trailer.version);
    if (version !== undefined) {
      catalog.newer = { name, version };
      return;
    }
  }
  const seal = readSealOf(files, path, bytes, tail);
  if (seal !== undefined) catalog.segments.push(sealedSummary(name, number, bytes, seal));
  else readUnsealed(files, file, catalog);
}

/** The seal with an `index` of its own, at the end of a file of which `tail` are the last bytes. */
function readSealOf(
  files: LogFiles,
  path: string,
  bytes: number,
  tail: Uint8Array,
): { seal: Seal; index: Uint8Array } | undefined {
  const trailer = readTrailer(tail);
  if (trailer === undefined) return undefined;
  const wanted = trailer.sealBytes + TRAILER_BYTES;
  if (wanted > Math.min(bytes, MAX_SEGMENT_BYTES)) return undefined;
  const end = wanted <= tail.length ? tail : files.read(path, bytes - wanted, wanted);
  const seal = findSeal(end);
  return seal && { seal, index: end.slice(seal.indexStart, seal.indexEnd) };
}

/** The encoded index of a sealed segment, read again. */
export function readIndexAgain(
  files: LogFiles,
  directory: string,
  { name, bytes }: SegmentSummary,
): Uint8Array | undefined {
  const path = join(directory, name);
  const tail = files.read(path, Math.max(0, bytes - TAIL_BYTES), TAIL_BYTES);
  return readSealOf(files, path, bytes, tail)?.index;
}

function sealedSummary(
  name: string,
  number: number,
  bytes: number,
  { seal }: { seal: Seal },
): SegmentSummary {
  const { header, extent, nextOrdinal, commits } = seal;
  const known = { name, number, bytes, header, extent, nextOrdinal, commits };
  return { ...known, sealed: true, index: undefined };
}

function readUnsealed(files: LogFiles, file: SegmentFile, catalog: Catalog): void {
  const { name, number, bytes } = file;
  const report = (damage: Omit<LogDamage, 'layer' | 'segment'>) => {
    catalog.damage.push({ layer: 'log', segment: name, ...damage });
  };
  if (bytes > MAX_SEGMENT_BYTES) {
    report({ offset: 0, bytes, reason: 'foreign', records: undefined });
    return;
  }
  const data = files.read(file.path, 0, bytes);
  const version = readNewerVersion(data, undefined);
  if (version !== undefined) {
    catalog.newer = { name, version };
    return;
  }
  const contents = readContents(data);
  if (contents.wholeEnd === 0 || isJustBegun(contents)) {
    const isOurs =
      isPrefixOfMagic(data) || (readVersion(data) !== undefined && isJustBegun(contents));
    report({ offset: 0, bytes, reason: isOurs ? 'empty' : 'foreign', records: undefined });
    return;
  }
  contents.damage.forEach((damage: SegmentDamage) => {
    report(damage);
  });
  const index = indexOf(contents);
  const first = contents.frames[0]?.head.ordinal ?? 0;
  const last = catalog.segments.at(-1);
  const header = contents.header ?? {
    number,
    firstOrdinal: first,
    bytesBefore: last === undefined ? 0 : last.header.bytesBefore + last.bytes,
    commitsBefore: last === undefined ? 0 : last.header.commitsBefore + last.commits,
  };
  const encoded = new ByteWriter();
  index.encode(encoded);
  const summary = {
    name,
    number,
    bytes: contents.wholeEnd,
    header,
    extent: index.extent,
    nextOrdinal: contents.frames.at(-1)?.state.nextOrdinal ?? header.firstOrdinal,
    commits: contents.frames.length,
    sealed: false,
    index: encoded.finish(),
  };
  catalog.segments.push(summary);
  const isLast = number === catalog.greatestNumber;
  const canGrow = isLast && contents.seal === undefined && contents.latest !== undefined;
  if (canGrow) catalog.open = { summary, contents, index, data };
}

/** No more than a header, and behind it what a power cut leaves: nothing that was acknowledged. */
function isJustBegun({ reference, frames, seal, damage, wholeEnd }: SegmentContents): boolean {
  if (reference !== undefined || seal !== undefined || frames.length > 0) return false;
  return damage.every(({ offset, reason }) => offset >= wholeEnd && isOfPowerCut(reason));
}

function isOfPowerCut(reason: SegmentDamage['reason']): boolean {
  return reason === 'torn' || reason === 'zeros';
}

export function indexOf({ frames }: SegmentContents): SegmentIndex {
  const index = new SegmentIndex();
  for (const { head, state } of frames) {
    head.seriesNumbers.forEach((number, row) => {
      const series = state.seriesAt(number);
      if (series !== undefined) index.add(identityIn(series, head.timesSec[row] ?? 0));
    });
  }
  return index;
}

/**
 * A segment whose own number is not that of its name is a copy that somebody made. It counts only
 * where the one it was copied from is not there.
 */
function setCopiesAside(catalog: Catalog): void {
  const numbers = new Set(
    catalog.segments
      .filter(({ number, header }) => number === header.number)
      .map(({ number }) => number),
  );
  const kept = catalog.segments.filter(({ name, bytes, number, header, extent }) => {
    if (number === header.number) return true;
    if (!numbers.has(header.number)) {
      numbers.add(header.number);
      return true;
    }
    const records = extent.records;
    catalog.damage.push({ layer: 'log', segment: name, offset: 0, bytes, reason: 'copy', records });
    return false;
  });
  if (kept.length === catalog.segments.length) return;
  catalog.segments = kept;
  if (catalog.open !== undefined && !kept.includes(catalog.open.summary)) catalog.open = undefined;
}

/**
 * Segments are numbered on, and the oldest go first: a number left out in between was lost, if records
 * are. Where a file of that number is there, the records are told with what is wrong with it.
 */
function reportMissing(
  { segments, damage }: Catalog,
  sort: SegmentSort,
  numbers: ReadonlySet<number>,
): void {
  let before: SegmentSummary | undefined;
  for (const segment of segments) {
    const first = (before?.number ?? Infinity) + 1;
    const records = segment.header.firstOrdinal - (before?.nextOrdinal ?? 0);
    before = segment;
    if (segment.number <= first || records <= 0) continue;
    let number = first;
    while (numbers.has(number)) number++;
    const name = segmentName(sort, number < segment.number ? number : first);
    const known = damage.find((one) => one.segment === name);
    if (known !== undefined) known.records ??= records;
    else
      damage.push({ layer: 'log', segment: name, offset: 0, bytes: 0, reason: 'missing', records });
  }
}
