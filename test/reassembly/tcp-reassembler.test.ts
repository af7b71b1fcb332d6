import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Script } from './script.ts';
import { MIDSTREAM } from './cases/beginnings.ts';
import { CHECKSUMS } from './cases/checksums.ts';
import { ENDS } from './cases/ends.ts';
import { GAPS } from './cases/gaps.ts';
import { ORDER, OVERLAPS, PROBES, WRAP } from './cases/order.ts';
import { REUSE, STRAYS } from './cases/reuse.ts';

const TABLES = {
  order: ORDER,
  overlaps: OVERLAPS,
  probes: PROBES,
  wrap: WRAP,
  midstream: MIDSTREAM,
  gaps: GAPS,
  ends: ENDS,
  'reuse of ports': REUSE,
  strays: STRAYS,
  checksums: CHECKSUMS,
};

for (const [table, cases] of Object.entries(TABLES)) {
  for (const { name, todo, steps, events, counters = {}, ...options } of cases) {
    test(`${table}: ${name}`, { todo: todo ?? false }, () => {
      const script = new Script(options);
      for (const step of steps) script.step(step);
      script.finish();
      assert.deepEqual(script.recording.events, events);
      for (const [counter, count] of Object.entries(counters)) {
        const counted: Partial<Record<string, number>> = { ...script.reassembler.counters };
        assert.equal(counted[counter], count, counter);
      }
    });
  }
}
