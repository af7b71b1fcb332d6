import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Collector } from '../../scripts/sim/collector.ts';
import type { CollectorFault } from '../../scripts/sim/collector.ts';
import { Site } from '../../scripts/sim/site.ts';
import { Supervisor } from '../../scripts/sim/supervisor.ts';
import type { SupervisorEvent } from '../../scripts/sim/supervisor.ts';
import { parseTruth } from '../../scripts/sim/truth.ts';

const host = '127.0.0.1';
const cycleMs = 20;
const outages: CollectorFault[][] = [
  [],
  ['refuse'],
  ['swallow'],
  ['error', 'cut'],
  ['half-answer', 'slow'],
];

for (const keepAlive of [true, false]) {
  for (const faults of outages) {
    const name = faults.length === 0 ? 'no fault' : faults.join(', ');
    test(`all records arrive with ${name}, keep-alive ${keepAlive}`, async () => {
      const taken = new Map<string, number>();
      const collector = new Collector({
        host,
        port: 0,
        slowMs: 30,
        onRequest: ({ lines, answered }) => {
          if (answered) for (const line of lines) taken.set(line, (taken.get(line) ?? 0) + 1);
        },
      });
      const port = await collector.listen();
      const events: SupervisorEvent[] = [];
      const ending = new AbortController();
      const supervisor = new Supervisor({
        site: new Site({ seed: 8, startTimeSec: Date.UTC(2026, 4, 9, 7) / 1000, inverters: 4 }),
        seed: 8,
        host,
        port,
        cycleMs,
        keepAlive,
        firstInterval: 150,
        onEvent: (event) => {
          events.push(event);
          if (event.event === 'drained') ending.abort();
        },
      });
      const running = supervisor.run(ending.signal);
      await sleep(8 * cycleMs);
      for (const fault of faults) {
        await collector.setFault(fault);
        await sleep(700);
      }
      await collector.setFault('none');
      await sleep(12 * cycleMs);
      supervisor.drain();
      await running;
      await collector.close();

      const truth = [...supervisor.truth.entries()];
      assert.ok(truth.length > 50, `${truth.length} records`);
      for (const entry of truth) {
        assert.ok(entry.acknowledged >= 1 && entry.sent >= entry.acknowledged, entry.line);
        // An answer that came too late was one all the same.
        assert.ok((taken.get(entry.line) ?? 0) >= entry.acknowledged, entry.line);
      }
      assert.deepEqual(new Set(taken.keys()), new Set(truth.map(({ line }) => line)));
      assert.deepEqual(parseTruth(supervisor.truth.toJsonLines()), truth);
      const kinds = new Set(events.flatMap((event) => ('kind' in event ? [event.kind] : [])));
      assert.ok(kinds.has('live') && kinds.has('heartbeat'));
      assert.equal(
        kinds.has('retry'),
        faults.length > 0 && faults[0] !== 'slow',
        [...kinds].join(),
      );
    });
  }
}

test('the backlog comes in large requests, out of order, and is told in the health record', async () => {
  const collector = new Collector({ host, port: 0 });
  const port = await collector.listen();
  await collector.setFault('refuse');
  const backlog: string[][] = [];
  const ending = new AbortController();
  const supervisor = new Supervisor({
    site: new Site({ seed: 9, startTimeSec: Date.UTC(2026, 4, 9, 7) / 1000, inverters: 4 }),
    seed: 9,
    host,
    port,
    cycleMs,
    keepAlive: true,
    firstInterval: 150,
    onEvent: (event) => {
      if (event.event === 'begin' && event.kind === 'backlog') backlog.push(event.lines);
      if (event.event === 'drained') ending.abort();
    },
  });
  const running = supervisor.run(ending.signal);
  await sleep(60 * cycleMs);
  await collector.setFault('none');
  await sleep(10 * cycleMs);
  supervisor.drain();
  await running;
  await collector.close();
  const times = backlog.flatMap((lines) =>
    lines.filter((line) => line.startsWith('120\t')).map((line) => line.split('\t')[1] ?? ''),
  );
  assert.ok(times.length > 20, `${times.length} intervals`);
  assert.notDeepEqual(times, times.toSorted());
  const untransmitted = backlog
    .flat()
    .map((line) => (line.startsWith('120\t') ? line.split('\t')[7] : '0'));
  assert.ok(untransmitted.some((count) => Number(count) > 0));
});
