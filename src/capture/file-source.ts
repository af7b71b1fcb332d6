/** Packets out of a capture file: pcap or pcapng, plain or gzip-compressed. */
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { abortable } from './abortable.ts';
import { CaptureReader } from './capture-reader.ts';
import type { CaptureEnd, CaptureFaultReason, PacketSink, PacketSource } from './packet-source.ts';
import { systemCode, systemWords } from './system-error.ts';

/** Two buffers of this size: one is read while the packets of the other are delivered. */
const READ_BYTES = 262144;

export interface FileSourceOptions {
  path: string;
}

type Read = { ok: true; bytes: Uint8Array } | { ok: false; error: unknown };

export class FileSource implements PacketSource {
  readonly name: string;
  /** Bytes of the file so far, compressed ones as they are. */
  readBytes = 0;
  readonly #path: string;

  constructor(options: FileSourceOptions) {
    this.#path = options.path;
    this.name = basename(options.path);
  }

  async run(sink: PacketSink, signal: AbortSignal): Promise<CaptureEnd> {
    const opening = open(this.#path, 'r');
    let file: FileHandle | undefined;
    try {
      file = await abortable(opening, signal);
    } catch (error) {
      const missing = systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR';
      return this.#fault(missing ? 'file-missing' : 'file-unreadable', error);
    }
    if (file === undefined) {
      // A named pipe opens only when somebody writes to it; by then nobody may be left to read.
      opening.then((late) => late.close()).catch(() => undefined);
      return { ok: true, warnings: [] };
    }
    const reader = new CaptureReader({ subject: this.#path, sink });
    const stop = (): void => {
      reader.stop();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await this.#read(file, reader, signal);
    } finally {
      signal.removeEventListener('abort', stop);
      // A read of a pipe that nobody writes to may still be under way: it is not waited for.
      file.close().catch(() => undefined);
    }
  }

  async #read(file: FileHandle, reader: CaptureReader, signal: AbortSignal): Promise<CaptureEnd> {
    let buffer = new Uint8Array(READ_BYTES);
    let other = new Uint8Array(READ_BYTES);
    let first = true;
    let next = readInto(file, buffer);
    while (!reader.finished) {
      const read = await abortable(next, signal);
      if (read === undefined) break;
      if (!read.ok) {
        if (first) return this.#fault('file-unreadable', read.error);
        return reader.end(systemWords(read.error));
      }
      if (read.bytes.length === 0) break;
      first = false;
      this.readBytes += read.bytes.length;
      [buffer, other] = [other, buffer];
      next = readInto(file, buffer);
      const wait = reader.push(read.bytes);
      if (wait !== undefined) await abortable(wait, signal);
    }
    return reader.end();
  }

  #fault(reason: CaptureFaultReason, error: unknown): CaptureEnd {
    const detail = systemWords(error);
    return { ok: false, fault: { layer: 'capture', reason, subject: this.#path, detail } };
  }
}

async function readInto(file: FileHandle, buffer: Uint8Array): Promise<Read> {
  try {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    return { ok: true, bytes: buffer.subarray(0, bytesRead) };
  } catch (error) {
    return { ok: false, error };
  }
}
