/**
 * Remembers which records were seen lately, to tell new ones from repeats and revisions.
 *
 * Identity is (type, serial, time). What is remembered of a record is a 64-bit hash of its identity
 * and a 32-bit hash of its whole line, twelve bytes in all, in two generations: when the younger one
 * is full it becomes the older one and the older one is forgotten. So at least the latest
 * `perGeneration` and at most twice as many records are remembered, in a stated memory.
 *
 * A repeat is missed only when it is older than that. A record is taken for a repeat wrongly only
 * when 96 bits of hash agree by chance: for a million records about one chance in 10^17.
 */
import type { RecordLine } from './record-line.ts';

export type Novelty = 'new' | 'repeat' | 'revision';

/** Words of one slot: identity hash (two), line hash. All zero: free. */
const SLOT_WORDS = 3;
const FIRST_SLOTS = 1024;
/** Slots are used up to this share, so that probing stays short. */
const MAX_LOAD = 0.7;

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
    // Type, time and serial stand first in the line, so one pass hashes both.
    let a = 0x811c9dc5;
    let b = 0x2c1b3c6d;
    let at = start;
    for (; at + 3 < serialEnd; at += 4) {
      const word = wordAt(data, at);
      a = Math.imul(rotate(a, 7) ^ word, 0x9e3779b1);
      b = Math.imul(rotate(b, 13) ^ word, 0x85ebca6b);
    }
    for (; at < serialEnd; at++) {
      a = Math.imul(a ^ (data[at] ?? 0), 0x01000193);
      b = Math.imul(rotate(b, 5) ^ (data[at] ?? 0), 0x85ebca6b);
    }
    // The low bits choose the slot; multiplication leaves the good ones on top.
    a ^= a >>> 15;
    b ^= b >>> 13;
    let rest = a ^ b;
    for (; at + 3 < end; at += 4) {
      rest = Math.imul(rotate(rest, 7) ^ wordAt(data, at), 0x9e3779b1);
    }
    for (; at < end; at++) rest = Math.imul(rest ^ (data[at] ?? 0), 0x01000193);
    rest ^= rest >>> 16;
    this.#hash.identityA = a | 0;
    // Never zero, so that a slot in use is never all zero.
    this.#hash.identityB = b | 1;
    this.#hash.line = rest | 0;
  }
}

function wordAt(data: Uint8Array, at: number): number {
  return (
    (data[at] ?? 0) |
    ((data[at + 1] ?? 0) << 8) |
    ((data[at + 2] ?? 0) << 16) |
    ((data[at + 3] ?? 0) << 24)
  );
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
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
    // By four: half a million records are then moved 170 000 times in all, not 500 000.
    this.#slots *= 4;
    this.#words = new Int32Array(this.#slots * SLOT_WORDS);
    for (let at = 0; at < old.length; at += SLOT_WORDS) {
      if (old[at + 1] !== 0) this.#put(old[at] ?? 0, old[at + 1] ?? 0, old[at + 2] ?? 0);
    }
  }
}
