/**
 * A simulated supervisor: sends one request of telemetry a cycle and a heartbeat now and then;
 * asks again when it is not answered; keeps what it could not deliver and sends it later in bursts
 * of large requests, many old intervals in no order, live ones between them, some of them twice.
 *
 * One request is under way at a time, as on the real thing. Time is sped up: a cycle of five
 * minutes lasts `cycleMs`, and all waiting is in proportion.
 */

import { Random } from './noise.ts';
import { heartbeatPath, requestBody, telemetryPath } from './message.ts';
import { Poster } from './poster.ts';
import type { PostOutcome } from './poster.ts';
import type { Site } from './site.ts';
import { Truth } from './truth.ts';

/** Cycles between two heartbeats (1800 s and 300 s). */
const heartbeatCycles = 6;
/** A request is asked again after 120 s. */
const retryCycles = 0.4;
/** Asked this often without an answer, the supervisor gives up for `quietCycles`. */
const attemptLimit = 4;
const quietCycles = 5;
/** Live requests answered before the backlog is touched. */
const healthyBeforeBacklog = 4;
const backlogRequestsPerCycle = 3;
/** Least and most old intervals in one request of the backlog. */
const backlogIntervals = { least: 6, most: 24 };
/** Share of the backlog's requests that carry a live interval too, and that are sent twice. */
const mixedShare = 0.3;
const repeatShare = 0.3;
/** Shortest time an answer is waited for, whatever the speed. */
const shortestTimeoutMs = 400;
/** Intervals kept for later; the oldest are dropped when there are more (four weeks). */
const backlogLimit = 8064;

export type RequestKind = 'live' | 'retry' | 'backlog' | 'repeat' | 'heartbeat';

export type SupervisorEvent =
  | {
      event: 'begin';
      request: number;
      kind: RequestKind;
      /** Wall clock, so that another process can tell what came before and after. */
      atMs: number;
      bodyBytes: number;
      intervals: number;
      lines: string[];
    }
  | {
      event: 'end';
      request: number;
      kind: RequestKind;
      outcome: PostOutcome;
      tookMs: number;
      backlogRecords: number;
    }
  | { event: 'gave-up'; backlogRecords: number }
  | { event: 'drained' };

export interface SupervisorOptions {
  site: Site;
  seed: number;
  host: string;
  port: number;
  /** How long a cycle of five minutes lasts. */
  cycleMs: number;
  /** All requests on one connection, or a connection for each. */
  keepAlive: boolean;
  /** Interval with which to begin. Default 0. */
  firstInterval?: number;
  onEvent?: (event: SupervisorEvent) => void;
}

interface Interval {
  index: number;
  lines: string[];
}

interface Request {
  id: number;
  kind: RequestKind;
  path: string;
  body: string;
  intervals: Interval[];
  attempts: number;
}

export class Supervisor {
  readonly truth = new Truth();
  /** Set at any time: takes effect with the next cycle. */
  cycleMs: number;
  /** While false no new intervals begin; what is due is still sent. */
  cycling = true;
  readonly #options: SupervisorOptions;
  readonly #random: Random;
  readonly #poster: Poster;
  #nextInterval: number;
  #cyclesSinceHeartbeat = heartbeatCycles;
  #nextRequestId = 1;
  #live: Interval | undefined;
  #waiting: { request: Request; notBeforeMs: number } | undefined;
  #repeat: Request | undefined;
  readonly #backlog: Interval[] = [];
  #quietCyclesLeft = 0;
  #healthyRequests = healthyBeforeBacklog;
  #backlogRequestsLeft = 0;
  #draining = false;
  #wake: (() => void) | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.cycleMs = options.cycleMs;
    this.#random = new Random(options.seed, 77);
    this.#nextInterval = options.firstInterval ?? 0;
    this.#poster = new Poster({
      host: options.host,
      port: options.port,
      keepAlive: options.keepAlive,
    });
  }

  /** Records that wait to be sent again. */
  get backlogRecords(): number {
    return this.#backlog.reduce((sum, interval) => sum + interval.lines.length, 0);
  }

  /** Goes on with the interval that has this index, leaving out those before it. */
  skipTo(intervalIndex: number): void {
    this.#nextInterval = intervalIndex;
  }

  /** Begins no new intervals, delivers all that is left, then reports `drained`. */
  drain(): void {
    this.cycling = false;
    this.#draining = true;
    this.#quietCyclesLeft = 0;
    this.#wake?.();
  }

  /** Works until `signal` is aborted. What is under way then is cut off. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#wake?.());
    let nextCycleMs = performance.now();
    while (!signal.aborted) {
      const nowMs = performance.now();
      if (!this.cycling) nextCycleMs = Math.max(nextCycleMs, nowMs + this.cycleMs);
      while (this.cycling && nowMs >= nextCycleMs) {
        this.#beginCycle();
        nextCycleMs += this.cycleMs;
      }
      const request = this.#takeRequest(nowMs);
      if (request !== undefined) {
        await this.#deliver(request, signal);
        continue;
      }
      if (this.#draining && this.#waiting === undefined) {
        this.#draining = false;
        this.#options.onEvent?.({ event: 'drained' });
      }
      const untilMs = Math.min(nextCycleMs, this.#waiting?.notBeforeMs ?? Infinity);
      await this.#sleep(Math.max(1, untilMs - nowMs));
    }
    this.#poster.close();
  }

  #sleep(durationMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, durationMs);
      this.#wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #beginCycle(): void {
    const index = this.#nextInterval;
    this.#nextInterval += 1;
    this.#cyclesSinceHeartbeat += 1;
    this.#backlogRequestsLeft = backlogRequestsPerCycle;
    const lines = this.#options.site.recordsAt(index, this.backlogRecords);
    const interval = { index, lines };
    if (this.#quietCyclesLeft > 0) {
      this.#quietCyclesLeft -= 1;
      this.#keep(interval);
      return;
    }
    if (this.#waiting !== undefined) {
      this.#keep(interval);
      return;
    }
    if (this.#live !== undefined) this.#keep(this.#live);
    this.#live = interval;
  }

  #keep(interval: Interval): void {
    this.#backlog.push(interval);
    if (this.#backlog.length > backlogLimit) this.#backlog.shift();
  }

  #takeRequest(nowMs: number): Request | undefined {
    if (this.#waiting !== undefined) {
      if (nowMs < this.#waiting.notBeforeMs) return undefined;
      const { request } = this.#waiting;
      this.#waiting = undefined;
      return { ...request, kind: request.attempts > 0 ? 'retry' : request.kind };
    }
    if (this.#quietCyclesLeft > 0) return undefined;
    if (this.#repeat !== undefined) {
      const repeat = this.#repeat;
      this.#repeat = undefined;
      return { ...repeat, kind: 'repeat', attempts: 0 };
    }
    const mayReplay =
      this.#backlog.length > 0 &&
      (this.#draining ||
        (this.#healthyRequests >= healthyBeforeBacklog && this.#backlogRequestsLeft > 0));
    if (this.#live !== undefined && !(mayReplay && this.#random.next() < mixedShare)) {
      const interval = this.#live;
      this.#live = undefined;
      return this.#telemetry('live', [interval]);
    }
    // After a failure it is telemetry that finds out whether the collector is back.
    if (this.#cyclesSinceHeartbeat > heartbeatCycles && this.#healthyRequests > 0) {
      this.#cyclesSinceHeartbeat = 1;
      return this.#heartbeat();
    }
    return mayReplay ? this.#replay() : undefined;
  }

  #heartbeat(): Request {
    const index = Math.max(0, this.#nextInterval - 1);
    // Every other heartbeat says who is speaking; the rest are header and trailer alone.
    const lines = this.#random.next() < 0.5 ? [this.#options.site.identityAt(index)] : [];
    return this.#request('heartbeat', heartbeatPath, [{ index, lines }]);
  }

  #telemetry(kind: RequestKind, intervals: Interval[]): Request {
    return this.#request(kind, telemetryPath, intervals);
  }

  #replay(): Request {
    this.#backlogRequestsLeft -= 1;
    const { least, most } = backlogIntervals;
    const count = Math.min(this.#backlog.length, least + this.#random.below(most - least + 1));
    this.#random.shuffle(this.#backlog);
    const intervals = this.#backlog.splice(0, count);
    if (this.#live !== undefined) {
      intervals.splice(this.#random.below(count + 1), 0, this.#live);
      this.#live = undefined;
    }
    const request = this.#telemetry('backlog', intervals);
    if (this.#random.next() < repeatShare) this.#repeat = request;
    return request;
  }

  #request(kind: RequestKind, path: string, intervals: Interval[]): Request {
    const { site } = this.#options;
    const id = this.#nextRequestId;
    this.#nextRequestId += 1;
    // Sent a few seconds after the newest interval began to end.
    const sendTimeSec = site.timeSecAt(Math.max(0, this.#nextInterval - 1)) + 3;
    const lines = intervals.flatMap((interval) => interval.lines);
    const body = requestBody(site.supervisorSerial, sendTimeSec, lines);
    return { id, kind, path, body, intervals, attempts: 0 };
  }

  async #deliver(request: Request, signal: AbortSignal): Promise<void> {
    const { onEvent } = this.#options;
    const lines = request.intervals.flatMap((interval) => interval.lines);
    onEvent?.({
      event: 'begin',
      request: request.id,
      kind: request.kind,
      atMs: Date.now(),
      bodyBytes: request.body.length,
      intervals: request.kind === 'heartbeat' ? 0 : request.intervals.length,
      lines,
    });
    const beganMs = performance.now();
    const timeoutMs = Math.max(shortestTimeoutMs, this.cycleMs / 2);
    const outcome = await this.#poster.post(request.path, request.body, timeoutMs, signal);
    if (outcome !== 'refused') this.truth.countSent(lines);
    if (outcome === 'answered') this.truth.countAcknowledged(lines);
    onEvent?.({
      event: 'end',
      request: request.id,
      kind: request.kind,
      outcome,
      tookMs: performance.now() - beganMs,
      backlogRecords: this.backlogRecords,
    });
    if (outcome === 'answered') {
      if (request.kind !== 'backlog') this.#healthyRequests += 1;
    } else {
      this.#putBack({ ...request, attempts: request.attempts + 1 });
    }
  }

  #putBack(request: Request): void {
    this.#healthyRequests = 0;
    this.#repeat = undefined;
    if (request.attempts < attemptLimit || this.#draining) {
      const notBeforeMs = performance.now() + retryCycles * this.cycleMs;
      this.#waiting = { request, notBeforeMs };
      return;
    }
    for (const interval of request.intervals) {
      if (interval.lines.length > 0) this.#keep(interval);
    }
    this.#quietCyclesLeft = quietCycles;
    this.#options.onEvent?.({ event: 'gave-up', backlogRecords: this.backlogRecords });
  }
}
