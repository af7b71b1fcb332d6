/**
 * Lines out of bytes that come in any pieces. A line ends at LF; one CR before it is not part of it.
 *
 *     while (at < end) {
 *       at = reader.read(data, at, end);
 *       if (!reader.complete) break;
 *       use(reader.data, reader.start, reader.end);
 *     }
 *
 * A line that lies whole in the given bytes is not copied. One that does not waits in a buffer of
 * its own, which grows to `maxLineBytes` and no further: the rest of a longer line is skipped and
 * the line comes out marked `overlong`, holding its beginning.
 */

const EMPTY = new Uint8Array(0);
const LF = 0x0a;
const CR = 0x0d;
const FIRST_CARRY_BYTES = 256;

export class LineReader {
  /** The line, once `complete`: `data[start..end)`, valid until the next call. */
  data: Uint8Array = EMPTY;
  start = 0;
  end = 0;
  complete = false;
  overlong = false;
  readonly #maxLineBytes: number;
  #carry: Uint8Array = EMPTY;
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

  /** Reads up to the next line end. Returns the offset behind what was read. */
  read(data: Uint8Array, at: number, end: number): number {
    let lineEnd = at;
    while (lineEnd < end && data[lineEnd] !== LF) lineEnd++;
    this.complete = lineEnd < end;
    if (!this.complete) {
      this.#keep(data, at, end);
      return end;
    }
    this.overlong = this.#skipping || this.#carryBytes + (lineEnd - at) > this.#maxLineBytes;
    if (this.partial) {
      this.#keep(data, at, lineEnd);
      this.#use(this.#carry, 0, this.#carryBytes);
      this.#carryBytes = 0;
      this.#skipping = false;
    } else {
      this.#use(data, at, lineEnd);
    }
    return lineEnd + 1;
  }

  /** Takes an unfinished line as it stands, at the end of what contains it. */
  finish(): void {
    this.complete = this.partial;
    this.overlong = this.#skipping;
    this.#use(this.#carry, 0, this.#carryBytes);
    this.#carryBytes = 0;
    this.#skipping = false;
  }

  /** Forgets an unfinished line. */
  drop(): void {
    this.#carryBytes = 0;
    this.#skipping = false;
  }

  #use(data: Uint8Array, start: number, end: number): void {
    this.data = data;
    this.start = start;
    this.end = end > start && data[end - 1] === CR ? end - 1 : end;
  }

  #keep(data: Uint8Array, at: number, end: number): void {
    if (this.#skipping) return;
    const wanted = this.#carryBytes + (end - at);
    const bytes = Math.min(wanted, this.#maxLineBytes);
    if (bytes > this.#carry.length) {
      let size = Math.max(FIRST_CARRY_BYTES, this.#carry.length * 2);
      while (size < bytes) size *= 2;
      const grown = new Uint8Array(Math.min(size, this.#maxLineBytes));
      grown.set(this.#carry.subarray(0, this.#carryBytes));
      this.#carry = grown;
    }
    for (let to = this.#carryBytes; to < bytes; to++) {
      this.#carry[to] = data[at + (to - this.#carryBytes)] ?? 0;
    }
    this.#carryBytes = bytes;
    this.#skipping = wanted > this.#maxLineBytes;
  }
}
