/**
 * Lines out of bytes that come in any pieces. A line ends at LF; one CR before it is not part of it.
 *
 *     lines.feed(data, start, end);
 *     while (lines.next()) use(lines.data, lines.start, lines.end);
 *
 * A line that lies whole in the given bytes is not copied. One that does not waits in a buffer of
 * its own, which grows to `maxLineBytes` and no further: the rest of a longer line is skipped and
 * the line comes out marked `overlong`, holding its beginning.
 */

const EMPTY = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;
const FIRST_CARRY_BYTES = 256;

export class LineReader {
  /** The line that `next` or `finish` gave: `data[start..end)`, valid until the next call. */
  data: Buffer = EMPTY;
  start = 0;
  end = 0;
  overlong = false;
  readonly #maxLineBytes: number;
  #input: Buffer = EMPTY;
  /** Offset in `#input` of what was not read yet. */
  #at = 0;
  #carry: Buffer = EMPTY;
  #carryBytes = 0;
  #skipping = false;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Memory in use. */
  get heldBytes(): number {
    return this.#carry.length;
  }

  /** A line has begun and not ended. */
  get partial(): boolean {
    return this.#carryBytes > 0 || this.#skipping;
  }

  /** How many of the bytes fed last were not read yet. */
  get unreadBytes(): number {
    return this.#input.length - this.#at;
  }

  /** Gives it bytes to read; what was fed before and not read is forgotten. */
  feed(data: Uint8Array, start: number, end: number): void {
    // A view that ends where the bytes end: the search for LF below then ends there, too.
    this.#input = Buffer.from(data.buffer, data.byteOffset + start, end - start);
    this.#at = 0;
  }

  /** Reads the next line. False: it does not end in the bytes fed, all of which are read now. */
  next(): boolean {
    const at = this.#at;
    const lineEnd = this.#input.indexOf(LF, at);
    if (lineEnd < 0) {
      this.#keep(at, this.#input.length);
      this.#at = this.#input.length;
      return false;
    }
    this.#at = lineEnd + 1;
    this.overlong = this.#skipping || this.#carryBytes + (lineEnd - at) > this.#maxLineBytes;
    if (this.partial) {
      this.#keep(at, lineEnd);
      this.#use(this.#carry, 0, this.#carryBytes);
      this.drop();
    } else {
      this.#use(this.#input, at, Math.min(lineEnd, at + this.#maxLineBytes));
    }
    return true;
  }

  /** Takes an unfinished line as it stands, at the end of what contains it. False: there is none. */
  finish(): boolean {
    if (!this.partial) return false;
    this.overlong = this.#skipping;
    this.#use(this.#carry, 0, this.#carryBytes);
    this.drop();
    return true;
  }

  /** Forgets an unfinished line. */
  drop(): void {
    this.#carryBytes = 0;
    this.#skipping = false;
  }

  #use(data: Buffer, start: number, end: number): void {
    this.data = data;
    this.start = start;
    this.end = end > start && data[end - 1] === CR ? end - 1 : end;
  }

  #keep(from: number, to: number): void {
    if (this.#skipping || from === to) return;
    const wanted = this.#carryBytes + (to - from);
    const bytes = Math.min(wanted, this.#maxLineBytes);
    if (bytes > this.#carry.length) {
      let size = Math.max(FIRST_CARRY_BYTES, this.#carry.length * 2);
      while (size < bytes) size *= 2;
      const grown = Buffer.allocUnsafeSlow(Math.min(size, this.#maxLineBytes));
      grown.set(this.#carry.subarray(0, this.#carryBytes));
      this.#carry = grown;
    }
    this.#input.copy(this.#carry, this.#carryBytes, from, from + (bytes - this.#carryBytes));
    this.#carryBytes = bytes;
    this.#skipping = wanted > this.#maxLineBytes;
  }
}
