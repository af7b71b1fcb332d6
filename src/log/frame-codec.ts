/**
 * Records to the payload of a frame and back, byte for byte. FORMAT.md draws it: the head (which
 * devices, which times), then the remaining fields as tables, one for each type and number of fields,
 * column by column.
 */
import { ByteCursor } from '../base/byte-cursor.ts';
import { ByteWriter } from '../base/byte-writer.ts';
import { BitWriter } from './bit-writer.ts';
import { writeColumnCounts } from './column-counts.ts';
import { ColumnCounts, FrameBody } from './frame-body.ts';
import {
  MAX_FRAME_INDEX,
  MAX_FRAME_LINE_BYTES,
  MAX_FRAME_ROWS,
  readFrameHead,
  readFramePlace,
  writeFrameHead,
  type FrameHead,
} from './frame-head.ts';
import { FrameState, parentIndex, type FrameContent, type TableForms } from './frame-state.ts';
import { countColumns, keepLastLines, type Row } from './row.ts';
import { SeriesNumbering } from './series-numbering.ts';
import { encodeTable } from './table-codec.ts';
import { tableLayout } from './table-layout.ts';

export type { Row } from './row.ts';

/** Kept from frame to frame; nothing in it outlives a call. */
const bits = new BitWriter();

/**
 * @param rows at most `MAX_FRAME_ROWS`, whose lines take at most `MAX_FRAME_LINE_BYTES`
 * @param ordinal number of the first row
 * @param index number of the frame in its segment; 0 for the reference, which has no parent
 */
export function encodeFrame(
  rows: readonly Row[],
  ordinal: number,
  index: number,
  parent: FrameState | undefined,
): { payload: Uint8Array; state: FrameState } {
  const head = headOf(rows, ordinal, index, parent);
  const out = new ByteWriter();
  writeFrameHead(head, parent, out);
  const columns = rows.map(countColumns);
  const types = rows.map(({ type }) => type);
  const layout = tableLayout(head, types, columns, parent);
  out.byte(layout.asReferences ? ColumnCounts.AS_REFERENCES : ColumnCounts.TOLD);
  if (!layout.asReferences) writeColumnCounts(columns, out);
  bits.reset();
  const forms = new Map<number, TableForms>();
  for (const table of layout.tables) {
    forms.set(table.key, encodeTable(table, rows, parent?.formsOf(table.key), bits));
  }
  const values = bits.finish();
  out.bytes(values, 0, values.length);
  const content = { lines: keepLastLines(rows, head.seriesNumbers, layout), forms };
  return { payload: out.finish(), state: stateOf(head, parent, () => content) };
}

function headOf(
  rows: readonly Row[],
  ordinal: number,
  index: number,
  parent: FrameState | undefined,
): FrameHead {
  const numbering = new SeriesNumbering(parent);
  const seriesNumbers = new Uint32Array(rows.length);
  const timesSec = new Float64Array(rows.length);
  let bytes = 0;
  rows.forEach((row, i) => {
    seriesNumbers[i] = numbering.numberOf(row);
    timesSec[i] = row.timeSec;
    bytes += row.end - row.start;
  });
  if (rows.length > MAX_FRAME_ROWS || bytes > MAX_FRAME_LINE_BYTES) {
    throw new RangeError(`${rows.length} rows of ${bytes} bytes are too many for one frame`);
  }
  return { ordinal, index, series: numbering.added, seriesNumbers, timesSec };
}

/** A frame of which the head has been read. */
export interface OpenFrame {
  head: FrameHead;
  /** For the frames that stand on it. Decodes when something of it is asked for. */
  state: FrameState;
  /** The rows in the order they came; undefined where the values make no sense. Decodes each time. */
  rows: () => Row[] | undefined;
}

/** Why a frame cannot be read although its checksum is right. */
export type FrameProblem = 'parent-missing' | 'malformed';

/**
 * Reads the head of the payload `data[start..end)`, which must stay as it is while the frame is used.
 * @param parentOf the state of another frame of the segment, if it could be read
 */
export function openFrame(
  data: Uint8Array,
  start: number,
  end: number,
  parentOf: (index: number) => FrameState | undefined,
): OpenFrame | FrameProblem {
  const cursor = new ByteCursor(data, start, end);
  const place = readFramePlace(cursor);
  if (cursor.failed || place.index > MAX_FRAME_INDEX) return 'malformed';
  const parent = place.index === 0 ? undefined : parentOf(parentIndex(place.index));
  if (place.index !== 0 && parent === undefined) return 'parent-missing';
  const head = readFrameHead(cursor, data, place, parent);
  if (head === undefined) return 'malformed';
  const body = new FrameBody(data, cursor.at, end, head, parent);
  let content: FrameContent | undefined;
  const decode = (keep: boolean): Row[] | undefined => {
    const decoded = body.decode();
    if (decoded === undefined) return undefined;
    const { rows, forms, layout } = decoded;
    if (keep) content ??= { lines: keepLastLines(rows, head.seriesNumbers, layout), forms };
    return rows;
  };
  const state = stateOf(head, parent, () => {
    if (content === undefined) decode(true);
    return content;
  });
  // No frame stands on one with an odd number.
  return { head, state, rows: () => decode(head.index % 2 === 0) };
}

function stateOf(
  { index, ordinal, series, seriesNumbers, timesSec }: FrameHead,
  parent: FrameState | undefined,
  load: () => FrameContent | undefined,
): FrameState {
  const place = {
    index,
    nextOrdinal: ordinal + (index === 0 ? 0 : seriesNumbers.length),
    timeSec: timesSec[0] ?? 0,
  };
  return new FrameState(place, parent, series, load);
}
