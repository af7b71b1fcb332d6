/** What the HTTP stage tells of the messages it frames (RFC 9112). */

export interface RequestHead {
  method: string;
  /** As sent: a path with an optional query, or an absolute URL. */
  target: string;
}

/** Takes the body of one message. */
export interface BodySink {
  /** In-order bytes `data[start..end)`, valid only during the call. */
  bytes(data: Uint8Array, start: number, end: number): void;
  /** Bytes of the body are missing here. */
  gap(): void;
  /** The body is over. `reached`: at the end that its head had announced, gaps or not. */
  end(reached: boolean): void;
  /** Memory in use for an unfinished line. */
  readonly heldBytes: number;
}

/** One request that is read, and what becomes of it. */
export interface Exchange {
  requestBody(): BodySink;
  answerBody(): BodySink;
  /** The last byte of the request was seen. */
  sent(timeMs: number): void;
  /** The head of the answer to it was seen. */
  answered(status: number, timeMs: number): void;
  /** The connection ended and no answer had come, although nothing of that side was missed. */
  unanswered(): void;
}

/**
 * Where a stray line may have been cut by the end of a chunk, so that it is only a part of one.
 * `end?`: only if these hosts use chunks at all, which nobody knows.
 */
export type Doubt = 'none' | 'start' | 'end' | 'end?';

/** The stage behind: decides which requests are read. */
export interface ExchangeHandler {
  /** A request begins. `undefined`: it is none of ours and left unread. */
  request(head: RequestHead): Exchange | undefined;
  /**
   * A whole line, line end excluded, from a stretch whose framing is unknown (its head was not
   * captured). Returns whether it was telemetry.
   */
  strayLine(data: Uint8Array, start: number, end: number, doubt: Doubt): boolean;
}

/** What two hosts are known to do when they talk; shared by all their connections. */
export interface Habits {
  /** How they say where a body ends; `unknown` until the first head with a body was seen. */
  framing: 'unknown' | 'length' | 'chunked';
}

export interface HttpCounters {
  requests: number;
  responses: number;
  /** Requests that are none of ours. */
  requestsLeft: number;
  bodiesWhole: number;
  bodiesChunked: number;
  bodiesCut: number;
  /** Times framing was lost: a head or a message end fell into a gap, or what came was not HTTP. */
  framingLost: number;
  strayLines: number;
  linesOverlong: number;
}

export function zeroHttpCounters(): HttpCounters {
  return {
    requests: 0,
    responses: 0,
    requestsLeft: 0,
    bodiesWhole: 0,
    bodiesChunked: 0,
    bodiesCut: 0,
    framingLost: 0,
    strayLines: 0,
    linesOverlong: 0,
  };
}

/**
 * The longest line kept in memory, in a head or a body. A record has some 120 bytes. A longer line is
 * skipped and counted (`linesOverlong`, or as a rejected line).
 */
export const MAX_LINE_BYTES = 8 * 1024;
