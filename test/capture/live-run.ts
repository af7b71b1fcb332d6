/** Live sources on interfaces that tests make, and what is needed to follow them. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { LibpcapSource } from '../../src/capture/libpcap-source.ts';
import type { CaptureEnd, CaptureEvent, PacketSource } from '../../src/capture/packet-source.ts';
import { TcpdumpSource } from '../../src/capture/tcpdump-source.ts';
import { addonPath, noLiveCapture } from './addon-path.ts';
import { CollectingSink } from './collecting-sink.ts';
import { untilCaptured } from './live-frames.ts';
import { VethPair } from './veth-pair.ts';

export const filter = { ethernet: 'ether proto 0x88b5', other: '' };

export interface LiveOptions {
  interface: string;
  waitForInterface: boolean;
  report: (event: CaptureEvent) => void;
}

export const addon = addonPath === undefined ? {} : { addonPath };
export const libpcap = (options: LiveOptions): LibpcapSource =>
  new LibpcapSource({ ...options, ...addon, filter });
export const tcpdump = (options: LiveOptions): TcpdumpSource =>
  new TcpdumpSource({ ...options, filter });

export const kinds: { name: string; make: (options: LiveOptions) => PacketSource }[] = [
  { name: 'libpcap', make: libpcap },
  { name: 'tcpdump', make: tcpdump },
];

export const report = (): void => undefined;

/** A source on a pair of interfaces, running until the body is done. */
export async function withSource<S extends PacketSource>(
  make: (options: LiveOptions) => S,
  body: (run: {
    pair: VethPair;
    sink: CollectingSink;
    events: string[];
    source: S;
  }) => Promise<void>,
): Promise<CaptureEnd> {
  const pair = new VethPair();
  pair.create();
  const events: string[] = [];
  const report = (event: CaptureEvent): void => {
    events.push(event.kind === 'resumed' ? event.kind : event.fault.reason);
  };
  const sink = new CollectingSink();
  const stop = new AbortController();
  const source = make({ interface: pair.near, waitForInterface: true, report });
  const running = source.run(sink, stop.signal);
  try {
    await untilCaptured(pair, sink);
    await body({ pair, sink, events, source });
  } finally {
    stop.abort();
    await running;
    pair.close();
  }
  return running;
}

export async function until(
  condition: () => boolean,
  what: string,
  patienceMs = 15_000,
): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!condition()) {
    assert.ok(performance.now() < endMs, `still not ${what}`);
    await sleep(20);
  }
}

export const live = { skip: noLiveCapture ?? false, concurrency: true, timeout: 60_000 };
