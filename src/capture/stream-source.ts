/** Packets out of a stream that may still be growing, such as standard input fed by tcpdump. */
import type { Readable } from 'node:stream';
import { abortable } from './abortable.ts';
import { CaptureReader } from './capture-reader.ts';
import type { CaptureEnd, PacketSink, PacketSource } from './packet-source.ts';
import { systemWords } from './system-error.ts';

export interface StreamSourceOptions {
  /** Of bytes; destroyed when the source ends. */
  stream: Readable;
  /** What a person would call it: "standard input". */
  name: string;
}

export class StreamSource implements PacketSource {
  readonly name: string;
  readonly #stream: Readable;

  constructor(options: StreamSourceOptions) {
    this.#stream = options.stream;
    this.name = options.name;
  }

  async run(sink: PacketSink, signal: AbortSignal): Promise<CaptureEnd> {
    const reader = new CaptureReader({ subject: this.name, sink });
    const stream = this.#stream;
    const stop = (): void => {
      reader.stop();
      stream.destroy();
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const readError = await this.#read(reader, signal);
    const end = await reader.end(readError);
    signal.removeEventListener('abort', stop);
    return end;
  }

  /** Returns what broke the stream, if something did. */
  async #read(reader: CaptureReader, signal: AbortSignal): Promise<string | undefined> {
    try {
      for await (const chunk of this.#stream as AsyncIterable<Uint8Array>) {
        const wait = reader.push(chunk);
        if (wait !== undefined) await abortable(wait, signal);
        if (reader.finished) break;
      }
      return undefined;
    } catch (error) {
      return systemWords(error);
    }
  }
}
