import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_LINE_BYTES } from '../../src/http/message.ts';
import { TelemetryReader } from '../../src/record/telemetry-reader.ts';
import { TextLog } from '../../src/record/text-log.ts';
import { everyCutting } from '../base/cuttings.ts';
import { tabbed } from './lines.ts';

const T = '20240612190000';

const LOGS: { name: string; text: string; records: string[]; otherLines: number }[] = [
  { name: 'nothing', text: '', records: [], otherLines: 0 },
  {
    name: 'CR LF and LF',
    text: `130|${T}|1|a\r\n130|${T}|2|b\n`,
    records: [`130|${T}|1|a`, `130|${T}|2|b`],
    otherLines: 0,
  },
  {
    name: 'a last line without an end',
    text: `130|${T}|1|a\n130|${T}|2|b`,
    records: [`130|${T}|1|a`, `130|${T}|2|b`],
    otherLines: 0,
  },
  {
    name: 'the lines around records',
    text: `100|SPMS|10|S|${T}\n120|${T}|S|0\n102|abc==\n1002|${T}\n`,
    records: [`120|${T}|S|0`],
    otherLines: 0,
  },
  {
    name: 'other text between them',
    text: `POST /Data HTTP/1.1\r\n\r\n--- 12:00:01 ---\n130|${T}|1|a\n12 bottles\n`,
    records: [`130|${T}|1|a`],
    otherLines: 4,
  },
  {
    name: 'a record does not begin within a line',
    text: `> 130|${T}|1|a\n 130|${T}|1|a\n`,
    records: [],
    otherLines: 2,
  },
  { name: 'unknown types', text: `777|${T}|A\n`, records: [`777|${T}|A`], otherLines: 0 },
];

for (const { name, text, records, otherLines } of LOGS) {
  test(`text log: ${name}`, () => {
    for (const cutting of everyCutting(Buffer.from(tabbed(text)))) {
      const found: string[] = [];
      const log = new TextLog(
        new TelemetryReader(({ data, start, end }) => {
          found.push(Buffer.from(data.subarray(start, end)).toString().replaceAll('\t', '|'));
        }),
      );
      for (const { data, start, end } of cutting.pieces) {
        const chunk = data.slice(start, end);
        log.push(chunk);
        chunk.fill(0x21);
      }
      log.end();
      assert.deepEqual(found, records, cutting.name);
      assert.equal(log.otherLines, otherLines, cutting.name);
    }
  });
}

test('a line without end is skipped in bounded memory', () => {
  const found: number[] = [];
  const log = new TextLog(new TelemetryReader(({ type }) => found.push(type)));
  for (let count = 0; count < 10; count++) log.push(Buffer.alloc(MAX_LINE_BYTES, '1'));
  log.push(Buffer.from(`\n130\t${T}\t1\n`));
  log.end();
  assert.deepEqual(found, [130]);
  assert.equal(log.otherLines, 1);
});
