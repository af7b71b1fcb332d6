/**
 * The first part of the payload of a frame of records: which device each row is of, and its time. It
 * can be read without the values, which is all that an index needs. FORMAT.md draws it.
 */
import type { ByteCursor } from '../base/byte-cursor.ts';
import type { ByteWriter } from '../base/byte-writer.ts';
import { latin1 } from '../base/ascii.ts';
import { MAX_TYPE_DIGITS } from '../record/record-line.ts';
import { seriesOf, type FrameState, type Series } from './frame-state.ts';
import { MAX_TIME_SEC, MIN_TIME_SEC } from './record-time.ts';
import { unzigzag, zigzag } from './zigzag.ts';

const TAB = '\t';
const TYPE_TEXT = new RegExp(`^\\d{1,${MAX_TYPE_DIGITS}}$`);

/** Rows of one frame: more than a commit gathers, and a bound for damage. */
export const MAX_FRAME_ROWS = 16_384;
/** Bytes of all lines of one frame: likewise. */
export const MAX_FRAME_LINE_BYTES = 512 * 1024;
/** So that bit operators can be used on it. */
export const MAX_FRAME_INDEX = 0x7fff_ffff;

export interface FrameHead {
  /** Number of the first record of the frame, counted from the first one the log ever took. */
  ordinal: number;
  /** Number of the frame in its segment, the reference being 0. */
  index: number;
  /** Named here for the first time. */
  series: readonly Series[];
  /** For each row, the number of its series. */
  seriesNumbers: Uint32Array;
  /** For each row, seconds since the epoch. */
  timesSec: Float64Array;
}

/** @param parent the state that the frame stands on */
export function writeFrameHead(
  head: FrameHead,
  parent: FrameState | undefined,
  out: ByteWriter,
): void {
  const { seriesNumbers, timesSec } = head;
  const count = seriesNumbers.length;
  out.varint(head.index);
  out.varint(count);
  out.varint(zigzag(head.ordinal - (parent?.nextOrdinal ?? 0)));
  out.varint(head.series.length);
  for (const { typeText, serial } of head.series) {
    writeText(typeText, out);
    writeText(serial, out);
  }
  let timeSec = parent?.timeSec ?? 0;
  let expected = 0;
  for (let row = 0; row < count;) {
    const first = seriesNumbers[row] ?? 0;
    const runTimeSec = timesSec[row] ?? 0;
    let length = 1;
    while (
      row + length < count &&
      seriesNumbers[row + length] === first + length &&
      timesSec[row + length] === runTimeSec
    ) {
      length++;
    }
    out.varint(zigzag(runTimeSec - timeSec));
    out.varint(zigzag(first - expected));
    out.varint(length);
    timeSec = runTimeSec;
    expected = first + length;
    row += length;
  }
}

/** What can be read of a frame whatever became of the one it stands on. */
export interface FramePlace {
  index: number;
  count: number;
}

/** Check `cursor.failed` behind it. */
export function readFramePlace(cursor: ByteCursor): FramePlace {
  const index = cursor.varint();
  return { index, count: cursor.varint() };
}

/**
 * Reads on behind `readFramePlace`; undefined where it makes no sense.
 * @param parent the state that the frame stands on
 */
export function readFrameHead(
  cursor: ByteCursor,
  data: Uint8Array,
  { index, count }: FramePlace,
  parent: FrameState | undefined,
): FrameHead | undefined {
  const ordinal = (parent?.nextOrdinal ?? 0) + unzigzag(cursor.varint());
  const seriesCount = cursor.varint();
  if (cursor.failed || count > MAX_FRAME_ROWS || seriesCount > count) return undefined;
  if (ordinal < 0 || !Number.isSafeInteger(ordinal + count)) return undefined;
  const series = readSeries(cursor, data, seriesCount);
  const known = (parent?.seriesCount ?? 0) + seriesCount;
  const runs = series && readRuns(cursor, count, known, parent?.timeSec ?? 0);
  return runs && { ordinal, index, series, ...runs };
}

function readSeries(cursor: ByteCursor, data: Uint8Array, count: number): Series[] | undefined {
  const series: Series[] = [];
  while (series.length < count) {
    const typeText = readText(cursor, data);
    const serial = readText(cursor, data);
    if (!TYPE_TEXT.test(typeText) || serial === '' || serial.includes(TAB)) return undefined;
    series.push(seriesOf(typeText, serial));
  }
  return series;
}

/** Rows of one time and of series that follow each other. */
function readRuns(
  cursor: ByteCursor,
  count: number,
  knownSeries: number,
  parentTimeSec: number,
): Pick<FrameHead, 'seriesNumbers' | 'timesSec'> | undefined {
  const seriesNumbers = new Uint32Array(count);
  const timesSec = new Float64Array(count);
  let timeSec = parentTimeSec;
  let expected = 0;
  for (let row = 0; row < count;) {
    timeSec += unzigzag(cursor.varint());
    if (timeSec < MIN_TIME_SEC || timeSec > MAX_TIME_SEC) return undefined;
    const first = expected + unzigzag(cursor.varint());
    const length = cursor.varint();
    if (cursor.failed || length < 1 || length > count - row) return undefined;
    if (first < 0 || first + length > knownSeries) return undefined;
    for (let i = 0; i < length; i++, row++) {
      seriesNumbers[row] = first + i;
      timesSec[row] = timeSec;
    }
    expected = first + length;
  }
  return { seriesNumbers, timesSec };
}

function writeText(text: string, out: ByteWriter): void {
  out.varint(text.length);
  for (let i = 0; i < text.length; i++) out.byte(text.charCodeAt(i));
}

function readText(cursor: ByteCursor, data: Uint8Array): string {
  const bytes = cursor.varint();
  const start = cursor.bytes(bytes);
  return cursor.failed ? '' : latin1(data, start, start + bytes);
}
