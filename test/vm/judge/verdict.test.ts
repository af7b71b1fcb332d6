import assert from 'node:assert/strict';
import test from 'node:test';
import { judge } from './verdict.ts';

const nothing = { lost: [], twice: [], invented: [] };
const cases = [
  { name: 'all is there', exported: ['a', 'b', 'c'], full: false, expected: nothing },
  {
    name: 'more than was promised',
    exported: ['a', 'b', 'c', 'd'],
    full: false,
    expected: nothing,
  },
  {
    name: 'the last is lost',
    exported: ['a', 'b'],
    full: false,
    expected: { ...nothing, lost: ['c'] },
  },
  {
    name: 'the oldest is lost',
    exported: ['b', 'c'],
    full: false,
    expected: { ...nothing, lost: ['a'] },
  },
  { name: 'the oldest made room', exported: ['b', 'c'], full: true, expected: nothing },
  {
    name: 'one in the middle is lost, whatever made room',
    exported: ['a', 'c'],
    full: true,
    expected: { ...nothing, lost: ['b'] },
  },
  {
    name: 'everything is lost, which is no making room',
    exported: [],
    full: true,
    expected: { ...nothing, lost: ['a', 'b', 'c'] },
  },
  {
    name: 'one is there twice',
    exported: ['a', 'b', 'b', 'c'],
    full: false,
    expected: { ...nothing, twice: ['b'] },
  },
  {
    name: 'one was never sent',
    exported: ['a', 'b', 'c', 'x'],
    full: false,
    expected: { ...nothing, invented: ['x'] },
  },
];

for (const { name, exported, full, expected } of cases) {
  test(`the verdict on a cut: ${name}`, () => {
    const verdict = judge({
      acknowledged: ['a', 'b', 'c'],
      exported,
      wasSent: (line) => 'abcd'.includes(line),
      mayHaveForgotten: full,
    });
    assert.deepEqual(verdict, expected);
  });
}
