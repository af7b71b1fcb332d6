/** Unpacks gzip (RFC 1952, any number of members) as it comes and hands the bytes on. */
import { createGunzip, type Gunzip } from 'node:zlib';
import type { FormatReader } from './format-reader.ts';
import type { PacketSink } from './packet-source.ts';

/**
 * Unpacked bytes handed on at once; with zlib's window the only memory this stage takes. Where the
 * input is damaged, or not gzip any more, the piece before that is lost.
 */
const PIECE_BYTES = 65536;

export interface GzipProblem {
  reason: 'cut-short' | 'damaged';
  detail: string;
}

export class GzipStage {
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  readonly #target: FormatReader;
  readonly #sink: PacketSink;
  readonly #closed: Promise<void>;
  #done = false;
  /** Unpacked bytes so far. */
  unpackedBytes = 0;
  problem: GzipProblem | undefined;

  constructor(target: FormatReader, sink: PacketSink) {
    this.#target = target;
    this.#sink = sink;
    this.#gunzip.on('data', (piece: Buffer) => {
      this.#handOn(piece);
    });
    this.#closed = new Promise((resolve) => {
      const finish = (): void => {
        this.#done = true;
        resolve();
      };
      this.#gunzip.on('error', (error: NodeJS.ErrnoException) => {
        const reason = error.code === 'Z_BUF_ERROR' ? 'cut-short' : 'damaged';
        this.problem = { reason, detail: `gzip: ${error.message}` };
        finish();
      });
      this.#gunzip.on('end', finish);
      this.#gunzip.on('close', finish);
    });
  }

  /** Settles when `chunk` has been handed on, so that it may be reused. Never rejects. */
  async push(chunk: Uint8Array): Promise<void> {
    if (this.#done) return;
    const written = new Promise<void>((resolve) => {
      this.#gunzip.write(chunk, () => {
        resolve();
      });
    });
    await Promise.race([written, this.#closed]);
  }

  /** Settles when the last byte has been handed on. Never rejects. */
  async end(): Promise<void> {
    if (!this.#done) this.#gunzip.end();
    await this.#closed;
  }

  stop(): void {
    this.#gunzip.destroy();
  }

  #handOn(piece: Buffer): void {
    this.unpackedBytes += piece.length;
    this.#target.push(piece);
    if (this.#target.finished) {
      this.#gunzip.destroy();
      return;
    }
    const wait = this.#sink.ready();
    if (wait === undefined) return;
    this.#gunzip.pause();
    void wait.then(() => {
      this.#gunzip.resume();
    });
  }
}
