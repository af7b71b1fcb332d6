/** Finds out by the first bytes which capture format the input has, and reads it. */
import type { FormatReader, FormatReaderOptions } from './format-reader.ts';
import { describeInput, looksLikeText } from './input-description.ts';
import { uint32 } from './integers.ts';
import type { CaptureFault, CaptureWarning } from './packet-source.ts';
import { PCAP_MAGICS, PcapReader } from './pcap-reader.ts';
import { PCAPNG_MAGIC, PcapngReader } from './pcapng-reader.ts';
import { TextInput } from './text-input.ts';

const MAGIC_BYTES = 4;

/** Holds back the first few bytes of a stream until there are enough to judge it by. */
export class Head {
  readonly #wantedBytes: number;
  /** At most `wantedBytes - 1`. */
  held: Uint8Array = new Uint8Array(0);

  constructor(wantedBytes: number) {
    this.#wantedBytes = wantedBytes;
  }

  /** Everything so far, once that is enough; then the head has done its work. */
  offer(chunk: Uint8Array): Uint8Array | undefined {
    const all = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    if (all.length >= this.#wantedBytes) return all;
    this.held = Uint8Array.from(all);
    return undefined;
  }
}

export interface SniffedReaderOptions extends FormatReaderOptions {
  /** What the input was unpacked from, such as "gzip-compressed"; for the fault's detail. */
  packing?: string;
}

export class SniffedReader implements FormatReader {
  readonly #options: SniffedReaderOptions;
  readonly #head = new Head(MAGIC_BYTES);
  #reader: FormatReader | undefined;
  #fault: CaptureFault | undefined;
  #stopped = false;

  constructor(options: SniffedReaderOptions) {
    this.#options = options;
  }

  get finished(): boolean {
    return this.#stopped || this.#fault !== undefined || this.#reader?.finished === true;
  }

  get fault(): CaptureFault | undefined {
    return this.#fault ?? this.#reader?.fault;
  }

  get warnings(): readonly CaptureWarning[] {
    return this.#reader?.warnings ?? [];
  }

  /** Whether the input has turned out to be a capture. */
  get recognized(): boolean {
    return this.#reader !== undefined;
  }

  push(chunk: Uint8Array): void {
    if (this.#reader !== undefined) {
      this.#reader.push(chunk);
      return;
    }
    if (this.finished) return;
    const first = this.#head.offer(chunk);
    if (first === undefined) return;
    const magic = uint32(first, 0, false);
    if (PCAP_MAGICS.has(magic)) this.#reader = new PcapReader(this.#options);
    else if (magic === PCAPNG_MAGIC) this.#reader = new PcapngReader(this.#options);
    else if (this.#options.sink.text !== undefined && looksLikeText(first)) {
      this.#reader = new TextInput((chunk) => this.#options.sink.text?.(chunk));
    }
    if (this.#reader === undefined) this.#refuse(first);
    else this.#reader.push(first);
  }

  end(): void {
    if (this.#reader !== undefined) this.#reader.end();
    else if (!this.finished) this.#refuse(this.#head.held);
    this.#stopped = true;
  }

  stop(): void {
    this.#reader?.stop();
    this.#stopped = true;
  }

  #refuse(first: Uint8Array): void {
    const { subject, packing } = this.#options;
    const { reason, detail } = describeInput(first);
    const whole = packing === undefined ? detail : `${packing}: ${detail}`;
    this.#fault = { layer: 'capture', reason, subject, detail: whole };
  }
}
