/**
 * The log as its one writer has it: takes records, tells which are new, and puts them on the flash,
 * with one write and one fsync a commit.
 *
 * It never throws and never stops: when something cannot be written it says so once, keeps what fits
 * into a bounded buffer, and begins again from what is in the directory. So there is one way back, the
 * same after a full disk as after a power cut.
 */
import type { RecordLine } from '../record/record-line.ts';
import type { Row } from './frame-codec.ts';
import { identityAt, type Identity, type KnownRow } from './identity.ts';
import type { LockResult, LogLock } from './log-lock.ts';
import {
  faultOf,
  type DamagedReason,
  type LogDamage,
  type LogFault,
  type LogFaultReason,
} from './log-fault.ts';
import { LogStore, type StoreOptions } from './log-store.ts';
import type { Novelty } from './known-records.ts';
import { readTimeSec } from './record-time.ts';
import { PendingRecords } from './pending-records.ts';
import { VanishedError } from './segment-writer.ts';

export type LogEvent =
  | { kind: 'damage'; damage: LogDamage }
  /** Nothing can be written; said once, until `restored`. */
  | { kind: 'broken'; fault: LogFault }
  /** `lost`: records given up meanwhile, the oldest. */
  | { kind: 'restored'; lost: number };

export interface RecordLogOptions extends StoreOptions {
  /** Held while the log is open; released by `close`. */
  lock?: LogLock;
  /**
   * Takes the lock where it could not be taken at first, or went with its directory; undefined when
   * this process has it. Throws what the system throws.
   */
  acquireLock?: () => LockResult | undefined;
  event: (event: LogEvent) => void;
  /** Records that have come to the flash, in order. Valid during the call. */
  durable?: (rows: readonly Row[]) => void;
}

export type OpenResult = { ok: true; log: RecordLog } | { ok: false; fault: LogFault };

/** Faults that waiting does not mend: somebody has to do something first. */
const HOPELESS = new Set<LogFaultReason>([
  'not-a-directory',
  'no-permission',
  'newer-version',
  'no-directory',
]);

const OF_FAILED_WRITES = new Set<DamagedReason>(['torn', 'zeros', 'empty']);

export class RecordLog {
  readonly #options: RecordLogOptions;
  readonly #pending = new PendingRecords();
  #lock: LogLock | undefined;
  #store: LogStore | undefined;
  #fault: LogFault | undefined;
  /** A write has failed: some of what is pending may be on the flash all the same. */
  #uncertain = false;
  #lostBefore = 0;
  #wasOpen = false;
  /** Damage that was told. */
  readonly #told = new Set<string>();
  #commits = 0;

  private constructor(options: RecordLogOptions) {
    this.#options = options;
    this.#lock = options.lock;
  }

  /**
   * Opens the log in a directory, which is made if there is none. Not `ok` only for what waiting does
   * not mend.
   */
  static open(options: RecordLogOptions): OpenResult {
    const log = new RecordLog(options);
    const fault = log.#openStore(true);
    if (fault === undefined) return { ok: true, log };
    if (HOPELESS.has(fault.reason)) return { ok: false, fault };
    log.#break(fault);
    return { ok: true, log };
  }

  /** Records that are not on the flash yet. */
  get pendingCount(): number {
    return this.#pending.count;
  }

  /** There is enough for whole frames: call `commitFull`. */
  get full(): boolean {
    return this.#pending.full && this.#fault === undefined;
  }

  /** There is so much that `commitFull` must be called at once. */
  get crowded(): boolean {
    return this.#pending.crowded && this.#fault === undefined;
  }

  /** Why nothing can be written now. */
  get fault(): LogFault | undefined {
    return this.#fault;
  }

  /** Records given up since the log was opened, for want of room in the buffer. */
  get lost(): number {
    return this.#pending.lost;
  }

  /** Frames written since the log was opened. */
  get commits(): number {
    return this.#commits;
  }

  /** Takes a record, which is on the flash after the next commit; a repeat is not taken. */
  add(line: RecordLine): Novelty {
    const timeSec = readTimeSec(line.data, line.timeAt);
    const identity = identityAt(line, timeSec);
    const novelty = this.#judge(line, identity);
    if (novelty !== 'repeat') this.#pending.add(line, timeSec, identity);
    return novelty;
  }

  /** Writes what is pending. False when that failed. */
  commit(): boolean {
    return this.#commit(true);
  }

  /** Writes what is pending but for the last records, which do not fill a frame yet. */
  commitFull(): boolean {
    return this.#commit(false);
  }

  /** Commits, and lets go of the directory. False when something could not be written. */
  close(): boolean {
    const written = this.commit();
    this.#store?.close();
    this.#store = undefined;
    try {
      this.#lock?.release();
    } catch {
      // It counts only while this process lives.
    }
    return written;
  }

  #commit(all: boolean): boolean {
    if (this.#pending.batches(all).length === 0 && this.#fault === undefined) return true;
    let fault = this.#write(all);
    // The oldest detail makes room, as long as there is some.
    while (fault?.reason === 'full' && this.#dropOldest()) fault = this.#write(all);
    if (fault === undefined) this.#mended();
    else this.#break(fault);
    return fault === undefined;
  }

  #judge(line: RecordLine, identity: Identity): Novelty {
    const pending = this.#pending.find(identity);
    if (pending.some((row) => isSame(row, line))) return 'repeat';
    const stored = this.#judgeStored(line, identity);
    return stored === 'new' && pending.length > 0 ? 'revision' : stored;
  }

  /** What cannot be looked up is taken for new: better twice than not at all. */
  #judgeStored(line: RecordLine, identity: Identity): Novelty {
    try {
      return this.#store?.judge(line, identity) ?? 'new';
    } catch {
      return 'new';
    }
  }

  #openStore(create: boolean): LogFault | undefined {
    const opened = LogStore.open(this.#options, create);
    if (!opened.ok) return opened.fault;
    this.#store = opened.store;
    for (const damage of opened.damage) this.#tellOnce(damage);
    this.#wasOpen = true;
    return undefined;
  }

  /** The log may be opened many times while something is wrong. */
  #tellOnce(damage: LogDamage): void {
    const { segment, offset, reason } = damage;
    // What a write of this process has left, and is written once more.
    if (this.#wasOpen && OF_FAILED_WRITES.has(reason)) return;
    const key = `${segment} ${offset} ${reason}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#options.event({ kind: 'damage', damage });
  }

  #write(all: boolean): LogFault | undefined {
    try {
      const fault =
        this.#secure() ?? (this.#store === undefined ? this.#openStore(false) : undefined);
      const store = this.#store;
      if (fault !== undefined || store === undefined) return fault;
      const batches = this.#pending.batches(all);
      const isMissing = (row: KnownRow): boolean => store.judge(row, row.identity) !== 'repeat';
      const frames = batches
        .map((rows, batch) => ({ batch, rows: this.#uncertain ? rows.filter(isMissing) : rows }))
        .filter(({ rows }) => rows.length > 0);
      let taken = 0;
      // What is written waits no longer, though what comes behind it may fail: or a disk that fills up
      // on the way would be written to, and cleared again, for ever.
      const takeUntil = (end: number): void => {
        this.#pending.shift(end - taken);
        for (const rows of batches.slice(taken, end)) this.#options.durable?.(rows);
        taken = end;
      };
      let written = 0;
      store.write(
        frames.map(({ rows }) => rows),
        () => {
          written++;
          this.#commits++;
          takeUntil(frames[written]?.batch ?? batches.length);
        },
      );
      takeUntil(batches.length);
      if (this.#pending.count === 0) this.#uncertain = false;
      return undefined;
    } catch (error) {
      this.#closeStore();
      return writeFault(error, this.#options.directory);
    }
  }

  /** Nothing is written to a log that another writes to; a lock goes with its directory. */
  #secure(): LogFault | undefined {
    const { acquireLock, directory } = this.#options;
    if (acquireLock === undefined) return undefined;
    if (this.#lock !== undefined && this.#store !== undefined) return undefined;
    try {
      const result = acquireLock();
      if (result === undefined) return undefined;
      if (!result.ok)
        return { layer: 'log', reason: 'in-use', subject: directory, pid: result.pid };
      this.#lock = result.lock;
      return undefined;
    } catch (error) {
      const fault = writeFault(error, directory);
      // The oldest detail has to make room for it first.
      return fault.reason === 'full' ? undefined : fault;
    }
  }

  #dropOldest(): boolean {
    try {
      if (this.#store === undefined && this.#openStore(false) !== undefined) return false;
      return this.#store?.dropOldest() ?? false;
    } catch {
      return false;
    }
  }

  /** What is in the directory then decides what is there; nothing that failed is trusted. */
  #closeStore(): void {
    this.#uncertain = true;
    this.#store?.close();
    this.#store = undefined;
  }

  #break(fault: LogFault): void {
    this.#closeStore();
    const isNew = this.#fault === undefined;
    this.#fault = fault;
    if (!isNew) return;
    this.#lostBefore = this.#pending.lost;
    this.#options.event({ kind: 'broken', fault });
  }

  #mended(): void {
    if (this.#fault === undefined) return;
    this.#fault = undefined;
    this.#options.event({ kind: 'restored', lost: this.#pending.lost - this.#lostBefore });
  }
}

function writeFault(error: unknown, directory: string): LogFault {
  if (error instanceof VanishedError) {
    return { layer: 'log', reason: 'vanished', subject: directory, detail: error.message };
  }
  const fault = faultOf(error, directory);
  return fault.reason === 'no-directory' ? { ...fault, reason: 'vanished' } : fault;
}

function isSame(one: RecordLine, other: RecordLine): boolean {
  const bytes = one.end - one.start;
  if (other.end - other.start !== bytes) return false;
  for (let i = 0; i < bytes; i++) {
    if (one.data[one.start + i] !== other.data[other.start + i]) return false;
  }
  return true;
}
