/** The log on the flash: the segments of records, those of day totals, and how much room they take. */
import { dirname, join } from 'node:path';
import type { RecordLine } from '../record/record-line.ts';
import { dayTotals, type DayEnd } from './day-totals.ts';
import { identityOf, type Identity, type KnownRow } from './identity.ts';
import { KnownRecords, type Novelty } from './known-records.ts';
import { faultOf, isUnreadable, type LogDamage, type LogFault } from './log-fault.ts';
import type { LogFiles } from './log-files.ts';
import { readContents } from './segment-contents.ts';
import { NewerVersionError, SegmentChain } from './segment-chain.ts';
import { readIndexAgain, type SegmentSummary } from './segment-catalog.ts';
import { decodedDevices } from './segment-index.ts';

export interface StoreOptions {
  files: LogFiles;
  directory: string;
  /** All files of the log together stay below this, as long as there is more than one segment. */
  sizeLimitBytes: number;
  /** So much of the file system is left free, at the cost of the oldest records. */
  freeFloorBytes: number;
  dayEnd: DayEnd;
}

export type StoreResult =
  { ok: true; store: LogStore; damage: readonly LogDamage[] } | { ok: false; fault: LogFault };

export class LogStore {
  readonly #options: StoreOptions;
  readonly #records: SegmentChain;
  readonly #known: KnownRecords;
  #daysBytes: number;

  private constructor(options: StoreOptions, records: SegmentChain, daysBytes: number) {
    this.#options = options;
    this.#records = records;
    this.#daysBytes = daysBytes;
    this.#known = new KnownRecords(options.files, options.directory);
  }

  /** @param create whether the directory is made where there is none */
  static open(options: StoreOptions, create: boolean): StoreResult {
    const { files, directory } = options;
    try {
      if (create) makeDirectory(files, directory);
      const days = SegmentChain.open({ files, directory, sort: 'days' });
      const daysBytes = days.bytes;
      days.close();
      const records = SegmentChain.open({ files, directory, sort: 'records' });
      const damage = [...days.damage, ...records.damage];
      return { ok: true, store: new LogStore(options, records, daysBytes), damage };
    } catch (error) {
      return { ok: false, fault: openFault(error, directory, create) };
    }
  }

  /** Memory held to tell repeats. */
  get heldBytes(): number {
    return this.#known.heldBytes;
  }

  /** Throws what the system throws. */
  judge(line: RecordLine, identity: Identity): Novelty {
    return this.#known.judge(line, identity, this.#records.sealed, this.#records.writer);
  }

  /**
   * Puts frames of records on the flash. Throws what the system throws: then open anew.
   * @param written called for each frame that has come to the flash, in order
   */
  write(frames: readonly (readonly KnownRow[])[], written: () => void): void {
    this.#records.write(frames, {
      ready: () => {
        this.#keepWithinLimits();
      },
      added: (writer, rows) => {
        this.#known.added(writer, rows);
        written();
      },
    });
  }

  /**
   * Removes the oldest segment and keeps its day totals. False when there is none but the one that
   * grows. Throws what the system throws.
   */
  dropOldest(): boolean {
    const [oldest] = this.#records.sealed;
    if (oldest === undefined) return false;
    const totals = this.#totalsOf(oldest);
    const isKept = this.#keepTotals(totals);
    this.#records.removeOldest();
    this.#known.forget(oldest.number);
    // On a full disk there was no room for them before.
    if (!isKept) this.#keepTotals(totals);
    return true;
  }

  close(): void {
    this.#records.close();
  }

  #keepWithinLimits(): void {
    const { files, directory, sizeLimitBytes, freeFloorBytes } = this.#options;
    while (this.#records.bytes + this.#daysBytes > sizeLimitBytes && this.#canSpareOldest()) {
      this.dropOldest();
    }
    // One at a time: a file system may take a while until it counts what was removed as free.
    const isTight = freeFloorBytes > 0 && files.room(directory).freeBytes < freeFloorBytes;
    if (isTight && this.#canSpareOldest()) this.dropOldest();
  }

  /** One segment stays on the flash at any time: numbers are counted on from it. */
  #canSpareOldest(): boolean {
    const { sealed, writer } = this.#records;
    return sealed.length > (writer?.isBegun === true ? 0 : 1);
  }

  /** None of a segment that cannot be read: it must not stand in the way of what is to come. */
  #totalsOf({ name, bytes }: SegmentSummary): KnownRow[] {
    const { files, directory, dayEnd } = this.#options;
    try {
      const contents = readContents(files.read(join(directory, name), 0, bytes));
      const totals = dayTotals(contents, dayEnd, (device, timeSec, dayEndSec) =>
        this.#isFollowed(device, timeSec, dayEndSec),
      );
      return totals.map((row) => ({ ...row, identity: identityOf(row) }));
    } catch (error) {
      if (isUnreadable(error)) return [];
      throw error;
    }
  }

  /** False when there was no room for them. */
  #keepTotals(totals: readonly KnownRow[]): boolean {
    if (totals.length === 0) return true;
    const { files, directory } = this.#options;
    try {
      const days = SegmentChain.open({ files, directory, sort: 'days' });
      days.write([totals], {});
      this.#daysBytes = days.bytes;
      days.close();
      return true;
    } catch (error) {
      if (faultOf(error, directory).reason === 'full') return false;
      throw error;
    }
  }

  /** What the growing segment has does not count: it may not be on the flash yet. */
  #isFollowed(device: string, timeSec: number, dayEndSec: number): boolean {
    return this.#records.sealed.slice(1).some((segment) => {
      const { fromSec, toSec } = segment.extent;
      if (fromSec === undefined || toSec === undefined) return false;
      if (fromSec > dayEndSec || toSec <= timeSec) return false;
      const next = this.#firstAfter(segment, device, timeSec);
      return next !== undefined && next <= dayEndSec;
    });
  }

  #firstAfter(segment: SegmentSummary, device: string, timeSec: number): number | undefined {
    const { files, directory } = this.#options;
    const index = segment.index ?? readIndexAgain(files, directory, segment);
    if (index === undefined) return undefined;
    for (const [name, times] of decodedDevices(index, 0, index.length)) {
      if (name === device) return times.firstAfter(timeSec);
    }
    return undefined;
  }
}

/** A directory that is there may be one that nobody has synced, of a process that was killed. */
function makeDirectory(files: LogFiles, directory: string): void {
  if (!files.exists(directory)) files.makeDirectory(directory);
  files.syncDirectory(dirname(directory));
}

function openFault(error: unknown, directory: string, create: boolean): LogFault {
  if (error instanceof NewerVersionError) {
    const { message, version } = error;
    return { layer: 'log', reason: 'newer-version', subject: directory, detail: message, version };
  }
  const fault = faultOf(error, directory);
  return !create && fault.reason === 'no-directory' ? { ...fault, reason: 'vanished' } : fault;
}
