/**
 * One direction of a connection on its way to the parser of messages: a copy of its bytes is
 * scrubbed, in place, as the parser tells what they are.
 *
 * The bytes are handed to the parser line by line (it makes the same of every division). In each such
 * piece the parser first takes what is left of a body; the rest of the piece is a line outside of
 * bodies, or the beginning of one. What was scrubbed is passed on in order; a line that has not ended
 * yet waits, and when it never ends it is masked. Nothing leaves that was not looked at.
 */
import type { BodySink } from '../http/message.ts';
import { MAX_LINE_BYTES } from '../http/message.ts';
import type { StreamSink } from '../reassembly/stream-sink.ts';
import { OutsideLines, type LineMode, type OutsideScrubbers } from './outside-lines.ts';

/** What a body is: one to the collector, its answer, or none of ours. */
export type BodyKind = 'request' | 'answer' | 'left';

export interface StreamTaker {
  /** Bytes from stream offset `from` to `to` are about to be read. */
  delivered(from: number, to: number): void;
  /** Scrubbed bytes: `data[start..end)` stands at `offset` of the stream. In order. */
  text(offset: number, data: Uint8Array, start: number, end: number): void;
}

export interface StreamScrubberOptions {
  /** Where bytes that were not scrubbed go on to. */
  parser: StreamSink;
  /** Stream offset behind the bytes being delivered. */
  position: () => number;
  /** Called before the parser is, so that what it tells arrives here. */
  enter: (scrubber: StreamScrubber) => void;
  scrubbers: OutsideScrubbers;
  take: StreamTaker;
}

const LF = 0x0a;
const CR = 0x0d;
const FIRST_BUFFER_BYTES = 2048;
/** A line of a body that is spread over more bytes than this (chunks of a byte each) is masked. */
const MAX_BUFFER_BYTES = 256 * 1024;
const NONE = -1;

export class StreamScrubber implements StreamSink {
  readonly #options: StreamScrubberOptions;
  readonly #outside: OutsideLines;
  /** Copies of the bytes from stream offset `#bufferOffset` on. */
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #length = 0;
  #bufferOffset = 0;
  /** The piece that the parser has in hand: where it begins, and how much of it was body. */
  #pieceFrom = 0;
  #pieceBodyBytes = 0;
  /** The outside line that has begun: where, or NONE when what there is of it was masked. */
  #lineFrom = NONE;
  #lineOpen = false;
  #lineBegan: LineMode = 'start';
  #bodyKind: BodyKind = 'left';
  /** The line of a body that has begun, as pairs of places: chunks may cut it. */
  #bodyPieces: number[] = [];
  #bodyLineBytes = 0;
  /** The rest of the body's line is masked: its beginning is missing, or it is too long. */
  #bodySkipping = false;
  /** What the parser tells of a body, while it has a piece in hand. */
  readonly #body: BodySink;

  constructor(options: StreamScrubberOptions) {
    this.#options = options;
    this.#outside = new OutsideLines(options.scrubbers);
    const unfinishedBytes = () => this.#bodyLineBytes;
    this.#body = {
      bytes: (_data, start, end) => {
        this.#takeBody(end - start);
      },
      gap: () => {
        this.#endBodyLine(false);
        this.#bodySkipping = true;
      },
      end: (reached) => {
        this.#endBodyLine(reached);
        this.#bodySkipping = false;
      },
      get heldBytes() {
        return unfinishedBytes();
      },
    };
  }

  bytes(data: Uint8Array, start: number, end: number): void {
    const endOffset = this.#options.position();
    const offset = endOffset - (end - start);
    this.#options.take.delivered(offset, endOffset);
    if (this.#length === 0) this.#bufferOffset = offset;
    for (let at = start; at < end;) {
      let stop = at;
      while (stop < end && data[stop] !== LF) stop++;
      const ended = stop < end;
      if (ended) stop++;
      this.#piece(data, at, stop, ended);
      at = stop;
    }
    this.#release();
  }

  gap(gapBytes: number | undefined): void {
    this.#dropLine();
    this.#options.enter(this);
    this.#options.parser.gap(gapBytes);
    if (this.#outside.mode === 'lost') this.#outside.beginningMissing = true;
    this.#release();
  }

  end(): void {
    this.#dropLine();
    this.#options.enter(this);
    this.#options.parser.end();
    this.#endBodyLine(false);
    this.#release();
  }

  /** The parser has read a head. */
  head(kind: BodyKind): BodySink {
    this.#bodyKind = kind;
    this.#outside.mode = 'framing';
    return this.#body;
  }

  /** The parser has come to the end of a message. */
  messageEnd(): void {
    this.#outside.mode = 'start';
    // What follows the last byte of a body in the same piece is the next message.
    if (this.#pieceBodyBytes > 0) this.#lineBegan = 'start';
  }

  /** The parser no longer knows where messages begin and end. */
  framingLost(): void {
    this.#outside.mode = 'lost';
    this.#outside.beginningMissing = false;
  }

  /** A line, its end included, or the part of one that has come. */
  #piece(data: Uint8Array, at: number, stop: number, ended: boolean): void {
    this.#pieceFrom = this.#append(data, at, stop);
    this.#pieceBodyBytes = 0;
    if (!this.#lineOpen) this.#lineBegan = this.#outside.mode;
    this.#options.enter(this);
    this.#options.parser.bytes(data, at, stop);
    const from = this.#pieceFrom + this.#pieceBodyBytes;
    if (from < this.#length) this.#outsideBytes(from, ended);
    if (this.#length > MAX_BUFFER_BYTES) this.#giveUpLines();
  }

  #outsideBytes(from: number, ended: boolean): void {
    const { mask } = this.#options.scrubbers;
    if (!this.#lineOpen) this.#lineFrom = from;
    this.#lineOpen = !ended;
    const start = this.#lineFrom;
    const end = ended ? this.#length - 1 : this.#length;
    if (start === NONE) {
      mask.text(this.#buffer, from, end);
    } else if (end - start > MAX_LINE_BYTES) {
      this.#outside.overlong(this.#lineBegan, this.#buffer, start, end);
      this.#lineFrom = NONE;
    } else if (ended) {
      this.#outside.line(this.#lineBegan, this.#buffer, start, this.#withoutCr(start, end));
    }
  }

  /** Masks the outside line that has begun and will not go on. */
  #dropLine(): void {
    if (!this.#lineOpen) return;
    if (this.#lineFrom !== NONE) {
      this.#options.scrubbers.mask.text(this.#buffer, this.#lineFrom, this.#length);
    }
    this.#lineOpen = false;
    this.#lineFrom = NONE;
  }

  #takeBody(bytes: number): void {
    const from = this.#pieceFrom;
    const to = from + bytes;
    this.#pieceBodyBytes = bytes;
    const ended = this.#buffer[to - 1] === LF;
    if (this.#bodySkipping || this.#bodyKind === 'left') {
      this.#options.scrubbers.mask.text(this.#buffer, from, to);
      if (ended) this.#bodySkipping = false;
      return;
    }
    this.#bodyPieces.push(from, to);
    this.#bodyLineBytes += bytes;
    if (this.#bodyLineBytes - (ended ? 1 : 0) > MAX_LINE_BYTES) {
      this.#endBodyLine(false);
      this.#bodySkipping = !ended;
    } else if (ended) {
      this.#endBodyLine(true);
    }
  }

  /** Scrubs the line of the body that has begun; masks it when it is not whole. */
  #endBodyLine(whole: boolean): void {
    const pieces = this.#bodyPieces;
    const [start, end] = pieces;
    if (start === undefined || end === undefined) return;
    if (whole && pieces.length === 2) {
      this.#bodyLine(this.#buffer, start, this.#withoutLineEnd(this.#buffer, start, end));
    } else {
      const line = this.#gather(pieces);
      if (whole) this.#bodyLine(line, 0, this.#withoutLineEnd(line, 0, line.length));
      else this.#options.scrubbers.mask.text(line, 0, line.length);
      this.#scatter(line, pieces);
    }
    this.#bodyPieces = [];
    this.#bodyLineBytes = 0;
  }

  #bodyLine(data: Uint8Array, start: number, end: number): void {
    const { lines } = this.#options.scrubbers;
    if (start === end) return;
    if (this.#bodyKind === 'request') lines.bodyLine(data, start, end);
    else lines.answerLine(data, start, end);
  }

  #gather(pieces: readonly number[]): Uint8Array {
    const line = new Uint8Array(this.#bodyLineBytes);
    let to = 0;
    for (let i = 0; i < pieces.length; i += 2) {
      const piece = this.#buffer.subarray(pieces[i], pieces[i + 1]);
      line.set(piece, to);
      to += piece.length;
    }
    return line;
  }

  #scatter(line: Uint8Array, pieces: readonly number[]): void {
    let from = 0;
    for (let i = 0; i < pieces.length; i += 2) {
      const at = pieces[i] ?? 0;
      const bytes = (pieces[i + 1] ?? 0) - at;
      this.#buffer.set(line.subarray(from, from + bytes), at);
      from += bytes;
    }
  }

  #withoutLineEnd(data: Uint8Array, start: number, end: number): number {
    const to = end > start && data[end - 1] === LF ? end - 1 : end;
    return to > start && data[to - 1] === CR ? to - 1 : to;
  }

  #withoutCr(start: number, end: number): number {
    return end > start && this.#buffer[end - 1] === CR ? end - 1 : end;
  }

  /** Returns where the bytes begin in the buffer. */
  #append(data: Uint8Array, start: number, end: number): number {
    const from = this.#length;
    const needBytes = from + (end - start);
    if (needBytes > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needBytes, 2 * this.#buffer.length));
      grown.set(this.#buffer.subarray(0, from));
      this.#buffer = grown;
    }
    this.#buffer.set(data.subarray(start, end), from);
    this.#length = needBytes;
    return from;
  }

  /** Too much waits for the end of a line. */
  #giveUpLines(): void {
    if (this.#bodyPieces.length > 0) {
      this.#endBodyLine(false);
      this.#bodySkipping = true;
    }
    this.#release();
  }

  /** Passes on what is scrubbed and moves the rest to the beginning of the buffer. */
  #release(): void {
    let until = this.#length;
    if (this.#lineOpen && this.#lineFrom !== NONE) until = this.#lineFrom;
    until = Math.min(until, this.#bodyPieces[0] ?? until);
    if (until === 0) return;
    this.#options.take.text(this.#bufferOffset, this.#buffer, 0, until);
    this.#buffer.copyWithin(0, until, this.#length);
    this.#length -= until;
    this.#bufferOffset += until;
    if (this.#lineFrom !== NONE) this.#lineFrom -= until;
    this.#bodyPieces = this.#bodyPieces.map((place) => place - until);
  }
}
