import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  dateOf,
  dateText,
  dayNumber,
  daysInMonth,
  parseDate,
  weekdayOf,
} from '../../src/zone/calendar.ts';

const MS_PER_DAY = 86_400_000;
const FIRST = dayNumber(0, 1, 1);
const LAST = dayNumber(9999, 12, 31);

test('every day of the years 0 to 9999 is that of the standard library, there and back', () => {
  let [year, month, day] = [0, 1, 1];
  for (let days = FIRST; days <= LAST; days++) {
    const date = dateOf(days);
    const isSame = date.year === year && date.month === month && date.day === day;
    if (!isSame || dayNumber(year, month, day) !== days) assert.fail(`${days}: ${dateText(date)}`);
    if (++day > daysInMonth(year, month)) [month, day] = [month + 1, 1];
    if (month > 12) [year, month] = [year + 1, 1];
  }
  for (let days = FIRST; days <= LAST; days += 97) {
    const time = new Date(days * MS_PER_DAY);
    assert.equal(dateText(dateOf(days)), time.toISOString().slice(0, 10));
    assert.equal(weekdayOf(days), time.getUTCDay());
  }
});

test('years before 0 and after 9999 go on', () => {
  for (const year of [-100_000, -401, -400, -1, 10_000, 123_456]) {
    const days = dayNumber(year, 12, 31);
    assert.deepEqual(dateOf(days), { year, month: 12, day: 31 });
    assert.deepEqual(dateOf(days + 1), { year: year + 1, month: 1, day: 1 });
  }
});

const DATES: { text: string; days: number | undefined }[] = [
  { text: '1970-01-01', days: 0 },
  { text: '1969-12-31', days: -1 },
  { text: '2000-02-29', days: 11_016 },
  { text: '0000-01-01', days: FIRST },
  { text: '9999-12-31', days: LAST },
  { text: '1900-02-29', days: undefined },
  { text: '2023-02-29', days: undefined },
  { text: '2023-04-31', days: undefined },
  { text: '2023-00-10', days: undefined },
  { text: '2023-13-10', days: undefined },
  { text: '2023-01-00', days: undefined },
  { text: '2023-01-32', days: undefined },
  { text: '2023-1-1', days: undefined },
  { text: ' 2023-01-01', days: undefined },
  { text: '2023-01-01T00:00', days: undefined },
  { text: '', days: undefined },
];

for (const { text, days } of DATES) {
  test(`'${text}' is ${days === undefined ? 'no date' : `day ${days}`}`, () => {
    assert.equal(parseDate(text), days);
  });
}
