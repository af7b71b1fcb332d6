/** What was seen before is told from what is new, over all that the log holds, in little memory. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { identityAt } from '../../src/log/identity.ts';
import type { Novelty } from '../../src/log/known-records.ts';
import { LogStore } from '../../src/log/log-store.ts';
import { readTimeSec } from '../../src/log/record-time.ts';
import { recordOf } from '../record/lines.ts';
import { Random } from '../tools/random.ts';
import {
  bulky,
  DIRECTORY,
  openLog,
  reading,
  readings,
  readLog,
  rowOf,
  STEP_SEC,
  store,
  T,
  utcDayEnd,
} from './log-under-test.ts';
import { MemoryFiles } from './memory-files.ts';

/** As `known-records.ts` has them, and the segment that was asked last. */
const MAX_HELD_BYTES = 3 * 1024 * 1024 + 128 * 1024;
const DEVICES = 24;
/** A winter: 93,000 records. */
const STEPS = 3875;
const SEED = Number(process.env['TEST_SEED'] ?? 1);

test('a winter is replayed twice, in whatever order, and nothing of it is stored again', (t) => {
  const files = new MemoryFiles();
  const random = new Random(SEED);
  const lines = Array.from({ length: STEPS }, (_, step) =>
    Array.from({ length: DEVICES }, (_, device) =>
      reading(`E001${device}`, T + step * STEP_SEC, (random.next() * 9999).toFixed(4)),
    ),
  );
  const first = openLog(files);
  for (const request of lines) {
    for (const line of request) first.log.add(recordOf(line));
    if (first.log.full) first.log.commitFull();
  }
  assert.ok(first.log.close(), 'written');

  const opened = LogStore.open(
    { files, directory: DIRECTORY, sizeLimitBytes: 64 << 20, freeFloorBytes: 0, dayEnd: utcDayEnd },
    false,
  );
  assert.ok(opened.ok, 'opened');
  let most = 0;
  const begin = performance.now();
  // A supervisor sends its requests again in any order, not their records.
  for (const request of [...random.shuffle(lines), ...random.shuffle(lines)]) {
    for (const line of request) {
      const novelty = judged(opened.store, line);
      if (novelty !== 'repeat') assert.fail(`${novelty}: ${line}`);
    }
    most = Math.max(most, opened.store.heldBytes);
  }
  const took = Math.round(performance.now() - begin);
  t.diagnostic(`${2 * STEPS * DEVICES} repeats in ${took} ms; ${most} bytes held (seed ${SEED})`);
  assert.ok(most <= MAX_HELD_BYTES, `${most} bytes`);
  assert.equal(judged(opened.store, reading('E0010', T, 'x')), 'revision');
  assert.equal(judged(opened.store, reading('E0010', T + 1, 'x')), 'new');
});

function judged(store: LogStore, text: string): Novelty {
  const line = recordOf(text);
  return store.judge(line, identityAt(line, readTimeSec(line.data, line.timeAt)));
}

const A = reading('E1', T, 'a');
const B = reading('E1', T, 'b');

describe('a record, its revision, and the record again', () => {
  test('while they wait', () => {
    const { log } = openLog(new MemoryFiles());
    const answers = [A, B, A, B].map((line) => log.add(recordOf(line)));
    assert.deepEqual(answers, ['new', 'revision', 'repeat', 'repeat']);
  });

  test('committed one by one', () => {
    const files = new MemoryFiles();
    const { log } = openLog(files);
    const answers = [A, B, A, B].map((line) => {
      const novelty = log.add(recordOf(line));
      log.commit();
      return novelty;
    });
    assert.deepEqual(answers, ['new', 'revision', 'repeat', 'repeat']);
    assert.deepEqual(readLog(files).lines, [A, B]);
  });

  test('in different segments, after a restart', () => {
    const files = new MemoryFiles();
    const answers: string[] = [];
    for (const [i, line] of [A, B, A, B].entries()) {
      const opened = openLog(files);
      answers.push(opened.log.add(recordOf(line)));
      store(
        opened,
        Array.from({ length: 10 }, (_, j) => bulky(10 * i + j)),
      );
      opened.log.close();
    }
    assert.deepEqual(answers, ['new', 'revision', 'repeat', 'repeat']);
  });
});

/** The same device and time as far as an identity goes, or not. */
const IDENTITIES: { name: string; one: string; other: string; answer: string }[] = [
  {
    name: 'another type',
    one: '130\t20260509110500\tE1',
    other: '131\t20260509110500\tE1',
    answer: 'new',
  },
  {
    name: 'another serial',
    one: '130\t20260509110500\tE1',
    other: '130\t20260509110500\tE2',
    answer: 'new',
  },
  {
    name: 'another second',
    one: '130\t20260509110500\tE1',
    other: '130\t20260509110501\tE1',
    answer: 'new',
  },
  {
    name: 'a type spelled otherwise',
    one: '130\t20260509110500\tE1',
    other: '0130\t20260509110500\tE1',
    answer: 'revision',
  },
  {
    name: 'a field more',
    one: '130\t20260509110500\tE1',
    other: '130\t20260509110500\tE1\t',
    answer: 'revision',
  },
  {
    name: 'the year 2200',
    one: '130\t22000509110500\tE1',
    other: '130\t22000509110500\tE1\t',
    answer: 'revision',
  },
  {
    name: 'the years 2200 and 2201',
    one: '130\t22000509110500\tE1',
    other: '130\t22010509110500\tE1',
    answer: 'new',
  },
  {
    name: 'a serial of any byte',
    one: '130\t20260509110500\t\xff\0',
    other: '130\t20260509110500\t\xff\0\t1',
    answer: 'revision',
  },
];

for (const { name, one, other, answer } of IDENTITIES) {
  test(`${name}: ${answer}`, () => {
    const files = new MemoryFiles();
    const opened = openLog(files);
    assert.equal(opened.log.add(recordOf(one)), 'new');
    assert.equal(opened.log.add(recordOf(other)), answer, 'while it waits');
    opened.log.commit();
    assert.equal(opened.log.add(recordOf(other)), 'repeat');

    const sealed = new MemoryFiles();
    const again = openLog(sealed);
    store(again, [one]);
    assert.equal(again.log.add(recordOf(one)), 'repeat');
    store(
      again,
      Array.from({ length: 10 }, (_, i) => bulky(i)),
    );
    assert.equal(again.log.add(recordOf(other)), answer, 'when its segment is sealed');
  });
}

test('what was removed to make room is new when it comes again', () => {
  const files = new MemoryFiles();
  const opened = openLog(files, { sizeLimitBytes: 130 * 1024 });
  const old = readings(3, 2);
  store(opened, old);
  for (let i = 0; i < 40; i++) store(opened, [bulky(i)]);
  assert.ok(!readLog(files).lines.includes(old[0]!), 'gone');
  assert.deepEqual(
    old.map((line) => opened.log.add(recordOf(line))),
    old.map(() => 'new'),
  );
});

test('what cannot be looked up is taken, rather than lost', () => {
  const files = new MemoryFiles();
  const opened = openLog(files);
  store(
    opened,
    Array.from({ length: 20 }, (_, i) => bulky(i)),
  );
  opened.log.close();
  const again = openLog(files);
  files.remove(`${DIRECTORY}/00000001.log`);
  assert.equal(again.log.add(rowOf(bulky(0))), 'new');
});
