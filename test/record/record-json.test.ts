import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { ByteOutput } from '../../src/base/byte-output.ts';
import { writeRecordJson } from '../../src/record/record-json.ts';
import { MAX_LINE_BYTES } from '../../src/http/message.ts';
import { forSeeds } from '../base/seeds.ts';
import { bytesOf, recordOf, tabbed } from './lines.ts';

interface RecordJson {
  type: number;
  time: string;
  serial: string;
  fields: string[];
}

/** Writes the lines one behind the other and returns what came out for each. */
function write(lines: readonly (string | Uint8Array)[]): string[] {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  const output = new ByteOutput(stream);
  for (const line of lines) writeRecordJson(recordOf(line), output);
  output.flush();
  const text = Buffer.concat(chunks).toString('utf8');
  assert.ok(text.endsWith('\n'));
  const written = text.slice(0, -1).split('\n');
  assert.equal(written.length, lines.length, 'one line each');
  return written;
}

function parse(text: string): RecordJson {
  return JSON.parse(text) as RecordJson;
}

test('the line of the documentation', () => {
  const line = tabbed('130|20260509230000|839116902|AC_Module_Type_C||284.4779');
  assert.deepEqual(write([line]), [
    '{"type":130,"time":"2026-05-09T23:00:00Z","serial":"839116902",' +
      '"fields":["130","20260509230000","839116902","AC_Module_Type_C","","284.4779"]}',
  ]);
});

/** Fields as bytes; what is written for them must give the same bytes back. */
function assertRoundTrip(fields: readonly Uint8Array[]): void {
  const head = [Buffer.from('130'), Buffer.from('20260509230000')];
  const all = [...head, ...fields];
  const line = Buffer.concat(
    all.flatMap((field, i) => (i === 0 ? [field] : [Buffer.of(9), field])),
  );
  const [written = ''] = write([line]);
  const record = parse(written);
  assert.equal(record.type, 130);
  assert.equal(record.time, '2026-05-09T23:00:00Z');
  assert.deepEqual(bytesOf(record.serial), Uint8Array.from(fields[0] ?? []));
  assert.deepEqual(
    record.fields.map(bytesOf),
    all.map((field) => Uint8Array.from(field)),
  );
}

const ALL_BYTES = Array.from({ length: 256 }, (_, byte) => byte).filter(
  (byte) => byte !== 0x09 && byte !== 0x0a,
);

test('every byte, at every place of a word, in the serial and behind it', () => {
  for (const byte of ALL_BYTES) {
    for (let place = 0; place < 9; place++) {
      const field = Buffer.from('ABCDEFGHI');
      field[place] = byte;
      assertRoundTrip([field, field, Buffer.of(byte)]);
    }
  }
});

test('all bytes together', () => {
  assertRoundTrip([Uint8Array.from(ALL_BYTES), Uint8Array.from(ALL_BYTES).reverse()]);
});

test('UTF-8 stays UTF-8', () => {
  const model = 'Größe µ 日本 😀';
  const [written = ''] = write([Buffer.from(tabbed(`130|20260509230000|1|${model}`))]);
  assert.ok(written.includes(model));
  assert.equal(parse(written).fields[3], model);
});

test('no UTF-8: lone surrogates, written as escapes', () => {
  const [written = ''] = write([Buffer.from('130\t20260509230000\t1\t\xff\xc3A\x80', 'latin1')]);
  assert.ok(written.includes('"\\udcff\\udcc3A\\udc80"'), written);
});

test('quotation marks, backslashes, control characters', () => {
  const [written = ''] = write(['130\t20260509230000\t1\t"a\\b"\x00\x1f\r\x7f']);
  assert.equal(parse(written).fields[3], '"a\\b"\x00\x1f\r\x7f');
});

test('random fields, of bytes that sequences are made of', () => {
  const special = [
    0x22, 0x5c, 0x00, 0x1f, 0x7f, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f,
  ];
  forSeeds(2000, (random) => {
    const field = (least: number) =>
      Uint8Array.from({ length: random.int(least, 30) }, () =>
        random.chance(0.5) ? random.pick(special) : random.pick(ALL_BYTES),
      );
    assertRoundTrip([field(1), ...Array.from({ length: random.int(0, 5) }, () => field(0))]);
  });
});

test('the longest lines, of bytes that take the most room, one behind the other', () => {
  const head = '130\t20260509230000\t';
  const line = (fill: string) => `${head}${fill.repeat(MAX_LINE_BYTES - head.length)}`;
  const lines = ['\x01', '\xff', '"', 'x', '\x01', '\xff', '\x01'].map(line);
  // Short ones between, so that the buffer is full to every degree.
  const all = lines.flatMap((long, i) => [...Array<string>(300 * i + 1).fill(`${head}1`), long]);
  const written = write(all).map(parse);
  assert.deepEqual(
    written.map(({ fields }) => bytesOf(fields.join('\t')).length),
    all.map((text) => text.length),
  );
  assert.deepEqual(
    written.map(({ serial }) => bytesOf(serial).length),
    all.map((text) => text.length - head.length),
  );
});

test('a line of TABs', () => {
  const [written = ''] = write([`130\t20260509230000\t1${'\t'.repeat(8000)}`]);
  assert.equal(parse(written).fields.length, 8003);
});
