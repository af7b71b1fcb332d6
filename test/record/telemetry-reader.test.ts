import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_LINE_BYTES, type Doubt, type Exchange } from '../../src/http/message.ts';
import { TelemetryReader } from '../../src/record/telemetry-reader.ts';
import type { RejectReason } from '../../src/record/record-line.ts';
import { everyCutting, pieceOf } from '../base/cuttings.ts';
import { tabbed } from './lines.ts';

const DATA = '/Data/SMS2DataCollector.aspx';
const T = '20240612190000';

function makeReader(): { reader: TelemetryReader; records: string[] } {
  const records: string[] = [];
  const reader = new TelemetryReader(({ data, start, end, type }) => {
    const text = Buffer.from(data.subarray(start, end)).toString('latin1');
    assert.equal(Number.parseInt(text, 10), type);
    records.push(text.replaceAll('\t', '|'));
  });
  return { reader, records };
}

function begin(reader: TelemetryReader, target = DATA, method = 'POST'): Exchange {
  const exchange = reader.request({ method, target });
  assert.ok(exchange !== undefined, 'is read');
  return exchange;
}

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

interface BodyCase {
  name: string;
  /** `|` is TAB; pieces are parted by gaps. */
  pieces: string[];
  /** The body broke off before its announced end. */
  early?: boolean;
  records: string[];
  rejected?: Partial<Record<RejectReason, number>>;
  headers?: number;
  trailers?: number;
}

const BODIES: BodyCase[] = [
  {
    name: 'a request',
    pieces: [`100|SPMS|10|S|${T}\r\n120|${T}|S|0\r\n130|${T}|1|a\r\n102|abc==\r\n`],
    records: [`120|${T}|S|0`, `130|${T}|1|a`],
    headers: 1,
    trailers: 1,
  },
  {
    name: 'a heartbeat',
    pieces: [`100|SPMS|10|S|${T}\r\n102|abc==\r\n`],
    records: [],
    headers: 1,
    trailers: 1,
  },
  {
    name: 'LF alone',
    pieces: [`130|${T}|1|a\n130|${T}|2|b\n`],
    records: [`130|${T}|1|a`, `130|${T}|2|b`],
  },
  {
    name: 'a last line without an end ends with the body',
    pieces: [`130|${T}|1|a\r\n130|${T}|2|b`],
    records: [`130|${T}|1|a`, `130|${T}|2|b`],
  },
  {
    name: 'a last line without an end, ended by CR',
    pieces: [`130|${T}|2|b\r`],
    records: [`130|${T}|2|b`],
  },
  {
    name: 'the body broke off in a line',
    pieces: [`130|${T}|1|a\r\n130|${T}|2|b`],
    early: true,
    records: [`130|${T}|1|a`],
    rejected: { cut: 1 },
  },
  {
    name: 'the body broke off behind a line',
    pieces: [`130|${T}|1|a\r\n`],
    early: true,
    records: [`130|${T}|1|a`],
  },
  {
    name: 'a gap within a line',
    pieces: [`130|${T}|1|a\r\n130|${T}|2`, `x|y\r\n130|${T}|3|c\r\n`],
    records: [`130|${T}|1|a`, `130|${T}|3|c`],
    rejected: { cut: 2 },
  },
  {
    name: 'a gap that begins at a line end',
    pieces: [`130|${T}|1|a\r\n`, `x|y\r\n130|${T}|3|c\r\n`],
    records: [`130|${T}|1|a`, `130|${T}|3|c`],
    rejected: { cut: 1 },
  },
  {
    name: 'a gap that ends where a line begins: nobody can know',
    pieces: [`130|${T}|1|a\r\n`, `130|${T}|2|b\r\n130|${T}|3|c\r\n`],
    records: [`130|${T}|1|a`, `130|${T}|3|c`],
    rejected: { cut: 1 },
  },
  {
    name: 'a gap up to the end',
    pieces: [`130|${T}|1|a\r\n130|${T}`, ''],
    records: [`130|${T}|1|a`],
    rejected: { cut: 1 },
  },
  {
    name: 'a gap before the rest of the last line',
    pieces: [`130|${T}|1|a\r\n`, `|2|b`],
    records: [`130|${T}|1|a`],
    rejected: { cut: 1 },
  },
  {
    name: 'unknown types are records',
    pieces: [`777|${T}|A|x\r\n141|${T}|B\r\n`],
    records: [`777|${T}|A|x`, `141|${T}|B`],
  },
  {
    name: 'empty lines',
    pieces: [`\r\n\n130|${T}|1|a\r\n\r\n`],
    records: [`130|${T}|1|a`],
    rejected: { empty: 3 },
  },
  { name: 'text', pieces: ['hello\r\n<html>\r\n'], records: [], rejected: { 'no-type': 2 } },
  { name: 'no time', pieces: [`130|2024|1\r\n`], records: [], rejected: { 'no-time': 1 } },
  {
    name: 'no serial',
    pieces: [`130|${T}||x\r\n130|${T}\r\n`],
    records: [],
    rejected: { 'no-serial': 2 },
  },
  {
    name: "the collector's answer in a request",
    pieces: [`1002|${T}\r\n`],
    records: [],
    rejected: { 'out-of-place': 1 },
  },
  {
    name: 'a line too long',
    pieces: [`130|${T}|1|${'x'.repeat(MAX_LINE_BYTES)}\r\n130|${T}|2|b\r\n`],
    records: [`130|${T}|2|b`],
    rejected: { overlong: 1 },
  },
  {
    name: 'the longest line',
    pieces: [`130|${T}|1|`.padEnd(MAX_LINE_BYTES - 1, 'x') + '\r\n'],
    records: [`130|${T}|1|`.padEnd(MAX_LINE_BYTES - 1, 'x')],
  },
  {
    name: 'a line too long without an end',
    pieces: [`130|${T}|1|${'x'.repeat(MAX_LINE_BYTES)}`],
    records: [],
    rejected: { overlong: 1 },
  },
];

for (const {
  name,
  pieces,
  early = false,
  records,
  rejected = {},
  headers = 0,
  trailers = 0,
} of BODIES) {
  test(`body: ${name}`, () => {
    const bytes = pieces.map((piece) => Buffer.from(tabbed(piece), 'latin1'));
    const first = bytes[0] ?? Buffer.alloc(0);
    const cuttings =
      first.length > 2000 ? [{ name: 'whole', pieces: [pieceOf(first)] }] : everyCutting(first);
    for (const cutting of cuttings) {
      const { reader, records: found } = makeReader();
      const body = begin(reader).requestBody();
      for (const { data, start, end } of cutting.pieces) {
        if (end > start) body.bytes(data, start, end);
        data.fill(0x21);
      }
      for (const piece of bytes.slice(1)) {
        body.gap();
        if (piece.length > 0) body.bytes(piece, 0, piece.length);
      }
      assert.ok(body.heldBytes <= MAX_LINE_BYTES);
      body.end(!early);
      assert.deepEqual(found, records, cutting.name);
      assert.deepEqual(Object.fromEntries(reader.counters.rejected), rejected, cutting.name);
      assert.equal(reader.counters.headers, headers);
      assert.equal(reader.counters.trailers, trailers);
      assert.equal(reader.counters.records, records.length);
    }
  });
}

test('every reason for which a line is no record is met above', () => {
  const reasons: Record<RejectReason, true> = {
    empty: true,
    overlong: true,
    'no-type': true,
    'no-time': true,
    'no-serial': true,
    'out-of-place': true,
    cut: true,
  };
  const met = new Set(BODIES.flatMap(({ rejected = {} }) => Object.keys(rejected)));
  assert.deepEqual([...met].sort(), Object.keys(reasons).sort());
});

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

test('records are counted by type', () => {
  const { reader } = makeReader();
  const body = begin(reader).requestBody();
  const bytes = Buffer.from(tabbed(`130|${T}|1|a\n131|${T}|1\n130|${T}|2|a\n130|${T}|3|a\n`));
  body.bytes(bytes, 0, bytes.length);
  const counts = [...reader.counters.recordsByType.values()];
  assert.deepEqual(counts, [
    { type: 130, records: 3 },
    { type: 131, records: 1 },
  ]);
});

test('types without end are all read, and counted in bounded memory', () => {
  const { reader } = makeReader();
  const body = begin(reader).requestBody();
  for (let type = 200; type < 5000; type++) {
    if (type === 1002) continue;
    const bytes = Buffer.from(`${type}\t${T}\t1\n`);
    body.bytes(bytes, 0, bytes.length);
  }
  assert.equal(reader.counters.records, 4799);
  assert.ok(reader.counters.recordsByType.size <= 100);
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

test("record lines in an answer are nobody's telemetry", () => {
  const { reader, records } = makeReader();
  const body = begin(reader).answerBody();
  const bytes = Buffer.from(tabbed(`130|${T}|1|a\r\n`));
  body.bytes(bytes, 0, bytes.length);
  body.end(true);
  assert.deepEqual(records, []);
  assert.equal(reader.counters.records, 0);
});
