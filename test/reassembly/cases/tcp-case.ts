/** What can happen on a connection, as cases. The notation is that of `script.ts`. */
import type { TcpCounters } from '../../../src/reassembly/tcp-reassembler.ts';
import type { ScriptOptions } from '../script.ts';

export interface TcpCase extends ScriptOptions {
  name: string;
  /** Known to fail, and why that was not mended yet. */
  todo?: string;
  steps: string[];
  events: string[];
  counters?: Partial<TcpCounters>;
}

export const HANDSHAKE = ['> S 99', '< SA 499 ack 100', '> 100 ack 500'];
export const BOTH_CLOSE = ['> F 103 ack 500', '< F 500 ack 104', '> 104 ack 501'];

/** A first connection that goes on at 103, and what comes of it when it is over. */
export const FIRST = [...HANDSHAKE, '> 100 "abc"'];
export const FIRST_EVENTS = ['> "abc"', '> end', '< end', 'closed both'];
