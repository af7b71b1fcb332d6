/**
 * Joins what straddles pieces. A parser is shown each piece in place; only what it leaves over at
 * the end of a piece is copied, and shown again once as much has come as it said it needs.
 */

/** A claim of more captured bytes than this is damage: libpcap itself writes at most as much. */
export const MAX_CAPTURED_BYTES = 262144;

const FIRST_SIZE_BYTES = 2048;

/**
 * Consumes bytes of `data` from `at` up to `limit` and returns where it stopped. Stopping before
 * `limit` means that it has set `carry.needBytes`: so many bytes, counted from there, before it can
 * go on. It must ask for no more than its next step takes, so that it then consumes all or nothing.
 */
export type Take = (data: Uint8Array, at: number, limit: number) => number;

export class Carry {
  /** Set by `take`; bounded by what the parser asks for, see there. */
  needBytes = 0;
  /** Bytes held back now. */
  length = 0;
  /** Grows by doubling up to the largest `needBytes`, and stays. */
  #data = new Uint8Array(0);

  feed(piece: Uint8Array, take: Take): void {
    const chunk = plainBytes(piece);
    let at = 0;
    while (this.length > 0) {
      const wanted = Math.min(this.needBytes - this.length, chunk.length - at);
      this.#append(chunk, at, at + wanted);
      at += wanted;
      if (this.length < this.needBytes) return;
      if (take(this.#data, 0, this.length) > 0) this.length = 0;
    }
    at = take(chunk, at, chunk.length);
    this.#append(chunk, at, chunk.length);
  }

  #append(chunk: Uint8Array, from: number, to: number): void {
    const length = this.length + to - from;
    if (length > this.#data.length) {
      const size = Math.max(FIRST_SIZE_BYTES, 2 * this.#data.length, this.needBytes, length);
      const grown = new Uint8Array(size);
      grown.set(this.#data.subarray(0, this.length));
      this.#data = grown;
    }
    if (to > from)
      this.#data.set(
        from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to),
        this.length,
      );
    this.length = length;
  }
}

/**
 * The same bytes as an object of `Uint8Array` itself: code further on that reads single bytes runs
 * markedly slower where it meets both that and `Buffer`.
 */
function plainBytes(bytes: Uint8Array): Uint8Array {
  if (!Buffer.isBuffer(bytes)) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
