/** What the daemon tells of the site while it runs, against what the log says when it is over. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Scene, sleep } from '../../scripts/run/scene.ts';
import type { Status } from '../../src/cli/status-snapshot.ts';
import { suntap, until } from './kept.ts';
import { skipLive } from './needs.ts';

const skip = skipLive();
const timeout = 120_000;
/** A status comes every ten seconds at most. */
const statusMs = 11_000;

function statusOf(scene: Scene): Status | undefined {
  if (!existsSync(scene.statusFile)) return undefined;
  return JSON.parse(readFileSync(scene.statusFile, 'utf8')) as Status;
}

/** Sums of the readings of the site, in Wh, of the newest day. */
function exportedDay(log: string): { day: string; productionWh: number; lines: number } {
  const { code, output, talk } = suntap(['export', '--log', log]);
  assert.equal(code, 0, talk);
  const rows = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ scope }) => scope === 'site');
  let productionMilliWh = 0;
  for (const { productionWh } of rows) {
    productionMilliWh += Math.round(Number(productionWh ?? 0) * 1000);
  }
  const time = rows.at(-1)?.['time'];
  assert.ok(typeof time === 'string');
  return { day: time.slice(0, 10), productionWh: productionMilliWh / 1000, lines: rows.length };
}

async function settled(scene: Scene, records: number): Promise<Status> {
  let status: Status | undefined;
  const deadlineMs = performance.now() + statusMs;
  while (performance.now() < deadlineMs) {
    status = statusOf(scene);
    if (status?.complete === true && (status.counters?.records ?? 0) >= records) return status;
    await sleep(100);
  }
  assert.fail(`no status of ${records} records: ${JSON.stringify(status?.counters)}`);
}

test(
  'the status of a running daemon is what its log says, also after a restart',
  { skip, timeout },
  async () => {
    const scene = await Scene.open({
      capture: 'libpcap',
      seed: 31,
      cycleMs: 100,
      keepAlive: false,
      firstInterval: 120,
    });
    const log = join(scene.network.directory, 'log');
    const options = ['--log', log, '--commit-interval', '1'];
    try {
      await scene.startReader(options);
      scene.tell({ command: 'go' });
      await sleep(2500);
      await scene.drain();
      assert.ok(await scene.caughtUp(5000), scene.readerTalk);
      const first = scene.ledger.totals().read;
      const before = await settled(scene, first);
      const shown = suntap(['status', '--status-file', scene.statusFile]);
      assert.equal(shown.code, 0, shown.talk);
      assert.ok(
        shown.output.split('\n').every((line) => line.length <= 80),
        shown.output,
      );
      const kinds = before.devices.map(({ kind }) => kind);
      assert.deepEqual(
        ['supervisor', 'inverter', 'productionMeter', 'gridMeter'].filter(
          (kind) => !kinds.includes(kind as (typeof kinds)[number]),
        ),
        [],
      );
      assert.ok((await scene.stopReader()).code === 0, scene.readerTalk);
      assert.ok(!existsSync(scene.statusFile));
      const gone = suntap(['status', '--status-file', scene.statusFile]);
      assert.equal(gone.code, 1);
      assert.match(gone.talk, /is not running/);

      const day = exportedDay(log);
      assert.ok(day.productionWh > 100, `${day.productionWh} Wh`);
      assert.equal(before.today?.productionWh, day.productionWh);
      assert.equal(before.now?.time.slice(0, 10), day.day);

      // What was read before the restart is known at once, and what comes joins it.
      await scene.startReader(options);
      await until('the status', () => statusOf(scene)?.complete === true);
      assert.equal(statusOf(scene)?.today?.productionWh, day.productionWh);
    } finally {
      scene.close();
    }
  },
);
