/**
 * Frames: the checksummed units that a log segment is made of, and what to make of bytes that are
 * none. FORMAT.md draws them.
 */
import { ByteCursor } from '../base/byte-cursor.ts';
import { ByteWriter } from '../base/byte-writer.ts';
import { crc32c } from '../base/crc32c.ts';
import { nextBlockAt } from './file-blocks.ts';

/** First byte of a frame; part of the format. */
export const HEADER = 0x48;
export const REFERENCE = 0x52;
export const RECORDS = 0x44;
export const SEAL = 0x53;
export const PADDING = 0x50;

export type FrameKind =
  typeof HEADER | typeof REFERENCE | typeof RECORDS | typeof SEAL | typeof PADDING;

const CRC_BYTES = 4;

export interface Frame {
  kind: FrameKind;
  /** Where it begins. */
  at: number;
  /** Its payload: `data[start..end)`. The next frame begins at `end`. */
  start: number;
  end: number;
}

/**
 * Why bytes are no frame. `torn`: they break off (a power cut in a write leaves that on JFFS2);
 * `zeros`: nothing but zeros up to the end (on UBIFS); `garbled`: anything else.
 */
export type DamageReason = 'torn' | 'zeros' | 'garbled';

export interface DamagedBytes {
  at: number;
  end: number;
  reason: DamageReason;
}

/** Kind, length and payload, with the checksum of all three between the length and the payload. */
export function writeFrame(kind: FrameKind, payload: Uint8Array, out: ByteWriter): void {
  const head = new ByteWriter();
  head.byte(kind);
  head.varint(payload.length);
  const start = head.finish();
  out.bytes(start, 0, start.length);
  out.uint32(crc32c(payload, 0, payload.length, crc32c(start, 0, start.length)));
  out.bytes(payload, 0, payload.length);
}

/** A frame that says that so many zeros stand before it. */
export function paddingFrame(zeros: number): Uint8Array {
  const payload = new ByteWriter();
  payload.varint(zeros);
  const frame = new ByteWriter();
  writeFrame(PADDING, payload.finish(), frame);
  return frame.finish();
}

/** The frame at `at`; undefined when there is no whole one. */
export function readFrame(data: Uint8Array, at: number): Frame | undefined {
  const kind = kindOf(data[at]);
  if (kind === undefined) return undefined;
  const cursor = new ByteCursor(data, at + 1, data.length);
  const bytes = cursor.varint();
  const lengthEnd = cursor.at;
  const crc = cursor.uint32();
  if (cursor.failed || bytes > cursor.left) return undefined;
  const start = lengthEnd + CRC_BYTES;
  const end = start + bytes;
  if (crc32c(data, start, end, crc32c(data, at, lengthEnd)) !== crc) return undefined;
  return { kind, at, start, end };
}

/** All whole frames from `from` on, and what lies between them. */
export function* walkFrames(
  data: Uint8Array,
  from: number,
): Generator<{ frame: Frame } | { damage: DamagedBytes }, void> {
  let at = from;
  while (at < data.length) {
    const frame = readFrame(data, at);
    if (frame !== undefined) {
      yield { frame };
      at = frame.end;
      continue;
    }
    const padding = paddingBehind(data, at);
    if (padding !== undefined) {
      at = padding.end;
      continue;
    }
    const next = nextFrameAt(data, at + 1);
    yield { damage: { at, end: next, reason: reasonOf(data, at, next) } };
    at = next;
  }
}

/** The frame of padding behind zeros at `at`; undefined where there is none that says so. */
function paddingBehind(data: Uint8Array, at: number): Frame | undefined {
  const next = nextBlockAt(at);
  if (data[at] !== 0 || next >= data.length) return undefined;
  for (let zero = at; zero < next; zero++) if (data[zero] !== 0) return undefined;
  const frame = readFrame(data, next);
  if (frame?.kind !== PADDING) return undefined;
  return new ByteCursor(data, frame.start, frame.end).varint() === next - at ? frame : undefined;
}

/** Where the next whole frame begins, or the end. */
function nextFrameAt(data: Uint8Array, from: number): number {
  for (let at = from; at < data.length; at++) {
    if (kindOf(data[at]) !== undefined && readFrame(data, at) !== undefined) return at;
  }
  return data.length;
}

function reasonOf(data: Uint8Array, at: number, end: number): DamageReason {
  if (end < data.length) return 'garbled';
  let lastAt = end - 1;
  while (lastAt >= at && data[lastAt] === 0) lastAt--;
  if (lastAt < at) return 'zeros';
  if (kindOf(data[at]) === undefined) return 'garbled';
  // Bytes of a frame that is longer than what there is of it, or of which the end is zeros.
  const cursor = new ByteCursor(data, at + 1, end);
  const bytes = cursor.varint();
  cursor.uint32();
  if (cursor.failed || bytes > cursor.left) return 'torn';
  return lastAt < end - 1 ? 'torn' : 'garbled';
}

function kindOf(byte: number | undefined): FrameKind | undefined {
  switch (byte) {
    case HEADER:
    case REFERENCE:
    case RECORDS:
    case SEAL:
    case PADDING:
      return byte;
    default:
      return undefined;
  }
}
