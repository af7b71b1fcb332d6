/**
 * What stays of a segment that is removed: the last lifetime counter of each device and day. They are
 * kept in segments of their own, as short records: type, time, serial, counter. Years of energy take
 * some tens of kilobytes.
 */
import { fieldEnd } from '../record/record-line.ts';
import { RECORD_TYPES } from '../record/record-types.ts';
import type { Row } from './frame-codec.ts';
import { identityOf } from './identity.ts';
import type { SegmentContents, SegmentFrame } from './segment-contents.ts';

/**
 * The end of the day that a time belongs to, as seconds since the epoch: the first local midnight that
 * is not before it, for a record's time is the end of its interval.
 */
export type DayEnd = (timeSec: number) => number;

/** Whether later in the same day there is another record of the device, in a segment that stays. */
export type IsFollowed = (device: string, timeSec: number, dayEndSec: number) => boolean;

const TAB = 0x09;

/** By type: which field is the lifetime counter, the type being 0. */
const COUNTER_FIELDS = new Map(
  RECORD_TYPES.flatMap(({ type, fields }) => {
    const place = fields.findIndex((name) => /lifetimeEnergyKWh$/i.test(name));
    return place < 0 ? [] : [[type, place + 1] as const];
  }),
);

/** One record, not decoded. */
interface Place {
  timeSec: number;
  frame: SegmentFrame;
  row: number;
}

interface DeviceDay {
  device: string;
  dayEndSec: number;
  /** In the order in which they came. */
  records: Place[];
}

/** The short records of the days of a segment; decodes only the frames that they are in. */
export function dayTotals(
  { frames }: SegmentContents,
  dayEnd: DayEnd,
  isFollowed: IsFollowed,
): Row[] {
  const decoded = new Map<SegmentFrame, readonly Row[]>();
  const totalOf = ({ frame, row }: Place): Row | undefined => {
    let rows = decoded.get(frame);
    if (rows === undefined) decoded.set(frame, (rows = frame.rows() ?? []));
    const record = rows[row];
    return record === undefined ? undefined : shortened(record);
  };
  const totals: Row[] = [];
  for (const { device, dayEndSec, records } of daysOf(frames, dayEnd)) {
    // Of revisions the newest counts.
    records.sort((a, b) => a.timeSec - b.timeSec);
    let last = records.pop();
    if (last === undefined || isFollowed(device, last.timeSec, dayEndSec)) continue;
    // Some records have no counter, and some frames cannot be decoded.
    let total = totalOf(last);
    while (total === undefined && (last = records.pop()) !== undefined) total = totalOf(last);
    if (total !== undefined) totals.push(total);
  }
  return totals;
}

function daysOf(frames: readonly SegmentFrame[], dayEnd: DayEnd): Iterable<DeviceDay> {
  const days = new Map<string, DeviceDay>();
  for (const frame of frames) {
    const { head, state } = frame;
    for (let row = 0; row < head.seriesNumbers.length; row++) {
      const series = state.seriesAt(head.seriesNumbers[row] ?? 0);
      if (series === undefined || !COUNTER_FIELDS.has(series.type)) continue;
      const timeSec = head.timesSec[row] ?? 0;
      const device = `${series.type}\t${series.serial}`;
      const dayEndSec = dayEnd(timeSec);
      const key = `${device}\t${dayEndSec}`;
      let day = days.get(key);
      if (day === undefined) days.set(key, (day = { device, dayEndSec, records: [] }));
      day.records.push({ timeSec, frame, row });
    }
  }
  return days.values();
}

/** Type, time, serial and counter of a record; undefined when it has no counter. */
export function shortened(row: Row): Row | undefined {
  const place = COUNTER_FIELDS.get(row.type);
  if (place === undefined) return undefined;
  const { data, start, end, serialEnd } = row;
  let field = 2;
  let at = serialEnd;
  while (field < place - 1 && at < end) {
    at = fieldEnd(data, at + 1, end);
    field++;
  }
  const counterEnd = fieldEnd(data, at + 1, end);
  if (at >= end || counterEnd === at + 1) return undefined;
  const headBytes = serialEnd - start;
  const short = new Uint8Array(headBytes + 1 + counterEnd - (at + 1));
  short.set(data.subarray(start, serialEnd));
  short[headBytes] = TAB;
  short.set(data.subarray(at + 1, counterEnd), headBytes + 1);
  return {
    data: short,
    start: 0,
    end: short.length,
    type: row.type,
    timeAt: row.timeAt - start,
    serialStart: row.serialStart - start,
    serialEnd: headBytes,
    timeSec: row.timeSec,
  };
}

/** Keeps the latest of each device and day, as short records come in any order. */
export class LatestTotals {
  readonly #dayEnd: DayEnd;
  readonly #latest = new Map<string, Row>();

  constructor(dayEnd: DayEnd) {
    this.#dayEnd = dayEnd;
  }

  add(total: Row): void {
    const key = `${identityOf(total).device}\t${this.#dayEnd(total.timeSec)}`;
    const before = this.#latest.get(key);
    if (before === undefined || before.timeSec <= total.timeSec) this.#latest.set(key, total);
  }

  /** By time. */
  rows(): Row[] {
    return [...this.#latest.values()].sort((a, b) => a.timeSec - b.timeSec);
  }
}
