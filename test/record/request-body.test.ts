import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_LINE_BYTES } from '../../src/http/message.ts';
import type { RejectReason } from '../../src/record/record-line.ts';
import { everyCutting, pieceOf } from '../base/cuttings.ts';
import { tabbed } from './lines.ts';
import { begin, makeReader, T } from './reading.ts';

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
