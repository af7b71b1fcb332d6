/**
 * The whole log against a model of it, by random sequences of whatever may happen: records, commits,
 * power cuts, processes that are killed, file systems that fail, fill up and heal.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordOf } from '../record/lines.ts';
import { LogModel, PLENTY_BYTES } from './log-model.ts';
import { bulky, chooser } from './log-under-test.ts';
import { steps, type Step } from './log-steps.ts';

/** Begins the random tests elsewhere, as in test/base/seeds.ts; fast-check prints it when one fails. */
const SEED = Number(process.env['TEST_SEED'] ?? 1);

function run(list: readonly Step[], sizeLimitBytes: number): void {
  const model = new LogModel(sizeLimitBytes);
  for (const step of list) take(model, step);
  model.heal();
  model.commit();
  model.powerCut(chooser(1));
  model.commit();
  assert.equal(model.log.fault, undefined);
}

function take(model: LogModel, step: Step): void {
  // On a full disk the oldest make room.
  if (step.kind === 'fill' || ('code' in step && step.code === 'ENOSPC')) model.mayRemove = true;
  switch (step.kind) {
    case 'add':
      for (const line of step.lines) model.add(recordOf(line), line);
      return;
    case 'add-bulky':
      for (let i = 0; i < step.count; i++) {
        const line = bulky(step.first + i);
        model.add(recordOf(line), line);
      }
      return;
    case 'commit':
      model.commit();
      return;
    case 'commitFull':
      model.commitFull();
      return;
    case 'reopen':
      model.reopen();
      return;
    case 'kill':
      model.kill();
      return;
    case 'power-cut':
      model.powerCut(chooser(step.seed));
      return;
    case 'fail-at':
      model.files.failAt(model.files.operations + step.operation, step.code, step.how);
      return;
    case 'fail':
      model.files.failFrom(model.files.operations + step.operation, step.code);
      return;
    case 'heal':
      model.heal();
      return;
    case 'read-only':
      model.files.readOnly = true;
      return;
    case 'fill':
      model.fill(step.leftBytes);
  }
}

test('records and commits, whatever fails', () => {
  fc.assert(
    fc.property(steps({ bulky: 0 }), (list) => {
      run(list, PLENTY_BYTES);
    }),
    { seed: SEED, numRuns: 1500 },
  );
});

test('many segments', () => {
  fc.assert(
    fc.property(steps({ bulky: 3 }), (list) => {
      run(list, PLENTY_BYTES);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test('many segments, of which the oldest go', () => {
  fc.assert(
    fc.property(steps({ bulky: 3 }), (list) => {
      run(list, 256 << 10);
    }),
    { seed: SEED, numRuns: 300 },
  );
});
