import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeFrame, type Row } from '../../src/log/frame-codec.ts';
import { MAX_FRAME_LINE_BYTES, MAX_FRAME_ROWS } from '../../src/log/frame-head.ts';
import { tableLayout } from '../../src/log/table-layout.ts';
import { parentIndex } from '../../src/log/frame-state.ts';
import { forSeeds } from '../base/seeds.ts';
import { tabbed } from '../record/lines.ts';
import {
  anySegment,
  keyOf,
  lineOf,
  linesOf,
  ReadSegment,
  rowOf,
  WrittenSegment,
} from './frames.ts';

const T = '20260509110500';
const LATER = '20260509111000';

function rowsOf(lines: readonly string[]): Row[] {
  return lines.map((line) => rowOf(tabbed(line)));
}

const FRAMES: { name: string; frames: string[][] }[] = [
  { name: 'an empty reference', frames: [[], [`130|${T}|1|2.5`]] },
  { name: 'nothing at all', frames: [[], [], []] },
  { name: 'a record without further fields', frames: [[`130|${T}|1`], [`130|${LATER}|1`]] },
  { name: 'only empty fields', frames: [[`130|${T}|1||||`], [`130|${LATER}|1||||`]] },
  { name: 'the same record again', frames: [[`130|${T}|1|a`], [`130|${T}|1|a`, `130|${T}|1|a`]] },
  { name: 'two records of one identity', frames: [[], [`130|${T}|1|a|1`, `130|${T}|1|b|2`]] },
  {
    name: 'one serial with several types',
    frames: [[], [`130|${T}|1|7`, `140|${T}|1|7`, `130|${LATER}|1|8`, `140|${LATER}|1|8`]],
  },
  {
    name: 'one type spelled in several ways',
    frames: [[`130|${T}|1|7`], [`00130|${T}|1|8`, `0130|${T}|1|9`, `130|${T}|1|7`]],
  },
  {
    name: 'more fields, fewer fields, and as many as at first',
    frames: [
      [`130|${T}|1|7|8`],
      [`130|${T}|1|7|8|9`, `130|${T}|1`, `130|${T}|1|7|8`],
      [`130|${T}|1|7|9`],
    ],
  },
  {
    name: 'devices that come later and go',
    frames: [
      [`130|${T}|1|5`],
      [`130|${T}|2|6`],
      [`130|${T}|3|7`, `130|${T}|1|6`],
      [`130|${T}|2|7`],
    ],
  },
  {
    name: 'the first and the last second that can be',
    frames: [[`1|00000101000000|1|5`], [`1|99991231235959|1|5`, `1|00000229235959|1|6`]],
  },
  {
    name: 'bytes that are no text, in the serial, too',
    frames: [[], [`130|${T}|\xff\x00 |\xe4\x80|\x7f`, `130|${T}|\xff\x00 |\xe4\x81|`]],
  },
  { name: 'a line of 8 KB', frames: [[], [`130|${T}|1|`.padEnd(8192, '7'), `130|${T}|1|7`]] },
  {
    name: 'a line of TABs',
    frames: [[], [`130|${T}|1`.padEnd(8192, '|')], [`130|${T}|1`.padEnd(8192, '|')]],
  },
  { name: 'a serial of 8 KB', frames: [[], [`130|${T}|`.padEnd(8192, '7')]] },
];

for (const { name, frames } of FRAMES) {
  test(`frames come back: ${name}`, () => {
    const segment = new WrittenSegment();
    const read = new ReadSegment();
    for (const lines of frames) {
      const { head, rows } = read.openWhole(segment.add(rowsOf(lines)));
      assert.deepEqual(linesOf(rows()), lines.map(tabbed));
      assert.equal(head.seriesNumbers.length, lines.length);
    }
  });
}

/** All that a row says of its line, relative to its start. */
function described(row: Row): unknown {
  const { start, end, timeAt, serialStart, serialEnd, type, timeSec } = row;
  const offsets = [end, timeAt, serialStart, serialEnd].map((offset) => offset - start);
  return { line: lineOf(row), offsets, type, timeSec };
}

test('records of any bytes come back in their order', () => {
  forSeeds(80, (random) => {
    const read = new ReadSegment();
    for (const { payload, rows } of anySegment(random, 20).frames) {
      assert.deepEqual(read.openWhole(payload).rows()?.map(described), rows.map(described));
    }
  });
});

test('heads tell devices, times and numbers without the values', () => {
  forSeeds(50, (random) => {
    const read = new ReadSegment();
    const { frames } = anySegment(random, 16);
    let ordinal = 1000;
    frames.forEach(({ payload, rows }, index) => {
      const { head, state } = read.openWhole(payload);
      assert.equal(head.index, index);
      assert.equal(head.ordinal, ordinal);
      if (index > 0) ordinal += rows.length;
      assert.equal(state.nextOrdinal, ordinal);
      assert.deepEqual(
        Array.from(head.timesSec),
        rows.map(({ timeSec }) => timeSec),
      );
      const keys = Array.from(head.seriesNumbers, (number) => state.seriesAt(number)?.key);
      assert.deepEqual(keys, rows.map(keyOf));
    });
  });
});

test('values may be read after all heads, in any order, and again', () => {
  forSeeds(60, (random) => {
    const read = new ReadSegment();
    const opened = anySegment(random, 20).frames.map(({ payload, rows }) => ({
      frame: read.openWhole(payload),
      lines: linesOf(rows),
    }));
    for (const { frame, lines } of random.shuffle([...opened, ...opened])) {
      assert.deepEqual(linesOf(frame.rows()), lines);
    }
  });
});

test('a segment that is opened again goes on as if it never had been closed', () => {
  forSeeds(60, (random) => {
    const { frames } = anySegment(random, 24);
    const read = new ReadSegment();
    let ordinal = 1000;
    const opens = random.int(1, frames.length);
    frames.forEach(({ payload, rows }, index) => {
      const parent = index === 0 ? undefined : read.states.get(parentIndex(index));
      if (index < opens) {
        read.openWhole(payload);
      } else {
        const again = encodeFrame(rows, ordinal, index, parent);
        assert.deepEqual(again.payload, payload, `frame ${index}`);
        read.states.set(index, again.state);
      }
      if (index > 0) ordinal += rows.length;
    });
  });
});

test('states know the latest line of each device, whether written or read', () => {
  forSeeds(40, (random) => {
    const segment = anySegment(random, 12);
    const read = new ReadSegment();
    const latest: Map<string, string>[] = [];
    segment.frames.forEach(({ payload, rows }, index) => {
      read.openWhole(payload);
      // A frame knows what it stands on, and not what came between.
      const lines = new Map(index === 0 ? undefined : latest[parentIndex(index)]);
      for (const row of rows) lines.set(keyOf(row), lineOf(row));
      latest.push(lines);
      for (const state of [segment.states.get(index), read.states.get(index)]) {
        assert.ok(state?.whole);
        assert.equal(state.seriesCount, lines.size);
        for (let number = 0; number < state.seriesCount; number++) {
          const key: string = state.seriesAt(number)?.key ?? '';
          assert.equal(state.numberOf(key), number);
          const line = state.lineOf(number);
          assert.equal(line && Buffer.from(line).toString('latin1'), lines.get(key));
        }
        assert.equal(state.seriesAt(state.seriesCount), undefined);
        assert.equal(state.lineOf(state.seriesCount), undefined);
        assert.equal(state.numberOf('no such'), undefined);
      }
    });
  });
});

/** The frames that a frame stands on, and itself. */
function standsOn(index: number): number[] {
  return index === 0 ? [0] : [index, ...standsOn(parentIndex(index))];
}

test('a lost frame takes with it those that stand on it, and no others', () => {
  forSeeds(1, (random) => {
    const { frames } = anySegment(random, 64);
    let lostInAll = 0;
    for (let lost = 0; lost < frames.length; lost++) {
      const read = new ReadSegment();
      frames.forEach(({ payload, rows }, index) => {
        if (index === lost) return;
        const opened = read.open(payload);
        if (standsOn(index).includes(lost)) {
          assert.equal(opened, 'parent-missing', `${index} without ${lost}`);
          lostInAll++;
        } else {
          assert.ok(typeof opened !== 'string', `${index} without ${lost}`);
          assert.deepEqual(linesOf(opened.rows()), linesOf(rows));
        }
      });
    }
    // Each frame once for every bit that is set in its number.
    assert.equal(lostInAll, 6 * 32);
  });
});

test('a frame whose values make no sense gives none to those that stand on it', () => {
  forSeeds(20, (random) => {
    const { frames } = anySegment(random, 16);
    const read = new ReadSegment();
    const lost = random.pick([2, 4, 8, 12]);
    const opened = frames.map(({ payload }, index) => {
      const whole = read.openWhole(payload);
      if (index !== lost) return whole;
      // All of its head, and no values.
      const headBytes = headLength(payload, read);
      return read.openWhole(payload.subarray(0, headBytes));
    });
    opened.forEach(({ rows, state }, index) => {
      const isLost = standsOn(index).includes(lost);
      assert.equal(state.whole, !isLost);
      assert.deepEqual(linesOf(rows()), isLost ? undefined : linesOf(frames[index]?.rows));
    });
  });
});

/** The shortest beginning of a payload that has a whole head. */
function headLength(payload: Uint8Array, read: ReadSegment): number {
  let length = 1;
  while (read.open(payload.subarray(0, length)) === 'malformed') length++;
  return length;
}

const TOO_MANY: { name: string; rows: () => Row[] }[] = [
  {
    name: 'rows',
    rows: () => new Array<Row>(MAX_FRAME_ROWS + 1).fill(rowOf(tabbed(`1|${T}|1`))),
  },
  {
    name: 'bytes',
    rows: () => {
      const row = rowOf(tabbed(`1|${T}|1|`.padEnd(8192, '7')));
      return new Array<Row>(MAX_FRAME_LINE_BYTES / 8192 + 1).fill(row);
    },
  },
];

for (const { name, rows } of TOO_MANY) {
  test(`more ${name} than a frame takes are refused, one less comes back`, () => {
    const all = rows();
    assert.throws(() => encodeFrame(all, 0, 0, undefined), RangeError);
    all.pop();
    const { payload } = encodeFrame(all, 0, 0, undefined);
    assert.deepEqual(linesOf(new ReadSegment().openWhole(payload).rows()), linesOf(all));
  });
}

test('lines of earlier frames are referred to as far as a frame may hold their bytes', () => {
  const segment = new WrittenSegment();
  const read = new ReadSegment();
  const lines = (first: number, count: number, fill: string, bytes: number) =>
    rowsOf(Array.from({ length: count }, (_, i) => `1|${T}|${first + i}|`.padEnd(bytes, fill)));
  const short = lines(0, 100, 'x', 30);
  // Frame 3 stands on 2 and 0, where there are 800 KB of lines of its devices.
  const frames = [lines(0, 50, 'a', 8000), [], lines(50, 50, 'b', 8000), short, short, short];
  for (const rows of frames) {
    assert.deepEqual(linesOf(read.openWhole(segment.add(rows)).rows()), linesOf(rows));
  }
  const parent = read.states.get(2);
  const { head } = read.openWhole(segment.frames[3]?.payload ?? new Uint8Array(0));
  const { tables } = tableLayout(
    head,
    short.map(({ type }) => type),
    undefined,
    parent,
  );
  const bytes = tables.flatMap(({ given }) => given.map(({ start, end }) => end - start));
  assert.deepEqual(bytes, new Array(Math.floor(MAX_FRAME_LINE_BYTES / 8000)).fill(8000));
});

test('how columns were written is known beyond frames that have none of that table', () => {
  const segment = new WrittenSegment();
  const numbers = (time: string, by: number) =>
    rowsOf(Array.from({ length: 20 }, (_, i) => `130|${time}|${i}|${i * i * 7 + by * (i % 5)}.25`));
  const other = rowsOf([`140|${LATER}|1|x`]);
  // Frames 5 and 6 stand on 4, frame 7 on 6.
  const again = numbers('20260509111500', 2);
  for (const rows of [numbers(T, 0), [], [], [], numbers(LATER, 1), again, other, again]) {
    segment.add(rows);
  }
  assert.equal(segment.frames[7]?.payload.length, segment.frames[5]?.payload.length);
});

test('a site that stays as it is takes two bits a column and some bytes of head', () => {
  const segment = new WrittenSegment();
  for (const time of [T, LATER]) {
    segment.add(
      rowsOf(Array.from({ length: 24 }, (_, i) => `130|${time}|${i}|A|${i}.5|${i * i}|`)),
    );
  }
  // Index, rows, ordinal, series; time, first, length; column counts; 4 columns.
  assert.equal(segment.frames[1]?.payload.length, 4 + 4 + 1 + 1);
});
