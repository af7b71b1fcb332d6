import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ByteWriter } from '../../src/base/byte-writer.ts';
import { TimeSet } from '../../src/log/time-set.ts';
import { Random } from '../tools/random.ts';

/** Begins the random tests elsewhere, as in test/base/seeds.ts; fast-check prints it when one fails. */
const SEED = Number(process.env['TEST_SEED'] ?? 1);
const RUNS = { seed: SEED, numRuns: 1500 };

const T = 1_778_324_400;
const MAX_TIME_SEC = 0xffff_ffff;

function setOf(times: Iterable<number>): TimeSet {
  const set = new TimeSet();
  for (const timeSec of times) set.add(timeSec);
  return set;
}

function encoded(set: TimeSet): Uint8Array {
  const out = new ByteWriter();
  set.encode(out);
  return out.finish();
}

function decoded(data: Uint8Array): TimeSet | undefined {
  return TimeSet.decode(data, 0, data.length);
}

/** `count` times from `first` on, five minutes apart. */
function grid(first: number, count: number, step = 300): number[] {
  return Array.from({ length: count }, (_, i) => first + i * step);
}

const SHAPES: { name: string; times: number[]; runs: number }[] = [
  { name: 'a single time', times: [T], runs: 1 },
  { name: 'a day', times: grid(T, 288), runs: 1 },
  { name: 'a day backwards', times: grid(T, 288).reverse(), runs: 1 },
  {
    name: 'a day, every other interval first',
    times: [...grid(T, 144, 600), ...grid(T + 300, 144, 600)],
    runs: 1,
  },
  { name: 'the same twice', times: [...grid(T, 20), ...grid(T, 20)], runs: 1 },
  { name: 'a hole', times: [...grid(T, 20), ...grid(T + 9000, 20)], runs: 2 },
  {
    name: 'a hole that is filled',
    times: [...grid(T, 20), ...grid(T + 9000, 20), ...grid(T + 6000, 10)],
    runs: 1,
  },
  { name: 'off the grid', times: [...grid(T, 20), T + 1000], runs: 3 },
  { name: 'off the grid in the first interval', times: [...grid(T, 20), T + 1], runs: 2 },
  { name: 'off the grid in the last interval', times: [...grid(T, 20), T + 5699], runs: 2 },
  { name: 'from one end of time to the other', times: [0, MAX_TIME_SEC, 1], runs: 2 },
  { name: 'the longest step', times: [MAX_TIME_SEC, 0], runs: 1 },
];

for (const { name, times, runs } of SHAPES) {
  test(`${name}: ${runs} ${runs === 1 ? 'run' : 'runs'}`, () => {
    const set = setOf(times);
    assert.deepEqual(
      [...set],
      [...new Set(times)].sort((a, b) => a - b),
    );
    assert.equal(set.runCount, runs);
  });
}

test('in whatever order a grid arrives, it ends as one run', () => {
  for (let seed = SEED; seed < SEED + 20; seed++) {
    const set = setOf(new Random(seed).shuffle(grid(T, 500)));
    assert.equal(set.runCount, 1, `TEST_SEED=${seed}`);
  }
});

test('a year of one device takes no more memory than an hour', () => {
  assert.equal(setOf(grid(T, 105_120)).heldBytes, setOf(grid(T, 12)).heldBytes);
});

test('encodes a day in ten bytes', () => {
  assert.equal(encoded(setOf(grid(T, 288))).length, 10);
  assert.deepEqual([...encoded(setOf([300, 600, 900, 1000]))], [2, 0xac, 2, 3, 0xac, 2, 100, 1]);
});

const FORGED: { name: string; bytes: number[] }[] = [
  { name: 'nothing', bytes: [] },
  { name: 'more runs than there are bytes for', bytes: [3, 5, 1, 5, 1] },
  { name: '2^52 runs', bytes: [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 8, 1, 1] },
  { name: 'a run of no times', bytes: [1, 5, 0] },
  { name: 'a step of 0', bytes: [1, 5, 2, 0] },
  { name: 'a run that begins where the one before ends', bytes: [2, 5, 1, 0, 1] },
  { name: 'a time of 2^32', bytes: [1, 0x80, 0x80, 0x80, 0x80, 0x10, 1] },
  { name: 'a run that ends behind 2^32', bytes: [1, 0xff, 0xff, 0xff, 0xff, 0x0f, 2, 1] },
  { name: 'a run of all times there are', bytes: [1, 0, 0x80, 0x80, 0x80, 0x80, 0x10, 1] },
  { name: 'a byte too many', bytes: [1, 5, 1, 0] },
];

for (const { name, bytes } of FORGED) {
  test(`forged: ${name}`, () => {
    const data = Uint8Array.from(bytes);
    assert.equal(decoded(data), undefined);
    for (const timeSec of [0, 5, 7, MAX_TIME_SEC]) {
      TimeSet.hasEncoded(data, 0, data.length, timeSec);
    }
  });
}

/** Times as they come: on the grid with holes, a little off it, or anywhere. */
const timeSecs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }).map((i) => T + i * 300) },
  { weight: 2, arbitrary: fc.integer({ min: T - 100, max: T + 1000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 }) },
  { weight: 1, arbitrary: fc.integer({ min: MAX_TIME_SEC - 5, max: MAX_TIME_SEC }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: MAX_TIME_SEC }) },
);

type Step = { add: number } | { delete: number } | { addRun: number; step: number; count: number };

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: timeSecs.map((add): Step => ({ add })) },
    { weight: 2, arbitrary: timeSecs.map((time): Step => ({ delete: time })) },
    {
      weight: 1,
      arbitrary: fc.record({
        addRun: timeSecs,
        step: fc.constantFrom(1, 7, 300, 600),
        count: fc.integer({ min: 2, max: 12 }),
      }),
    },
  ),
  { maxLength: 60, size: 'max' },
);

/** Does the same to the set and to the model of it, and compares what they answer. */
function run(list: readonly Step[]): { set: TimeSet; model: Set<number> } {
  const set = new TimeSet();
  const model = new Set<number>();
  const add = (timeSec: number): void => {
    assert.equal(set.add(timeSec), !model.has(timeSec));
    model.add(timeSec);
  };
  for (const item of list) {
    if ('add' in item) add(item.add);
    else if ('delete' in item) assert.equal(set.delete(item.delete), model.delete(item.delete));
    else {
      for (const timeSec of grid(item.addRun, item.count, item.step)) {
        if (timeSec <= MAX_TIME_SEC) add(timeSec);
      }
    }
  }
  return { set, model };
}

/** Times worth asking for: those that are there, their neighbours, and the ends. */
function probes(times: readonly number[]): number[] {
  const near = times.flatMap((timeSec) => [timeSec - 1, timeSec, timeSec + 1]);
  return [...near, 0, T + 150, MAX_TIME_SEC].filter((t) => t >= 0 && t <= MAX_TIME_SEC);
}

describe('against a plain set', () => {
  test('adds, deletes and finds the same', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { set, model } = run(list);
        const sorted = [...model].sort((a, b) => a - b);
        assert.deepEqual([...set], sorted);
        assert.deepEqual(
          [set.count, set.least, set.greatest],
          [sorted.length, sorted[0], sorted.at(-1)],
        );
        assert.ok(set.runCount * 12 <= set.heldBytes);
        for (const timeSec of probes(sorted)) {
          assert.equal(set.has(timeSec), model.has(timeSec), `has ${timeSec}`);
          assert.equal(
            set.firstAfter(timeSec),
            sorted.find((other) => other > timeSec),
            `after ${timeSec}`,
          );
        }
      }),
      RUNS,
    );
  });

  test('leaves no two neighbours that could be one run', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const runs = runsOf(encoded(run(list).set));
        for (const [i, { first, step, count }] of runs.entries()) {
          const next = runs[i + 1];
          if (next === undefined) break;
          const gap = next.first - (first + step * (count - 1));
          assert.ok(gap > 0);
          const fit = [step, next.step].every((other) => other === 0 || other === gap);
          assert.ok(!fit, `${first} and ${next.first}`);
        }
      }),
      RUNS,
    );
  });

  test('is the same after encoding and decoding, and is asked the same way encoded', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 5 }), (list, margin) => {
        const { set, model } = run(list);
        const bytes = encoded(set);
        const data = new Uint8Array(bytes.length + 2 * margin).fill(1);
        data.set(bytes, margin);
        const end = margin + bytes.length;
        const again = TimeSet.decode(data, margin, end);
        assert.ok(again !== undefined);
        assert.deepEqual([...again], [...set]);
        assert.deepEqual([again.count, again.runCount], [set.count, set.runCount]);
        assert.deepEqual(encoded(again), bytes);
        for (const timeSec of probes([...model])) {
          const has = TimeSet.hasEncoded(data, margin, end, timeSec);
          assert.equal(has, model.has(timeSec), `has ${timeSec}`);
        }
      }),
      RUNS,
    );
  });

  test('a decoded set goes on as the first would have', () => {
    fc.assert(
      fc.property(steps, steps, (list, more) => {
        const { set } = run(list);
        const again = decoded(encoded(set));
        assert.ok(again !== undefined);
        for (const item of more) {
          if ('add' in item) assert.equal(again.add(item.add), set.add(item.add));
          if ('delete' in item) assert.equal(again.delete(item.delete), set.delete(item.delete));
        }
        assert.deepEqual(encoded(again), encoded(set));
      }),
      RUNS,
    );
  });

  test('cut short anywhere it is refused; garbled, it never throws', () => {
    fc.assert(
      fc.property(steps, fc.nat(), fc.nat({ max: 255 }), (list, at, byte) => {
        const { set, model } = run(list);
        const bytes = encoded(set);
        for (let end = 0; end < bytes.length; end++) {
          assert.equal(TimeSet.decode(bytes, 0, end), undefined);
          for (const timeSec of model) TimeSet.hasEncoded(bytes, 0, end, timeSec);
        }
        const garbled = bytes.slice();
        garbled[at % bytes.length] = byte;
        decoded(garbled);
        for (const timeSec of model) TimeSet.hasEncoded(garbled, 0, garbled.length, timeSec);
      }),
      { ...RUNS, numRuns: 500 },
    );
  });
});

interface Run {
  first: number;
  step: number;
  count: number;
}

/** The runs of an encoded set, by a reader of its own for small numbers of bytes. */
function runsOf(bytes: Uint8Array): Run[] {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  const runs: Run[] = [];
  let before = 0;
  for (let left = varint(); left > 0; left--) {
    const first = before + varint();
    const count = varint();
    const step = count > 1 ? varint() : 0;
    runs.push({ first, step, count });
    before = first + step * (count - 1);
  }
  return runs;
}
