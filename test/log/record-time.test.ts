import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MAX_TIME_SEC,
  MIN_TIME_SEC,
  printTimeSec,
  readTimeSec,
} from '../../src/log/record-time.ts';
import { isTime } from '../../src/record/record-line.ts';
import { forSeeds } from '../base/seeds.ts';

const SEC_PER_DAY = 86_400;

function read(text: string): number {
  const data = Buffer.from(`xx${text}99`);
  assert.ok(isTime(data, 2), text);
  return readTimeSec(data, 2);
}

function print(timeSec: number): string | undefined {
  const to = Buffer.alloc(18, 'x');
  const isPrinted = printTimeSec(timeSec, to, 2);
  assert.match(to.toString(), isPrinted ? /^xx\d{14}xx$/ : /^x{18}$/);
  return isPrinted ? to.toString('latin1', 2, 16) : undefined;
}

/** What the standard library makes of it. */
function expectedText(timeSec: number): string {
  return new Date(timeSec * 1000).toISOString().replace(/[-:T]|\.000Z/g, '');
}

const TIMES: { text: string; timeSec: number }[] = [
  { text: '19700101000000', timeSec: 0 },
  { text: '19700101000001', timeSec: 1 },
  { text: '19691231235959', timeSec: -1 },
  { text: '00000101000000', timeSec: MIN_TIME_SEC },
  { text: '00000229000000', timeSec: -62_162_121_600 },
  { text: '00000301000000', timeSec: -62_162_035_200 },
  { text: '99991231235959', timeSec: MAX_TIME_SEC },
  { text: '20000229120000', timeSec: 951_825_600 },
  { text: '21000228235959', timeSec: 4_107_542_399 },
  { text: '21000301000000', timeSec: 4_107_542_400 },
  { text: '20240229000000', timeSec: 1_709_164_800 },
  { text: '20241231235959', timeSec: 1_735_689_599 },
  { text: '20380119031408', timeSec: 2 ** 31 },
];

for (const { text, timeSec } of TIMES) {
  test(`${text} is ${timeSec}`, () => {
    assert.equal(read(text), timeSec);
    assert.equal(print(timeSec), text);
  });
}

test('every day of the years 0 to 9999 comes back, and nothing else lies between them', () => {
  const text = Buffer.alloc(14);
  const to = Buffer.alloc(14);
  let days = 0;
  for (let month = 0; month < 10_000 * 12; month++) {
    for (let day = 1; day <= 31; day++) {
      const date = Math.floor(month / 12) * 10_000 + ((month % 12) + 1) * 100 + day;
      text.write(`${String(date).padStart(8, '0')}000000`, 'latin1');
      if (!isTime(text, 0)) continue;
      const timeSec = MIN_TIME_SEC + days * SEC_PER_DAY;
      if (readTimeSec(text, 0) !== timeSec) assert.fail(text.toString());
      if (!printTimeSec(timeSec, to, 0) || !to.equals(text)) assert.fail(text.toString());
      days++;
    }
  }
  assert.equal(MIN_TIME_SEC + days * SEC_PER_DAY, MAX_TIME_SEC + 1);
});

test('every second of a day comes back', () => {
  const first = read('20240229000000');
  for (let timeSec = first; timeSec < first + SEC_PER_DAY; timeSec++) {
    const text = print(timeSec);
    assert.equal(text, expectedText(timeSec));
    assert.equal(read(text), timeSec);
  }
});

test('in any order, whatever was asked before', () => {
  forSeeds(3000, (random) => {
    const from = random.pick([MIN_TIME_SEC, 0]);
    const timeSec = from + Math.floor(random.next() * (MAX_TIME_SEC - from + 1));
    assert.equal(print(timeSec), expectedText(timeSec));
    assert.equal(read(expectedText(timeSec)), timeSec);
  });
});

for (const timeSec of [MIN_TIME_SEC - 1, MAX_TIME_SEC + 1, -(2 ** 53), 2 ** 53, NaN, Infinity]) {
  test(`${timeSec} is not printed`, () => {
    print(0);
    assert.equal(print(timeSec), undefined);
    assert.equal(print(0), '19700101000000');
  });
}
