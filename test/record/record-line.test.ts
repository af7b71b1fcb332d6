import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countFields,
  emptyRecordLine,
  isTime,
  readIdentity,
  readType,
  type RejectReason,
} from '../../src/record/record-line.ts';
import { pieceOf } from '../base/cuttings.ts';
import { forSeeds } from '../base/seeds.ts';
import { recordOf, tabbed } from './lines.ts';

const TIME = '20240612190000';

const RECORDS: { name: string; line: string; type: number; serial: string; fields: number }[] = [
  {
    name: 'an inverter',
    line: `130|${TIME}|414051600000001|AC_Module_Type_C||284.4779|0.107|247.3326|0.4554|0.112|56.2324|2.0239|30.75|60.042|0`,
    type: 130,
    serial: '414051600000001',
    fields: 15,
  },
  { name: 'three fields', line: `777|${TIME}|A`, type: 777, serial: 'A', fields: 3 },
  {
    name: 'a serial with blanks and letters',
    line: `140|${TIME}|PVS5M 500001p|x`,
    type: 140,
    serial: 'PVS5M 500001p',
    fields: 4,
  },
  { name: 'empty fields, also last', line: `131|${TIME}|1||||`, type: 131, serial: '1', fields: 7 },
  { name: 'the greatest type', line: `99999|${TIME}|1`, type: 99_999, serial: '1', fields: 3 },
  {
    name: 'a type with zeros before it',
    line: `00130|${TIME}|1`,
    type: 130,
    serial: '1',
    fields: 3,
  },
  { name: 'a CR within', line: `130|${TIME}|1|a\rb`, type: 130, serial: '1', fields: 4 },
  {
    name: 'bytes beyond ASCII',
    line: `130|${TIME}|\xff\x80|\x00`,
    type: 130,
    serial: '\xff\x80',
    fields: 4,
  },
  { name: 'a leap day', line: '130|20240229235959|1', type: 130, serial: '1', fields: 3 },
];

for (const { name, line, type, serial, fields } of RECORDS) {
  test(`record: ${name}`, () => {
    const found = recordOf(tabbed(line));
    assert.equal(found.type, type);
    const text = (start: number, end: number) =>
      Buffer.from(found.data.subarray(start, end)).toString('latin1');
    assert.equal(text(found.serialStart, found.serialEnd), serial);
    assert.equal(text(found.timeAt, found.timeAt + 14), line.split('|')[1]);
    assert.equal(text(found.start, found.end), tabbed(line));
    assert.equal(countFields(found), fields);
  });
}

const REJECTED: { name: string; line: string; reason: RejectReason }[] = [
  { name: 'nothing', line: '', reason: 'no-type' },
  { name: 'a type alone', line: '130', reason: 'no-type' },
  { name: 'no type', line: `|${TIME}|1`, reason: 'no-type' },
  { name: 'a word', line: `abc|${TIME}|1`, reason: 'no-type' },
  { name: 'a type with a sign', line: `-130|${TIME}|1`, reason: 'no-type' },
  { name: 'a type with a blank', line: `130 |${TIME}|1`, reason: 'no-type' },
  { name: 'a type of six digits', line: `100130|${TIME}|1`, reason: 'no-type' },
  { name: 'blanks instead of TABs', line: `130 ${TIME} 1`, reason: 'no-type' },
  { name: 'no time', line: '130|', reason: 'no-time' },
  { name: 'a time of thirteen digits', line: '130|2024061219000|1', reason: 'no-time' },
  { name: 'a time of fifteen digits', line: '130|202406121900000|1', reason: 'no-time' },
  { name: 'a time with a letter', line: '130|2024061219000x|1', reason: 'no-time' },
  { name: 'a time with separators', line: '130|2024-06-12T190|1', reason: 'no-time' },
  { name: 'the fields changed about', line: `130|1|${TIME}`, reason: 'no-time' },
  { name: 'month 0', line: '130|20240012190000|1', reason: 'no-time' },
  { name: 'month 13', line: '130|20241312190000|1', reason: 'no-time' },
  { name: 'day 0', line: '130|20240600190000|1', reason: 'no-time' },
  { name: 'June 31', line: '130|20240631190000|1', reason: 'no-time' },
  { name: 'no leap day', line: '130|20230229190000|1', reason: 'no-time' },
  { name: 'no leap day in 1900', line: '130|19000229190000|1', reason: 'no-time' },
  { name: 'hour 24', line: '130|20240612240000|1', reason: 'no-time' },
  { name: 'minute 60', line: '130|20240612196000|1', reason: 'no-time' },
  { name: 'second 60', line: '130|20240612190060|1', reason: 'no-time' },
  { name: 'nothing behind the time', line: `130|${TIME}`, reason: 'no-serial' },
  { name: 'an empty serial', line: `130|${TIME}|`, reason: 'no-serial' },
  { name: 'an empty serial and a model', line: `130|${TIME}||SPR-5000m-x`, reason: 'no-serial' },
];

for (const { name, line, reason } of REJECTED) {
  test(`no record: ${name}`, () => {
    const { data, start, end } = pieceOf(Buffer.from(tabbed(line), 'latin1'));
    const found = emptyRecordLine();
    const type = readType(data, start, end, found);
    assert.equal(type === undefined ? 'no-type' : readIdentity(found), reason);
  });
}

test('times are those of the calendar', () => {
  const isReal = (digits: string): boolean => {
    const iso = digits.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6.000Z');
    const time = Date.parse(iso);
    return !Number.isNaN(time) && new Date(time).toISOString() === iso;
  };
  forSeeds(5000, (random) => {
    const two = (low: number, high: number) => String(random.int(low, high)).padStart(2, '0');
    const year = String(random.int(1890, 2110));
    const digits = `${year}${two(0, 13)}${two(0, 32)}${two(0, 25)}${two(0, 61)}${two(0, 61)}`;
    const { data, start } = pieceOf(Buffer.from(digits));
    assert.equal(isTime(data, start), isReal(digits), digits);
  });
});
