/** Sets what was sent against what was read, record by record. */

import type { TruthEntry } from '../sim/truth.ts';

/** A record as the reader prints it. */
export interface ReadRecord {
  type: number;
  time: string;
  serial: string;
  fields: string[];
}

/** Sums over all records, or over those of one type. */
export interface Totals {
  /** Different records of which at least one request was begun. */
  sent: number;
  /** How often they were sent, all together. */
  timesSent: number;
  /** Different records that were read, as they were sent. */
  read: number;
  /** Sent whole and not read. */
  missing: number;
  /** Read once more than once. */
  duplicates: number;
  /** Read, but never sent. */
  invented: number;
}

/** Parts of the messages around the records, which a reader may print or not. */
const frameTypes = new Set(['100', '102', '1002']);
/** Records kept one by one; beyond, those that are settled are summed up and forgotten. */
const entryLimit = 400_000;

interface Entry {
  timesSent: number;
  acknowledged: boolean;
  timesRead: number;
}

function noTotals(): Totals {
  return { sent: 0, timesSent: 0, read: 0, missing: 0, duplicates: 0, invented: 0 };
}

function addEntry(totals: Totals, entry: Entry): void {
  const wasSent = entry.timesSent > 0;
  if (wasSent) totals.sent += 1;
  totals.timesSent += entry.timesSent;
  if (wasSent && entry.timesRead > 0) totals.read += 1;
  if (entry.acknowledged && entry.timesRead === 0) totals.missing += 1;
  if (entry.timesRead > 1) totals.duplicates += entry.timesRead - 1;
  if (!wasSent) totals.invented += entry.timesRead;
}

/** The record of a line that the reader has printed, or undefined where it is no such thing. */
export function readRecord(fields: Record<string, unknown>): ReadRecord | undefined {
  const { type, time, serial } = fields;
  const list = fields['fields'];
  if (typeof type !== 'number' || !Array.isArray(list)) return undefined;
  return {
    type,
    time: typeof time === 'string' ? time : '',
    serial: typeof serial === 'string' ? serial : '',
    fields: list.map(String),
  };
}

export class Ledger {
  readonly #entries = new Map<string, Entry>();
  /** What was settled and forgotten, by type. */
  readonly #settled = new Map<string, Totals>();

  /** `line` is the record as sent, without CR LF. */
  countSent(line: string, times = 1): void {
    this.#entry(line).timesSent += times;
  }

  /** Of this record every byte has gone over the line since the reader began to look. */
  countAcknowledged(line: string): void {
    this.#entry(line).acknowledged = true;
  }

  countRead(record: ReadRecord): void {
    if (frameTypes.has(String(record.type))) return;
    this.#entry(record.fields.join('\t')).timesRead += 1;
  }

  /** False, too, for what was settled and forgotten long ago. */
  wasRead(line: string): boolean {
    return (this.#entries.get(line)?.timesRead ?? 0) > 0;
  }

  addTruth(entries: Iterable<TruthEntry>): void {
    for (const entry of entries) {
      this.countSent(entry.line, entry.sent);
      if (entry.acknowledged > 0) this.countAcknowledged(entry.line);
    }
  }

  /** Sums by type, in ascending order of type. */
  byType(): Map<string, Totals> {
    const result = new Map<string, Totals>();
    for (const [type, totals] of this.#settled) result.set(type, { ...totals });
    for (const [line, entry] of this.#entries) {
      addEntry(totalsOf(result, typeOf(line)), entry);
    }
    return new Map([...result].sort(([one], [other]) => Number(one) - Number(other)));
  }

  totals(): Totals {
    const sum = noTotals();
    for (const totals of this.byType().values()) {
      for (const key of Object.keys(sum) as (keyof Totals)[]) sum[key] += totals[key];
    }
    return sum;
  }

  /** Records that were sent whole and not read: the first `limit` of them. */
  missing(limit: number): string[] {
    const lines: string[] = [];
    for (const [line, entry] of this.#entries) {
      if (lines.length >= limit) break;
      if (entry.acknowledged && entry.timesRead === 0) lines.push(line);
    }
    return lines;
  }

  #entry(line: string): Entry {
    const known = this.#entries.get(line);
    if (known !== undefined) return known;
    if (this.#entries.size >= entryLimit) this.#settleOldest();
    const entry = { timesSent: 0, acknowledged: false, timesRead: 0 };
    this.#entries.set(line, entry);
    return entry;
  }

  /** Makes room: half of the records, the oldest. */
  #settleOldest(): void {
    let left = entryLimit / 2;
    for (const [line, entry] of this.#entries) {
      if (left === 0) return;
      left -= 1;
      addEntry(totalsOf(this.#settled, typeOf(line)), entry);
      this.#entries.delete(line);
    }
  }
}

function typeOf(line: string): string {
  const tab = line.indexOf('\t');
  return tab === -1 ? line : line.slice(0, tab);
}

function totalsOf(map: Map<string, Totals>, type: string): Totals {
  const known = map.get(type);
  if (known !== undefined) return known;
  const totals = noTotals();
  map.set(type, totals);
  return totals;
}
