/**
 * Measures suntap against its budgets and prints one table: `make bench`. Ratios are taken in the
 * same run, their runs interleaved. `--quick` is for continuous integration: a smaller capture,
 * fewer turns. Exit 1 when a budget is not kept.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Row } from './table.ts';
import { attackRows } from './attack-rows.ts';
import { logRows, type LogExtent } from './log-rows.ts';
import { modelRows } from './model-rows.ts';
import { recoveryRows } from './recovery-rows.ts';
import { replayRows } from './replay-rows.ts';
import { siteCapture } from './site-capture.ts';
import { startRows } from './start-rows.ts';
import { tableText } from './table.ts';

interface Extent {
  days: number;
  replayTurns: number;
  startTurns: number;
  /** Of each recipe, over each link layer. */
  seeds: number;
  attackSec: number;
  log: LogExtent;
  modelDays: number;
}

const FULL: Extent = {
  days: 60,
  replayTurns: 7,
  startTurns: 21,
  seeds: 8,
  attackSec: 6,
  log: { days: 60, indexDays: 400, turns: 7 },
  modelDays: 400,
};
const QUICK: Extent = {
  days: 20,
  replayTurns: 3,
  startTurns: 7,
  seeds: 1,
  attackSec: 3,
  log: { days: 6, indexDays: 0, turns: 3 },
  modelDays: 400,
};

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    /** Leaves out what needs root and network namespaces. */
    'no-attack': { type: 'boolean', default: false },
    /** Only the parts whose names have this word in them, such as log. */
    only: { type: 'string', default: '' },
  },
});
const extent = values.quick ? QUICK : FULL;
const project = join(import.meta.dirname, '../..');
const distribution = join(project, 'dist');
const launcher = join(distribution, 'suntap');

/** One part's rows; a part that fails is a row too, and the others are still measured. */
async function part(what: string, measure: () => Row[] | Promise<Row[]>): Promise<Row[]> {
  if (!what.toLowerCase().includes(values.only.toLowerCase())) return [];
  process.stderr.write(`${what}\n`);
  try {
    return await measure();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${reason}\n`);
    return [{ what, measured: 'failed, see above', budget: '', ok: false }];
  }
}

const rows = [
  ...(await part(`Recovery from disturbed captures, seed ${values.seed}`, () =>
    recoveryRows(extent.seeds, Number(values.seed), launcher),
  )),
  ...(await part(`Replay of ${extent.days} days`, () =>
    replayRows(
      siteCapture(join(project, 'build/bench'), extent.days),
      launcher,
      extent.replayTurns,
    ),
  )),
  ...(await part('Start', () => startRows(distribution, extent.startTurns))),
  ...(await part('The log', () => logRows(extent.log, launcher))),
  ...(await part('The model', () => modelRows(extent.modelDays))),
  ...(values['no-attack'] ? [] : await part('Attack', () => attackRows(extent.attackSec))),
];
process.stdout.write(tableText(rows));
process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
