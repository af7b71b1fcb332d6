/** A log of three small segments, two of them sealed, and what is where in it. */
import { parentIndex } from '../../src/log/frame-state.ts';
import { RECORDS, walkFrames, type Frame } from '../../src/log/frame.ts';
import { ReferenceLines } from '../../src/log/reference-lines.ts';
import { SegmentWriter } from '../../src/log/segment-writer.ts';
import { DIRECTORY, readings, rowOf, STEP_SEC, T } from './log-under-test.ts';
import { MemoryFiles } from './memory-files.ts';

export const FIRST = '00000001.log';
export const MIDDLE = '00000002.log';
export const LAST = '00000003.log';
const FRAMES_PER_SEGMENT = 7;
const DEVICES = 2;

export interface SmallLog {
  files: MemoryFiles;
  segments: Readonly<Record<string, SmallSegment>>;
}

export interface SmallSegment {
  data: Uint8Array;
  /** The lines of each of its frames; the first is that of index 1. */
  lines: readonly (readonly string[])[];
  /** Header, reference, records in their order, seal. */
  frames: readonly Frame[];
}

export function smallLog(): SmallLog {
  const files = new MemoryFiles();
  files.makeDirectory(DIRECTORY);
  files.syncDirectory('/');
  const lines = new ReferenceLines();
  const segments: Record<string, SmallSegment> = {};
  let ordinal = 0;
  let bytesBefore = 0;
  for (let number = 1; number <= 3; number++) {
    const header = { number, firstOrdinal: ordinal, bytesBefore, commitsBefore: 0 };
    const fileSystemMagic = files.magic;
    const place = { files, directory: DIRECTORY, sort: 'records', fileSystemMagic } as const;
    const writer = SegmentWriter.create(place, header, lines);
    const frames: string[][] = [];
    for (let frame = 0; frame < FRAMES_PER_SEGMENT; frame++) {
      const from = T + ((number - 1) * FRAMES_PER_SEGMENT + frame) * STEP_SEC;
      const frameLines = readings(1, DEVICES, from);
      frames.push(frameLines);
      writer.add(frameLines.map(rowOf), ordinal);
      ordinal += frameLines.length;
    }
    if (number < 3) writer.seal();
    writer.write();
    bytesBefore += writer.bytes;
    writer.close();
    const path = `${DIRECTORY}/${writer.name}`;
    const data = files.read(path, 0, files.sizeBytes(path));
    segments[writer.name] = { data, lines: frames, frames: framesOf(data) };
  }
  return { files, segments };
}

export function framesOf(data: Uint8Array): Frame[] {
  return [...walkFrames(data, 8)].flatMap((piece) => ('frame' in piece ? [piece.frame] : []));
}

/** The lines of a segment without some of its frames of records, and without those that stand on them. */
export function linesWithout(segment: SmallSegment, lost: readonly number[]): string[] {
  return segment.lines.flatMap((lines, i) => (standsOn(i + 1, lost) ? [] : lines));
}

/** Whether frame `index` is one of the lost, or stands on one. */
function standsOn(index: number, lost: readonly number[]): boolean {
  for (let at = index; ; at = parentIndex(at)) {
    if (lost.includes(at)) return true;
    if (at === 0) return false;
  }
}

/** The frame of records with this index in the segment. */
export function recordsFrame({ frames }: SmallSegment, index: number): Frame {
  const frame = frames.filter(({ kind }) => kind === RECORDS)[index - 1];
  if (frame === undefined) throw new RangeError(`no frame ${index}`);
  return frame;
}
