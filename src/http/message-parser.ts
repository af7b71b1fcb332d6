/**
 * Frames the HTTP/1 messages of one direction (RFC 9112): Content-Length and chunked bodies, messages
 * one behind the other, heads and bodies in any pieces. Whether the direction carries requests or
 * responses is seen from its start lines.
 *
 * Where framing is unknown (`lost`: the beginning was not captured, a gap swallowed a head, or the
 * bytes are not HTTP) it goes on line by line. A start line finds the framing again; every other line
 * is passed on as a stray one, but only when it is certain that it is whole:
 * - the line end before it was captured, and its own;
 * - it was not cut by the end of a chunk. The bytes of a chunk are followed by a line end that is none
 *   of theirs, so a line with a bare chunk size behind it may be only the beginning of one. Each line
 *   is therefore held until the next is seen. Where that cannot be (a gap follows, or what came before
 *   was not captured), the line is passed on with a doubt.
 */
import { equalsIgnoringCase, isDigit, latin1, parseDecimal, parseHex } from '../base/ascii.ts';
import { LineReader } from '../base/line-reader.ts';
import type { StreamSink } from '../reassembly/stream-sink.ts';
import {
  MAX_LINE_BYTES,
  type BodySink,
  type Doubt,
  type Habits,
  type HttpCounters,
} from './message.ts';
import { findStartLine, parseStartLine, type StartLine } from './start-line.ts';

export interface MessageSink {
  /** Whether a message with this start line has no body whatever its head says (RFC 9112, 6.3).
   * Asked before `head` is told of it. */
  bodiless(startLine: StartLine): boolean;
  /** The head of a message was read. `undefined`: nobody takes its body. */
  head(startLine: StartLine): BodySink | undefined;
  /** The message with that start line is over. */
  end(startLine: StartLine): void;
  strayLine(data: Uint8Array, start: number, end: number, doubt: Doubt): void;
  /** Framing was lost: what was expected of this direction no longer holds. */
  lost(): void;
}

type State =
  'start-line' | 'header' | 'body' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailer' | 'lost';

const COLON = 0x3a;
const SPACE = 0x20;
const TAB = 0x09;
const SEMICOLON = 0x3b;
/** 2^53 has sixteen digits. */
const MAX_LENGTH_DIGITS = 15;
const MAX_CHUNK_SIZE_DIGITS = 8;

export class MessageParser implements StreamSink {
  readonly #sink: MessageSink;
  readonly #counters: HttpCounters;
  readonly #habits: Habits;
  readonly #lines = new LineReader(MAX_LINE_BYTES);
  #state: State = 'start-line';
  #startLine: StartLine | undefined;
  #contentLength: number | undefined;
  #chunked = false;
  #lengthInvalid = false;
  /** Of the body or the chunk. */
  #remainingBytes = 0;
  #body: BodySink | undefined;
  /** False once bytes of the present body were missed. */
  #wholeBody = true;
  /** While lost: the line being read began behind a captured line end. */
  #lineStartKnown = false;
  /** While lost: the line before this one may have been the size of a chunk that cut it in two. */
  #lineStartDoubtful = false;
  /** While lost: a whole line waiting for the next one, whether its beginning is doubtful, and whether
   * an empty line came after it. */
  #heldLine: Uint8Array | undefined;
  #heldStartDoubtful = false;
  /** While lost: a bare chunk size was seen. */
  #chunkSizeSeen = false;
  #blankSince = false;

  constructor(sink: MessageSink, counters: HttpCounters, habits: Habits) {
    this.#sink = sink;
    this.#counters = counters;
    this.#habits = habits;
  }

  get heldBytes(): number {
    return this.#lines.heldBytes + (this.#heldLine?.length ?? 0) + (this.#body?.heldBytes ?? 0);
  }

  bytes(data: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (this.#state === 'body' || this.#state === 'chunk-data') {
        const bytes = Math.min(this.#remainingBytes, end - at);
        this.#body?.bytes(data, at, at + bytes);
        at += bytes;
        this.#consume(bytes);
      } else {
        this.#lines.feed(data, at, end);
        this.#readLines();
        at = end - this.#lines.unreadBytes;
      }
    }
  }

  gap(gapBytes: number | undefined): void {
    const framed = this.#state === 'body' || this.#state === 'chunk-data';
    if (framed && gapBytes !== undefined && gapBytes <= this.#remainingBytes) {
      this.#body?.gap();
      this.#wholeBody = false;
      this.#consume(gapBytes);
      return;
    }
    this.#lose(false);
  }

  end(): void {
    this.#endBody(false);
    if (this.#state === 'lost') this.#releaseHeldLine(true);
    this.#lines.drop();
  }

  /** Reads lines until a body begins or the bytes are used up. */
  #readLines(): void {
    while (this.#state !== 'body' && this.#state !== 'chunk-data' && this.#lines.next()) {
      this.#line(this.#state);
    }
  }

  #consume(bytes: number): void {
    this.#remainingBytes -= bytes;
    if (this.#remainingBytes > 0) return;
    if (this.#state === 'body') this.#endMessage();
    else this.#state = 'chunk-end';
  }

  #line(state: Exclude<State, 'body' | 'chunk-data'>): void {
    if (this.#lines.overlong) this.#counters.linesOverlong++;
    switch (state) {
      case 'start-line':
        this.#readStartLine();
        break;
      case 'header':
        if (this.#lines.end === this.#lines.start) this.#endHead();
        else if (!this.#lines.overlong) this.#readHeader();
        break;
      case 'chunk-size':
        this.#readChunkSize();
        break;
      case 'chunk-end':
        // The line end behind a chunk's bytes; anything else means that the size was wrong.
        if (this.#lines.end === this.#lines.start) this.#state = 'chunk-size';
        else this.#lose(true);
        break;
      case 'trailer':
        if (this.#lines.end === this.#lines.start) this.#endMessage();
        break;
      case 'lost':
        this.#readLostLine();
        break;
    }
  }

  #readStartLine(): void {
    const { data, start, end, overlong } = this.#lines;
    // RFC 9112 section 2.2: empty lines before a request are ignored.
    if (start === end) return;
    const startLine = overlong ? undefined : parseStartLine(data, start, end);
    if (startLine === undefined) {
      this.#lose(true);
      this.#readLostLine();
    } else {
      this.#beginMessage(startLine);
    }
  }

  #beginMessage(startLine: StartLine): void {
    this.#startLine = startLine;
    this.#contentLength = undefined;
    this.#chunked = false;
    this.#lengthInvalid = false;
    this.#wholeBody = true;
    this.#state = 'header';
  }

  #readHeader(): void {
    const { data, start, end } = this.#lines;
    let colon = start;
    while (colon < end && data[colon] !== COLON) colon++;
    let from = colon + 1;
    let to = end;
    while (from < to && isBlank(data[from])) from++;
    while (to > from && isBlank(data[to - 1])) to--;
    if (equalsIgnoringCase(data, start, colon, 'content-length')) {
      const length = parseDecimal(data, from, to, MAX_LENGTH_DIGITS);
      const contradicts = this.#contentLength !== undefined && this.#contentLength !== length;
      if (length === undefined || contradicts) this.#lengthInvalid = true;
      else this.#contentLength = length;
    } else if (equalsIgnoringCase(data, start, colon, 'transfer-encoding')) {
      // RFC 9112 section 6.1: chunked, where it is used, comes last.
      this.#chunked = /(^|[\s,])chunked$/i.test(latin1(data, from, to));
    }
  }

  #endHead(): void {
    const startLine = this.#startLine;
    if (startLine === undefined) return;
    const bodiless = this.#sink.bodiless(startLine);
    this.#body = this.#sink.head(startLine);
    if (bodiless) {
      this.#endMessage();
    } else if (this.#chunked) {
      this.#counters.bodiesChunked++;
      this.#habits.framing = 'chunked';
      this.#state = 'chunk-size';
    } else if (this.#lengthInvalid) {
      this.#lose(true);
    } else if (this.#contentLength !== undefined) {
      if (this.#habits.framing === 'unknown') this.#habits.framing = 'length';
      this.#state = 'body';
      this.#remainingBytes = this.#contentLength;
      if (this.#contentLength === 0) this.#endMessage();
    } else if (startLine.kind === 'response') {
      // Its end is that of the connection: nothing is framed any more.
      this.#lose(true);
    } else {
      this.#endMessage();
    }
  }

  #readChunkSize(): void {
    const bytes = parseChunkSize(this.#lines.data, this.#lines.start, this.#lines.end);
    if (bytes === undefined) {
      this.#lose(true);
    } else if (bytes === 0) {
      this.#state = 'trailer';
    } else {
      this.#state = 'chunk-data';
      this.#remainingBytes = bytes;
    }
  }

  #endMessage(): void {
    this.#endBody(true);
    this.#state = 'start-line';
    if (this.#startLine !== undefined) this.#sink.end(this.#startLine);
    this.#startLine = undefined;
  }

  /** @param reached at the announced end */
  #endBody(reached: boolean): void {
    const body = this.#body;
    if (body === undefined) return;
    this.#body = undefined;
    if (reached && this.#wholeBody) this.#counters.bodiesWhole++;
    else this.#counters.bodiesCut++;
    body.end(reached);
  }

  #lose(lineStartKnown: boolean): void {
    if (this.#state === 'lost') {
      this.#releaseHeldLine(true);
    } else {
      this.#counters.framingLost++;
      this.#endBody(false);
      this.#startLine = undefined;
      this.#chunkSizeSeen = false;
      this.#sink.lost();
      this.#state = 'lost';
    }
    this.#lines.drop();
    this.#lineStartKnown = lineStartKnown;
    this.#lineStartDoubtful = false;
  }

  #readLostLine(): void {
    const { data, start, end, overlong } = this.#lines;
    const startLine = findStartLine(data, start, end);
    if (startLine !== undefined && !overlong) {
      this.#releaseHeldLine(false);
      this.#beginMessage(startLine);
      return;
    }
    const whole = this.#lineStartKnown && !overlong;
    const startDoubtful = this.#lineStartDoubtful;
    this.#lineStartKnown = true;
    this.#lineStartDoubtful = false;
    const maybeSize = parseChunkSize(data, start, end) !== undefined;
    if (!whole) {
      // The end of some line. If it was that of a chunk size, the next one may go on with another.
      this.#lineStartDoubtful = maybeSize || start === end;
    } else if (start === end) {
      this.#blankSince = true;
    } else if (maybeSize && this.#blankSince) {
      this.#chunkSizeSeen = true;
      this.#releaseHeldLine(false);
    } else if (maybeSize) {
      this.#chunkSizeSeen = true;
      // What came before ended with the chunk, not with the line; what follows goes on with it.
      this.#heldLine = undefined;
      this.#lineStartKnown = false;
    } else {
      this.#releaseHeldLine(false);
      if (!isDigit(data[start])) return;
      this.#heldLine = new Uint8Array(data.subarray(start, end));
      this.#heldStartDoubtful = startDoubtful;
    }
  }

  /** @param nextUnknown the line behind the held one will not be seen */
  #releaseHeldLine(nextUnknown: boolean): void {
    const held = this.#heldLine;
    const endDoubt = nextUnknown && !this.#blankSince ? this.#endDoubt() : 'none';
    this.#heldLine = undefined;
    this.#blankSince = false;
    if (held === undefined) return;
    this.#counters.strayLines++;
    const doubt = endDoubt === 'none' && this.#heldStartDoubtful ? 'start' : endDoubt;
    this.#sink.strayLine(held, 0, held.length, doubt);
  }

  /** Of a line that is followed by nobody knows what. */
  #endDoubt(): Doubt {
    if (this.#chunkSizeSeen || this.#habits.framing === 'chunked') return 'end';
    return this.#habits.framing === 'length' ? 'none' : 'end?';
  }
}

/** RFC 9112 section 7.1: hexadecimal digits, then perhaps extensions. */
function parseChunkSize(data: Uint8Array, start: number, end: number): number | undefined {
  let to = start;
  // Not at a TAB, which RFC 9112 would allow before an extension: then every record would do.
  while (to < end && data[to] !== SEMICOLON && data[to] !== SPACE) to++;
  return parseHex(data, start, to, MAX_CHUNK_SIZE_DIGITS);
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}
