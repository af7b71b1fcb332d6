/**
 * Scrubs the lines of a stream that are not in the body of a message: heads, the sizes of chunks,
 * trailers, and everything where framing is lost. Follows what the parser of messages says; it does
 * not frame anything itself.
 */
import { latin1 } from '../base/ascii.ts';
import { findStartLine, parseStartLine, type StartLine } from '../http/start-line.ts';
import type { HeadScrubber } from './head-scrubber.ts';
import type { LineScrubber } from './line-scrubber.ts';
import type { Masker } from './mask.ts';

/**
 * What the next line is: a start line, a line of a head, a line that frames the chunks of a body, a
 * line behind the last chunk, or anything.
 */
export type LineMode = 'start' | 'head' | 'framing' | 'trailer' | 'lost';

export interface OutsideScrubbers {
  lines: LineScrubber;
  heads: HeadScrubber;
  mask: Masker;
}

export class OutsideLines {
  /** What the parser expects now. */
  mode: LineMode = 'start';
  /** While lost: the line being read began in a gap. */
  beginningMissing = false;
  readonly #scrubbers: OutsideScrubbers;

  constructor(scrubbers: OutsideScrubbers) {
    this.#scrubbers = scrubbers;
  }

  /**
   * A whole line, line end excluded, after the parser has read it.
   * @param began what was expected when the line began; `mode` says what the parser made of it
   */
  line(began: LineMode, data: Uint8Array, start: number, end: number): void {
    if (start === end) {
      if (began === 'lost') this.beginningMissing = false;
      return;
    }
    switch (began) {
      case 'start':
        if (this.mode === 'lost') this.#lostLine(data, start, end);
        else this.#startLine(data, start, end);
        break;
      case 'head':
      case 'trailer':
        this.#scrubbers.heads.header(data, start, end);
        break;
      case 'framing':
        this.#framing(data, start, end);
        break;
      case 'lost':
        this.#lostLine(data, start, end);
        break;
    }
  }

  /** The beginning of a line that is too long to be read; the rest of it is masked. */
  overlong(began: LineMode, data: Uint8Array, start: number, end: number): void {
    // The parser looks at the beginning of such a line only where it may be a chunk's size.
    if (began === 'framing') this.#framing(data, start, end);
    else this.#scrubbers.mask.strayLine(data, start, end);
    if (began === 'lost') this.beginningMissing = false;
  }

  #startLine(data: Uint8Array, start: number, end: number): void {
    const startLine = parseStartLine(data, start, end);
    if (startLine === undefined) this.#scrubbers.mask.text(data, start, end);
    else this.#scrubbers.heads.startLine(data, start, end, startLine);
    this.mode = 'head';
  }

  #framing(data: Uint8Array, start: number, end: number): void {
    if (this.mode === 'lost') this.#scrubbers.mask.text(data, start, end);
    else if (this.#scrubbers.heads.chunkSize(data, start, end)) this.mode = 'trailer';
  }

  #lostLine(data: Uint8Array, start: number, end: number): void {
    const { lines, heads, mask } = this.#scrubbers;
    const isWhole = !this.beginningMissing;
    this.beginningMissing = false;
    const startLine = findStartLine(data, start, end);
    if (startLine !== undefined) {
      const startLineAt = startOf(startLine, data, start, end);
      mask.text(data, start, startLineAt);
      heads.startLine(data, startLineAt, end, startLine);
      this.mode = 'head';
    } else if (!isWhole || !lines.strayLine(data, start, end)) {
      mask.strayLine(data, start, end);
    }
  }
}

/** Where a start line that `findStartLine` found begins. */
function startOf(startLine: StartLine, data: Uint8Array, start: number, end: number): number {
  if (startLine.kind === 'request') {
    const { method, target } = startLine;
    return end - `${method} ${target} HTTP/1.1`.length;
  }
  const text = latin1(data, start, end);
  const status = /HTTP\/1\.[01] [1-5]\d\d(?: [\x20-\x7e]*)?$/.exec(text);
  return start + (status?.index ?? 0);
}
