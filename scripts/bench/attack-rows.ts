/** Memory of `suntap run` while its line is flooded, and whether it goes on reading. */
import type { Row } from './table.ts';
import { measureAttack } from '../run/attack.ts';
import { mebibytes } from './table.ts';

const GROWTH_BUDGET_BYTES = 8 * 1_048_576;

/** Needs root for its network namespaces; without it there is one row that says so. */
export async function attackRows(durationSec: number): Promise<Row[]> {
  const what = 'suntap run under attack';
  if (process.getuid?.() !== 0) {
    return [{ what, measured: 'not measured: needs root', budget: '', ok: undefined }];
  }
  const figures = await measureAttack({ capture: 'libpcap', durationSec });
  const { bareBytes, idleBytes, peakBytes, framesSent, totals } = figures;
  const growth = peakBytes - idleBytes;
  return [
    {
      what: 'suntap run, idle: private memory over bare Node',
      measured: `${mebibytes(idleBytes - bareBytes)} over ${mebibytes(bareBytes)}`,
      budget: '',
      ok: undefined,
    },
    {
      what: `${what} (${framesSent} frames): private memory over idle`,
      measured: `${mebibytes(growth)} over ${mebibytes(idleBytes)}`,
      budget: `<= ${mebibytes(GROWTH_BUDGET_BYTES)}`,
      ok: growth <= GROWTH_BUDGET_BYTES,
    },
    {
      what: `${what}: records of the real supervisor`,
      measured: `${totals.read} of ${totals.sent}; ${totals.invented} never sent, ${totals.duplicates} twice`,
      budget: 'all, none twice',
      ok: totals.missing + totals.invented + totals.duplicates === 0,
    },
  ];
}
