import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../src/base/nearest.ts';

const KNOWN = ['replay', 'run', 'export', 'import', 'status', '--supervisor', '--json'];

const CASES: { word: string; meant: string | undefined }[] = [
  { word: 'replay', meant: 'replay' },
  { word: 'repaly', meant: 'replay' },
  { word: 'replya', meant: 'replay' },
  { word: 'replays', meant: 'replay' },
  { word: 'rply', meant: undefined },
  { word: 'rn', meant: 'run' },
  { word: 'rnu', meant: 'run' },
  { word: 'ruin', meant: 'run' },
  { word: 'xport', meant: 'export' },
  { word: '--superviser', meant: '--supervisor' },
  { word: '--sepurvisr', meant: '--supervisor' },
  { word: '--jsn', meant: '--json' },
  { word: 'frobnicate', meant: undefined },
  { word: '', meant: undefined },
];

for (const { word, meant } of CASES) {
  test(`'${word}' was ${meant === undefined ? 'nothing known' : `meant to be '${meant}'`}`, () => {
    assert.equal(nearest(word, KNOWN), meant);
  });
}

test('the first of equally near ones, and none out of none', () => {
  assert.equal(nearest('cat', ['bat', 'hat']), 'bat');
  assert.equal(nearest('cat', []), undefined);
});

test('a word without end costs no time', () => {
  const start = performance.now();
  assert.equal(nearest('x'.repeat(1_000_000), KNOWN), undefined);
  assert.ok(performance.now() - start < 1000);
});
