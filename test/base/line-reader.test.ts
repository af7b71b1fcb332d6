import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineReader } from '../../src/base/line-reader.ts';
import { everyCutting, pieceOf, type Cutting } from './cuttings.ts';
import { forSeeds } from './seeds.ts';

const MAX_LINE_BYTES = 8;

/** Lines as text, an overlong one with `!` behind it, the unfinished rest behind `...`. */
function linesOf({ pieces }: Cutting, maxLineBytes = MAX_LINE_BYTES): string[] {
  const reader = new LineReader(maxLineBytes);
  const found: string[] = [];
  const note = (mark: string) => {
    const text = Buffer.from(reader.data.subarray(reader.start, reader.end)).toString('latin1');
    found.push(`${mark}${text}${reader.overlong ? '!' : ''}`);
  };
  for (const { data, start, end } of pieces) {
    reader.feed(data, start, end);
    while (reader.next()) note('');
    assert.equal(reader.unreadBytes, 0, 'reads on until no line is complete');
    assert.ok(reader.heldBytes <= maxLineBytes, 'holds no more than a line');
  }
  assert.equal(reader.partial, endsWithinLine(pieces));
  if (reader.finish()) note('...');
  assert.equal(reader.finish(), false);
  assert.equal(reader.partial, false);
  return found;
}

function endsWithinLine(pieces: Cutting['pieces']): boolean {
  const last = pieces.findLast(({ start, end }) => end > start);
  return last !== undefined && last.data[last.end - 1] !== 0x0a;
}

const CASES: { name: string; bytes: string; lines: string[] }[] = [
  { name: 'nothing', bytes: '', lines: [] },
  { name: 'one line', bytes: 'abc\n', lines: ['abc'] },
  { name: 'CR LF', bytes: 'abc\r\nde\r\n', lines: ['abc', 'de'] },
  { name: 'CR LF and LF mixed', bytes: 'a\nb\r\nc\n', lines: ['a', 'b', 'c'] },
  { name: 'one CR belongs to the line end, no more', bytes: 'a\r\r\n', lines: ['a\r'] },
  { name: 'a CR elsewhere is part of the line', bytes: '\ra\rb\n', lines: ['\ra\rb'] },
  { name: 'empty lines', bytes: '\n\r\n\n', lines: ['', '', ''] },
  { name: 'no end', bytes: 'abc', lines: ['...abc'] },
  { name: 'no end behind a line', bytes: 'a\r\nbc', lines: ['a', '...bc'] },
  { name: 'ends with CR', bytes: 'a\nbc\r', lines: ['a', '...bc'] },
  { name: 'all bytes but LF', bytes: '\0\x80\xff\t\n', lines: ['\0\x80\xff\t'] },
  { name: 'as long as allowed', bytes: '12345678\n', lines: ['12345678'] },
  { name: 'the CR counts', bytes: '1234567\r\nabc\n', lines: ['1234567', 'abc'] },
  { name: 'too long by the CR', bytes: '12345678\r\nabc\n', lines: ['12345678!', 'abc'] },
  { name: 'too long', bytes: '123456789\nabc\n', lines: ['12345678!', 'abc'] },
  { name: 'far too long', bytes: `${'x'.repeat(50)}\r\nabc\n`, lines: ['xxxxxxxx!', 'abc'] },
  { name: 'too long without an end', bytes: 'a\n1234567890', lines: ['a', '...12345678!'] },
  { name: 'two too long', bytes: '123456789\n987654321\n', lines: ['12345678!', '98765432!'] },
];

for (const { name, bytes, lines } of CASES) {
  test(`lines: ${name}`, () => {
    for (const cutting of everyCutting(Buffer.from(bytes, 'latin1'))) {
      assert.deepEqual(linesOf(cutting), lines, cutting.name);
    }
  });
}

test('a line that lies whole in the given bytes is not copied', () => {
  const { data, start, end } = pieceOf(Buffer.from('abc\n'));
  const reader = new LineReader(MAX_LINE_BYTES);
  reader.feed(data, start, end);
  assert.equal(reader.next(), true);
  assert.equal(reader.data.buffer, data.buffer);
  assert.equal(reader.heldBytes, 0);
});

test('a dropped line leaves nothing behind', () => {
  const reader = new LineReader(MAX_LINE_BYTES);
  for (const dropped of ['abc', '1234567890']) {
    reader.feed(Buffer.from(dropped), 0, dropped.length);
    assert.equal(reader.next(), false);
    assert.equal(reader.partial, true);
    reader.drop();
    assert.equal(reader.partial, false);
    reader.feed(Buffer.from('de\n'), 0, 3);
    assert.equal(reader.next(), true);
    assert.equal(Buffer.from(reader.data.subarray(reader.start, reader.end)).toString(), 'de');
    assert.equal(reader.overlong, false);
  }
});

test('a carried line does not change with the buffer it came from', () => {
  const reader = new LineReader(MAX_LINE_BYTES);
  const reused = Buffer.from('abcd');
  reader.feed(reused, 0, 4);
  assert.equal(reader.next(), false);
  reused.write('ef\n ');
  reader.feed(reused, 0, 3);
  assert.equal(reader.next(), true);
  assert.equal(Buffer.from(reader.data.subarray(reader.start, reader.end)).toString(), 'abcdef');
});

test('stops between lines: what is not read yet is known, and feeding anew forgets it', () => {
  const reader = new LineReader(MAX_LINE_BYTES);
  reader.feed(Buffer.from('ab\ncde\n'), 0, 7);
  assert.equal(reader.next(), true);
  assert.equal(reader.unreadBytes, 4);
  reader.feed(Buffer.from('f\n'), 0, 2);
  assert.equal(reader.next(), true);
  assert.equal(reader.data[reader.start], 0x66);
});

test('random lines in random pieces come out as split at LF', () => {
  forSeeds(300, (random) => {
    const bytes = Uint8Array.from({ length: random.int(0, 2000) }, () =>
      random.chance(0.05) ? random.pick([0x0a, 0x0d]) : random.int(0, 255),
    );
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const size = random.int(1, random.pick([3, 40, 600]));
      pieces.push(bytes.subarray(at, at + size));
      at += size;
    }
    const expected = Buffer.from(bytes).toString('latin1').split('\n');
    const rest = expected.pop() ?? '';
    if (rest !== '') expected.push(`...${rest}`);
    assert.deepEqual(
      linesOf({ name: 'random', pieces: pieces.map(pieceOf) }, 4096),
      expected.map((line) => line.replace(/\r$/, '')),
    );
  });
});
