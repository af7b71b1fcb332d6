import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { ByteOutput } from '../../src/base/byte-output.ts';
import { MAX_LINE_BYTES } from '../../src/http/message.ts';
import { writeRecordJson } from '../../src/record/record-json.ts';
import { TelemetryReader } from '../../src/record/telemetry-reader.ts';
import { TextLog } from '../../src/record/text-log.ts';
import { everyCutting } from '../base/cuttings.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';
import { recordOf, tabbed } from './lines.ts';

const T = '20240612190000';

function collectingLog(): { log: TextLog; found: Buffer[] } {
  const found: Buffer[] = [];
  const telemetry = new TelemetryReader(({ data, start, end }) => {
    found.push(Buffer.from(data.subarray(start, end)));
  });
  return { log: new TextLog(telemetry), found };
}

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
    name: 'text before a record, set off from it',
    text: ['Jun 12 19:00:03 router suntap: ', ' ', '>', '"', '12:00|', '[', '<6>', 'line 42|']
      .map((before, n) => `${before}130|${T}|${n}|a\n`)
      .join(''),
    records: Array.from({ length: 8 }, (_, n) => `130|${T}|${n}|a`),
    otherLines: 0,
  },
  {
    name: 'text before a record, not set off from it',
    text: ['x', '-', '1.', '0,', '123456', '\xc3\xa4'].map((it) => `${it}130|${T}|1|a\n`).join(''),
    records: [],
    otherLines: 6,
  },
  {
    name: 'types of three to five digits within a line',
    text: `a 99|${T}|1|a\na 100000|${T}|1|a\na 99999|${T}|1|a\n`,
    records: [`99999|${T}|1|a`],
    otherLines: 2,
  },
  {
    name: 'text behind a record is part of it',
    text: `{"message":"130|${T}|1|a"}\n`,
    records: [`130|${T}|1|a"}`],
    otherLines: 0,
  },
  {
    name: 'a time that no calendar has, no serial, no time at all',
    text: `a 130|20240230190000|1|a\na 130|${T}||a\na 130|${T}\na 130|\n`,
    records: [],
    otherLines: 4,
  },
  {
    name: 'what looks like a record among the fields of a damaged one is none',
    text: `130|20240230190000|1|500|${T}|x\na 130|20240230190000|1|500|${T}|x\na 100|SPMS|10|500|${T}|x\n`,
    records: [],
    otherLines: 3,
  },
  {
    name: 'what looks like a record among the fields of a whole one is none',
    text: `a 777|${T}|1|500|${T}|x\n777|${T}|1|500|${T}|x\n`,
    records: [`777|${T}|1|500|${T}|x`, `777|${T}|1|500|${T}|x`],
    otherLines: 0,
  },
  {
    name: 'our own JSON',
    text: `{"type":130,"time":"2024-06-12T19:00:00Z","serial":"1","fields":["130","${T}","1","","a"]}\r\n`,
    records: [`130|${T}|1||a`],
    otherLines: 0,
  },
  {
    name: 'JSON that another program has written anew',
    text: `{ "fields" : ["130", "${T}", "1", "\\u00e4\\udcff\\/"], "more": {"fields": 1} }\n`,
    records: [`130|${T}|1|\xc3\xa4\xff/`],
    otherLines: 0,
  },
  {
    name: 'JSON that holds no record',
    text: [
      '{}',
      '{"fields":null}',
      '{"fields":{"length":1}}',
      '{"fields":[]}',
      '{"fields":["130"]}',
      `{"fields":[130,"${T}","1"]}`,
      `{"fields":["130","${T}",["1"]]}`,
      `{"fields":["130","${T}",null]}`,
      `{"fields":["x","${T}","1"]}`,
      `{"fields":["130","${T}",""]}`,
      `{"fields":["130","${T}","1"]`,
      `{"fields":["130","${T}","1"]}}`,
      `["130","${T}","1"]`,
      `{"__proto__":{"fields":["130","${T}","1"]}}`,
      `{"fields":["130","${T}","1\\t2"]}`,
      `{"fields":["130","${T}","1\\n2"]}`,
      `{"fields":["130","${T}","\\ud800"]}`,
      `{"fields":["130","${T}","\\udc7f"]}`,
      `{"fields":["130","${T}","\\udd00"]}`,
      `{"fields":["130","${T}","\xff"]}`,
    ].join('\n'),
    records: [],
    otherLines: 20,
  },
  { name: 'unknown types', text: `777|${T}|A\n`, records: [`777|${T}|A`], otherLines: 0 },
];

for (const { name, text, records, otherLines } of LOGS) {
  test(`text log: ${name}`, () => {
    for (const cutting of everyCutting(Buffer.from(tabbed(text), 'latin1'))) {
      const { log, found } = collectingLog();
      for (const { data, start, end } of cutting.pieces) {
        const chunk = data.slice(start, end);
        log.push(chunk);
        chunk.fill(0x21);
      }
      log.end();
      const texts = found.map((line) => line.toString('latin1').replaceAll('\t', '|'));
      assert.deepEqual(texts, records, cutting.name);
      assert.equal(log.otherLines, otherLines, cutting.name);
    }
  });
}

for (const begin of ['1', '{"fields":["', '[', '130\t']) {
  test(`a line without end that begins with ${JSON.stringify(begin)} is skipped`, () => {
    const { log, found } = collectingLog();
    log.push(Buffer.from(begin));
    for (let count = 0; count < 100; count++) log.push(Buffer.alloc(MAX_LINE_BYTES, begin));
    log.push(Buffer.from(`\n130\t${T}\t1\n`));
    log.end();
    assert.deepEqual(found.map(String), [`130\t${T}\t1`]);
    assert.equal(log.otherLines, 1);
  });
}

test('a record may be as long as a line of a body, whatever it is written in', () => {
  const head = `130\t${T}\t1\t`;
  const longest = head.padEnd(MAX_LINE_BYTES, 'x');
  for (const [record, records] of [
    [longest, 1],
    [`${longest}x`, 0],
  ] as const) {
    for (const line of [
      record,
      `Jun 12 19:00:03 router suntap: ${record}`,
      JSON.stringify({ fields: record.split('\t') }),
    ]) {
      const { log, found } = collectingLog();
      log.push(Buffer.from(line));
      log.end();
      assert.equal(found.length, records, line.slice(0, 40));
      assert.equal(log.otherLines, 1 - records);
    }
  }
});

/** Bytes of a record that are hard to write, and what they stand between. */
const HARD = [
  '"',
  '\\',
  '\r',
  '\0',
  '\x1f',
  '\x7f',
  '\x80',
  '\xc3\xa4',
  '\xed\xb3\xbf',
  '\xf0\x9f',
  '{',
];

function anyRecord(random: Random, maxBytes: number): Buffer {
  const field = () =>
    Array.from({ length: random.int(0, 12) }, () =>
      random.chance(0.4) ? random.pick(HARD) : String.fromCharCode(random.int(0, 255)),
    )
      .join('')
      .replaceAll(/[\t\n]/g, '');
  const fields = Array.from({ length: random.int(0, 14) }, field);
  const text = ['130', T, `1${field()}`, ...fields].join('\t');
  return Buffer.from(text.slice(0, maxBytes), 'latin1');
}

function jsonOf(records: readonly Buffer[]): Buffer {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  const output = new ByteOutput(stream);
  for (const record of records) writeRecordJson(recordOf(record), output);
  output.flush();
  return Buffer.concat(chunks);
}

test('records of any bytes come back out of their JSON as they were', () => {
  forSeeds(200, (random) => {
    const records = Array.from({ length: 30 }, () => anyRecord(random, MAX_LINE_BYTES));
    assertReadBack(records, jsonOf(records), random.int(1, 5000));
  });
});

test('so do the longest ones', () => {
  // The first two take six bytes for each, in the serial and again in the line.
  const records = ['\x01', '\xff', '"', '\xc3\xa4'].map((fill) =>
    Buffer.from(`130\t${T}\t`.padEnd(MAX_LINE_BYTES, fill), 'latin1'),
  );
  assertReadBack(records, jsonOf(records), 1000);
});

function assertReadBack(records: readonly Buffer[], text: Buffer, pieceBytes: number): void {
  const { log, found } = collectingLog();
  for (let at = 0; at < text.length; at += pieceBytes) {
    log.push(text.subarray(at, at + pieceBytes));
  }
  log.end();
  assert.equal(log.otherLines, 0);
  assert.deepEqual(found, records);
}

test('text before random records takes nothing from them', () => {
  forSeeds(1000, (random) => {
    const record = anyRecord(random, 200);
    const before = random.pick(['Jun 12 19:00:03 r suntap[812]: ', '2024-06-12T19:00:03Z\t', '(']);
    const { log, found } = collectingLog();
    log.push(Buffer.concat([Buffer.from(before), record, Buffer.from('\r\n')]));
    log.end();
    assert.deepEqual(found, [record]);
  });
});

test('broken JSON is never more than another line', () => {
  const good = jsonOf([Buffer.from(`130\t${T}\t1\t\xe4"\\`, 'latin1')]);
  const lines = [
    '{'.repeat(50_000),
    '{"fields":' + '['.repeat(90_000),
    '{"fields":[' + '"",'.repeat(30_000) + '""]}',
    '{"a":'.repeat(15_000),
  ];
  forSeeds(3000, (random) => {
    const bytes = Buffer.from(good);
    for (let edits = random.int(1, 4); edits > 0; edits--) {
      bytes[random.int(0, bytes.length - 1)] = random.int(0, 255);
    }
    lines.push(bytes.toString('latin1'));
  });
  const { log, found } = collectingLog();
  for (const line of lines) log.push(Buffer.from(`${line}\n`, 'latin1'));
  log.end();
  assert.ok(log.otherLines >= 1000 && found.length >= 100, `${found.length} records`);
});
