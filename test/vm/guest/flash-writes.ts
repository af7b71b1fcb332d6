/** Counts what reaches the flash: every write and erase of its driver, by kprobes. */

import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../../../scripts/run/command.ts';
import type { FlashWrites } from '../machine/job.ts';

const tracing = '/sys/kernel/tracing';
/** phram_write(mtd, to, len, ...): the third argument is the length. */
const probes = `p:suntap/write phram:phram_write bytes=%dx:u64
p:suntap/erase phram:phram_erase
`;
const bufferKib = 16_384;
/** The file systems write for themselves after a mount, and late what they have been given. */
const settleMs = { mount: 8000, sync: 6000 };

/** Begins to count, once what the mount has begun is over. */
export async function watchFlash(): Promise<void> {
  runCommand('mount', ['-t', 'tracefs', 'tracefs', tracing]);
  writeFileSync(`${tracing}/kprobe_events`, probes);
  writeFileSync(`${tracing}/buffer_size_kb`, String(bufferKib));
  runCommand('sync', []);
  await sleep(settleMs.mount);
  writeFileSync(`${tracing}/events/suntap/enable`, '1');
}

/** What `act` brings to the flash, with all that the file system still owes when it is done. */
export async function countWrites(act: () => void): Promise<FlashWrites> {
  writeFileSync(`${tracing}/trace`, '');
  act();
  runCommand('sync', []);
  await sleep(settleMs.sync);
  const trace = readFileSync(`${tracing}/trace`, 'utf8');
  const writes = [...trace.matchAll(/ write: .* bytes=(\d+)/g)];
  const bytes = writes.reduce((sum, [, text]) => sum + Number(text), 0);
  return { bytes, writes: writes.length, erases: trace.match(/ erase: /g)?.length ?? 0 };
}
