import assert from 'node:assert/strict';
import type { Packet, PacketSink } from '../../src/capture/packet-source.ts';
import type { TestPacket } from './capture-bytes.ts';

/** Keeps a copy of every packet. */
export class CollectingSink implements PacketSink {
  readonly packets: TestPacket[] = [];
  /** Called after each packet was kept. */
  onPacket: (packet: Packet) => void = () => undefined;
  /** What `ready` answers. */
  wait: () => Promise<void> | undefined = () => undefined;

  packet(packet: Packet): void {
    const { timeMs, linkType, originalBytes } = packet;
    const bytes = Uint8Array.from(packet.data.subarray(packet.start, packet.end));
    this.packets.push({ timeMs, linkType, originalBytes, bytes });
    this.onPacket(packet);
  }

  ready(): Promise<void> | undefined {
    return this.wait();
  }
}

/** Same packets in the same order; times may differ by `resolutionMs`. */
export function assertPackets(
  actual: readonly TestPacket[],
  expected: readonly TestPacket[],
  resolutionMs = 0.0011,
): void {
  const text = (packet: TestPacket): string =>
    `${packet.linkType} ${packet.originalBytes} ${Buffer.from(packet.bytes).toString('hex')}`;
  assert.deepEqual(actual.map(text), expected.map(text));
  actual.forEach((packet, i) => {
    const differenceMs = Math.abs(packet.timeMs - expected[i]!.timeMs);
    assert.ok(differenceMs <= resolutionMs, `packet ${i} is off by ${differenceMs} ms`);
  });
}
