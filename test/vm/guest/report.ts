/** The way from the guest to the host: standard output is a port of the machine. */

import { writeSync } from 'node:fs';
import type { GuestEvent } from '../machine/job.ts';

/** The port for records, as /init opens it. */
const recordsPort = 3;
const eventsPort = 1;

/** Writes all of it; the port takes 32 KiB at a time. */
function writeAll(port: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(port, bytes, at);
}

export function report(event: GuestEvent): void {
  writeAll(eventsPort, Buffer.from(`${JSON.stringify(event)}\n`));
}

/** Puts bytes into the port for records. */
export function giveRecords(bytes: Uint8Array): void {
  writeAll(recordsPort, bytes);
}

/** Runs a guest program; whatever it throws is told to the host. */
export async function guestProgram(main: () => void | Promise<void>): Promise<void> {
  try {
    await main();
    report({ event: 'done' });
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report({ event: 'failed', reason });
  }
  // Whatever it has started goes with the machine.
  process.exit();
}
