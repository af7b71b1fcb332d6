/**
 * Records that were taken and are not on the flash yet, in batches; each becomes one frame. While
 * the log cannot be written the batches wait; when there are too many the oldest is given up.
 */
import { copyBytes } from '../base/words.ts';
import type { RecordLine } from '../record/record-line.ts';
import type { Identity, KnownRow } from './identity.ts';

/** Bytes of lines in one frame: some 550 records. */
export const BATCH_BYTES = 64 * 1024;
/** So many batches are written without waiting for the commit interval; a backlog comes in bursts. */
const FULL_BATCHES = 4;
/** So many wait no longer for anything. */
const CROWDED_BATCHES = 8;
/** Batches that wait at most, where nothing can be written: half a day of 24 inverters. */
const MAX_BATCHES = 16;
/** A batch grows to its size by doubling; most hold one request. */
const FIRST_BYTES = 4 * 1024;

class Batch {
  readonly rows: KnownRow[] = [];
  #data = new Uint8Array(FIRST_BYTES);
  #length = 0;

  fits(bytes: number): boolean {
    return this.#length + bytes <= BATCH_BYTES;
  }

  add(line: RecordLine, timeSec: number, identity: Identity): KnownRow {
    const bytes = line.end - line.start;
    if (this.#length + bytes > this.#data.length) this.#grow(this.#length + bytes);
    const start = this.#length;
    copyBytes(line.data, line.start, line.end, this.#data, start);
    this.#length += bytes;
    const shift = start - line.start;
    const row = {
      data: this.#data,
      start,
      end: start + bytes,
      type: line.type,
      timeAt: line.timeAt + shift,
      serialStart: line.serialStart + shift,
      serialEnd: line.serialEnd + shift,
      timeSec,
      identity,
    };
    this.rows.push(row);
    return row;
  }

  #grow(bytes: number): void {
    let size = 2 * this.#data.length;
    while (size < bytes) size *= 2;
    const grown = new Uint8Array(Math.min(size, BATCH_BYTES));
    grown.set(this.#data.subarray(0, this.#length));
    this.#data = grown;
    for (const row of this.rows) row.data = grown;
  }
}

export class PendingRecords {
  #batches: Batch[] = [];
  /** By device and time. */
  readonly #rows = new Map<string, Map<number, KnownRow[]>>();
  #count = 0;
  /** Records given up since the log was opened. */
  lost = 0;

  get count(): number {
    return this.#count;
  }

  /** There is enough for some whole frames. */
  get full(): boolean {
    return this.#batches.length > FULL_BATCHES;
  }

  get crowded(): boolean {
    return this.#batches.length > CROWDED_BATCHES;
  }

  /** What is pending of an identity. */
  find({ device, timeSec }: Identity): readonly KnownRow[] {
    return this.#rows.get(device)?.get(timeSec) ?? NONE;
  }

  add(line: RecordLine, timeSec: number, identity: Identity): void {
    let batch = this.#batches.at(-1);
    if (batch?.fits(line.end - line.start) !== true) {
      if (this.#batches.length === MAX_BATCHES) this.#giveUpOldest();
      batch = new Batch();
      this.#batches.push(batch);
    }
    const row = batch.add(line, timeSec, identity);
    let times = this.#rows.get(identity.device);
    if (times === undefined)
      this.#rows.set(identity.device, (times = new Map<number, KnownRow[]>()));
    const rows = times.get(identity.timeSec);
    if (rows === undefined) times.set(identity.timeSec, [row]);
    else rows.push(row);
    this.#count++;
  }

  /** The rows of each batch, the oldest first; but for the last batch, where that is not wanted. */
  batches(all: boolean): (readonly KnownRow[])[] {
    return this.#batches.slice(0, all ? undefined : -1).map(({ rows }) => rows);
  }

  /** Takes so many of the oldest batches out. */
  shift(batches: number): void {
    for (const { rows } of this.#batches.splice(0, batches)) {
      this.#count -= rows.length;
      if (this.#count > 0) for (const row of rows) this.#forget(row);
    }
    if (this.#count === 0) this.#rows.clear();
  }

  #giveUpOldest(): void {
    const before = this.#count;
    this.shift(1);
    this.lost += before - this.#count;
  }

  #forget(row: KnownRow): void {
    const { device, timeSec } = row.identity;
    const times = this.#rows.get(device);
    const others = times?.get(timeSec)?.filter((other) => other !== row) ?? [];
    if (others.length > 0) times?.set(timeSec, others);
    else times?.delete(timeSec);
    if (times?.size === 0) this.#rows.delete(device);
  }
}

const NONE: readonly KnownRow[] = [];
