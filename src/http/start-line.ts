/** Request lines and status lines (RFC 9112 sections 3 and 4). */
import { latin1 } from '../base/ascii.ts';

export type StartLine =
  { kind: 'request'; method: string; target: string } | { kind: 'response'; status: number };

const REQUEST = /^([A-Z]{3,10}) (\S+) HTTP\/1\.[01]$/;
const RESPONSE = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/;
/** The same at the end of other text: what a gap, or a body without a line end, leaves before it. */
const REQUEST_WITHIN = /(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE) (\S+) HTTP\/1\.[01]$/;
const RESPONSE_WITHIN = /HTTP\/1\.[01] ([1-5]\d\d)(?: [\x20-\x7e]*)?$/;

export function parseStartLine(
  data: Uint8Array,
  start: number,
  end: number,
): StartLine | undefined {
  return matchStartLine(latin1(data, start, end), REQUEST, RESPONSE);
}

/** Finds a start line that ends the line `data[start..end)`, whatever stands before it. */
export function findStartLine(data: Uint8Array, start: number, end: number): StartLine | undefined {
  return mentionsHttp(data, start, end)
    ? matchStartLine(latin1(data, start, end), REQUEST_WITHIN, RESPONSE_WITHIN)
    : undefined;
}

function matchStartLine(text: string, request: RegExp, response: RegExp): StartLine | undefined {
  const asRequest = request.exec(text);
  if (asRequest !== null) {
    return { kind: 'request', method: asRequest[1] ?? '', target: asRequest[2] ?? '' };
  }
  const asResponse = response.exec(text);
  return asResponse === null ? undefined : { kind: 'response', status: Number(asResponse[1]) };
}

/** Whether "HTTP/1." stands anywhere: a cheap look before any string is made. */
function mentionsHttp(data: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 7 < end; at++) {
    if (
      data[at] === 0x48 &&
      data[at + 1] === 0x54 &&
      data[at + 2] === 0x54 &&
      data[at + 3] === 0x50 &&
      data[at + 4] === 0x2f &&
      data[at + 5] === 0x31 &&
      data[at + 6] === 0x2e
    ) {
      return true;
    }
  }
  return false;
}
