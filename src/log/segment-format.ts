/** What stands around the frames of records in a log segment. FORMAT.md draws it. */
import { ByteCursor } from '../base/byte-cursor.ts';
import { ByteWriter } from '../base/byte-writer.ts';
import { HEADER, readFrame, SEAL, writeFrame, type Frame } from './frame.ts';
import { readExtent, skipDevices, type SegmentExtent } from './segment-index.ts';

/** `suntap`, the version, a line feed. */
const MAGIC = [0x73, 0x75, 0x6e, 0x74, 0x61, 0x70];
const LINE_FEED = 0x0a;
export const VERSION = 1;
export const MAGIC_BYTES = MAGIC.length + 2;

/** Length of the seal's frame, `end` and the version: so that the seal is found from the end. */
const TRAILER_MARK = [0x65, 0x6e, 0x64];
export const TRAILER_BYTES = 8;

/** A segment is sealed once it has this size; the last commit may take it further. */
export const SEGMENT_BYTES = 64 * 1024;
/** No segment of ours is larger, whatever the last commit brought. */
export const MAX_SEGMENT_BYTES = 1024 * 1024;

export interface SegmentHeader {
  number: number;
  /** Number of the first record in it, counted from the first one the log ever took. */
  firstOrdinal: number;
  /** Bytes written to the log before this segment, since it was begun, deleted ones included. */
  bytesBefore: number;
  /** Commits before this segment. */
  commitsBefore: number;
}

export function writeSegmentStart(header: SegmentHeader, out: ByteWriter): void {
  for (const byte of MAGIC) out.byte(byte);
  out.byte(VERSION);
  out.byte(LINE_FEED);
  const payload = new ByteWriter();
  putHeader(header, payload);
  writeFrame(HEADER, payload.finish(), out);
}

/** The version that the first bytes name; undefined when they are not those of a segment. */
export function readVersion(data: Uint8Array): number | undefined {
  if (data.length < MAGIC_BYTES || data[MAGIC_BYTES - 1] !== LINE_FEED) return undefined;
  return MAGIC.every((byte, i) => data[i] === byte) ? data[MAGIC.length] : undefined;
}

/**
 * The version, when it is a later one: of a file that begins with `start` and has, unless it is not
 * sealed, such a trailer. A single damaged byte must not look like one: so both must say so, and no
 * later version begins with a header as this one has.
 */
export function readNewerVersion(
  start: Uint8Array,
  trailer: number | undefined,
): number | undefined {
  const version = readVersion(start) ?? 0;
  if (version <= VERSION) return undefined;
  const isOurs =
    trailer === undefined ? readFrame(start, MAGIC_BYTES)?.kind === HEADER : trailer <= VERSION;
  return isOurs ? undefined : version;
}

/** Whether the bytes are a prefix of the first ones of a segment, with zeros behind it or not. */
export function isPrefixOfMagic(data: Uint8Array): boolean {
  let end = data.length;
  while (end > 0 && data[end - 1] === 0) end--;
  return (
    end < MAGIC_BYTES && data.subarray(0, end).every((byte, i) => byte === (MAGIC[i] ?? VERSION))
  );
}

export function readHeader(data: Uint8Array, frame: Frame): SegmentHeader | undefined {
  const cursor = new ByteCursor(data, frame.start, frame.end);
  const header = getHeader(cursor);
  return cursor.failed ? undefined : header;
}

function putHeader(header: SegmentHeader, out: ByteWriter): void {
  out.varint(header.number);
  out.varint(header.firstOrdinal);
  out.varint(header.bytesBefore);
  out.varint(header.commitsBefore);
}

function getHeader(cursor: ByteCursor): SegmentHeader {
  return {
    number: cursor.varint(),
    firstOrdinal: cursor.varint(),
    bytesBefore: cursor.varint(),
    commitsBefore: cursor.varint(),
  };
}

/** What a segment is closed with, besides its index and its reference. */
export interface SegmentEnd {
  /** Number of the record behind the last one in it. */
  nextOrdinal: number;
  commits: number;
}

/** The end of a segment: its header once more, its index, a copy of its reference, the trailer. */
export function writeSeal(
  header: SegmentHeader,
  end: SegmentEnd,
  index: Uint8Array,
  reference: Uint8Array,
  out: ByteWriter,
): void {
  const payload = new ByteWriter();
  putHeader(header, payload);
  payload.varint(end.nextOrdinal);
  payload.varint(end.commits);
  payload.varint(index.length);
  payload.bytes(index, 0, index.length);
  payload.bytes(reference, 0, reference.length);
  const before = out.length;
  writeFrame(SEAL, payload.finish(), out);
  out.uint32(out.length - before);
  for (const byte of TRAILER_MARK) out.byte(byte);
  out.byte(VERSION);
}

export interface Seal extends SegmentEnd {
  header: SegmentHeader;
  extent: SegmentExtent;
  /** The encoded index: `data[indexStart..indexEnd)`. */
  indexStart: number;
  indexEnd: number;
  /** Copy of the payload of the reference. */
  referenceStart: number;
  referenceEnd: number;
}

export function readSeal(data: Uint8Array, frame: Frame): Seal | undefined {
  const cursor = new ByteCursor(data, frame.start, frame.end);
  const header = getHeader(cursor);
  const nextOrdinal = cursor.varint();
  const commits = cursor.varint();
  const indexBytes = cursor.varint();
  const indexStart = cursor.bytes(indexBytes);
  if (cursor.failed) return undefined;
  const indexEnd = indexStart + indexBytes;
  const index = new ByteCursor(data, indexStart, indexEnd);
  const extent = readExtent(index);
  if (extent === undefined || !skipDevices(index)) return undefined;
  const reference = { referenceStart: indexEnd, referenceEnd: frame.end };
  return { header, nextOrdinal, commits, extent, indexStart, indexEnd, ...reference };
}

/** What the last bytes of a file say of its seal; undefined: there is none. */
export function readTrailer(tail: Uint8Array): { sealBytes: number; version: number } | undefined {
  if (tail.length < TRAILER_BYTES) return undefined;
  const cursor = new ByteCursor(tail, tail.length - TRAILER_BYTES, tail.length);
  const sealBytes = cursor.uint32();
  if (!TRAILER_MARK.every((byte) => cursor.byte() === byte)) return undefined;
  return { sealBytes, version: cursor.byte() };
}

/** The seal of a file whose last bytes are `tail`; undefined when it is not all in them. */
export function findSeal(tail: Uint8Array): Seal | undefined {
  const sealBytes = readTrailer(tail)?.sealBytes ?? Infinity;
  const at = tail.length - TRAILER_BYTES - sealBytes;
  if (at < 0) return undefined;
  const frame = readFrame(tail, at);
  if (frame?.kind !== SEAL || frame.end !== tail.length - TRAILER_BYTES) return undefined;
  return readSeal(tail, frame);
}
