import assert from 'node:assert/strict';
import test from 'node:test';
import { Ledger, readRecord } from '../../scripts/run/ledger.ts';
import type { ReadRecord } from '../../scripts/run/ledger.ts';
import { isComplete } from '../../scripts/run/report.ts';

function record(line: string): ReadRecord {
  const fields = line.split('\t');
  return { type: Number(fields[0]), time: fields[1] ?? '', serial: fields[2] ?? '', fields };
}

const one = '130\t20260509120000\tA\t\t1.5';
const other = '140\t20260509120000\tB\t\t2.5';

const cases = [
  {
    name: 'all read, one of them sent twice',
    read: [one, other],
    expected: { sent: 2, timesSent: 3, read: 2, missing: 0, duplicates: 0, invented: 0 },
  },
  {
    name: 'one missing',
    read: [one],
    expected: { sent: 2, timesSent: 3, read: 1, missing: 1, duplicates: 0, invented: 0 },
  },
  {
    name: 'one read twice',
    read: [one, other, one],
    expected: { sent: 2, timesSent: 3, read: 2, missing: 0, duplicates: 1, invented: 0 },
  },
  {
    name: 'one that was never sent',
    read: [one, other, '130\t20260509120000\tA\t\t1.6'],
    expected: { sent: 2, timesSent: 3, read: 2, missing: 0, duplicates: 0, invented: 1 },
  },
  {
    name: 'a header read counts for nothing',
    read: [one, '100\tSPMS\t10\tS\t20260509120003', other],
    expected: { sent: 2, timesSent: 3, read: 2, missing: 0, duplicates: 0, invented: 0 },
  },
];

for (const { name, read, expected } of cases) {
  test(`the ledger tells: ${name}`, () => {
    const ledger = new Ledger();
    ledger.addTruth([
      { line: one, sent: 1, acknowledged: 1 },
      { line: other, sent: 2, acknowledged: 1 },
    ]);
    for (const line of read) ledger.countRead(record(line));
    assert.deepEqual(ledger.totals(), expected);
    const { missing, duplicates, invented } = expected;
    assert.equal(isComplete(ledger.totals()), missing + duplicates + invented === 0);
  });
}

test('a record that never went over the line whole is not missing', () => {
  const ledger = new Ledger();
  ledger.addTruth([{ line: one, sent: 3, acknowledged: 0 }]);
  assert.equal(ledger.totals().missing, 0);
  assert.deepEqual(ledger.missing(5), []);
});

test('lines that are no records are told apart', () => {
  assert.equal(readRecord({ event: 'x' }), undefined);
  assert.deepEqual(readRecord({ type: 130, time: 'T', serial: 'S', fields: ['130', ''] }), {
    type: 130,
    time: 'T',
    serial: 'S',
    fields: ['130', ''],
  });
});
