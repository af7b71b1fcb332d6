/** FORMAT.md says what the code does: its example is decoded, and made again. `make readme` writes it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32c } from '../../src/base/crc32c.ts';
import { readContents } from '../../src/log/segment-contents.ts';
import { examplePage, exampleRecords, exampleSegment } from './format-example.ts';

const page = readFileSync(new URL('../../src/log/FORMAT.md', import.meta.url), 'utf8');
const example =
  /<!-- example -->\n```\n([\s\S]*?)\n```\n\n```\n([\s\S]*?)\n```\n<!-- \/example -->/.exec(page);
const records = (example?.[1] ?? '').split('\n').map((line) => line.replaceAll('|', '\t'));
const drawing = example?.[2] ?? '';
/** The bytes in front of each line; what they are begins behind them. */
const bytes = Buffer.from(
  drawing
    .split('\n')
    .map((line) => line.slice(0, 48).replaceAll(' ', ''))
    .join(''),
  'hex',
);

test('the bytes on the page are the records on the page', () => {
  const { frames, damage, header } = readContents(bytes);
  assert.deepEqual(damage, []);
  assert.equal(header?.number, 1);
  const lines = frames.flatMap(({ rows }) =>
    (rows() ?? []).map(({ data, start, end }) => Buffer.from(data.slice(start, end)).toString()),
  );
  assert.deepEqual(lines, records);
  assert.deepEqual(records, exampleRecords());
});

test('the records give the bytes on the page, and the words beside them', () => {
  assert.equal(bytes.toString('hex'), Buffer.from(exampleSegment()).toString('hex'));
  assert.equal(drawing, examplePage());
});

test('the checksum is worked out as the page says: kind, length, payload', () => {
  // The first frame: behind the eight bytes of the mark, with a length of one byte.
  const length = bytes[9] ?? 0;
  const frame = [...bytes.subarray(8, 10), ...bytes.subarray(14, 14 + length)];
  assert.equal(bytes.readUInt32LE(10), crc32c(Uint8Array.from(frame), 0, frame.length));
});
