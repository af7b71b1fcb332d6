/**
 * The name under which a run keeps what it makes: the process and the moment it was started, so
 * that a later run can tell what belongs to nobody any more.
 */

import { readFileSync } from 'node:fs';

const prefix = 'suntap-sim';
const pattern = /^suntap-sim-(\d+)-(\d+)-\d+(?:-[a-z]+)?$/;

/** Start of a process in clock ticks since boot (proc(5), field 22), or undefined without one. */
function startTicks(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the name in brackets, and may hold anything, also brackets and spaces.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

let ids = 0;

/** A name for what this process makes, another with each call. */
export function newRunId(): string {
  ids += 1;
  return `${prefix}-${process.pid}-${startTicks(process.pid) ?? '0'}-${ids}`;
}

/** True where the name is one that a run has given and that run's process is no more. */
export function isLeftover(name: string): boolean {
  const match = pattern.exec(name);
  if (match === null) return false;
  const [, pid = '', ticks] = match;
  return startTicks(Number(pid)) !== ticks;
}
