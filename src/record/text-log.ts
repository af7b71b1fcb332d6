/**
 * Records out of a text log: raw lines as the supervisor sends them, CR LF or LF, with any other text
 * between them. A record begins where its line begins; the last line counts without a line end.
 */
import { LineReader } from '../base/line-reader.ts';
import { MAX_LINE_BYTES } from '../http/message.ts';
import type { TelemetryReader } from './telemetry-reader.ts';

export class TextLog {
  /** Lines that are no telemetry. */
  otherLines = 0;
  readonly #lines = new LineReader(MAX_LINE_BYTES);
  readonly #telemetry: TelemetryReader;

  constructor(telemetry: TelemetryReader) {
    this.#telemetry = telemetry;
  }

  push(chunk: Uint8Array): void {
    this.#lines.feed(chunk, 0, chunk.length);
    while (this.#lines.next()) this.#read();
  }

  end(): void {
    if (this.#lines.finish()) this.#read();
  }

  #read(): void {
    const { data, start, end, overlong } = this.#lines;
    if (overlong || !this.#telemetry.strayLine(data, start, end, 'none')) this.otherLines++;
  }
}
