/**
 * Reads a capture out of pieces of any size: pcap or pcapng, plain or gzip-compressed, told apart
 * by the first bytes.
 */
import { GzipStage } from './gzip-stage.ts';
import type { CaptureEnd, CaptureWarning, PacketSink } from './packet-source.ts';
import { Head, SniffedReader } from './sniffed-reader.ts';

const GZIP_MAGIC_BYTES = 2;

export interface CaptureReaderOptions {
  /** The file or program, for warnings and faults. */
  subject: string;
  sink: PacketSink;
}

export class CaptureReader {
  readonly #subject: string;
  readonly #sink: PacketSink;
  readonly #head = new Head(GZIP_MAGIC_BYTES);
  #reader: SniffedReader | undefined;
  #gzip: GzipStage | undefined;
  #pushedBytes = 0;
  #stopped = false;

  constructor(options: CaptureReaderOptions) {
    this.#subject = options.subject;
    this.#sink = options.sink;
  }

  /** Nothing further is wanted: damage, no capture at all, or stopped. */
  get finished(): boolean {
    return this.#stopped || this.#reader?.finished === true;
  }

  /** Whether the input has turned out to be a capture. */
  get recognized(): boolean {
    return this.#reader?.recognized === true;
  }

  /**
   * Delivers every packet that is complete by now. A promise means: do not reuse `chunk` and do
   * not push before it settles.
   */
  push(chunk: Uint8Array): Promise<void> | undefined {
    if (this.finished) return undefined;
    if (this.#reader === undefined) {
      const first = this.#head.offer(chunk);
      if (first === undefined) return undefined;
      this.#begin(first[0] === 0x1f && first[1] === 0x8b);
      return this.push(first);
    }
    this.#pushedBytes += chunk.length;
    if (this.#gzip !== undefined) return this.#gzip.push(chunk);
    this.#reader.push(chunk);
    return this.#sink.ready();
  }

  /**
   * The input has ended, by `readError` if it could not be read further, or nothing more is
   * wanted. Never rejects.
   */
  async end(readError?: string): Promise<CaptureEnd> {
    const reader = this.#reader ?? this.#beginShort();
    await this.#gzip?.end();
    const problem = this.#stopped ? undefined : this.#gzip?.problem;
    const warnings: CaptureWarning[] = [];
    if (problem === undefined) {
      if (this.#stopped) reader.stop();
      else reader.end();
    } else if (reader.recognized && !reader.finished) {
      // Its own "cut short" would say the same again.
      reader.stop();
      const offsetBytes = this.#gzip?.unpackedBytes ?? 0;
      warnings.push({ layer: 'capture', subject: this.#subject, offsetBytes, ...problem });
    } else if (reader.fault === undefined && !reader.recognized) {
      const reason = 'not-a-capture';
      const fault = { layer: 'capture', reason, subject: this.#subject } as const;
      return { ok: false, fault: { ...fault, detail: problem.detail } };
    }
    if (reader.fault !== undefined && !this.#stopped) return { ok: false, fault: reader.fault };
    if (readError !== undefined && !this.#stopped) {
      const offsetBytes = this.#gzip?.unpackedBytes ?? this.#pushedBytes;
      warnings.push({
        layer: 'capture',
        reason: 'cut-short',
        subject: this.#subject,
        offsetBytes,
        detail: readError,
      });
    }
    return { ok: true, warnings: [...reader.warnings, ...warnings] };
  }

  /** Delivers nothing more, not even what has been pushed; `end` then is an `ok` end. */
  stop(): void {
    this.#stopped = true;
    this.#reader?.stop();
    this.#gzip?.stop();
  }

  /** All of the input is shorter than any magic number. */
  #beginShort(): SniffedReader {
    const reader = this.#begin(false);
    reader.push(this.#head.held);
    return reader;
  }

  #begin(gzip: boolean): SniffedReader {
    const options = { subject: this.#subject, sink: this.#sink };
    const reader = new SniffedReader(gzip ? { ...options, packing: 'gzip' } : options);
    if (gzip) this.#gzip = new GzipStage(reader, this.#sink);
    this.#reader = reader;
    return reader;
  }
}
