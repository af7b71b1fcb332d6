/** Holds PROTOCOL.md to the code: its examples are read, its tables compared. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { countFields, type RejectReason } from '../../src/record/record-line.ts';
import { fieldCount, RECORD_TYPES } from '../../src/record/record-types.ts';
import { TelemetryReader } from '../../src/record/telemetry-reader.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../src/record/PROTOCOL.md'), 'utf8');
const DATA = { method: 'POST', target: '/Data/SMS2DataCollector.aspx' };

function blocksOf(language: string): string[][] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)\n\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text.split('\n'),
  );
}

interface Reading {
  reader: TelemetryReader;
  /** Type and number of fields of each record. */
  records: { type: number; fields: number }[];
}

function read(lines: readonly string[], part: 'request' | 'answer'): Reading {
  const records: Reading['records'] = [];
  const reader = new TelemetryReader((line) => {
    records.push({ type: line.type, fields: countFields(line) });
  });
  const exchange = reader.request(DATA);
  assert.ok(exchange !== undefined);
  const body = part === 'request' ? exchange.requestBody() : exchange.answerBody();
  const bytes = Buffer.from(lines.map((line) => `${line}\r\n`).join(''));
  body.bytes(bytes, 0, bytes.length);
  body.end(true);
  return { reader, records };
}

test('every request of the page is read without a line left over', () => {
  const requests = blocksOf('request');
  assert.ok(requests.length >= 4);
  for (const lines of requests) {
    const { reader, records } = read(lines, 'request');
    const { headers, trailers, rejected } = reader.counters;
    assert.equal(rejected.size, 0, lines.join('\n'));
    assert.equal(records.length + headers + trailers, lines.length);
    assert.equal(headers, lines.filter((line) => line.startsWith('100\t')).length);
    for (const { type, fields } of records) {
      const known = fieldCount(type);
      if (known !== undefined) assert.equal(fields, known, `fields of an example of type ${type}`);
    }
  }
});

test('every type of which all fields are known has an example', () => {
  const shown = new Set(
    blocksOf('request')
      .flat()
      .map((line) => Number.parseInt(line, 10)),
  );
  for (const { type, complete } of RECORD_TYPES)
    assert.equal(shown.has(type) || !complete, true, `${type}`);
});

test('the answer of the page is one of the collector', () => {
  const [lines = []] = blocksOf('answer');
  assert.equal(read(lines, 'answer').reader.counters.answerLines, 1);
});

test('every rejected line of the page is rejected for its reason', () => {
  const [lines = []] = blocksOf('rejected');
  assert.ok(lines.length >= 10);
  for (const line of lines) {
    const [, text = '', reason = ''] = /^(.*) # ([a-z-]+)$/.exec(line) ?? [];
    const { reader, records } = read([text], 'request');
    assert.deepEqual(records, []);
    assert.deepEqual([...reader.counters.rejected], [[reason, 1]], line);
  }
});

test('every reason is in the table of oddities', () => {
  const reasons: Record<RejectReason, true> = {
    empty: true,
    overlong: true,
    'no-type': true,
    'no-time': true,
    'no-serial': true,
    'out-of-place': true,
    cut: true,
  };
  for (const reason of Object.keys(reasons)) assert.ok(PAGE.includes(`(\`${reason}\`)`), reason);
});

test('the tables of fields agree with record-types.ts', () => {
  const sections = PAGE.split('\n### ').slice(1);
  for (const { type, name, fields } of RECORD_TYPES) {
    const section = sections.find((text) => text.startsWith(`${type} ${name}\n`));
    assert.ok(section !== undefined, `a section '${type} ${name}'`);
    const listed = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field);
    assert.deepEqual(listed, [...fields], `fields of ${type}`);
  }
  const described = sections.map((text) => Number.parseInt(text, 10));
  assert.deepEqual(described, [100, 102, ...RECORD_TYPES.map(({ type }) => type), 141]);
});

test('fields of unknown meaning are named so in both places', () => {
  for (const { fields } of RECORD_TYPES) {
    for (const field of fields.filter((name) => name.startsWith('unknown'))) {
      const [, meaning = ''] = new RegExp(`^\\| \`${field}\` \\| (.*) \\|$`, 'm').exec(PAGE) ?? [];
      assert.ok(meaning.startsWith('**unknown**'), field);
    }
  }
});
