/** Frames that nothing but our tests sends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestPacket } from './capture-bytes.ts';
import type { CollectingSink } from './collecting-sink.ts';
import type { VethPair } from './veth-pair.ts';

/** An Ethernet type for experiments. */
const EXPERIMENT = 0x88b5;
const PROBE = 0xff;

/** A broadcast frame of `length` bytes, at least 60. */
export function experimentFrame(id: number, length = 60): Buffer {
  const frame = Buffer.alloc(length, id);
  frame.fill(0xff, 0, 6);
  Buffer.from('020000000001', 'hex').copy(frame, 6);
  frame.writeUInt16BE(EXPERIMENT, 12);
  frame[14] = id;
  return frame;
}

export function isProbe(packet: TestPacket): boolean {
  return packet.bytes[14] === PROBE;
}

/** Sends probes until one arrives. */
export async function untilCaptured(pair: VethPair, sink: CollectingSink): Promise<void> {
  const before = sink.packets.length;
  const endMs = performance.now() + 20_000;
  while (sink.packets.length === before && performance.now() < endMs) {
    try {
      pair.send(experimentFrame(PROBE));
    } catch {
      // The interface is down.
    }
    await sleep(50);
  }
  if (sink.packets.length === before) throw new Error('nothing is captured');
  // Probes still under way are let pass.
  await sleep(300);
}

/** Ten frames of all sizes, with the time of sending. */
export function sendFrames(pair: VethPair, expected: TestPacket[]): void {
  for (let id = 0; id < 10; id++) {
    const bytes = experimentFrame(id, id % 2 === 0 ? 60 : 60 + id * 160);
    expected.push({ timeMs: Date.now(), linkType: 1, bytes, originalBytes: bytes.length });
    pair.send(bytes);
  }
}
