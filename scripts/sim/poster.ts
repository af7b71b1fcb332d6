/** The HTTP/1.1 client of the simulated supervisor: one POST, one word on how it went. */

import { Agent, request as httpRequest } from 'node:http';
import { collectorHost } from './message.ts';

/**
 * `answered`: status 200, answer complete. `rejected`: another status. `refused`: no connection,
 * so nothing of the request went out. `silent`: no complete answer within the time. `closed`: the
 * connection ended too early.
 */
export type PostOutcome = 'answered' | 'rejected' | 'refused' | 'silent' | 'closed';

export interface PosterOptions {
  host: string;
  port: number;
  keepAlive: boolean;
}

/** Longest answer that is read; a longer one counts as `closed`. */
const answerLimitBytes = 65_536;

export class Poster {
  readonly #options: PosterOptions;
  readonly #agent: Agent;

  constructor(options: PosterOptions) {
    this.#options = options;
    this.#agent = new Agent({ keepAlive: options.keepAlive, maxSockets: 1 });
  }

  /** Never rejects. An aborted signal makes it `closed`. */
  post(path: string, body: string, timeoutMs: number, signal: AbortSignal): Promise<PostOutcome> {
    const { host, port, keepAlive } = this.#options;
    return new Promise((resolve) => {
      let connected = false;
      let status = 0;
      const request = httpRequest({
        host,
        port,
        path,
        method: 'POST',
        agent: this.#agent,
        headers: {
          Host: collectorHost,
          Accept: '*/*',
          'Content-Type': 'text/plain',
          'Content-Length': Buffer.byteLength(body),
          Connection: keepAlive ? 'keep-alive' : 'close',
        },
      });
      const finish = (outcome: PostOutcome): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        if (outcome !== 'answered') request.destroy();
        resolve(connected || outcome === 'answered' ? outcome : 'refused');
      };
      const timer = setTimeout(() => {
        finish('silent');
      }, timeoutMs);
      const abort = (): void => {
        finish('closed');
      };
      signal.addEventListener('abort', abort, { once: true });
      request.on('socket', (socket) => {
        connected = !socket.connecting;
        if (connected) return;
        socket.once('connect', () => {
          connected = true;
        });
      });
      request.on('error', () => {
        finish('closed');
      });
      request.on('response', (response) => {
        let bytes = 0;
        status = response.statusCode ?? 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > answerLimitBytes) finish('closed');
        });
        response.on('end', () => {
          if (!response.complete) finish('closed');
          else finish(status === 200 ? 'answered' : 'rejected');
        });
        response.on('error', () => {
          finish('closed');
        });
      });
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
