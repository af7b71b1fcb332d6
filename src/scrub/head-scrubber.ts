/**
 * Scrubs the lines of a message's head in place. What frames messages stays, and a few values that
 * say nothing of their owner; other values are masked, so a cookie or an address in Host goes.
 */
import { latin1 } from '../base/ascii.ts';
import type { StartLine } from '../http/start-line.ts';
import { chunkSizeEnd, type Masker } from './mask.ts';

const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const SLASH = 0x2f;
const DIGIT_0 = 0x30;

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']);
const COLLECTOR_HOST = /^collector\.sunpowermonitor\.com(?::[0-9]{1,5})?$/i;
const COLLECTOR_TARGET =
  /^(?:(https?:\/\/)([^/]+))?(\/(?:data|command)\/sms2datacollector\.aspx)(?:\?.*)?$/i;
const REASONS =
  /^(?:OK|Continue|Found|Moved Permanently|Bad Request|Not Found|Internal Server Error|Service Unavailable)?$/;
const CODINGS = '(?:chunked|gzip|x-gzip|compress|deflate|identity)';
const CHUNKED_LAST = /(?:^|[\s,])chunked$/i;

/** Values that stay, by name of the header. */
const KEPT_VALUES: Readonly<Record<string, RegExp>> = {
  accept: /^\*\/\*$/,
  'cache-control': /^(?:no-cache|no-store|private|public|max-age=[0-9]{1,9}|[, ])+$/i,
  connection: /^(?:keep-alive|close)$/i,
  'content-length': /^[0-9]{1,15}$/,
  'content-type': /^(?:text|application)\/[a-z.+-]{1,40}(?:; ?charset=[a-z0-9-]{1,12})?$/i,
  date: /^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$/,
  expect: /^100-continue$/i,
  host: COLLECTOR_HOST,
  'keep-alive': /^(?:(?:timeout|max)=[0-9]{1,9}|[, ])+$/i,
  pragma: /^no-cache$/i,
  'transfer-encoding': new RegExp(`^${CODINGS}(?:, ?${CODINGS})*$`, 'i'),
};

export class HeadScrubber {
  readonly #mask: Masker;

  constructor(mask: Masker) {
    this.#mask = mask;
  }

  /** `data[start..end)` is the start line and nothing else. */
  startLine(data: Uint8Array, start: number, end: number, line: StartLine): void {
    if (line.kind === 'response') {
      const reasonAt = start + 'HTTP/1.1 200'.length;
      const reason = latin1(data, reasonAt, end).trim();
      if (!REASONS.test(reason)) this.#mask.text(data, reasonAt + 1, end);
      return;
    }
    const { method, target } = line;
    if (!METHODS.has(method)) data.fill(0x58, start, start + method.length);
    this.#target(data, start + method.length + 1, target);
  }

  /** A line between the start line and the empty one, or behind the last chunk. */
  header(data: Uint8Array, start: number, end: number): void {
    let colon = start;
    while (colon < end && data[colon] !== COLON) colon++;
    const name = latin1(data, start, colon).toLowerCase();
    if (!/^[a-z-]{1,40}$/.test(name)) {
      this.#mask.text(data, start, end);
      return;
    }
    let from = colon + 1;
    let to = end;
    while (from < to && isBlank(data[from])) from++;
    while (to > from && isBlank(data[to - 1])) to--;
    const value = latin1(data, from, to);
    if (KEPT_VALUES[name]?.test(value) === true) return;
    // Framing must stay what it is, whatever is written before it.
    const chunked = name === 'transfer-encoding' && CHUNKED_LAST.test(value);
    this.#mask.text(data, from, chunked ? Math.max(from, to - ',chunked'.length) : to);
  }

  /** Keeps the size of a chunk and masks the rest. Returns whether it is the last chunk's. */
  chunkSize(data: Uint8Array, start: number, end: number): boolean {
    const to = chunkSizeEnd(data, start, end);
    if (to === undefined) {
      this.#mask.text(data, start, end);
      return false;
    }
    this.#mask.text(data, Math.min(to + 1, end), end);
    for (let at = start; at < to; at++) if (data[at] !== DIGIT_0) return false;
    return true;
  }

  #target(data: Uint8Array, start: number, target: string): void {
    const known = COLLECTOR_TARGET.exec(target);
    if (known === null) {
      for (let at = start; at < start + target.length; at++) {
        if (data[at] !== SLASH) this.#mask.text(data, at, at + 1);
      }
      return;
    }
    const [, scheme = '', host = '', path = ''] = known;
    const hostAt = start + scheme.length;
    const queryAt = hostAt + host.length + path.length;
    if (!COLLECTOR_HOST.test(host)) this.#mask.text(data, hostAt, hostAt + host.length);
    // The question mark itself stays.
    const end = start + target.length;
    this.#mask.text(data, Math.min(queryAt + 1, end), end);
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}
