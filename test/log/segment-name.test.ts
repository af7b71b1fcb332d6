import assert from 'node:assert/strict';
import { test } from 'node:test';
import { segmentName, segmentNumber, type SegmentSort } from '../../src/log/segment-name.ts';

const NAMES: { sort: SegmentSort; number: number; name: string }[] = [
  { sort: 'records', number: 1, name: '00000001.log' },
  { sort: 'records', number: 99_999_999, name: '99999999.log' },
  { sort: 'records', number: 100_000_000, name: '100000000.log' },
  { sort: 'records', number: 999_999_999_999, name: '999999999999.log' },
  { sort: 'days', number: 12, name: 'days-00000012.log' },
];

for (const { sort, number, name } of NAMES) {
  test(`${name}: number ${number} of ${sort}`, () => {
    assert.equal(segmentName(sort, number), name);
    assert.equal(segmentNumber(sort, name), number);
    assert.equal(segmentNumber(sort === 'days' ? 'records' : 'days', name), undefined);
  });
}

const OTHERS = [
  '',
  '.log',
  '1.log',
  '0000001.log',
  '000000001.log',
  '00000001.LOG',
  '00000001.log.bak',
  '00000001',
  'x00000001.log',
  '0000000x.log',
  '-0000001.log',
  '1234567890123.log',
  '9007199254740991.log',
  'day--00000001.log',
  'days-1.log',
  'lock',
];

for (const name of OTHERS) {
  test(`'${name}' is no segment`, () => {
    assert.equal(segmentNumber('records', name), undefined);
    assert.equal(segmentNumber('days', name), undefined);
  });
}
