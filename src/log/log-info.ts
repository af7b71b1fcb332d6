/**
 * What is in a log, how fast it grows, and what writing it costs the flash: all of it from the ends of
 * the segments.
 */
import type { LogFiles } from './log-files.ts';
import type { LogReader } from './log-reader.ts';
import { readIndexAgain, type SegmentSummary } from './segment-catalog.ts';
import { decodedDevices } from './segment-index.ts';

const SEC_PER_DAY = 86_400;
const DAYS_PER_YEAR = 365.25;
/** Fewer say nothing of a whole one. */
const LEAST_DAYS_FOR_RATE = 0.5;

export interface DeviceInfo {
  /** One character a byte. */
  serial: string;
  types: number[];
  /** Without revisions, as far as they are in the segment of the record that they revise. */
  records: number;
  /** Undefined when it has no ordinary times. */
  fromSec: number | undefined;
  toSec: number | undefined;
}

export interface LogInfo {
  /** Revisions included. */
  records: number;
  /** By serial. */
  devices: DeviceInfo[];
  fromSec: number | undefined;
  toSec: number | undefined;
  /** Those of day totals included, here and in `bytes`. */
  segments: number;
  bytes: number;
  bytesPerRecord: number | undefined;
  dayTotals: { records: number; bytes: number; fromSec: number | undefined };
  /** How long the records held took to come. Days on which there are none do not count. */
  heldDays: number;
  /** Since the log was begun, what was removed included. */
  written: { bytes: number; commits: number };
  /** Over the records held; undefined while those are of less than half a day. */
  perDay: { bytes: number; commits: number } | undefined;
}

export function logInfo(files: LogFiles, reader: LogReader): LogInfo {
  const { segments, days } = reader;
  const devices = new Map<string, DeviceInfo>();
  const datesWithRecords = new Set<number>();
  for (const segment of segments) {
    const index = segment.index ?? readIndexAgain(files, reader.directory, segment);
    if (index !== undefined) countDevices(index, devices, datesWithRecords);
  }
  const held = extentOf(segments);
  const totals = extentOf(days);
  const { fromSec, toSec } = held;
  const spanDays = fromSec === undefined ? 0 : ((toSec ?? fromSec) - fromSec) / SEC_PER_DAY;
  // A record of a clock that was wrong by years is no reason to take all of them for held.
  const heldDays = Math.min(spanDays, datesWithRecords.size);
  const perDay = { bytes: held.bytes / heldDays, commits: held.commits / heldDays };
  const [recordsWritten, daysWritten] = [writtenUpTo(segments.at(-1)), writtenUpTo(days.at(-1))];
  return {
    records: held.records,
    devices: [...devices.values()].sort(bySerial),
    fromSec,
    toSec,
    segments: segments.length + days.length,
    bytes: held.bytes + totals.bytes,
    bytesPerRecord: held.records === 0 ? undefined : held.bytes / held.records,
    dayTotals: { records: totals.records, bytes: totals.bytes, fromSec: totals.fromSec },
    heldDays,
    written: {
      bytes: recordsWritten.bytes + daysWritten.bytes,
      commits: recordsWritten.commits + daysWritten.commits,
    },
    perDay: heldDays < LEAST_DAYS_FOR_RATE ? undefined : perDay,
  };
}

/** How many days of records there is room for, besides the day totals there are. */
export function fittingDays(
  { perDay, dayTotals }: LogInfo,
  sizeLimitBytes: number,
): number | undefined {
  if (perDay === undefined) return undefined;
  return Math.max(0, sizeLimitBytes - dayTotals.bytes) / perDay.bytes;
}

/** What a commit costs, and what the flash takes; measured, see the reference on flash. */
export interface FlashKind {
  name: string;
  /** Beside the data; undefined: nothing is worn. */
  commitBytes: number | undefined;
  /** How often each block can be erased. */
  eraseCycles: number;
}

/** By `f_type` of statfs(2). */
const FLASH_KINDS = new Map<number, FlashKind>([
  [0x72b6, { name: 'JFFS2 on NOR', commitBytes: 160, eraseCycles: 100_000 }],
  [0x2405_1905, { name: 'UBIFS on NAND', commitBytes: 4400, eraseCycles: 10_000 }],
  [0x0102_1994, { name: 'memory', commitBytes: undefined, eraseCycles: Infinity }],
]);
/** A page of data and one of a journal. */
const OTHER_KIND: FlashKind = { name: 'flash', commitBytes: 8192, eraseCycles: 10_000 };

export function flashKind(fileSystemMagic: number): FlashKind {
  return FLASH_KINDS.get(fileSystemMagic) ?? OTHER_KIND;
}

/** What the file system writes a day for the log. */
export function flashBytesPerDay(
  { perDay }: LogInfo,
  { commitBytes }: FlashKind,
): number | undefined {
  if (perDay === undefined || commitBytes === undefined) return undefined;
  return perDay.bytes + perDay.commits * commitBytes;
}

/** Until every block of the flash has been erased as often as it can be, if the log alone does it. */
export function flashYears(info: LogInfo, kind: FlashKind, flashBytes: number): number | undefined {
  const bytesPerDay = flashBytesPerDay(info, kind);
  if (bytesPerDay === undefined) return undefined;
  return (flashBytes * kind.eraseCycles) / bytesPerDay / DAYS_PER_YEAR;
}

function countDevices(
  index: Uint8Array,
  devices: Map<string, DeviceInfo>,
  dates: Set<number>,
): void {
  for (const [name, times] of decodedDevices(index, 0, index.length)) {
    // A third part is a time that is not ordinary (`Identity`).
    const [typeText, serial = '', oddTime] = name.split('\t');
    let device = devices.get(serial);
    if (device === undefined) {
      device = { serial, types: [], records: 0, fromSec: undefined, toSec: undefined };
      devices.set(serial, device);
    }
    const type = Number(typeText);
    if (!device.types.includes(type)) device.types.push(type);
    device.records += times.count;
    if (oddTime !== undefined) continue;
    device.fromSec = least(device.fromSec, times.least);
    device.toSec = greatest(device.toSec, times.greatest);
    for (const timeSec of times) dates.add(Math.floor(timeSec / SEC_PER_DAY));
  }
}

interface Extent {
  records: number;
  bytes: number;
  commits: number;
  fromSec: number | undefined;
  toSec: number | undefined;
}

function extentOf(segments: readonly SegmentSummary[]): Extent {
  const sum: Extent = { records: 0, bytes: 0, commits: 0, fromSec: undefined, toSec: undefined };
  for (const { extent, bytes, commits } of segments) {
    sum.records += extent.records;
    sum.bytes += bytes;
    sum.commits += commits;
    sum.fromSec = least(sum.fromSec, extent.fromSec);
    sum.toSec = greatest(sum.toSec, extent.toSec);
  }
  return sum;
}

function writtenUpTo(last: SegmentSummary | undefined): { bytes: number; commits: number } {
  if (last === undefined) return { bytes: 0, commits: 0 };
  const { header, bytes, commits } = last;
  return { bytes: header.bytesBefore + bytes, commits: header.commitsBefore + commits };
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function bySerial(a: DeviceInfo, b: DeviceInfo): number {
  return a.serial < b.serial ? -1 : 1;
}
