/**
 * One direction of a TCP connection: segments in, bytes in order out.
 *
 * Bytes wait (`HeldRuns`) while something before them is missing: a hole, or the beginning of a
 * stream whose SYN was not captured. A wait ends when the hole is filled or when it is given up;
 * `giveUpOverdue` says when. Bytes whose checksum is wrong in a direction that has shown right ones wait
 * too, for a better copy.
 */
import type { Handshake } from './handshakes.ts';
import { HeldRuns, type HeldRun } from './held-runs.ts';
import type { ReassemblyLimits } from './limits.ts';
import { seqDistance, unwrapSeq } from './seq32.ts';
import type { StreamSink } from './stream-sink.ts';

/** Counted over all directions together. */
export interface StreamCounters {
  /** Missing ranges given up, their bytes, and beginnings that were not captured. */
  gaps: number;
  gapBytes: number;
  midstream: number;
  /** Bytes that arrived again, by retransmission or overlap. */
  overlapBytes: number;
  /** Bytes that arrived after their place had been given up. */
  lateBytes: number;
  /** Bytes with a wrong checksum that were used because nothing better came. */
  doubtfulBytes: number;
  /** Bytes with a wrong checksum that were not used. */
  damagedBytes: number;
  /** Right checksums seen on any connection. */
  checksumsRight: number;
}

/** So many wrong checksums and no right one: this sender leaves them to its network card. */
const WRONG_UNTIL_OFFLOADING = 3;

export class TcpDirection {
  readonly #limits: Readonly<ReassemblyLimits>;
  readonly #counters: StreamCounters;
  readonly #held = new HeldRuns();
  #sink: StreamSink | undefined;
  /** Stream offset of the next byte to deliver; undefined until the beginning is known. */
  #next: number | undefined;
  /** Offset of the first byte after the SYN, when one was seen. */
  #start: number | undefined;
  /** Where the last given-up range ended: what arrives below it is late, not repeated. */
  #givenUpBelow = 0;
  #finAt: number | undefined;
  #acknowledged: number | undefined;
  #acknowledgedAtMs = 0;
  #rightChecksums = 0;
  #wrongChecksums = 0;
  #ended = false;

  constructor(limits: Readonly<ReassemblyLimits>, counters: StreamCounters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  set sink(sink: StreamSink) {
    this.#sink = sink;
    // This side closed without a word before the other said the first one.
    if (this.#ended) sink.end();
  }

  get heldBytes(): number {
    return this.#held.heldBytes;
  }

  /** All bytes up to the FIN were delivered. */
  get ended(): boolean {
    return this.#ended;
  }

  get finSeen(): boolean {
    return this.#finAt !== undefined;
  }

  /** Offset the next segment is measured against; undefined before the first one. */
  get position(): number | undefined {
    return this.#next ?? this.#held.first?.offset ?? this.#finAt;
  }

  get start(): number | undefined {
    return this.#start;
  }

  /** Stream offset that `seq` stands for; before the first segment that is `seq` itself. */
  offsetOf(seq: number): number {
    return unwrapSeq(seq, this.position ?? seq);
  }

  /** Distance of `seq` from the expected place; 0 before the first segment. */
  distance(seq: number): number {
    const position = this.position;
    return position === undefined ? 0 : unwrapSeq(seq, position) - position;
  }

  /** A SYN says where the stream begins. */
  begin(seqAfterSyn: number): void {
    if (this.#next !== undefined) return;
    this.#start = this.offsetOf(seqAfterSyn);
    this.#next = this.#start;
    this.#held.dropBelow(this.#next);
    this.#deliverHeld();
  }

  /**
   * The same by a SYN seen before, if it can be that of this stream.
   * @param seq a number of this stream, where one is known
   */
  beginNoted(noted: Handshake | undefined, seq: number | undefined): void {
    if (noted === undefined) return;
    const ahead = seqDistance(noted.seq, seq ?? noted.seq);
    // One before it: a probe that repeats the number of the SYN.
    if (ahead < -1 || ahead > this.#limits.windowBytes) return;
    if (noted.checksumRight) this.#rightChecksums++;
    this.begin(noted.seq);
  }

  /**
   * Whether a checksum verdict lets the bytes count at once. Learns from every segment, so call it
   * once for each.
   */
  trusts(checksum: 'right' | 'offloaded' | 'wrong' | 'unknown'): boolean {
    if (checksum === 'right') {
      this.#rightChecksums++;
      this.#counters.checksumsRight++;
    } else if (checksum === 'wrong') {
      this.#wrongChecksums++;
      if (!this.#offloads) return false;
      if (this.#wrongChecksums === WRONG_UNTIL_OFFLOADING) this.#deliverHeld();
    }
    return true;
  }

  get #offloads(): boolean {
    return this.#rightChecksums === 0 && this.#wrongChecksums >= WRONG_UNTIL_OFFLOADING;
  }

  segment(
    seq: number,
    data: Uint8Array,
    start: number,
    end: number,
    trusted: boolean,
    nowMs: number,
  ): void {
    const next = this.#next;
    const offset = this.offsetOf(seq);
    if (next === undefined) {
      this.#hold(offset, data, start, end, trusted, nowMs);
      return;
    }
    const endOffset = offset + (end - start);
    if (endOffset <= next) {
      this.#countRepeated(offset, endOffset);
      return;
    }
    let from = start;
    if (offset < next) {
      from += next - offset;
      this.#countRepeated(offset, next);
    }
    if (offset <= next && trusted && this.#held.count === 0) {
      this.#deliver(data, from, end);
      this.#endIfComplete();
      return;
    }
    this.#hold(Math.max(offset, next), data, from, end, trusted, nowMs);
    this.#deliverHeld();
  }

  /** The sender said that nothing follows the byte before `seq`. */
  fin(seq: number): void {
    if (this.#finAt !== undefined) return;
    // Not where to go on: it may overtake data of a stream that began before the capture.
    this.#finAt = this.offsetOf(seq);
    this.#endIfComplete();
  }

  /** The other side has everything below `ack`. */
  acknowledge(ack: number, nowMs: number): void {
    const position = this.position;
    if (position === undefined) return;
    const offset = unwrapSeq(ack, position);
    if (Math.abs(offset - position) > this.#limits.windowBytes) return;
    if (this.#acknowledged !== undefined && offset <= this.#acknowledged) return;
    const first = this.#held.first;
    // A wait that has begun is not begun anew by later acknowledgements.
    const waits = first !== undefined && this.#isMissingAcknowledged(first);
    this.#acknowledged = offset;
    if (!waits) this.#acknowledgedAtMs = nowMs;
  }

  /** Gives up what has been waited for long enough. */
  giveUpOverdue(nowMs: number): void {
    for (let first = this.#held.first; first !== undefined; first = this.#held.first) {
      const acknowledged = this.#isMissingAcknowledged(first);
      const sinceMs = acknowledged
        ? Math.max(first.arrivedMs, this.#acknowledgedAtMs)
        : first.arrivedMs;
      const waitMs = acknowledged ? this.#limits.acknowledgedGapWaitMs : this.#limits.gapWaitMs;
      if (nowMs - sinceMs < waitMs) return;
      this.#giveUpFirst();
    }
  }

  /** Delivers all that is held, with its gaps, and ends the stream. */
  finish(): void {
    while (this.#held.count > 0) this.#giveUpFirst();
    if (this.#ended) return;
    this.#ended = true;
    this.#sink?.end();
  }

  /** Everything before the first held byte; where that byte itself is what waits, it too. */
  #isMissingAcknowledged(first: HeldRun): boolean {
    return this.#isAcknowledged(first.offset === this.#next ? first.offset + 1 : first.offset);
  }

  #isAcknowledged(offset: number): boolean {
    return this.#acknowledged !== undefined && this.#acknowledged >= offset;
  }

  #hold(
    offset: number,
    data: Uint8Array,
    start: number,
    end: number,
    trusted: boolean,
    nowMs: number,
  ): void {
    this.#counters.overlapBytes += this.#held.insert(offset, data, start, end, !trusted, nowMs);
    while (
      this.#held.heldBytes > this.#limits.heldBytesPerDirection ||
      this.#held.count > this.#limits.heldRunsPerDirection
    ) {
      this.#giveUpFirst();
    }
  }

  /** Goes on behind the first thing that is in the way, whatever it is. */
  #giveUpFirst(): void {
    const first = this.#held.first;
    if (first === undefined) return;
    if (first.doubtful && !this.#offloads && !this.#acceptsDoubtful(first.offset)) {
      this.#held.shift();
      this.#counters.damagedBytes += first.bytes.length;
      return;
    }
    if (this.#next === undefined) {
      this.#counters.midstream++;
      this.#sink?.gap(undefined);
    } else if (first.offset > this.#next) {
      this.#counters.gaps++;
      this.#counters.gapBytes += first.offset - this.#next;
      this.#sink?.gap(first.offset - this.#next);
    }
    this.#next = first.offset;
    this.#givenUpBelow = first.offset;
    this.#held.shift();
    if (first.doubtful) this.#counters.doubtfulBytes += first.bytes.length;
    this.#deliver(first.bytes, 0, first.bytes.length);
    this.#deliverHeld();
  }

  /**
   * Bytes with a wrong checksum of which no better copy came in all the time: used where the sender
   * has shown right checksums (these bytes are of its stream, at their place), where this capture has
   * none at all, or where the receiver took them. Not used: what may be a stream only because its
   * port numbers are damaged.
   */
  #acceptsDoubtful(offset: number): boolean {
    return (
      this.#rightChecksums > 0 ||
      this.#counters.checksumsRight === 0 ||
      this.#isAcknowledged(offset + 1)
    );
  }

  #deliverHeld(): void {
    for (let first = this.#held.first; first !== undefined; first = this.#held.first) {
      if (first.offset !== this.#next || (first.doubtful && !this.#offloads)) break;
      this.#held.shift();
      this.#deliver(first.bytes, 0, first.bytes.length);
    }
    this.#endIfComplete();
  }

  #deliver(data: Uint8Array, start: number, end: number): void {
    if (this.#ended || this.#next === undefined) return;
    this.#next += end - start;
    this.#sink?.bytes(data, start, end);
  }

  #endIfComplete(): void {
    if (this.#ended || this.#finAt === undefined || this.#next === undefined) return;
    if (this.#next < this.#finAt) return;
    this.#ended = true;
    this.#held.clear();
    this.#sink?.end();
  }

  #countRepeated(offset: number, endOffset: number): void {
    const late = Math.max(0, Math.min(endOffset, this.#givenUpBelow) - offset);
    this.#counters.lateBytes += late;
    this.#counters.overlapBytes += endOffset - offset - late;
  }
}
