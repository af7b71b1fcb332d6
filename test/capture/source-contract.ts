/** What every packet source must do, whatever its packets come from. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CaptureEnd, PacketSource } from '../../src/capture/packet-source.ts';
import type { TestPacket } from './capture-bytes.ts';
import { assertPackets, CollectingSink } from './collecting-sink.ts';

export interface SourceUnderTest {
  source: PacketSource;
  /** What it will deliver; live sources set the times when they send. */
  expected: TestPacket[];
  resolutionMs: number;
  /** Called when the source runs: makes packets come, and settles when all were sent. */
  feed?: (sink: CollectingSink) => Promise<void>;
  /** Packets that are not part of what is tested. */
  ignore?: (packet: TestPacket) => boolean;
  close?: () => void;
}

export interface SourceTraits {
  /** Reads to an end, instead of until it is aborted. */
  ends: boolean;
  /** Goes on only when the sink is ready. */
  waits: boolean;
  /** Why the source cannot be tried here. */
  skip?: string | undefined;
}

const PATIENCE_MS = 15_000;

export function sourceContract(
  name: string,
  traits: SourceTraits,
  make: () => Promise<SourceUnderTest> | SourceUnderTest,
): void {
  const options = { skip: traits.skip ?? false, timeout: 2 * PATIENCE_MS };

  const withSource = async (body: (under: SourceUnderTest) => Promise<void>): Promise<void> => {
    const under = await make();
    try {
      await body(under);
    } finally {
      under.close?.();
    }
  };

  describe(`${name}: a packet source`, () => {
    test('delivers every packet, in order, with time, length and link type', options, () =>
      withSource(async (under) => {
        const sink = new CollectingSink();
        const stop = new AbortController();
        const relevant = (): TestPacket[] =>
          sink.packets.filter((packet) => under.ignore?.(packet) !== true);
        sink.onPacket = () => {
          if (!traits.ends && isComplete(under, relevant())) stop.abort();
        };
        const giveUp = setTimeout(() => {
          stop.abort();
        }, PATIENCE_MS);
        const running = under.source.run(sink, stop.signal);
        await under.feed?.(sink);
        const end = await running;
        clearTimeout(giveUp);
        assertPackets(relevant(), under.expected, under.resolutionMs);
        assert.deepEqual(end, { ok: true, warnings: [] });
      }),
    );

    test('ends well and empty when aborted before it began', options, () =>
      withSource(async (under) => {
        const sink = new CollectingSink();
        const end = await under.source.run(sink, AbortSignal.abort());
        assert.deepEqual(end, { ok: true, warnings: [] });
        assert.deepEqual(sink.packets, []);
      }),
    );

    test('delivers nothing more once aborted', options, () =>
      withSource(async (under) => {
        const sink = new CollectingSink();
        const stop = new AbortController();
        let count = 0;
        sink.onPacket = () => {
          count = sink.packets.length;
          if (under.ignore?.(sink.packets.at(-1)!) !== true) stop.abort();
        };
        const running = under.source.run(sink, stop.signal);
        await under.feed?.(sink);
        assert.deepEqual(await running, { ok: true, warnings: [] });
        await sleep(20);
        assert.equal(sink.packets.length, count);
        assert.ok(count > 0);
      }),
    );

    if (!traits.waits) return;

    test('waits for the sink, and ends at once when aborted meanwhile', options, () =>
      withSource(async (under) => {
        const sink = new CollectingSink();
        const stop = new AbortController();
        let asked = 0;
        const waiting = new Promise<void>((resolve) => {
          sink.wait = () => {
            if (sink.packets.length === 0) return undefined;
            asked += 1;
            resolve();
            return new Promise(() => undefined);
          };
        });
        let end: CaptureEnd | undefined;
        const running = under.source.run(sink, stop.signal).then((result) => {
          end = result;
        });
        const feeding = under.feed?.(sink);
        await waiting;
        await sleep(100);
        assert.equal(asked, 1);
        assert.equal(end, undefined);
        stop.abort();
        await running;
        assert.deepEqual(end, { ok: true, warnings: [] });
        await feeding;
      }),
    );

    test('goes on when the sink is ready again', options, () =>
      withSource(async (under) => {
        const sink = new CollectingSink();
        const stop = new AbortController();
        const relevant = (): TestPacket[] =>
          sink.packets.filter((packet) => under.ignore?.(packet) !== true);
        let asked = 0;
        sink.wait = () => (asked++ < 20 ? sleep(5) : undefined);
        sink.onPacket = () => {
          if (!traits.ends && isComplete(under, relevant())) stop.abort();
        };
        const running = under.source.run(sink, stop.signal);
        await under.feed?.(sink);
        assert.deepEqual(await running, { ok: true, warnings: [] });
        assertPackets(relevant(), under.expected, under.resolutionMs);
      }),
    );
  });
}

/** Live sources have nothing to expect until it is sent. */
function isComplete({ expected }: SourceUnderTest, packets: readonly TestPacket[]): boolean {
  return expected.length > 0 && packets.length >= expected.length;
}
