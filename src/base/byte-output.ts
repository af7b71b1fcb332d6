/**
 * Bytes for a stream, gathered into large writes. Whoever fills it asks `ready()` between batches:
 * a promise means that the reader is behind and should be waited for.
 */
import type { Writable } from 'node:stream';

const BUFFER_BYTES = 256 * 1024;
/** A buffer is written out when less than this is left in it; the longest single item is less. */
export const MAX_ITEM_BYTES = 100 * 1024;

const MAX_SPARE = 4;

export class ByteOutput {
  /** Write here, from `length` on, at most `MAX_ITEM_BYTES` between two calls of `commit`. */
  buffer: Uint8Array = new Uint8Array(BUFFER_BYTES);
  /** The same bytes, for writing words. Offsets are those of `buffer`. */
  view = new DataView(this.buffer.buffer);
  length = 0;
  readonly #stream: Writable;
  /** Buffers that the stream has done with; fresh ones cost a page fault for each page. */
  readonly #spare: Uint8Array[] = [];
  #waiting: Promise<void> | undefined;
  #closed = false;
  #fault: string | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#closed = true;
      // EPIPE: the reader went away (`| head`). That is no fault; a full disk is.
      if (!('code' in error && error.code === 'EPIPE')) this.#fault ??= error.message;
    });
  }

  /** Why what was written did not arrive, in the system's words; undefined when it did, or when the
   * reader went away of its own will. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Nobody reads any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** An item was put into the buffer. */
  commit(): void {
    if (this.length > BUFFER_BYTES - MAX_ITEM_BYTES) this.flush();
  }

  text(text: string): void {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += MAX_ITEM_BYTES) {
      const piece = bytes.subarray(at, at + MAX_ITEM_BYTES);
      this.buffer.set(piece, this.length);
      this.length += piece.length;
      this.commit();
    }
  }

  flush(): void {
    if (this.length === 0) return;
    const bytes = this.buffer.subarray(0, this.length);
    this.length = 0;
    if (this.#closed) return;
    const given = this.buffer;
    this.buffer = this.#spare.pop() ?? new Uint8Array(BUFFER_BYTES);
    this.view = new DataView(this.buffer.buffer);
    const done = () => {
      if (this.#spare.length < MAX_SPARE) this.#spare.push(given);
    };
    if (this.#stream.write(bytes, done)) return;
    this.#waiting ??= new Promise((resolve) => {
      const done = () => {
        this.#stream.off('drain', done);
        this.#stream.off('error', done);
        this.#waiting = undefined;
        resolve();
      };
      this.#stream.on('drain', done);
      this.#stream.on('error', done);
    });
  }

  ready(): Promise<void> | undefined {
    return this.#waiting;
  }

  /** Writes what is left and waits until the stream has taken it. */
  async finish(): Promise<void> {
    this.flush();
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#stream.once('error', () => {
        resolve();
      });
      this.#stream.write('', () => {
        resolve();
      });
    });
  }
}
