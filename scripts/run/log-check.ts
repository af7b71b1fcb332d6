/** What the log holds at the end of a scene, against what suntap printed as it came. */

import { spawnSync } from 'node:child_process';
import type { Ledger } from './ledger.ts';
import { suntapProgram } from './scene.ts';

export interface LogCheck {
  records: number;
  /** In the log more than once. */
  twice: number;
  /** Printed, and not in the log. */
  missing: number;
  /** `log info`, as a person sees it. */
  info: string;
  /** `log verify` found nothing wrong. */
  whole: boolean;
}

const maxOutputBytes = 2 ** 30;

export function checkLog(directory: string, ledger: Ledger): LogCheck {
  const suntap = (...args: string[]): { code: number | null; text: string } => {
    const command = [...args, '--log', directory];
    const run = spawnSync(suntapProgram, command, { encoding: 'utf8', maxBuffer: maxOutputBytes });
    return { code: run.status, text: run.stdout };
  };
  const lines = suntap('export', '--format', 'records').text.split('\n').slice(0, -1);
  const distinct = new Set(lines);
  let printed = 0;
  for (const line of distinct) if (ledger.wasRead(line)) printed += 1;
  return {
    records: lines.length,
    twice: lines.length - distinct.size,
    missing: ledger.totals().read - printed,
    info: suntap('log', 'info').text,
    whole: suntap('log', 'verify').code === 0,
  };
}
