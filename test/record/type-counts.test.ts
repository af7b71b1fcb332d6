import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TypeCounts } from '../../src/record/type-counts.ts';

test('records are counted by type, whatever their order', () => {
  const counts = new TypeCounts();
  for (const type of [130, 131, 130, 130, 120, 131]) counts.count(type);
  assert.deepEqual(counts.entries, [
    [120, 1],
    [130, 3],
    [131, 2],
  ]);
});

test('types without end are counted in bounded memory', () => {
  const counts = new TypeCounts();
  for (let type = 0; type < 100_000; type++) counts.count(type);
  for (let type = 0; type < 10; type++) counts.count(type);
  assert.equal(counts.entries.length, 64);
  assert.deepEqual(counts.entries[0], [0, 2]);
  assert.equal(counts.others.records, 100_000 - 64);
});
