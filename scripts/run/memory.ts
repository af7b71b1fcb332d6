/** What a process costs. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Memory that the process has for itself alone: Private_Clean and Private_Dirty of
 * proc(5) smaps_rollup. Undefined when the process is gone.
 */
export function privateBytes(pid: number): number | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  } catch {
    return undefined;
  }
  let kib = 0;
  for (const match of text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)) {
    kib += Number(match[1]);
  }
  return kib * 1024;
}

/** Private memory of a Node that does nothing but wait: what every other one is measured by. */
export async function bareNodePrivateBytes(settleMs = 1500): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  try {
    await sleep(settleMs);
    return privateBytes(child.pid ?? 0) ?? 0;
  } finally {
    child.kill('SIGKILL');
  }
}

/** Samples a process until `stop`, which gives the largest of what it saw. */
export function watchPrivateBytes(pid: number, everyMs = 100): { stop: () => number } {
  let peak = 0;
  const sample = (): void => {
    peak = Math.max(peak, privateBytes(pid) ?? 0);
  };
  sample();
  const timer = setInterval(sample, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      sample();
      return peak;
    },
  };
}
