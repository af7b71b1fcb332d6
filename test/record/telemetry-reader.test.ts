import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Doubt } from '../../src/http/message.ts';
import { everyCutting, pieceOf } from '../base/cuttings.ts';
import { tabbed } from './lines.ts';
import { begin, makeReader, T } from './reading.ts';

const REQUESTS: { method: string; target: string; read: 'data' | 'command' | 'left' }[] = [
  { method: 'POST', target: '/Data/SMS2DataCollector.aspx', read: 'data' },
  { method: 'POST', target: '/Command/SMS2DataCollector.aspx', read: 'command' },
  { method: 'POST', target: '/data/sms2datacollector.ASPX', read: 'data' },
  { method: 'POST', target: '/Data/SMS2DataCollector.aspx?a=1&b=/x', read: 'data' },
  {
    method: 'POST',
    target: 'http://collector.sunpowermonitor.com/Data/SMS2DataCollector.aspx',
    read: 'data',
  },
  {
    method: 'POST',
    target: 'http://204.194.111.66:80/Command/SMS2DataCollector.aspx',
    read: 'command',
  },
  { method: 'GET', target: '/Data/SMS2DataCollector.aspx', read: 'left' },
  { method: 'PUT', target: '/Data/SMS2DataCollector.aspx', read: 'left' },
  { method: 'post', target: '/Data/SMS2DataCollector.aspx', read: 'left' },
  { method: 'POST', target: '/Data/SMS2DataCollector.aspx.bak', read: 'left' },
  { method: 'POST', target: '/Data/SMS2DataCollector.aspx/more', read: 'left' },
  { method: 'POST', target: '/x/Data/SMS2DataCollector.aspx', read: 'left' },
  { method: 'POST', target: '/Other/SMS2DataCollector.aspx', read: 'left' },
  { method: 'POST', target: '/', read: 'left' },
  { method: 'POST', target: 'ftp://host/Data/SMS2DataCollector.aspx', read: 'left' },
];

for (const { method, target, read } of REQUESTS) {
  test(`${method} ${target}: ${read}`, () => {
    const { reader } = makeReader();
    assert.equal(reader.request({ method, target }) === undefined, read === 'left');
    assert.equal(reader.counters.dataRequests, read === 'data' ? 1 : 0);
    assert.equal(reader.counters.commandRequests, read === 'command' ? 1 : 0);
  });
}

const FULL_130 = `130|${T}|1913009999|SPR-5000m-x|4|12345.6789|3.412|243.1|14.03||318|11.2|41.5|59.98|0`;

const STRAYS: { name: string; line: string; doubt: Doubt; telemetry: boolean; record: boolean }[] =
  [
    { name: 'a whole record', line: FULL_130, doubt: 'none', telemetry: true, record: true },
    {
      name: 'a record of an unknown type',
      line: `777|${T}|A|x`,
      doubt: 'none',
      telemetry: true,
      record: true,
    },
    { name: 'a header', line: `100|SPMS|10|S|${T}`, doubt: 'none', telemetry: true, record: false },
    { name: 'a trailer', line: '102|abc==', doubt: 'none', telemetry: true, record: false },
    {
      name: "the collector's answer",
      line: `1002|${T}`,
      doubt: 'none',
      telemetry: true,
      record: false,
    },
    {
      name: 'a line of some other protocol',
      line: '200|OK',
      doubt: 'none',
      telemetry: false,
      record: false,
    },
    { name: 'text', line: '12 bottles', doubt: 'none', telemetry: false, record: false },
    {
      name: 'a record that may lack its beginning, its type whole',
      line: FULL_130,
      doubt: 'start',
      telemetry: true,
      record: true,
    },
    {
      name: 'a record whose type lacks a digit',
      line: FULL_130.slice(1),
      doubt: 'start',
      telemetry: false,
      record: false,
    },
    {
      name: 'a record that may lack its end, all fields there',
      line: FULL_130,
      doubt: 'end',
      telemetry: true,
      record: true,
    },
    {
      name: 'a record that lacks fields',
      line: FULL_130.split('|').slice(0, 9).join('|'),
      doubt: 'end',
      telemetry: false,
      record: false,
    },
    {
      name: 'a record whose last field may be cut off',
      line: FULL_130.slice(0, -1),
      doubt: 'end',
      telemetry: false,
      record: false,
    },
    {
      name: 'a record that may lack its end, of a type with no known number of fields',
      line: `777|${T}|A|x`,
      doubt: 'end',
      telemetry: false,
      record: false,
    },
  ];

for (const { name, line, doubt, telemetry, record } of STRAYS) {
  test(`stray line, doubt ${doubt}: ${name}`, () => {
    const { reader, records } = makeReader();
    const { data, start, end } = pieceOf(Buffer.from(tabbed(line), 'latin1'));
    assert.equal(reader.strayLine(data, start, end, doubt), telemetry);
    assert.deepEqual(records, record ? [line] : []);
  });
}

test('types without end are all read', () => {
  const { reader } = makeReader();
  const body = begin(reader).requestBody();
  for (let type = 200; type < 5000; type++) {
    if (type === 1002) continue;
    const bytes = Buffer.from(`${type}\t${T}\t1\n`);
    body.bytes(bytes, 0, bytes.length);
  }
  assert.equal(reader.counters.records, 4799);
});

test('answered, refused, unanswered, and how late', () => {
  const { reader } = makeReader();
  const answer = (status: number, sentMs: number | undefined, answeredMs: number) => {
    const exchange = begin(reader);
    if (sentMs !== undefined) exchange.sent(sentMs);
    exchange.answered(status, answeredMs);
  };
  answer(200, 1000, 1250);
  answer(200, 2000, 2050);
  answer(503, 3000, 3400);
  answer(200, undefined, 9000); // before all of the request was there
  answer(200, 5000, 4000);
  begin(reader).unanswered();
  const { answered, refused, unanswered, answerMsTotal, answerMsMax } = reader.counters;
  assert.deepEqual({ answered, refused, unanswered }, { answered: 5, refused: 1, unanswered: 1 });
  assert.equal(answerMsTotal, 700);
  assert.equal(answerMsMax, 400);
});

const ANSWERS: { text: string; lines: number }[] = [
  { text: `1002|${T}\r\n`, lines: 1 },
  { text: `1002|${T}`, lines: 1 },
  { text: `1002|${T}|more\r\n`, lines: 1 },
  { text: '1002|2024\r\n', lines: 0 },
  { text: '1002|20241312190000\r\n', lines: 0 },
  { text: '1002\r\n', lines: 0 },
  { text: `1003|${T}\r\n`, lines: 0 },
  { text: '<html>\r\n', lines: 0 },
  { text: '', lines: 0 },
];

for (const { text, lines } of ANSWERS) {
  test(`answer ${JSON.stringify(text)}: ${lines} lines of the collector`, () => {
    const bytes = Buffer.from(tabbed(text));
    for (const cutting of everyCutting(bytes)) {
      const { reader, records } = makeReader();
      const body = begin(reader).answerBody();
      for (const { data, start, end } of cutting.pieces)
        if (end > start) body.bytes(data, start, end);
      body.end(true);
      assert.equal(reader.counters.answerLines, lines, cutting.name);
      assert.equal(reader.counters.rejected.size, 0);
      assert.deepEqual(records, []);
    }
  });
}

test('an answer is not read beyond its end', () => {
  const { reader } = makeReader();
  const data = Buffer.from(tabbed(`1002|${T}\r\n`));
  for (let end = 0; end < '1002'.length + 15; end++) {
    assert.equal(reader.answerLine(data, 0, end), false, `${end} bytes`);
  }
  assert.equal(reader.answerLine(data, 0, '1002'.length + 15), true);
});

test("record lines in an answer are nobody's telemetry", () => {
  const { reader, records } = makeReader();
  const body = begin(reader).answerBody();
  const bytes = Buffer.from(tabbed(`130|${T}|1|a\r\n`));
  body.bytes(bytes, 0, bytes.length);
  body.end(true);
  assert.deepEqual(records, []);
  assert.equal(reader.counters.records, 0);
});
