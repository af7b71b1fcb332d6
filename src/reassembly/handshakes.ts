/**
 * Where streams begin whose first byte has not come yet: what the SYNs of the last moments said.
 *
 * A SYN alone makes no connection here. Ten thousand half-open ones cost nothing but places in a
 * table of fixed size, in which a newer entry replaces an older one. A stream whose entry was
 * replaced is read like one whose SYN was not captured: a little later, and whole.
 */
import type { TcpSegment } from '../wire/tcp.ts';

export interface Handshake {
  /** Number of the first byte. */
  seq: number;
  /** The checksum of the SYN was right, so this sender does not leave them to its network card. */
  checksumRight: boolean;
  /** Known from the SYN itself, not only from the answer to it. */
  heard: boolean;
  /** When it was noted. */
  notedMs: number;
}

/** Words of one entry: check, first sequence number, time. A check of 0 is a free place. */
const ENTRY_WORDS = 3;
/** Entries that share a hash have so many places; when all are taken, the oldest goes. */
const WAYS = 4;
/** The low bits of a check are not of the hash. */
const TAKEN = 1;
const CHECKSUM_RIGHT = 2;
const HEARD = 4;
const FLAG_BITS = TAKEN | CHECKSUM_RIGHT | HEARD;

export class Handshakes {
  /** Doubles: sequence numbers and times fit, and hashes as the signed numbers they are. */
  readonly #words: Float64Array;
  readonly #mask: number;

  /** @param entries a power of two */
  constructor(entries: number) {
    this.#words = new Float64Array(entries * ENTRY_WORDS);
    this.#mask = entries / WAYS - 1;
  }

  /** The stream that `segment` belongs to, or the one in the other direction, begins as said. */
  note(segment: TcpSegment, asSent: boolean, handshake: Handshake): void {
    const { seq, checksumRight, heard, notedMs } = handshake;
    const hash = hashOf(segment, asSent);
    const flags = TAKEN | (checksumRight ? CHECKSUM_RIGHT : 0) | (heard ? HEARD : 0);
    const first = this.#firstPlaceOf(hash);
    const last = first + (WAYS - 1) * ENTRY_WORDS;
    // The newest stands first: make room by moving the others up to the free place, or over the oldest.
    const found = this.#find(hash);
    if (found !== undefined && this.#words[found + 1] === seq) {
      // The same again: a repeated SYN, or the answer to it. The first one has the time.
      this.#words[found] = (this.#words[found] ?? 0) | flags;
      return;
    }
    let to = found ?? first;
    while (found === undefined && to < last && this.#words[to] !== 0) to += ENTRY_WORDS;
    this.#words.copyWithin(first + ENTRY_WORDS, first, to);
    this.#words[first] = (hash & ~FLAG_BITS) | flags;
    this.#words[first + 1] = seq;
    this.#words[first + 2] = notedMs;
  }

  /** What was noted for the stream of `segment` or the other one; it is forgotten with that. */
  take(segment: TcpSegment, asSent: boolean): Handshake | undefined {
    const at = this.#find(hashOf(segment, asSent));
    if (at === undefined) return undefined;
    const check = this.#words[at] ?? 0;
    this.#words[at] = 0;
    return {
      seq: (this.#words[at + 1] ?? 0) >>> 0,
      checksumRight: (check & CHECKSUM_RIGHT) !== 0,
      heard: (check & HEARD) !== 0,
      notedMs: this.#words[at + 2] ?? 0,
    };
  }

  #find(hash: number): number | undefined {
    const first = this.#firstPlaceOf(hash);
    for (let way = 0; way < WAYS; way++) {
      const at = first + way * ENTRY_WORDS;
      const check = this.#words[at] ?? 0;
      if ((check & TAKEN) !== 0 && ((check ^ hash) & ~FLAG_BITS) === 0) return at;
    }
    return undefined;
  }

  #firstPlaceOf(hash: number): number {
    return ((hash ^ (hash >>> 16)) & this.#mask) * ENTRY_WORDS * WAYS;
  }
}

/** Of addresses and ports, as sent or the other way round. */
function hashOf(segment: TcpSegment, asSent: boolean): number {
  const { data, sourceAt, destinationAt, sourcePort, destinationPort } = segment;
  const addressBytes = segment.ipVersion === 4 ? 4 : 16;
  const firstAt = asSent ? sourceAt : destinationAt;
  const secondAt = asSent ? destinationAt : sourceAt;
  const firstPort = asSent ? sourcePort : destinationPort;
  let hash = Math.imul(firstPort ^ 0x2c1b3c6d, 0x9e3779b1);
  hash = Math.imul(hash ^ (asSent ? destinationPort : sourcePort), 0x85ebca6b);
  for (let i = 0; i < addressBytes; i++) {
    hash = Math.imul(hash ^ (data[firstAt + i] ?? 0), 0x01000193);
  }
  for (let i = 0; i < addressBytes; i++) {
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ (data[secondAt + i] ?? 0), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
