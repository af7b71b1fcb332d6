/** Payloads that nobody wrote: whatever their bytes are, they give rows or a reason, at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BitWriter } from '../../src/log/bit-writer.ts';
import { writeForm } from '../../src/log/column-form.ts';
import { encodeFrame } from '../../src/log/frame-codec.ts';
import { MAX_FRAME_LINE_BYTES, MAX_FRAME_ROWS } from '../../src/log/frame-head.ts';
import { zigzag } from '../../src/log/zigzag.ts';
import { forSeeds } from '../base/seeds.ts';
import { Random } from '../tools/random.ts';
import { claimed, NOON_SEC, rowsOfOne, type Claim } from './claims.ts';
import { anySegment, linesOf, ReadSegment, type Written } from './frames.ts';

/** The states of the frames before one, to read it with. */
function statesBefore(frames: readonly Written[], index: number): ReadSegment['states'] {
  const read = new ReadSegment();
  for (const { payload } of frames.slice(0, index)) read.openWhole(payload);
  return read.states;
}

/** Whatever it gives is sound in itself, and can be stood on. */
function readAny(payload: Uint8Array, states: ReadSegment['states']): void {
  const opened = new ReadSegment(states).open(payload);
  if (typeof opened === 'string') return;
  const { head, state, rows } = opened;
  assert.ok(Number.isSafeInteger(state.nextOrdinal));
  for (const number of head.seriesNumbers) assert.ok(state.seriesAt(number) !== undefined);
  const decoded = rows();
  assert.equal(state.whole, decoded !== undefined);
  if (decoded === undefined) return;
  assert.equal(decoded.length, head.seriesNumbers.length);
  for (const { data, start, end, timeAt, serialStart, serialEnd } of decoded) {
    assert.ok(0 <= start && start < timeAt && timeAt < serialStart);
    assert.ok(serialStart < serialEnd && serialEnd <= end && end <= data.length);
  }
  if (head.ordinal + decoded.length < 2 ** 50) encodeFrame(decoded, 0, 64, state);
}

test('every change of a byte', () => {
  let changed = 0;
  forSeeds(12, (random) => {
    const { frames } = anySegment(random, 8);
    const index = random.int(0, 7);
    const states = statesBefore(frames, index);
    const payload = frames[index]?.payload.slice() ?? new Uint8Array(0);
    if (payload.length > 400) return;
    for (const [at, byte] of payload.entries()) {
      const bits = Array.from({ length: 8 }, (_, bit) => byte ^ (1 << bit));
      for (const other of [...bits, 0, 0xff, random.int(0, 255)]) {
        payload[at] = other;
        readAny(payload, states);
        changed++;
      }
      payload[at] = byte;
    }
  });
  assert.ok(changed > 3000, `${changed} changes`);
});

test('every truncation; without its last byte a frame has no rows', () => {
  forSeeds(10, (random) => {
    const { frames } = anySegment(random, 6);
    const index = random.int(0, 5);
    const { payload, rows } = frames[index] ?? { payload: new Uint8Array(0), rows: [] };
    const states = statesBefore(frames, index);
    for (let length = 0; length < Math.min(payload.length, 1500); length++) {
      readAny(payload.subarray(0, length), states);
    }
    const cut = new ReadSegment(states).open(payload.subarray(0, payload.length - 1));
    if (rows.length > 0 && typeof cut !== 'string') assert.equal(cut.rows(), undefined);
  });
});

test('bytes put in, taken out and put elsewhere', () => {
  forSeeds(800, (random) => {
    const { frames } = anySegment(random, 3);
    const index = random.int(0, 2);
    const payload = [...(frames[index]?.payload ?? [])];
    for (let edits = random.int(1, 5); edits > 0; edits--) {
      const at = random.int(0, payload.length);
      const moved = payload.splice(at, random.int(0, 4));
      payload.splice(random.int(0, payload.length), 0, ...random.pick([moved, random.bytes(3)]));
    }
    readAny(Uint8Array.from(payload), statesBefore(frames, index));
  });
});

test('random bytes', () => {
  const { frames } = anySegment(new Random(1), 4);
  const states = statesBefore(frames, 4);
  forSeeds(5000, (random) => {
    readAny(random.bytes(random.int(0, 200)), states);
    // A head that begins well.
    readAny(Uint8Array.of(random.int(0, 7), random.int(0, 20), 0, ...random.bytes(100)), states);
  });
});

test('a frame that another segment was written for', () => {
  forSeeds(100, (random) => {
    const { frames } = anySegment(random, 8);
    const others = anySegment(random, 8).frames;
    const index = random.int(1, 7);
    const states = statesBefore(frames, index);
    readAny(others[index]?.payload ?? new Uint8Array(0), states);
    readAny(frames[random.int(0, 7)]?.payload ?? new Uint8Array(0), states);
  });
});

/** A column of one text. */
function sameText(out: BitWriter, text: string): void {
  out.bits(1, 2);
  out.flag(true);
  out.number(text.length);
  for (const byte of Buffer.from(text)) out.bits(byte, 8);
}

/** The beginning of a column of numbers of fifteen digits that take a bit each. */
function longNumbers(out: BitWriter): void {
  out.bits(3, 2);
  writeForm({ scale: 0, padding: 0, others: 0, guess: 0, rice: 0 }, out);
  out.number(zigzag(999_999_999_999_999));
}

/** With as many rows as there may be. */
const MANY_COLUMNS = MAX_FRAME_LINE_BYTES / MAX_FRAME_ROWS;

const GREEDY: { name: string; payload: () => Uint8Array }[] = [
  {
    name: 'many rows of 8,191 columns in a few bytes',
    payload: () => claimed({ ...rowsOfOne(MAX_FRAME_ROWS), columns: 8191 }, 20),
  },
  {
    name: 'many rows of 8,191 columns and a megabyte to read',
    payload: () => claimed({ ...rowsOfOne(MAX_FRAME_ROWS), columns: 8191 }, 1_000_000),
  },
  {
    name: 'as many cells as there may be, all empty',
    payload: () =>
      claimed({
        ...rowsOfOne(MAX_FRAME_ROWS),
        columns: MANY_COLUMNS,
        values: (out) => {
          for (let column = 0; column < MANY_COLUMNS; column++) sameText(out, '');
        },
      }),
  },
  {
    name: 'a long text in each of many rows and columns',
    payload: () =>
      claimed({
        ...rowsOfOne(MAX_FRAME_ROWS),
        columns: MANY_COLUMNS,
        values: (out) => {
          for (let column = 0; column < MANY_COLUMNS; column++) sameText(out, 'x'.repeat(8000));
        },
      }),
  },
  {
    name: 'as many long numbers as there may be cells, a bit each',
    payload: () => {
      const values = (out: BitWriter): void => {
        for (let column = 0; column < MANY_COLUMNS; column++) {
          longNumbers(out);
          for (let row = 0; row < MAX_FRAME_ROWS; row++) out.bits(0, 1);
        }
      };
      return claimed({ ...rowsOfOne(MAX_FRAME_ROWS), columns: MANY_COLUMNS, values });
    },
  },
  {
    name: 'a table for each row',
    payload: () => {
      const series = Array.from({ length: MAX_FRAME_ROWS }, (_, i) => ({
        typeText: String(i),
        serial: 'x',
      }));
      const runs = [[NOON_SEC, 0, MAX_FRAME_ROWS]];
      return claimed({ rows: MAX_FRAME_ROWS, series, runs, columns: 1 }, 100_000);
    },
  },
  {
    name: 'a table for each row, with many columns of numbers',
    payload: () => {
      const series = Array.from({ length: 64 }, (_, i) => ({ typeText: String(i), serial: 'x' }));
      const values = (out: BitWriter): void => {
        for (let column = 0; column < 64 * 8190; column++) out.bits(1, 3);
      };
      return claimed({ rows: 64, series, runs: [[NOON_SEC, 0, 64]], columns: 8190, values }, 9000);
    },
  },
  {
    name: 'more rows than there may be',
    payload: () => claimed({ ...rowsOfOne(1), rows: MAX_FRAME_ROWS + 1, columns: undefined }),
  },
  {
    name: 'rows without end',
    payload: () => claimed({ ...rowsOfOne(1), rows: 2 ** 53 - 1, columns: undefined }),
  },
  {
    name: 'a text without end',
    payload: () =>
      claimed({
        ...rowsOfOne(1),
        columns: 1,
        values: (out) => {
          out.bits(1, 2);
          out.flag(true);
          out.number(2 ** 52);
        },
      }),
  },
];

for (const { name, payload } of GREEDY) {
  test(`little is given for ${name}`, () => {
    const bytes = payload();
    const read = new ReadSegment();
    const memory = (): number => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = memory();
    const startedAt = process.cpuUsage();
    const opened = read.open(bytes);
    const rows = typeof opened === 'string' ? undefined : opened.rows();
    const ms = process.cpuUsage(startedAt).user / 1000;
    const taken = (memory() - before) / 1e6;
    assert.ok(ms < 1000, `${ms} ms`);
    assert.ok(taken < 50, `${taken} MB`);
    const lineBytes = rows?.reduce((sum, { start, end }) => sum + end - start, 0) ?? 0;
    assert.ok(lineBytes <= MAX_FRAME_LINE_BYTES, `${lineBytes} bytes of lines`);
  });
}

const WHOLE: Claim = {
  ...rowsOfOne(2),
  columns: 1,
  values: (out) => {
    sameText(out, '7');
  },
};

const MALFORMED: {
  name: string;
  claim: Partial<Claim>;
  outcome: 'malformed' | 'parent-missing';
}[] = [
  { name: 'an index beyond 2^31', claim: { index: 2 ** 31 }, outcome: 'malformed' },
  { name: 'an index beyond 2^32', claim: { index: 2 ** 40 + 1 }, outcome: 'malformed' },
  { name: 'a parent that is not there', claim: { index: 6 }, outcome: 'parent-missing' },
  { name: 'an ordinal below 0', claim: { ordinal: -1 }, outcome: 'malformed' },
  { name: 'a run of no rows', claim: { runs: [[NOON_SEC, 0, 0]] }, outcome: 'malformed' },
  { name: 'a run of too many rows', claim: { runs: [[NOON_SEC, 0, 3]] }, outcome: 'malformed' },
  { name: 'a series that has no name', claim: { runs: [[NOON_SEC, 1, 2]] }, outcome: 'malformed' },
  { name: 'a series below 0', claim: { runs: [[NOON_SEC, -1, 2]] }, outcome: 'malformed' },
  {
    name: 'a time before the year 0',
    claim: {
      runs: [
        [-1e11, 0, 1],
        [0, -1, 1],
      ],
    },
    outcome: 'malformed',
  },
  {
    name: 'a time behind the year 9999',
    claim: {
      runs: [
        [1e12, 0, 1],
        [0, -1, 1],
      ],
    },
    outcome: 'malformed',
  },
  {
    name: 'a type that is none',
    claim: { series: [{ typeText: '1x', serial: '1' }] },
    outcome: 'malformed',
  },
  {
    name: 'a type of six digits',
    claim: { series: [{ typeText: '123456', serial: '1' }] },
    outcome: 'malformed',
  },
  { name: 'no type', claim: { series: [{ typeText: '', serial: '1' }] }, outcome: 'malformed' },
  { name: 'no serial', claim: { series: [{ typeText: '1', serial: '' }] }, outcome: 'malformed' },
  {
    name: 'a TAB in a serial',
    claim: { series: [{ typeText: '1', serial: 'a\tb' }] },
    outcome: 'malformed',
  },
];

for (const { name, claim, outcome } of MALFORMED) {
  test(`${name}: ${outcome}`, () => {
    assert.equal(new ReadSegment().open(claimed({ ...WHOLE, ...claim })), outcome);
  });
}

test('an ordinal beyond 2^53: malformed', () => {
  const read = new ReadSegment();
  read.openWhole(claimed({ ...WHOLE, ordinal: 2 ** 52 - 1 }));
  const runs = Array.from({ length: 3 }, (_, i) => [0, i === 0 ? 0 : -1, 1]);
  const further: Claim = { ...WHOLE, index: 1, rows: 3, series: [], runs };
  assert.notEqual(read.open(claimed(further)), 'malformed');
  assert.equal(read.open(claimed({ ...further, ordinal: 2 ** 52 - 1 })), 'malformed');
});

test('what these were made of is whole', () => {
  const line = '130\t20260509110000\t1\t7';
  assert.deepEqual(linesOf(new ReadSegment().openWhole(claimed(WHOLE)).rows()), [line, line]);
});

const VALUES: { name: string; claim: Partial<Claim> }[] = [
  { name: 'columns as in a line that there is not', claim: { columns: undefined } },
  { name: 'more columns than fit into a line', claim: { columns: 8192 } },
  {
    name: 'a cell as a line that there is not',
    claim: {
      values: (out) => {
        out.bits(0, 2);
      },
    },
  },
  {
    name: 'a form from before that there is not',
    claim: {
      values: (out) => {
        out.bits(2, 2);
      },
    },
  },
  {
    name: 'a number beyond 2^50',
    claim: {
      values: (out) => {
        out.bits(3, 2);
        writeForm({ scale: 0, padding: 0, others: 0, guess: 0, rice: 0 }, out);
        out.number(zigzag(2 ** 50));
      },
    },
  },
  ...[{ padding: 3 }, { others: 3 }].map((form) => ({
    name: `a form that there is not: ${JSON.stringify(form)}`,
    claim: {
      values: (out: BitWriter) => {
        out.bits(3, 2);
        writeForm({ scale: 0, padding: 0, others: 0, guess: 0, rice: 0, ...form }, out);
      },
    },
  })),
];

for (const { name, claim } of VALUES) {
  test(`no rows: ${name}`, () => {
    const { rows, state } = new ReadSegment().openWhole(claimed({ ...WHOLE, ...claim }, 20));
    assert.equal(rows(), undefined);
    assert.ok(!state.whole);
  });
}
