/**
 * Remembers which records were seen lately, to tell new ones from repeats and revisions.
 *
 * Identity is (type, serial, time). What is remembered of a record is a 64-bit hash of its identity
 * (of which some 60 bits are independent) and a 32-bit hash of its whole line, twelve bytes in all, in two generations: when the younger one
 * is full it becomes the older one and the older one is forgotten. So at least the latest
 * `perGeneration` and at most twice as many records are remembered, in a stated memory.
 *
 * A repeat is missed only when it is older than that. A record is taken for a repeat wrongly only
 * when all of these agree by chance: for a million records about one chance in 10^16.
 */
import { viewOf } from '../base/words.ts';
import type { RecordLine } from './record-line.ts';

export type Novelty = 'new' | 'repeat' | 'revision';

/** Words of one slot: identity hash (two), line hash. All zero: free. */
const SLOT_WORDS = 3;
const FIRST_SLOTS = 1024;
/** Slots are used up to this share, so that probing stays short. */
const MAX_LOAD = 0.5;

export class RecentRecords {
  readonly #perGeneration: number;
  #young: Generation;
  #old: Generation | undefined;
  readonly #hash = { identityA: 0, identityB: 0, line: 0 };

  constructor(perGeneration: number) {
    this.#perGeneration = perGeneration;
    this.#young = new Generation(perGeneration);
  }

  /** Judges a record and remembers it. */
  note(line: RecordLine): Novelty {
    this.#hashLine(line);
    const { identityA, identityB, line: lineHash } = this.#hash;
    const inYoung = this.#young.find(identityA, identityB, lineHash);
    if (inYoung === 'repeat') return 'repeat';
    const inOld = this.#old?.find(identityA, identityB, lineHash) ?? 'new';
    if (inOld === 'repeat') return 'repeat';
    if (this.#young.size >= this.#perGeneration) {
      this.#old = this.#young;
      this.#young = new Generation(this.#perGeneration);
    }
    this.#young.add(identityA, identityB, lineHash);
    return inYoung === 'revision' ? 'revision' : inOld;
  }

  #hashLine(line: RecordLine): void {
    const { data, start, end, serialEnd } = line;
    const view = viewOf(data);
    // Type, time and serial stand first in the line, so one pass hashes both.
    let hash = 0x2c1b3c6d;
    let at = start;
    for (; at + 3 < serialEnd; at += 4) hash = mix(hash, view.getInt32(at));
    for (; at < serialEnd; at++) hash = mix(hash, data[at] ?? 0);
    this.#hash.identityA = firstSlot(line);
    // Never zero, so that a slot in use is never all zero.
    this.#hash.identityB = hash | 1;
    // Two lanes: one step need not wait for the one before.
    let lane = 0x2545f491;
    for (; at + 7 < end; at += 8) {
      hash = mix(hash, view.getInt32(at));
      lane = mix(lane, view.getInt32(at + 4));
    }
    for (; at < end; at++) hash = mix(hash, data[at] ?? 0);
    this.#hash.line = mix(hash, lane);
  }
}

/** Slots of a block; the twelve intervals of an hour find room. */
const BLOCK_SLOTS = 16;

/**
 * Where to look first for a record: the hour, type and serial choose a block, the five-minute
 * interval the slot in it. Records come interval by interval, so the blocks in use stay in the
 * processor's cache.
 */
function firstSlot(line: RecordLine): number {
  const { data, start, timeAt, serialEnd } = line;
  let hash = 0x2545f491;
  const hourEnd = timeAt + 10;
  for (let at = start; at < hourEnd; at++) {
    hash = Math.imul(hash ^ (data[at] ?? 0), 0x01000193);
  }
  for (let at = timeAt + 14; at < serialEnd; at++) {
    hash = Math.imul(hash ^ (data[at] ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  const minute = ((data[hourEnd] ?? 0) - 0x30) * 10 + (data[hourEnd + 1] ?? 0) - 0x30;
  return ((hash ^ (hash >>> 13)) & -BLOCK_SLOTS) + Math.floor(minute / 5);
}

/** Takes a word in. Multiplication only carries upwards; the shift brings it down again. */
function mix(hash: number, word: number): number {
  const product = Math.imul(((hash << 13) | (hash >>> 19)) ^ word, 0x85ebca6b);
  return product ^ (product >>> 15);
}

/** An open-addressing table that grows until it can hold `capacity` entries. */
class Generation {
  size = 0;
  readonly #capacity: number;
  #slots = FIRST_SLOTS;
  #words = new Int32Array(FIRST_SLOTS * SLOT_WORDS);

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  find(a: number, b: number, lineHash: number): Novelty {
    const mask = this.#slots - 1;
    const words = this.#words;
    let found: Novelty = 'new';
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const at = slot * SLOT_WORDS;
      if (words[at + 1] === 0) return found;
      if (words[at] !== a || words[at + 1] !== b) continue;
      if (words[at + 2] === lineHash) return 'repeat';
      found = 'revision';
    }
  }

  add(a: number, b: number, lineHash: number): void {
    if (this.size >= this.#slots * MAX_LOAD && this.size < this.#capacity) this.#grow();
    this.#put(a, b, lineHash);
    this.size++;
  }

  #put(a: number, b: number, lineHash: number): void {
    const mask = this.#slots - 1;
    let slot = a & mask;
    while (this.#words[slot * SLOT_WORDS + 1] !== 0) slot = (slot + 1) & mask;
    this.#words[slot * SLOT_WORDS] = a;
    this.#words[slot * SLOT_WORDS + 1] = b;
    this.#words[slot * SLOT_WORDS + 2] = lineHash;
  }

  #grow(): void {
    const old = this.#words;
    this.#slots *= 2;
    this.#words = new Int32Array(this.#slots * SLOT_WORDS);
    for (let at = 0; at < old.length; at += SLOT_WORDS) {
      if (old[at + 1] !== 0) this.#put(old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0);
    }
  }
}
