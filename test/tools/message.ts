/** HTTP messages as bytes, and where in those bytes each record lies. */
import { Buffer } from 'node:buffer';
import type { Random } from './random.ts';
import { concatBytes, latin1 } from './bytes.ts';

export const DATA_PATH = '/Data/SMS2DataCollector.aspx';
export const COMMAND_PATH = '/Command/SMS2DataCollector.aspx';
export const COLLECTOR_HOST = 'collector.sunpowermonitor.com';

/** One record line; `start` is its first byte, `end` the one after its line feed. */
export interface RecordSpan {
  line: string;
  start: number;
  end: number;
  /** The line feed just before it in the body; a chunk header may stand between. */
  lineFeedBefore: number;
  /** A chunk header stands inside the line. */
  straddles: boolean;
}

export interface Message {
  bytes: Uint8Array;
  /** Bytes of the head with its empty line. */
  headBytes: number;
  records: RecordSpan[];
}

export interface BodyFraming {
  kind: 'length' | 'chunked';
  /** Bytes of each chunk in turn, repeated from the first when used up. */
  chunkBytes: readonly number[];
}

export const BY_LENGTH: BodyFraming = { kind: 'length', chunkBytes: [] };

export interface PostOptions {
  path: string;
  framing: BodyFraming;
  /** Extra head lines, as sent. */
  headers: readonly string[];
}

interface FramedBody {
  bytes: Uint8Array;
  /** Where each byte of the body lies in `bytes`. */
  wireOffsets: (bodyOffset: number) => number;
}

function framed(body: Uint8Array, framing: BodyFraming): FramedBody {
  if (framing.kind === 'length') return { bytes: body, wireOffsets: (offset) => offset };
  const parts: Uint8Array[] = [];
  const starts: { body: number; wire: number }[] = [];
  let wire = 0;
  for (let offset = 0, index = 0; offset < body.length; index++) {
    const wanted = framing.chunkBytes[index % framing.chunkBytes.length] ?? body.length;
    const chunk = body.subarray(offset, offset + wanted);
    const size = latin1(`${chunk.length.toString(16)}${index % 5 === 4 ? ';note=1' : ''}\r\n`);
    starts.push({ body: offset, wire: wire + size.length });
    const part = concatBytes([size, chunk, latin1('\r\n')]);
    parts.push(part);
    wire += part.length;
    offset += chunk.length;
  }
  parts.push(latin1('0\r\n\r\n'));
  const wireOffsets = (offset: number): number => {
    const start = starts.findLast((candidate) => candidate.body <= offset) ?? { body: 0, wire: 0 };
    return start.wire + offset - start.body;
  };
  return { bytes: concatBytes(parts), wireOffsets };
}

function head(startLine: string, headers: readonly string[]): Uint8Array {
  return latin1([startLine, ...headers, '', ''].join('\r\n'));
}

function framingHeader(body: Uint8Array, framing: BodyFraming): string {
  return framing.kind === 'length'
    ? `Content-Length: ${body.length}`
    : 'Transfer-Encoding: chunked';
}

/** A POST whose body holds `lines`; those at which `isRecord` says yes become the truth. */
function post(
  lines: readonly string[],
  isRecord: (index: number) => boolean,
  { path, framing, headers }: PostOptions,
): Message {
  const body = latin1(lines.map((line) => `${line}\r\n`).join(''));
  const wire = framed(body, framing);
  const headBytes = head(`POST ${path} HTTP/1.1`, [
    `Host: ${COLLECTOR_HOST}`,
    'Content-Type: application/x-www-form-urlencoded',
    ...headers,
    framingHeader(body, framing),
  ]);
  const records: RecordSpan[] = [];
  let offset = 0;
  lines.forEach((line, index) => {
    const bytes = line.length + 2;
    if (isRecord(index)) {
      const start = headBytes.length + wire.wireOffsets(offset);
      const end = headBytes.length + wire.wireOffsets(offset + bytes - 1) + 1;
      const lineFeedBefore =
        offset === 0 ? headBytes.length - 1 : headBytes.length + wire.wireOffsets(offset - 1);
      records.push({ line, start, end, lineFeedBefore, straddles: end - start !== bytes });
    }
    offset += bytes;
  });
  return {
    bytes: concatBytes([headBytes, wire.bytes]),
    headBytes: headBytes.length,
    records,
  };
}

export interface RequestFrame {
  supervisorSerial: string;
  sentDigits: string;
}

/** A supervisor's request: 100, the records, 102. */
export function supervisorRequest(
  records: readonly string[],
  frame: RequestFrame,
  options: Partial<PostOptions> = {},
): Message {
  const digest = Buffer.from(`${frame.supervisorSerial}${records.length}-digest-16`).toString(
    'base64',
  );
  const lines = [
    `100\tSPMS\t10\t${frame.supervisorSerial}\t${frame.sentDigits}`,
    ...records,
    `102\t${digest.slice(0, 24)}`,
  ];
  return post(lines, (index) => index > 0 && index < lines.length - 1, {
    path: DATA_PATH,
    framing: BY_LENGTH,
    headers: [],
    ...options,
  });
}

/** A POST to some other path of the same host. Its lines look like records and are none. */
export function otherPost(lines: readonly string[]): Message {
  return post(lines, () => false, { path: '/Other/Upload.aspx', framing: BY_LENGTH, headers: [] });
}

export function otherGet(): Message {
  const bytes = head('GET /firmware/latest?unit=1 HTTP/1.1', [`Host: ${COLLECTOR_HOST}`]);
  return { bytes, headBytes: bytes.length, records: [] };
}

/** An answer with any body; records in an answer are nobody's telemetry. */
export function response(
  status: string,
  body: string,
  framing: BodyFraming = BY_LENGTH,
  headers: readonly string[] = [],
): Message {
  const bodyBytes = latin1(body);
  const wire = framed(bodyBytes, framing);
  const headBytes = head(`HTTP/1.1 ${status}`, [
    'Content-Type: text/plain',
    ...headers,
    framingHeader(bodyBytes, framing),
  ]);
  return { bytes: concatBytes([headBytes, wire.bytes]), headBytes: headBytes.length, records: [] };
}

export function collectorAnswer(digits: string, framing: BodyFraming = BY_LENGTH): Message {
  return response('200 OK', `1002\t${digits}\r\n`, framing, [
    'Set-Cookie: ASP.NET_SessionId=x; expires=Thu, 01-Jan-1970 00:00:00 GMT; path=/',
  ]);
}

export function continueAnswer(): Message {
  const bytes = latin1('HTTP/1.1 100 Continue\r\n\r\n');
  return { bytes, headBytes: bytes.length, records: [] };
}

export function randomChunks(random: Random): BodyFraming {
  const chunkBytes = Array.from({ length: 8 }, () => random.int(1, random.pick([9, 120, 900])));
  return { kind: 'chunked', chunkBytes };
}
