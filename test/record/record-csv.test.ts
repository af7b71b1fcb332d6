import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { ByteOutput } from '../../src/base/byte-output.ts';
import { csvColumns, writeRecordCsv } from '../../src/record/record-csv.ts';
import { recordOf, tabbed } from './lines.ts';

/** The row without its line end, one character a byte. */
function rowOf(line: string, type?: number): string {
  const output = new ByteOutput(new PassThrough());
  writeRecordCsv(recordOf(line), csvColumns(type).length, output);
  const text = Buffer.from(output.buffer.subarray(0, output.length)).toString('latin1');
  assert.equal(text.at(-1), '\n');
  return text.slice(0, -1);
}

test('columns: the fields of a type that is known whole, or the same four for all others', () => {
  const supervisor =
    'type,time,supervisorSerial,model,softwareVersion,secondVersion,productName,protocolName';
  assert.equal(csvColumns(122).join(), supervisor);
  for (const type of [undefined, 131, 777]) {
    assert.equal(csvColumns(type).join(), 'type,time,serial,fields');
  }
});

const ROWS: { name: string; line: string; type?: number; row: string }[] = [
  {
    name: 'a type that is known',
    line: '122|20260509110500|T1|PVS5|1.2|3|name|p',
    type: 122,
    row: '122,2026-05-09T11:05:00Z,T1,PVS5,1.2,3,name,p',
  },
  {
    name: 'empty fields',
    line: '122|20260509110500|T1|||||',
    type: 122,
    row: '122,2026-05-09T11:05:00Z,T1,,,,,',
  },
  {
    name: 'fewer fields than columns',
    line: '122|20260509110500|T1|PVS5',
    type: 122,
    row: '122,2026-05-09T11:05:00Z,T1,PVS5,,,,',
  },
  {
    name: 'more fields than columns stay in the last one',
    line: '122|20260509110500|T1|PVS5|1.2|3|name|p|q|r',
    type: 122,
    row: '122,2026-05-09T11:05:00Z,T1,PVS5,1.2,3,name,"p\tq\tr"',
  },
  {
    name: 'any type',
    line: '777|19991231235959|S|1|2',
    row: '777,1999-12-31T23:59:59Z,S,"1\t2"',
  },
  { name: 'one field', line: '777|20260509110500|S|1', row: '777,2026-05-09T11:05:00Z,S,1' },
  { name: 'no field', line: '777|20260509110500|S', row: '777,2026-05-09T11:05:00Z,S,' },
  {
    name: 'a type spelled with zeros',
    line: '0777|20260509110500|S|1',
    row: '0777,2026-05-09T11:05:00Z,S,1',
  },
  {
    name: 'commas and quotation marks',
    line: '777|20260509110500|a,b|say "x"',
    row: '777,2026-05-09T11:05:00Z,"a,b","say ""x"""',
  },
  {
    name: 'control bytes are quoted and stay as they are',
    line: '777|20260509110500|\x1b[2J|a\rb\0',
    row: '777,2026-05-09T11:05:00Z,"\x1b[2J","a\rb\0"',
  },
  {
    name: 'bytes that are no text',
    line: '777|20260509110500|\xff\x80|\xc3\xa4',
    row: '777,2026-05-09T11:05:00Z,\xff\x80,\xc3\xa4',
  },
  {
    name: 'blanks at the ends',
    line: '777|20260509110500| S | x ',
    row: '777,2026-05-09T11:05:00Z, S , x ',
  },
];

for (const { name, line, type, row } of ROWS) {
  test(`row: ${name}`, () => {
    assert.equal(rowOf(tabbed(line), type), row);
  });
}
