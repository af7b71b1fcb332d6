/**
 * Reads what a supervisor posts to its collector: the lines of request bodies become records, the
 * answer's one line becomes the collector's time, and each request knows whether it was answered.
 */
import { parseDecimal } from '../base/ascii.ts';
import { LineReader } from '../base/line-reader.ts';
import {
  MAX_LINE_BYTES,
  type BodySink,
  type Doubt,
  type Exchange,
  type ExchangeHandler,
  type RequestHead,
} from '../http/message.ts';
import {
  countFields,
  emptyRecordLine,
  fieldEnd,
  isTime,
  readIdentity,
  readType,
  TYPE_ANSWER,
  TYPE_HEADER,
  TYPE_TRAILER,
  type RecordLine,
  type RejectReason,
} from './record-line.ts';
import { fieldCount } from './record-types.ts';

/** The two paths telemetry goes to; anything else the supervisor asks for is not read. */
const COLLECTOR_PATH = /^(?:https?:\/\/[^/]+)?\/(data|command)\/sms2datacollector\.aspx(?:\?.*)?$/i;

export interface TelemetryCounters {
  /** Requests to the collector's two paths. */
  dataRequests: number;
  commandRequests: number;
  /** Request headers (100) and trailers (102) seen. */
  headers: number;
  trailers: number;
  /** Repeats and revisions included. */
  records: number;
  /** Lines that are no records, by reason. */
  rejected: Map<RejectReason, number>;
  answered: number;
  /** Answered with something other than 200. */
  refused: number;
  unanswered: number;
  /** From the last byte of a request to the head of its answer. */
  answerMsTotal: number;
  answerMsMax: number;
  /** Collector's answer lines (1002) read. */
  answerLines: number;
}

const TAB = 0x09;
/** Type, time, serial and something said of it. */
const LEAST_FIELDS = 4;

/** Takes records as they come; the line is only valid during the call. */
export type RecordTaker = (line: RecordLine) => void;

export class TelemetryReader implements ExchangeHandler {
  readonly counters: TelemetryCounters = {
    dataRequests: 0,
    commandRequests: 0,
    headers: 0,
    trailers: 0,
    records: 0,
    rejected: new Map(),
    answered: 0,
    refused: 0,
    unanswered: 0,
    answerMsTotal: 0,
    answerMsMax: 0,
    answerLines: 0,
  };
  readonly #take: RecordTaker;
  readonly #line = emptyRecordLine();

  constructor(take: RecordTaker) {
    this.#take = take;
  }

  request(head: RequestHead): Exchange | undefined {
    const path = head.method === 'POST' ? COLLECTOR_PATH.exec(head.target)?.[1] : undefined;
    if (path === undefined) return undefined;
    if (path.toLowerCase() === 'data') this.counters.dataRequests++;
    else this.counters.commandRequests++;
    return new CollectorExchange(this);
  }

  strayLine(data: Uint8Array, start: number, end: number, doubt: Doubt): boolean {
    const type = readType(data, start, end, this.#line);
    if (type === undefined) return false;
    if (type === TYPE_ANSWER) return this.answerLine(data, start, end);
    if (type === TYPE_HEADER || type === TYPE_TRAILER) {
      this.#countFraming(type);
      return true;
    }
    if (readIdentity(this.#line) !== undefined) return false;
    if (!isCredible(this.#line, doubt)) return false;
    this.#give();
    return true;
  }

  /** One whole line of the body of a request. */
  bodyLine(data: Uint8Array, start: number, end: number): void {
    if (start === end) {
      this.reject('empty');
      return;
    }
    const type = readType(data, start, end, this.#line);
    if (type === undefined) {
      this.reject('no-type');
    } else if (type === TYPE_HEADER || type === TYPE_TRAILER) {
      this.#countFraming(type);
    } else if (type === TYPE_ANSWER) {
      this.reject('out-of-place');
    } else {
      const reason = readIdentity(this.#line);
      if (reason === undefined) this.#give();
      else this.reject(reason);
    }
  }

  /** One whole line of the body of an answer. Returns whether it is the collector's. */
  answerLine(data: Uint8Array, start: number, end: number): boolean {
    const typeEnd = fieldEnd(data, start, end);
    const isAnswer =
      parseDecimal(data, start, typeEnd, 4) === TYPE_ANSWER &&
      end - typeEnd >= 15 &&
      isTime(data, typeEnd + 1);
    if (isAnswer) this.counters.answerLines++;
    return isAnswer;
  }

  reject(reason: RejectReason): void {
    const { rejected } = this.counters;
    rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
  }

  #countFraming(type: number): void {
    if (type === TYPE_HEADER) this.counters.headers++;
    else this.counters.trailers++;
  }

  #give(): void {
    this.counters.records++;
    this.#take(this.#line);
  }
}

/** Whether a line that may be a part of one is nevertheless a whole record. */
function isCredible(line: RecordLine, doubt: Doubt): boolean {
  switch (doubt) {
    case 'none':
      return true;
    case 'start':
      // Record types have three digits; a type that was cut has fewer.
      return line.type >= 100;
    case 'end':
      // All fields of a type whose number of fields is known, the last with something in it.
      return countFields(line) === fieldCount(line.type) && line.data[line.end - 1] !== TAB;
    case 'end?': {
      const fields = fieldCount(line.type);
      return fields === undefined
        ? countFields(line) >= LEAST_FIELDS
        : countFields(line) === fields;
    }
  }
}

/** One request to the collector and the answer to it. */
class CollectorExchange implements Exchange {
  readonly #reader: TelemetryReader;
  readonly #counters: TelemetryCounters;
  #sentMs: number | undefined;

  constructor(reader: TelemetryReader) {
    this.#reader = reader;
    this.#counters = reader.counters;
  }

  requestBody(): BodySink {
    return new BodyLines(
      (data, start, end) => {
        this.#reader.bodyLine(data, start, end);
      },
      (reason) => {
        this.#reader.reject(reason);
      },
    );
  }

  answerBody(): BodySink {
    return new BodyLines(
      (data, start, end) => {
        this.#reader.answerLine(data, start, end);
      },
      () => undefined,
    );
  }

  sent(timeMs: number): void {
    this.#sentMs = timeMs;
  }

  answered(status: number, timeMs: number): void {
    this.#counters.answered++;
    if (status !== 200) this.#counters.refused++;
    // A collector may answer before it has read all of a request.
    const answerMs = Math.max(0, timeMs - (this.#sentMs ?? timeMs));
    this.#counters.answerMsTotal += answerMs;
    this.#counters.answerMsMax = Math.max(this.#counters.answerMsMax, answerMs);
  }

  unanswered(): void {
    this.#counters.unanswered++;
  }
}

/** The whole lines of a body. A line next to a gap is not whole. */
class BodyLines implements BodySink {
  readonly #lines = new LineReader(MAX_LINE_BYTES);
  readonly #take: (data: Uint8Array, start: number, end: number) => void;
  readonly #reject: (reason: RejectReason) => void;
  /** The line being read began in a gap. */
  #beginningMissing = false;

  constructor(
    take: (data: Uint8Array, start: number, end: number) => void,
    reject: (reason: RejectReason) => void,
  ) {
    this.#take = take;
    this.#reject = reject;
  }

  bytes(data: Uint8Array, start: number, end: number): void {
    const lines = this.#lines;
    lines.feed(data, start, end);
    while (lines.next()) {
      if (this.#beginningMissing) this.#reject('cut');
      else if (lines.overlong) this.#reject('overlong');
      else this.#take(lines.data, lines.start, lines.end);
      this.#beginningMissing = false;
    }
  }

  gap(): void {
    if (this.#lines.partial) this.#reject('cut');
    this.#lines.drop();
    this.#beginningMissing = true;
  }

  end(reached: boolean): void {
    const lines = this.#lines;
    if (!lines.finish()) return;
    // The end of a body ends its last line, too.
    if (this.#beginningMissing || !reached) this.#reject('cut');
    else if (lines.overlong) this.#reject('overlong');
    else this.#take(lines.data, lines.start, lines.end);
  }

  get heldBytes(): number {
    return this.#lines.heldBytes;
  }
}
