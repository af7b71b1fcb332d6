/**
 * Zone files, as in /usr/share/zoneinfo: the format TZif of RFC 9636 (before that RFC 8536), versions 1
 * to 4. A file is a header, a block of changes in 32-bit times, and from version 2 on a second header, a
 * block in 64-bit times and a footer with the rule for the time after the last change. "Fat" files list
 * the changes up to 2037 all the same; "slim" ones leave the first block empty and the rest to the rule.
 *
 * Nobody vouches for the bytes. The counts of a header are checked against the size of the file before
 * anything is read or made of them, so that no offset below can be beyond the end.
 */
import { parsePosixRule, ruleOffsetSec, type PosixRule } from './posix-rule.ts';
import { OFFSET_LIMIT_SEC, type Zone } from './zone.ts';
import { found, refused, type ZoneResult } from './zone-fault.ts';

/** The largest file of today's zone data has not 4 KiB. */
export const MAX_ZONE_FILE_BYTES = 64 * 1024;

/** `TZif` */
const MAGIC = 0x545a6966;
const VERSION_AT = 4;
const COUNTS_AT = 20;
const HEADER_BYTES = 44;
const TYPE_BYTES = 6;
/** Of the correction that follows the time of a leap second. */
const CORRECTION_BYTES = 4;
const VERSION_2 = 0x32;
const VERSION_9 = 0x39;
const NEWLINE = 0x0a;

/** One header and what it counts. */
interface Block {
  version: number;
  /** Of each time in it. */
  timeBytes: 4 | 8;
  changeCount: number;
  typeCount: number;
  leapCount: number;
  changesAt: number;
  typesAt: number;
  leapsAt: number;
  end: number;
}

interface Changes {
  /** Ascending: when the clocks were changed. */
  timesSec: Float64Array;
  /** The offset from each of them on. */
  offsetsSec: Int32Array;
  /** The offset before the first. */
  firstOffsetSec: number;
}

/** The zone that a file describes. The subject of a fault is `subject`, the file. */
export function parseZoneFile(data: Uint8Array, name: string, subject = name): ZoneResult {
  const wrong = (detail: string): ZoneResult => refused('not-a-zone-file', subject, detail);
  if (data.length > MAX_ZONE_FILE_BYTES) return wrong(`more than ${MAX_ZONE_FILE_BYTES} bytes`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let block = blockAt(view, 0, 4);
  if (typeof block === 'string') return wrong(block);
  let rule: PosixRule | undefined;
  if (block.version !== 0) {
    block = blockAt(view, block.end, 8);
    if (typeof block === 'string') return wrong(block);
    const footer = footerAt(data, block.end);
    if (footer === undefined) return wrong('cut short');
    rule = parsePosixRule(footer);
    if (footer !== '' && rule === undefined) return wrong('a rule that cannot be read');
  }
  const changes = readChanges(view, block);
  return typeof changes === 'string' ? wrong(changes) : found(new FileZone(name, changes, rule));
}

/** The block whose header is at `at`, or what is wrong with it. */
function blockAt(view: DataView, at: number, timeBytes: 4 | 8): Block | string {
  if (view.byteLength < at + 4 || view.getUint32(at) !== MAGIC) return 'no TZif header';
  if (view.byteLength < at + HEADER_BYTES) return 'cut short';
  const version = view.getUint8(at + VERSION_AT);
  // Versions to come are to be readable as those before.
  if (version !== 0 && (version < VERSION_2 || version > VERSION_9)) return 'an unknown version';
  const count = (index: number): number => view.getUint32(at + COUNTS_AT + 4 * index);
  const [isUtCount, isStdCount, leapCount, changeCount, typeCount, charCount] = [
    count(0),
    count(1),
    count(2),
    count(3),
    count(4),
    count(5),
  ];
  // Sums of a few 32-bit counts: exact.
  const changesAt = at + HEADER_BYTES;
  const typesAt = changesAt + changeCount * (timeBytes + 1);
  const leapsAt = typesAt + typeCount * TYPE_BYTES + charCount;
  const end = leapsAt + leapCount * (timeBytes + CORRECTION_BYTES) + isStdCount + isUtCount;
  if (end > view.byteLength) return 'cut short';
  return {
    version,
    timeBytes,
    changeCount,
    typeCount,
    leapCount,
    changesAt,
    typesAt,
    leapsAt,
    end,
  };
}

/** The text between two newlines; undefined when they are not there. */
function footerAt(data: Uint8Array, at: number): string | undefined {
  if (data[at] !== NEWLINE) return undefined;
  const end = data.indexOf(NEWLINE, at + 1);
  if (end < 0) return undefined;
  return Buffer.from(data.buffer, data.byteOffset + at + 1, end - at - 1).toString('latin1');
}

/** The changes of a block, or what is wrong with them. */
function readChanges(view: DataView, block: Block): Changes | string {
  const { timeBytes, changeCount, typeCount, changesAt, typesAt } = block;
  if (typeCount === 0) return 'no type of time';
  const types = new Int32Array(typeCount);
  for (let i = 0; i < typeCount; i++) {
    const offsetSec = view.getInt32(typesAt + i * TYPE_BYTES);
    if (Math.abs(offsetSec) >= OFFSET_LIMIT_SEC) return 'an offset that no zone has';
    types[i] = offsetSec;
  }
  const timesSec = new Float64Array(changeCount);
  const offsetsSec = new Int32Array(changeCount);
  const correctionAt = corrections(view, block);
  const typeIndexesAt = changesAt + changeCount * timeBytes;
  let before = -Infinity;
  for (let i = 0; i < changeCount; i++) {
    const counted = readTime(view, changesAt + i * timeBytes, timeBytes);
    const timeSec = counted - correctionAt(counted);
    if (timeSec <= before) return 'changes out of order';
    timesSec[i] = before = timeSec;
    const offsetSec = types[view.getUint8(typeIndexesAt + i)];
    if (offsetSec === undefined) return 'a change to a type that is not there';
    offsetsSec[i] = offsetSec;
  }
  return { timesSec, offsetsSec, firstOffsetSec: types[0] ?? 0 };
}

/** Signed. What is beyond 2^53 is rounded: no change of clocks is. */
function readTime(view: DataView, at: number, timeBytes: 4 | 8): number {
  const high = view.getInt32(at);
  return timeBytes === 4 ? high : high * 2 ** 32 + view.getUint32(at + 4);
}

/**
 * Some files (`right/Europe/Berlin`) count leap seconds in their times. Ours are times as POSIX counts
 * them, without: the sum of leap seconds at a time is to be taken off. Asked with ascending times.
 */
function corrections(view: DataView, block: Block): (countedSec: number) => number {
  const { timeBytes, leapCount, leapsAt } = block;
  let next = 0;
  let sum = 0;
  return (countedSec) => {
    for (; next < leapCount; next++) {
      const at = leapsAt + next * (timeBytes + CORRECTION_BYTES);
      if (readTime(view, at, timeBytes) > countedSec) break;
      sum = view.getInt32(at + timeBytes);
    }
    return sum;
  };
}

class FileZone implements Zone {
  readonly name: string;
  readonly #changes: Changes;
  readonly #rule: PosixRule | undefined;
  readonly #lastSec: number;

  constructor(name: string, changes: Changes, rule: PosixRule | undefined) {
    this.name = name;
    this.#changes = changes;
    this.#rule = rule;
    this.#lastSec = changes.timesSec.at(-1) ?? -Infinity;
  }

  offsetSec(timeSec: number): number {
    if (this.#rule !== undefined && timeSec >= this.#lastSec) {
      return ruleOffsetSec(this.#rule, timeSec);
    }
    const { timesSec, offsetsSec, firstOffsetSec } = this.#changes;
    // The changes below `low` are not after the time, those from `high` on are.
    let low = 0;
    let high = timesSec.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((timesSec[middle] ?? Infinity) <= timeSec) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? firstOffsetSec : (offsetsSec[low - 1] ?? firstOffsetSec);
  }
}
