/** Every kind of planted damage is found, and nothing else is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWriter } from '../../src/base/byte-writer.ts';
import { HEADER, RECORDS, SEAL, walkFrames, writeFrame, type Frame } from '../../src/log/frame.ts';
import { LogReader } from '../../src/log/log-reader.ts';
import { MAGIC_BYTES } from '../../src/log/segment-format.ts';
import { segmentName } from '../../src/log/segment-name.ts';
import { verifyLog, type VerifiedLog } from '../../src/log/verify.ts';
import { bulky, DIRECTORY, openLog, readings, store } from './log-under-test.ts';
import { MemoryFiles } from './memory-files.ts';

const RECORDS_PER_COMMIT = 3;
const COMMITS = 12;
/** The number of the segment that grows. */
const LAST = 5;

/** Four sealed segments and one that grows. */
function someLog(): MemoryFiles {
  const files = new MemoryFiles();
  const under = openLog(files);
  for (let commit = 0; commit < COMMITS; commit++) {
    const first = commit * RECORDS_PER_COMMIT;
    store(under, [bulky(first), bulky(first + 1), bulky(first + 2)]);
  }
  store(under, readings(2, 3));
  under.log.close();
  return files;
}

function verify(files: MemoryFiles, isBeingWritten = false): VerifiedLog {
  const opened = LogReader.open(files, DIRECTORY);
  assert.ok(opened.ok);
  return verifyLog(files, opened.reader, isBeingWritten);
}

function pathOf(number: number): string {
  return `${DIRECTORY}/${segmentName('records', number)}`;
}

function bytesOf(files: MemoryFiles, number: number): Uint8Array {
  return files.read(pathOf(number), 0, files.sizeBytes(pathOf(number)));
}

function framesOf(data: Uint8Array): Frame[] {
  return [...walkFrames(data, MAGIC_BYTES)].flatMap((piece) =>
    'frame' in piece ? [piece.frame] : [],
  );
}

function frameOf(data: Uint8Array, kind: Frame['kind'], nth = 0): Frame {
  const frame = framesOf(data).filter((one) => one.kind === kind)[nth];
  assert.ok(frame);
  return frame;
}

/** The segment with one of its frames made again, checksum and all. */
function reframed(
  data: Uint8Array,
  frame: Frame,
  change: (payload: Uint8Array) => void,
): Uint8Array {
  const payload = data.slice(frame.start, frame.end);
  change(payload);
  const out = new ByteWriter();
  writeFrame(frame.kind, payload, out);
  return Buffer.concat([data.subarray(0, frame.at), out.finish(), data.subarray(frame.end)]);
}

test('a whole log: everything is counted, nothing is wrong', () => {
  const files = someLog();
  const { problems, unfinished, ...counts } = verify(files);
  assert.deepEqual(problems, []);
  assert.equal(unfinished, 0);
  const bytes = [1, 2, 3, 4, LAST].reduce((sum, n) => sum + files.sizeBytes(pathOf(n)), 0);
  const records = COMMITS * RECORDS_PER_COMMIT + 6;
  assert.deepEqual(counts, { segments: LAST, frames: COMMITS + 1, records, bytes });
});

test('day totals are read, too', () => {
  const files = new MemoryFiles();
  const under = openLog(files, { sizeLimitBytes: 150 << 10 });
  store(under, readings(2, 3));
  for (let number = 0; number < 40; number++) store(under, [bulky(number + 10)]);
  under.log.close();
  const days = `${DIRECTORY}/${segmentName('days', 1)}`;
  assert.deepEqual(verify(files).problems, []);
  const data = files.read(days, 0, files.sizeBytes(days));
  data[frameOf(data, RECORDS).start]! ^= 1;
  files.put(days, data);
  assert.deepEqual(
    verify(files).problems.map(({ segment }) => segment),
    ['days-00000001.log'],
  );
});

interface Planted {
  name: string;
  /** Damages the log. */
  plant: (files: MemoryFiles) => void;
  found: [segment: number, reason: string][];
  unfinished?: number;
}

const PLANTED: Planted[] = [
  {
    name: 'a byte of a frame',
    plant: (files) => {
      const data = bytesOf(files, 2);
      data[frameOf(data, RECORDS).start + 50]! ^= 0x10;
      files.put(pathOf(2), data);
    },
    found: [[2, 'garbled']],
  },
  {
    name: 'a byte of the seal',
    plant: (files) => {
      const data = bytesOf(files, 2);
      data[frameOf(data, SEAL).start + 5]! ^= 0x10;
      files.put(pathOf(2), data);
    },
    found: [[2, 'garbled']],
  },
  {
    name: 'a byte of the last eight',
    plant: (files) => {
      const data = bytesOf(files, 2);
      data[data.length - 6]! ^= 0x10;
      files.put(pathOf(2), data);
    },
    found: [[2, 'garbled']],
  },
  {
    name: 'a segment cut off in a frame',
    plant: (files) => {
      files.put(pathOf(2), bytesOf(files, 2).slice(0, 30_000));
    },
    found: [[2, 'torn']],
  },
  {
    name: 'a segment cut off behind a frame',
    plant: (files) => {
      const data = bytesOf(files, 2);
      files.put(pathOf(2), data.slice(0, frameOf(data, RECORDS, 1).end));
    },
    found: [[2, 'no-end']],
  },
  {
    name: 'a segment that lost only its end',
    plant: (files) => {
      const data = bytesOf(files, 2);
      files.put(pathOf(2), data.slice(0, frameOf(data, SEAL).at));
    },
    found: [[2, 'no-end']],
  },
  {
    name: 'a segment gone from the middle',
    plant: (files) => {
      files.remove(pathOf(2));
    },
    found: [[2, 'missing']],
  },
  {
    name: 'the oldest one gone: that is retention',
    plant: (files) => {
      files.remove(pathOf(1));
    },
    found: [],
  },
  {
    name: 'a copy under another number',
    plant: (files) => {
      files.put(pathOf(9), bytesOf(files, 2));
    },
    found: [[9, 'copy']],
  },
  {
    name: 'one renamed',
    plant: (files) => {
      files.put(pathOf(6), bytesOf(files, LAST));
      files.remove(pathOf(LAST));
    },
    found: [[6, 'misnamed']],
  },
  {
    name: 'another file under the name of a segment',
    plant: (files) => {
      files.put(pathOf(6), Buffer.from('hello'));
    },
    found: [[6, 'foreign']],
  },
  {
    name: 'the last one empty',
    plant: (files) => {
      files.put(pathOf(6), new Uint8Array(0));
    },
    found: [[6, 'empty']],
    unfinished: 1,
  },
  {
    name: 'zeros at the end',
    plant: (files) => {
      files.put(pathOf(LAST), Buffer.concat([bytesOf(files, LAST), new Uint8Array(700)]));
    },
    found: [[LAST, 'zeros']],
    unfinished: 1,
  },
  {
    name: 'a torn tail',
    plant: (files) => {
      files.put(pathOf(LAST), bytesOf(files, LAST).slice(0, -3));
    },
    found: [[LAST, 'torn']],
    unfinished: 1,
  },
  {
    name: 'a header with another number of the first record, and a right checksum',
    plant: (files) => {
      const data = bytesOf(files, 2);
      const changed = reframed(data, frameOf(data, HEADER), (payload) => {
        payload[1]! ^= 1;
      });
      files.put(pathOf(2), changed);
    },
    found: [[2, 'wrong-end']],
  },
  {
    name: 'a seal whose index has another time, and a right checksum',
    plant: (files) => {
      const data = bytesOf(files, 2);
      const changed = reframed(data, frameOf(data, SEAL), (payload) => {
        const at = Buffer.from(payload).indexOf('777\tBULK') + '777\tBULK'.length + 2;
        payload[at]! ^= 1;
      });
      files.put(pathOf(2), changed);
    },
    found: [[2, 'wrong-end']],
  },
  {
    name: 'a frame taken out whole',
    plant: (files) => {
      const data = bytesOf(files, 2);
      const { at, end } = frameOf(data, RECORDS);
      files.put(pathOf(2), Buffer.concat([data.subarray(0, at), data.subarray(end)]));
    },
    found: [[2, 'wrong-numbers']],
  },
];

for (const { name, plant, found, unfinished = 0 } of PLANTED) {
  test(`verify: ${name}`, () => {
    const files = someLog();
    plant(files);
    const result = verify(files);
    assert.deepEqual(
      result.problems.map(({ segment, reason }) => [segment, reason]),
      found.map(([number, reason]) => [segmentName('records', number), reason]),
    );
    assert.equal(result.unfinished, unfinished);
    // Of an end that another process may be writing just now nothing is said.
    assert.equal(verify(files, true).problems.length, found.length - unfinished);
  });
}

test('verify: any byte of a sealed segment', () => {
  const whole = someLog();
  const data = bytesOf(whole, 2);
  for (let at = 0; at < data.length; at += 997) {
    const damaged = data.slice();
    damaged[at]! ^= 0x41;
    whole.put(pathOf(2), damaged);
    const { problems } = verify(whole);
    assert.ok(problems.length > 0, `byte ${at}`);
    assert.ok(problems.every(({ segment }) => segment === segmentName('records', 2)));
  }
});

test('verify changes nothing', () => {
  const files = someLog();
  files.put(pathOf(6), new Uint8Array(0));
  const { operations } = files;
  verify(files);
  assert.equal(files.operations, operations);
});
