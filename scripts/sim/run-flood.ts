/**
 * The flood as a program, which puts its frames on an interface:
 *
 *     node --import tsx scripts/sim/run-flood.ts --interface mirror0 --frames-per-sec 4000 --seconds 5
 *
 * Ends by itself and prints how many frames it sent, as a JSON line.
 */

import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { writeJsonLine } from './control.ts';
import { Flood } from './flood.ts';

/** What is used of the capture addon, which has no types of its own. */
interface RawInterface {
  open(device: string, filter: string, bufferBytes: number, buffer: Buffer): string;
  send(frame: Buffer, lengthBytes: number): boolean;
  close(): void;
}

const { values } = parseArgs({
  options: {
    interface: { type: 'string', default: 'mirror0' },
    supervisor: { type: 'string', default: '192.168.1.50' },
    collector: { type: 'string', default: '198.51.100.9' },
    flows: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    'frames-per-sec': { type: 'string', default: '4000' },
    seconds: { type: 'string', default: '5' },
  },
});

const tickMs = 10;
const { Cap } = createRequire(import.meta.url)('cap') as { Cap: new () => RawInterface };
const line = new Cap();
// It only sends; the filter lets nothing in.
line.open(values.interface, 'less 1', 65_536, Buffer.alloc(65_536));

const flood = new Flood({
  seed: Number(values.seed),
  supervisor: values.supervisor,
  collector: values.collector,
  flows: Number(values.flows),
});
const framesPerSec = Number(values['frames-per-sec']);
const frameCount = framesPerSec * Number(values.seconds);
const startMs = performance.now();
let sent = 0;

const timer = setInterval(() => {
  const due = Math.min(frameCount, ((performance.now() - startMs) / 1000) * framesPerSec);
  while (sent < due) {
    const frame = flood.next();
    line.send(frame, frame.length);
    sent += 1;
  }
  if (sent < frameCount) return;
  clearInterval(timer);
  line.close();
  writeJsonLine({ event: 'flooded', frames: sent });
}, tickMs);
