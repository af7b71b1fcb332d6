/**
 * What a log promises, as plainly as it can be put, beside the log itself: every call is checked
 * against it. It follows the log through power cuts and killed processes.
 */
import assert from 'node:assert/strict';
import type { LogEvent, RecordLog } from '../../src/log/record-log.ts';
import type { RecordLine } from '../../src/record/record-line.ts';
import {
  bytesIn,
  DIRECTORY,
  openLog,
  readLog,
  rowOf,
  type LogUnderTest,
} from './log-under-test.ts';
import { MemoryFiles, type Choose } from './memory-files.ts';

/** A limit that is never reached. */
export const PLENTY_BYTES = 1 << 30;

/** A line that was taken since the log was last read. */
interface Taken {
  line: string;
  /** It was called durable. */
  durable: boolean;
}

export class LogModel {
  files = new MemoryFiles();
  /** The oldest segments may have been removed: for the size limit, or on a full disk. */
  mayRemove: boolean;
  /** Whether the log is read after every commit, too. */
  compares = true;
  /** Every line that ever was in the log, in the order in which it was first seen there. */
  readonly seen = new Set<string>();
  readonly #sizeLimitBytes: number;
  #opened: LogUnderTest;
  /** What is there for certain: what was read last, in order. */
  #solid: readonly string[] = [];
  /** What may have come to it since, in order; `pending` comes behind it. */
  #taken: Taken[] = [];
  #pending: string[] = [];
  /** Calls of `durable` seen so far. */
  #told = 0;

  constructor(sizeLimitBytes: number) {
    this.#sizeLimitBytes = sizeLimitBytes;
    this.mayRemove = sizeLimitBytes < PLENTY_BYTES;
    this.#opened = this.#open();
  }

  get log(): RecordLog {
    return this.#opened.log;
  }

  /** Of this process. */
  get events(): readonly LogEvent[] {
    return this.#opened.events;
  }

  add(line: RecordLine, text: string): void {
    const expected = this.#noveltyOf(text);
    const novelty = this.log.add(line);
    if (expected !== undefined) assert.equal(novelty, expected, text);
    if (novelty !== 'repeat') this.#pending.push(text);
    this.#follow();
  }

  commit(): void {
    const isWritten = this.log.commit();
    this.#follow();
    assert.equal(isWritten, this.log.fault === undefined);
    if (!isWritten) return;
    assert.equal(this.log.pendingCount, 0);
    if (this.compares) this.#compare();
  }

  commitFull(): void {
    const isWritten = this.log.commitFull();
    this.#follow();
    if (isWritten) this.#compare();
  }

  /** A new process, after the old one has ended well. */
  reopen(): void {
    this.log.close();
    this.#follow();
    this.#restart();
  }

  /** A new process, after the old one was killed. */
  kill(): void {
    this.#restart();
  }

  powerCut(choose: Choose): void {
    this.files = this.files.crash(choose);
    this.#restart();
  }

  /** Notes what is there before the oldest of it goes. */
  look(): void {
    for (const line of readLog(this.files).lines) this.seen.add(line);
  }

  heal(): void {
    this.files.heal();
    this.files.readOnly = false;
    this.files.capacityBytes = PLENTY_BYTES;
  }

  fill(leftBytes: number): void {
    const used = this.files.exists(DIRECTORY) ? bytesIn(this.files) : 0;
    this.files.capacityBytes = used + leftBytes;
  }

  #open(): LogUnderTest {
    return openLog(this.files, { sizeLimitBytes: this.#sizeLimitBytes });
  }

  #restart(): void {
    this.#taken.push(...this.#pending.map((line) => ({ line, durable: false })));
    this.#pending = [];
    this.#told = 0;
    this.#opened = this.#open();
    if (this.log.fault === undefined) this.#compare();
  }

  /** What `add` must answer; undefined: it cannot look. */
  #noveltyOf(text: string): string | undefined {
    if (this.#pending.includes(text)) return 'repeat';
    if (this.log.fault !== undefined) return undefined;
    const taken = this.#taken.filter(({ durable }) => durable).map(({ line }) => line);
    const known = [...this.#solid, ...taken, ...this.#pending];
    if (known.includes(text)) return 'repeat';
    const identity = identityIn(text);
    return known.some((other) => identityIn(other) === identity) ? 'revision' : 'new';
  }

  /** What was called durable was the oldest of what was pending, and so was what was given up. */
  #follow(): void {
    const { durable, log } = this.#opened;
    const told = durable.slice(this.#told);
    this.#told = durable.length;
    const gone = this.#pending.splice(0, this.#pending.length - log.pendingCount);
    assert.deepEqual(told, gone.slice(gone.length - told.length));
    this.#taken.push(...told.map((line) => ({ line, durable: true })));
    for (const line of told) this.seen.add(line);
    this.#checkEvents();
  }

  /** What is wrong is said once, and so is that it is over. */
  #checkEvents(): void {
    const kinds = this.events.map(({ kind }) => kind).filter((kind) => kind !== 'damage');
    const expected = kinds.map((_, i) => (i % 2 === 0 ? 'broken' : 'restored'));
    assert.deepEqual(kinds, expected);
    assert.equal(kinds.at(-1) === 'broken', this.log.fault !== undefined);
  }

  /** Compares with what can be read, which is certain from here on. */
  #compare(): void {
    const { lines } = readLog(this.files);
    assert.equal(new Set(lines).size, lines.length, 'nothing is there twice');
    const mayBe: Taken[] = [
      ...this.#solid.map((line) => ({ line, durable: true })),
      ...this.#taken,
      // A failed write may have brought it there all the same.
      ...this.#pending.map((line) => ({ line, durable: false })),
    ];
    let at = 0;
    let removed = 0;
    for (const [i, line] of lines.entries()) {
      while (at < mayBe.length && mayBe[at]?.line !== line) at++;
      assert.ok(at < mayBe.length, `invented, or not in the order of arrival: ${line}`);
      if (i === 0) removed = at;
    }
    if (lines.length === 0) removed = mayBe.length;
    const there = new Set(lines);
    const gone = new Set(this.mayRemove ? mayBe.slice(0, removed).map(({ line }) => line) : []);
    for (const { line, durable } of mayBe) {
      assert.ok(!durable || there.has(line) || gone.has(line), `lost: ${line}`);
    }
    for (const line of lines) this.seen.add(line);
    this.#solid = lines;
    this.#taken = [];
  }
}

const identities = new Map<string, string>();

function identityIn(text: string): string {
  let identity = identities.get(text);
  if (identity === undefined) {
    const { device, timeSec } = rowOf(text).identity;
    identities.set(text, (identity = `${device}\t${timeSec}`));
  }
  return identity;
}
