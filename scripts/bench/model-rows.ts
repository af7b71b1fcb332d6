/** What the model takes: time for a day and for a request, memory for years. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Row } from './table.ts';

const DAY_BUDGET_MS = 50;
const MEMORY_BUDGET_BYTES = 3 * 1024 * 1024;
/** As the daemon runs. */
const WITHOUT_COMPILER = ['--no-opt', '--max-semi-space-size=1'];

interface Measured {
  dayMs: number;
  requestMs: number;
  bytes: number;
  /** Of the readings that are in memory. */
  sampleBytes: number;
}

function measure(flags: readonly string[], days: number, inverters: number): Measured {
  const program = join(import.meta.dirname, 'model-run.ts');
  const args = [...flags, '--expose-gc', '--import', 'tsx', program, `${days}`, `${inverters}`];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (!stdout.startsWith('{')) throw new Error(stderr);
  return JSON.parse(stdout) as Measured;
}

/** @param days of the history whose memory is measured */
export function modelRows(days: number): Row[] {
  const day = measure([], 8, 24);
  const slow = measure(WITHOUT_COMPILER, 4, 24);
  const history = measure([], days, 38);
  // What code and its garbage take is in both, and not always the same: years against a week.
  const week = measure([], 7, 38);
  const bytes = history.bytes - week.bytes + week.sampleBytes;
  return [
    {
      what: 'the model: a day of 26 devices',
      measured: `${day.dayMs.toFixed(1)} ms`,
      budget: `${DAY_BUDGET_MS} ms`,
      ok: day.dayMs <= DAY_BUDGET_MS,
    },
    {
      what: 'the same as the daemon runs, without the optimizing compiler',
      measured: `${slow.dayMs.toFixed(1)} ms; a request at the end of the day ${slow.requestMs.toFixed(1)} ms`,
      budget: '',
      ok: undefined,
    },
    {
      what: `the model: memory of 40 devices and ${days} days`,
      measured: `${(bytes / 2 ** 20).toFixed(2)} MiB`,
      budget: `${MEMORY_BUDGET_BYTES / 2 ** 20} MiB`,
      ok: bytes <= MEMORY_BUDGET_BYTES,
    },
  ];
}
