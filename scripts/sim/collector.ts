/**
 * A simulated collector: takes the two POSTs of a supervisor and answers as the vendor's does, with
 * faults on command.
 */

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerBody, heartbeatPath, recordLines, telemetryPath } from './message.ts';

/**
 * `none`: answers. `refuse`: does not listen. `swallow`: reads, never answers. `slow`: answers
 * after `slowMs`. `error`: answers 503. `cut`: closes in the middle of the request.
 * `half-answer`: closes in the middle of its answer.
 */
export const collectorFaults = [
  'none',
  'refuse',
  'swallow',
  'slow',
  'error',
  'cut',
  'half-answer',
] as const;
export type CollectorFault = (typeof collectorFaults)[number];

export interface CollectorRequest {
  path: string;
  /** Of a complete request; one that was cut has none. */
  lines: string[];
  answered: boolean;
}

export interface CollectorOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  slowMs?: number;
  onRequest?: (request: CollectorRequest) => void;
}

/** Longest request that is kept in memory; the rest of a longer one is dropped. */
const bodyLimitBytes = 64 * 1024 * 1024;
/** Under `cut` the connection ends after this many bytes of the body. */
const cutAfterBytes = 700;

export class Collector {
  readonly #options: CollectorOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #fault: CollectorFault = 'none';
  #port: number;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#server = createServer((request, response) => {
      this.#take(request, response);
    });
    // The supervisor decides how long a connection lives.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
  }

  /** Settles with the port once connections are taken. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, this.#options.host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    return this.#port;
  }

  /** Changes the fault; what is under way with `refuse` is cut off. */
  async setFault(fault: CollectorFault): Promise<void> {
    const before = this.#fault;
    this.#fault = fault;
    if (fault === 'refuse') await this.close();
    else if (before === 'refuse') await this.listen();
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const fault = this.#fault;
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (fault === 'cut' && bytes >= cutAfterBytes) request.socket.destroy();
      else if (bytes <= bodyLimitBytes) chunks.push(chunk);
    });
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1');
      const answered = fault === 'none' || fault === 'slow';
      this.#options.onRequest?.({ path: request.url ?? '', lines: recordLines(body), answered });
      this.#answer(fault, request, response, body);
    });
  }

  #answer(
    fault: CollectorFault,
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
  ): void {
    const known = request.url === telemetryPath || request.url === heartbeatPath;
    switch (fault) {
      case 'swallow':
        return;
      case 'cut':
        request.socket.destroy();
        return;
      case 'refuse':
      case 'error':
        response.writeHead(503, { 'Content-Type': 'text/plain' }).end('busy\r\n');
        return;
      case 'half-answer':
        response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': 100 });
        response.write('1002\t20');
        // Long enough for the head to leave before the connection goes.
        setTimeout(() => request.socket.destroy(), 20);
        return;
      case 'slow':
        setTimeout(() => {
          this.#answer('none', request, response, body);
        }, this.#options.slowMs ?? 300);
        return;
      case 'none':
        if (request.method !== 'POST' || !known) {
          response.writeHead(404).end();
          return;
        }
        this.#answerWell(response, sentAtSec(body) + 1);
    }
  }

  #answerWell(response: ServerResponse, timeSec: number): void {
    const answer = answerBody(timeSec);
    response.writeHead(200, {
      'Content-Type': 'text/plain',
      'Content-Length': answer.length,
      'Set-Cookie': 'session=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/',
    });
    response.end(answer);
  }
}

/** The time of sending in a request's header, or this machine's where there is none. */
function sentAtSec(body: string): number {
  const digits = /^100\t[^\t]*\t[^\t]*\t[^\t]*\t(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\r\n/.exec(
    body,
  );
  if (digits === null) return Math.floor(Date.now() / 1000);
  const [year = 0, month = 1, ...rest] = digits.slice(1).map(Number);
  return Date.UTC(year, month - 1, ...rest) / 1000;
}
