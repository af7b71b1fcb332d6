/**
 * Everything that is whole in the bytes of one log segment, and what is not. Heads of frames are read
 * at once, values when they are asked for.
 */
import { openFrame, type FrameProblem, type OpenFrame } from './frame-codec.ts';
import { readFramePlace } from './frame-head.ts';
import type { FrameState } from './frame-state.ts';
import { ByteCursor } from '../base/byte-cursor.ts';
import {
  HEADER,
  RECORDS,
  REFERENCE,
  SEAL,
  walkFrames,
  type DamageReason,
  type Frame,
} from './frame.ts';
import {
  MAGIC_BYTES,
  readHeader,
  readSeal,
  readTrailer,
  readVersion,
  TRAILER_BYTES,
  VERSION,
  type Seal,
  type SegmentHeader,
} from './segment-format.ts';

/** Bytes of a segment that could not be read. */
export interface SegmentDamage {
  offset: number;
  bytes: number;
  reason: DamageReason | FrameProblem;
  /** Records in them, where that can be known. */
  records: number | undefined;
}

export interface SegmentFrame extends OpenFrame {
  at: number;
  end: number;
}

export interface SegmentContents {
  header: SegmentHeader | undefined;
  /** Payload of the reference, or its copy: `data[referenceStart..referenceEnd)`. */
  reference: { start: number; end: number } | undefined;
  frames: SegmentFrame[];
  damage: SegmentDamage[];
  seal: Seal | undefined;
  /** Behind the last whole frame; what follows is a torn tail. */
  wholeEnd: number;
  /** What the next frame may stand on. */
  latest: FrameState | undefined;
}

/** @param data must stay as it is while frames are used */
export function readContents(data: Uint8Array): SegmentContents {
  const contents: SegmentContents = {
    header: undefined,
    reference: undefined,
    frames: [],
    damage: [],
    seal: undefined,
    wholeEnd: 0,
    latest: undefined,
  };
  const isMarked = readVersion(data) === VERSION;
  const records: Frame[] = [];
  let sealBytes = 0;
  for (const piece of walkFrames(data, isMarked ? MAGIC_BYTES : 0)) {
    if ('damage' in piece) {
      const { at, end, reason } = piece.damage;
      if (!isTrailer(data, at, sealBytes)) {
        contents.damage.push({ offset: at, bytes: end - at, reason, records: undefined });
      }
      continue;
    }
    const { frame } = piece;
    contents.wholeEnd = frame.end;
    if (frame.kind === HEADER) contents.header ??= readHeader(data, frame);
    else if (frame.kind === REFERENCE) contents.reference ??= frame;
    else if (frame.kind === RECORDS) records.push(frame);
    else if (frame.kind === SEAL) {
      contents.seal = readSeal(data, frame);
      sealBytes = frame.end - frame.at;
    }
  }
  const { seal } = contents;
  if (seal !== undefined) {
    contents.reference ??= { start: seal.referenceStart, end: seal.referenceEnd };
    contents.header ??= seal.header;
    if (isTrailer(data, contents.wholeEnd, sealBytes)) contents.wholeEnd += TRAILER_BYTES;
  }
  openFrames(data, records, contents);
  return contents;
}

function openFrames(data: Uint8Array, records: readonly Frame[], contents: SegmentContents): void {
  const { reference } = contents;
  if (reference !== undefined) {
    const opened = openFrame(data, reference.start, reference.end, () => undefined);
    if (typeof opened !== 'string') contents.latest = opened.state;
  }
  for (const frame of records) {
    const { latest } = contents;
    const opened = openFrame(data, frame.start, frame.end, (index) => stateAt(latest, index));
    if (typeof opened === 'string') {
      const { count } = readFramePlace(new ByteCursor(data, frame.start, frame.end));
      const bytes = frame.end - frame.at;
      contents.damage.push({ offset: frame.at, bytes, reason: opened, records: count });
    } else {
      contents.frames.push({ ...opened, at: frame.at, end: frame.end });
      contents.latest = opened.state;
    }
  }
}

/**
 * The state of an earlier frame. All frames between a frame and its parent stand on that parent, too:
 * so it is found among those that the latest one stands on.
 */
export function stateAt(latest: FrameState | undefined, index: number): FrameState | undefined {
  let state = latest;
  while (state !== undefined && state.index > index) state = state.parent;
  return state?.index === index ? state : undefined;
}

function isTrailer(data: Uint8Array, at: number, sealBytes: number): boolean {
  if (at !== data.length - TRAILER_BYTES) return false;
  const trailer = readTrailer(data);
  return trailer?.sealBytes === sealBytes && trailer.version === VERSION;
}
