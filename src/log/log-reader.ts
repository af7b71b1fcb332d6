/**
 * The log as anyone may read it, also while it is written to: segments in order, one in memory at a
 * time. What a reader finds half written at the end is not there yet.
 */
import { join } from 'node:path';
import type { Row } from './frame-codec.ts';
import { faultOf, isUnreadable, type LogDamage, type LogFault } from './log-fault.ts';
import type { LogFiles } from './log-files.ts';
import { readCatalog, type SegmentSummary } from './segment-catalog.ts';
import { readContents, type SegmentContents } from './segment-contents.ts';
import type { SegmentSort } from './segment-name.ts';

/** Which records are wanted; all bounds are inclusive, undefined means all. */
export interface RecordSelection {
  fromSec?: number | undefined;
  toSec?: number | undefined;
  type?: number | undefined;
  serial?: string | undefined;
}

export type ReaderResult = { ok: true; reader: LogReader } | { ok: false; fault: LogFault };

export class LogReader {
  readonly directory: string;
  /** Segments of records, in the order in which they were written. */
  readonly segments: readonly SegmentSummary[];
  /** Segments of day totals. */
  readonly days: readonly SegmentSummary[];
  /** What was found when the log was opened; of sealed segments only `verify` reads all. */
  readonly damage: readonly LogDamage[];
  readonly #files: LogFiles;

  private constructor(
    files: LogFiles,
    directory: string,
    found: {
      segments: readonly SegmentSummary[];
      days: readonly SegmentSummary[];
      damage: LogDamage[];
    },
  ) {
    this.#files = files;
    this.directory = directory;
    this.segments = found.segments;
    this.days = found.days;
    this.damage = found.damage;
  }

  static open(files: LogFiles, directory: string): ReaderResult {
    try {
      const records = readCatalog(files, directory, 'records');
      const days = readCatalog(files, directory, 'days');
      const newer = records.newer ?? days.newer;
      if (newer !== undefined) {
        const { name: detail, version } = newer;
        const subject = directory;
        return {
          ok: false,
          fault: { layer: 'log', reason: 'newer-version', subject, detail, version },
        };
      }
      const damage = [...records.damage, ...days.damage];
      const found = { segments: records.segments, days: days.segments, damage };
      return { ok: true, reader: new LogReader(files, directory, found) };
    } catch (error) {
      return { ok: false, fault: faultOf(error, directory) };
    }
  }

  /**
   * The records wanted, a frame at a time, in the order in which they came. `damaged` is told of
   * frames that cannot be read.
   */
  *records(
    selection: RecordSelection,
    damaged: (damage: LogDamage) => void,
    sort: SegmentSort = 'records',
  ): Generator<readonly Row[], void> {
    const isWanted = filterOf(selection);
    for (const segment of sort === 'records' ? this.segments : this.days) {
      if (!mayHold(segment, selection)) continue;
      const contents = this.#contentsOr(segment, damaged);
      if (contents === undefined) continue;
      for (const damage of contents.damage) {
        if (!this.#isKnown(segment, damage.offset)) {
          damaged({ layer: 'log', segment: segment.name, ...damage });
        }
      }
      for (const frame of contents.frames) {
        const rows = frame.rows();
        if (rows === undefined) {
          const records = frame.head.seriesNumbers.length;
          damaged({
            layer: 'log',
            segment: segment.name,
            offset: frame.at,
            bytes: frame.end - frame.at,
            reason: 'malformed',
            records,
          });
        } else {
          yield isWanted === undefined ? rows : rows.filter(isWanted);
        }
      }
    }
  }

  #contentsOr(
    segment: SegmentSummary,
    damaged: (damage: LogDamage) => void,
  ): SegmentContents | undefined {
    try {
      return this.contents(segment);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const { name, bytes, extent } = segment;
      const found = { segment: name, offset: 0, bytes, records: extent.records };
      damaged({ layer: 'log', ...found, reason: 'unreadable' });
      return undefined;
    }
  }

  /** A segment read whole; undefined when it has been removed since, as the oldest are. */
  contents({ name, bytes }: SegmentSummary): SegmentContents | undefined {
    const path = join(this.directory, name);
    if (!this.#files.exists(path)) return undefined;
    return readContents(this.#files.read(path, 0, bytes));
  }

  /** Damage that was found when the log was opened is not told twice. */
  #isKnown({ name }: SegmentSummary, offset: number): boolean {
    return this.damage.some((known) => known.segment === name && known.offset === offset);
  }
}

function mayHold({ extent }: SegmentSummary, { fromSec, toSec }: RecordSelection): boolean {
  if (extent.odd) return true;
  if (extent.fromSec === undefined || extent.toSec === undefined) return false;
  return extent.toSec >= (fromSec ?? -Infinity) && extent.fromSec <= (toSec ?? Infinity);
}

/** Undefined: all are wanted. */
function filterOf(selection: RecordSelection): ((row: Row) => boolean) | undefined {
  const { fromSec, toSec, type, serial } = selection;
  if ([fromSec, toSec, type, serial].every((bound) => bound === undefined)) return undefined;
  const serialBytes = serial === undefined ? undefined : Buffer.from(serial);
  return (row) =>
    (fromSec === undefined || row.timeSec >= fromSec) &&
    (toSec === undefined || row.timeSec <= toSec) &&
    (type === undefined || row.type === type) &&
    (serialBytes === undefined ||
      serialBytes.equals(row.data.subarray(row.serialStart, row.serialEnd)));
}
