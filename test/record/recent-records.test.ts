import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { RecentRecords, type Novelty } from '../../src/record/recent-records.ts';
import { forSeeds } from '../base/seeds.ts';
import { LineMaker } from '../tools/record-line.ts';
import { Random } from '../tools/random.ts';
import { recordOf, tabbed } from './lines.ts';

const PER_GENERATION = 100_000;

function noted(lines: readonly string[], perGeneration = PER_GENERATION): Novelty[] {
  const recent = new RecentRecords(perGeneration);
  return lines.map((line) => recent.note(recordOf(tabbed(line))));
}

const T = '20260509230000';
const CASES: { name: string; lines: string[]; novelty: Novelty[] }[] = [
  {
    name: 'the same line again',
    lines: [`130|${T}|1|a`, `130|${T}|1|a`, `130|${T}|1|a`],
    novelty: ['new', 'repeat', 'repeat'],
  },
  {
    name: 'another line of the same identity',
    lines: [`130|${T}|1|a`, `130|${T}|1|b`, `130|${T}|1|b`],
    novelty: ['new', 'revision', 'repeat'],
  },
  {
    name: 'and the first one again: known',
    lines: [`130|${T}|1|a`, `130|${T}|1|b`, `130|${T}|1|a`],
    novelty: ['new', 'revision', 'repeat'],
  },
  {
    name: 'three revisions',
    lines: [`130|${T}|1|a`, `130|${T}|1|b`, `130|${T}|1|c`, `130|${T}|1|`],
    novelty: ['new', 'revision', 'revision', 'revision'],
  },
  { name: 'another type', lines: [`130|${T}|1|a`, `131|${T}|1|a`], novelty: ['new', 'new'] },
  {
    name: 'another time',
    lines: [`130|${T}|1|a`, `130|20260509230500|1|a`, `130|20260509230001|1|a`],
    novelty: ['new', 'new', 'new'],
  },
  {
    name: 'another serial',
    lines: [`130|${T}|1|a`, `130|${T}|2|a`, `130|${T}|11|a`],
    novelty: ['new', 'new', 'new'],
  },
  {
    name: 'a field moves into the serial',
    lines: [`130|${T}|1|2`, `130|${T}|12`, `130|${T}|1`],
    novelty: ['new', 'new', 'revision'],
  },
  {
    name: 'a field more, and an empty one more',
    lines: [`130|${T}|1|a`, `130|${T}|1|a|`, `130|${T}|1|a||`],
    novelty: ['new', 'revision', 'revision'],
  },
  {
    name: 'fields change places',
    lines: [`130|${T}|1|abcd|efgh`, `130|${T}|1|efgh|abcd`],
    novelty: ['new', 'revision'],
  },
];

for (const { name, lines, novelty } of CASES) {
  test(`records: ${name}`, () => {
    assert.deepEqual(noted(lines), novelty);
  });
}

test('lines that differ in one byte anywhere are told apart', () => {
  const line = tabbed(`130|${T}|414051600000001|AC_Module_Type_C||284.4779|0.107|247.3326`);
  const behindSerial = line.indexOf('AC_');
  const recent = new RecentRecords(PER_GENERATION);
  assert.equal(recent.note(recordOf(line)), 'new');
  for (let at = behindSerial; at < line.length; at++) {
    for (let byte = 0x20; byte < 0x7f; byte++) {
      const changed = line.slice(0, at) + String.fromCharCode(byte) + line.slice(at + 1);
      const expected = changed === line ? 'repeat' : 'revision';
      assert.equal(recent.note(recordOf(changed)), expected, changed);
    }
  }
});

/** A Map for each generation: what the table of hashes stands for. */
class Model {
  readonly #perGeneration: number;
  #young = new Map<string, Set<string>>();
  #old = new Map<string, Set<string>>();
  #youngSize = 0;

  constructor(perGeneration: number) {
    this.#perGeneration = perGeneration;
  }

  note(line: string): Novelty {
    const identity = line.split('\t').slice(0, 3).join('\t');
    const known = [this.#young.get(identity), this.#old.get(identity)];
    if (known.some((lines) => lines?.has(line) === true)) return 'repeat';
    if (this.#youngSize >= this.#perGeneration) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngSize = 0;
    }
    const lines = this.#young.get(identity) ?? new Set();
    this.#young.set(identity, lines.add(line));
    this.#youngSize++;
    return known.some((present) => present !== undefined) ? 'revision' : 'new';
  }
}

test('random records against a plain map, over many generations', () => {
  forSeeds(30, (random) => {
    const perGeneration = random.pick([1, 2, 10, 1000]);
    const recent = new RecentRecords(perGeneration);
    const model = new Model(perGeneration);
    const serials = random.pick([3, 50, 2000]);
    for (let count = 0; count < 6000; count++) {
      const time = `202605092300${String(random.int(0, 5)).padStart(2, '0')}`;
      const line = tabbed(`130|${time}|${random.int(1, serials)}|${random.int(0, 2)}`);
      assert.equal(recent.note(recordOf(line)), model.note(line), line);
    }
  });
});

test('at least the latest of one generation are remembered, at most those of two', () => {
  const perGeneration = 500;
  const recent = new RecentRecords(perGeneration);
  const line = (n: number) => recordOf(`130\t${T}\t${n}`);
  for (let n = 0; n < 10 * perGeneration; n++) {
    assert.equal(recent.note(line(n)), 'new');
    const within = n - perGeneration + 1;
    if (within >= 0) assert.equal(recent.note(line(within)), 'repeat');
  }
  assert.equal(recent.note(line(10 * perGeneration - 2 * perGeneration - 1)), 'new');
});

test('two years of a site: none taken for another', () => {
  const recent = new RecentRecords(500_000);
  const maker = new LineMaker(1, new Random(1));
  const lines = maker.many(150_000).map((line) => recordOf(line));
  for (const line of lines) assert.equal(recent.note(line), 'new');
  for (const line of lines) assert.equal(recent.note(line), 'repeat');
});

test('serials and times that differ by a step: none taken for another', () => {
  const recent = new RecentRecords(500_000);
  for (let interval = 0; interval < 288; interval++) {
    const minutes = interval * 5;
    const two = (n: number) => String(n).padStart(2, '0');
    const time = `20260509${two(Math.floor(minutes / 60))}${two(minutes % 60)}00`;
    for (let serial = 0; serial < 300; serial++) {
      const line = recordOf(`130\t${time}\t4140516${String(serial).padStart(8, '0')}\tx`);
      assert.equal(recent.note(line), 'new');
    }
  }
});

test('memory stays within two tables, however many records come', () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const perGeneration = 20_000;
  gc();
  const before = process.memoryUsage().arrayBuffers;
  const recent = new RecentRecords(perGeneration);
  const line = recordOf(`130\t${T}\t00000000`);
  for (let n = 0; n < 10 * perGeneration; n++) {
    Buffer.from(line.data.buffer, line.data.byteOffset).write(
      String(n).padStart(8, '0'),
      line.serialStart,
    );
    recent.note(line);
  }
  gc();
  const heldBytes = process.memoryUsage().arrayBuffers - before;
  // Twelve bytes a slot, at most eight slots a record (grown by four when half full), two tables.
  assert.ok(heldBytes <= 2 * 12 * 8 * perGeneration, `${heldBytes} bytes`);
  assert.equal(recent.note(line), 'repeat');
});
