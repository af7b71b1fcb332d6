import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GUESS_BEFORE,
  GUESS_CHANGE,
  GUESS_LEAST,
  GUESS_REFERENCE,
  OTHERS_AS_REFERENCES,
  OTHERS_MARKED,
  OTHERS_NONE,
  PADDING_FULL,
  PADDING_NONE,
  PADDING_TOLD,
  type ColumnForm,
} from '../../src/log/column-form.ts';
import { forSeeds } from '../base/seeds.ts';
import { Random } from '../tools/random.ts';
import { assertComesBack, columnOf, decode, type Column } from './columns.ts';

const NONE: readonly string[] = [];

function texts(numbers: readonly number[], decimals = 0): string[] {
  return numbers.map((number) => (number / 10 ** decimals).toFixed(decimals));
}

/** Numbers that have nothing to do with each other. */
const MANY = Array.from(new Random(1).bytes(20), (byte) => byte * 4 + (byte % 3));

/** How columns are written: by what the form in front of them says, and by their size. */
const FORMS: { name: string; column: Column; form: Partial<ColumnForm> | undefined }[] = [
  {
    name: 'numbers near each other: from the least one',
    column: columnOf(NONE, texts(MANY.map((n) => 500_000 + n))),
    form: { guess: GUESS_LEAST, scale: 0, others: OTHERS_NONE },
  },
  {
    name: 'numbers near those referred to: from them',
    column: columnOf(
      texts(MANY.map((n) => n * 1000)),
      texts(MANY.map((n, i) => n * 1000 + (n % 107) * (-1) ** i)),
    ),
    form: { guess: GUESS_REFERENCE },
  },
  {
    name: 'numbers that grow: from the one before',
    column: columnOf(
      texts(MANY.map((n) => n * 999_999)),
      texts(MANY.map((n, i) => i * 1000 + (n % 7))),
    ),
    form: { guess: GUESS_BEFORE },
  },
  {
    name: 'numbers that all move alike: from those referred to and the latest move',
    column: columnOf(
      texts(MANY.map((n) => n * 1000)),
      texts(MANY.map((n) => n * 1000 + 5000 + (n % 7))),
    ),
    form: { guess: GUESS_CHANGE },
  },
  {
    name: 'decimals, none with needless zeros',
    column: columnOf(NONE, ['1.5', '20', '3.25', '0.1', '17']),
    form: { scale: 2, padding: PADDING_NONE },
  },
  {
    name: 'decimals, all of them',
    column: columnOf(NONE, ['1.50', '20.00', '3.25', '0.10', '17.00']),
    form: { scale: 2, padding: PADDING_FULL },
  },
  {
    name: 'decimals, of some devices all of them',
    column: columnOf(NONE, ['1.50', '20', '3.25', '0.1', '17.00', '0', '0.00']),
    form: { scale: 2, padding: PADDING_TOLD, others: OTHERS_NONE },
  },
  {
    name: 'decimals, of whole numbers none',
    column: columnOf(NONE, ['1.50', '20', '3.25', '7']),
    form: { scale: 2, padding: PADDING_TOLD, others: OTHERS_NONE },
  },
  {
    name: 'decimals, one with zeros but not all of them',
    column: columnOf(NONE, ['1.500', '20', '3.250', '0.10', '17.001']),
    form: { scale: 3, padding: PADDING_TOLD, others: OTHERS_MARKED },
  },
  {
    name: 'numbers and a few empty cells',
    column: columnOf(NONE, ['1', '', '2', '3', '', '4']),
    form: { others: OTHERS_MARKED },
  },
  {
    name: 'numbers, the others those that were others before',
    column: columnOf(['5', '', '6', '7', 'x'], ['6', '', '8', '9', 'x']),
    form: { others: OTHERS_AS_REFERENCES },
  },
  {
    name: 'numbers, the others not as they were before',
    column: columnOf(['5', '', '6', '7', 'x'], ['6', '', '8', '9', 'y']),
    form: { others: OTHERS_MARKED },
  },
  {
    name: 'numbers where there was another',
    column: columnOf(['5', '', '6', '7', '1'], ['6', '4', '8', '9', '2']),
    form: { others: OTHERS_NONE },
  },
  {
    name: 'as those referred to',
    column: columnOf(['a', '', '3'], ['a', '', '3']),
    form: undefined,
  },
  { name: 'all the same text', column: columnOf(NONE, ['a', 'a', 'a']), form: undefined },
  { name: 'all the same number', column: columnOf(NONE, ['1.5', '1.5', '1.5']), form: undefined },
  { name: 'a single number', column: columnOf(NONE, ['1.5']), form: { scale: 1 } },
  { name: 'a single text', column: columnOf(NONE, ['x']), form: undefined },
  { name: 'all empty', column: columnOf(NONE, ['', '', '']), form: undefined },
  { name: 'texts', column: columnOf(['a', 'b', 'c'], ['a', 'c', 'c', 'd']), form: undefined },
  {
    name: 'more texts than numbers',
    column: columnOf(NONE, ['1', 'x', 'y', '2']),
    form: undefined,
  },
];

for (const { name, column, form } of FORMS) {
  test(`column: ${name}`, () => {
    const coded = assertComesBack(column);
    if (form === undefined) assert.equal(coded.form, undefined);
    else assert.deepEqual({ ...coded.form, ...form }, coded.form);
  });
}

const HARD: { name: string; given?: readonly string[]; cells: readonly string[] }[] = [
  { name: 'no number among them', cells: ['-0', '007', '1e5', '+1', '.5', '5.', '--1', '1.2.3'] },
  {
    name: 'some number among them',
    cells: ['-0', '1', '007', '2', '1e5', '3', '4', '', '5', '0.0'],
  },
  {
    name: 'bytes that are no text',
    cells: ['\x00', '\xff', '\x80\xc3', '\x7f', '\xc3\xa4', '\x01'],
  },
  { name: 'a cell of 8 KB', cells: ['1', '2', '3', '9'.repeat(8191), '4', '\xff'.repeat(8191)] },
  { name: 'fifteen digits', cells: ['999999999999999', '-999999999999999', '1', '2', '0'] },
  { name: 'sixteen digits', cells: ['1', '2', '3', '9999999999999999', '-9999999999999999', '4'] },
  {
    name: 'large numbers that go up and down',
    given: ['999999999999999', '-999999999999999', '999999999999999', '-999999999999999', '0'],
    cells: ['-999999999999999', '999999999999999', '-999999999999998', '999999999999999', '1'],
  },
  {
    name: 'numbers that another has too many decimals for',
    cells: ['900719925474099', '2', '3', '0.00000000000001', '1', '-900719925474099'],
  },
  { name: 'fourteen decimals', cells: ['0.00000000000001', '9.99999999999999', '0', '-1.5', '2'] },
  { name: 'one far off', cells: [...texts(MANY), '999999999999999', '0', '1'] },
  { name: 'all far off', cells: texts(MANY.map((n) => 2 ** (n % 50))) },
  {
    name: 'a reference with more decimals',
    given: ['0.12345', '7.55555', '3.00001', '1.99999'],
    cells: ['0.1', '7.6', '3.1', '2'],
  },
  {
    name: 'references of other sorts',
    given: ['', 'x', '-0', '5'],
    cells: ['1', '2', '3', '4', '5'],
  },
];

for (const { name, given = NONE, cells } of HARD) {
  test(`column comes back: ${name}`, () => {
    const column = columnOf(given, cells);
    const { form } = assertComesBack(column);
    assertComesBack(column, form);
  });
}

const STEADY = texts(MANY, 2);

test('a form that does is kept, and costs two bits', () => {
  const { form } = assertComesBack(columnOf(NONE, STEADY));
  const again = assertComesBack(columnOf(NONE, STEADY), form);
  assert.equal(again.form, form);
  assert.ok(again.bytes.length < assertComesBack(columnOf(NONE, STEADY)).bytes.length);
});

test('a form that does no more is changed', () => {
  const { form } = assertComesBack(columnOf(NONE, STEADY));
  const wild = texts(MANY.map((n) => n * 1_000_003));
  assert.notDeepEqual(assertComesBack(columnOf(NONE, wild), form).form, form);
});

test('a form that numbers are not printed in is changed', () => {
  const { form } = assertComesBack(columnOf(NONE, ['1.5', '20', '3.25']));
  const now = assertComesBack(columnOf(NONE, ['1.50', '20.00', '3.25']), form).form;
  assert.deepEqual([now?.padding, now?.others], [PADDING_FULL, OTHERS_NONE]);
});

test('a form outlives columns of other sorts', () => {
  const { form } = assertComesBack(columnOf(NONE, STEADY));
  assert.ok(form !== undefined);
  for (const cells of [['a', 'b'], ['a', 'a'], ['']]) {
    assert.equal(assertComesBack(columnOf(NONE, cells), form).form, form);
  }
});

test('all of a column that is as before takes two bits', () => {
  for (const cells of [STEADY, ['a', '', '\xff']]) {
    assert.equal(assertComesBack(columnOf(cells, cells)).bytes.length, 1);
  }
});

/** One way in which the cells of a device go on. */
const WAYS: ((random: Random, before: string) => string)[] = [
  (_, before) => before,
  (random) => String(random.int(-20, 20)),
  (random, before) => (Number(before) + random.next()).toFixed(4),
  (random, before) => String(Number((Number(before) + random.next()).toFixed(3))),
  (random) => random.pick(['', '-0', '007', '1e5', 'x', '0.0', '0.00', '-1.50', '10', '\xff\x00']),
  (random) => String(random.int(0, 999_999_999) * random.pick([1, 1000, 1_000_000])),
  (random) => (random.next() * 10 ** random.int(-6, 9)).toFixed(random.int(0, 12)),
  (random) => `${random.chance(0.5) ? '-' : ''}${random.int(1, 9)}${'9'.repeat(random.int(0, 17))}`,
  (random) => Buffer.from(random.bytes(random.int(0, 30))).toString('latin1'),
];

function anyCells(random: Random, before: readonly (string | undefined)[]): string[] {
  const usual = random.pick(WAYS);
  const exceptions = random.pick([0, 0, 0.1, 0.5, 1]);
  return before.map((text = '0') =>
    (random.chance(exceptions) ? random.pick(WAYS) : usual)(random, text),
  );
}

/** Rows refer to a given one, to an earlier one of their own, or to none. */
function anyColumn(random: Random): Column {
  const given = anyCells(random, new Array<undefined>(random.int(0, 20)).fill(undefined));
  const references = Array.from({ length: random.int(1, 40) }, (_, i) =>
    random.chance(0.9) && given.length + i > 0 ? random.int(0, given.length + i - 1) : -1,
  );
  const cells = anyCells(
    random,
    references.map((reference) => given[reference]),
  );
  return { given, cells, references };
}

test('whatever the cells are, they come back, in any form the column had before', () => {
  forSeeds(3000, (random) => {
    let form: ColumnForm | undefined;
    for (let frame = 0; frame < 4; frame++) form = assertComesBack(anyColumn(random), form).form;
  });
});

test('bits that nobody wrote: cells or nothing, and no exception', () => {
  let readable = 0;
  forSeeds(5000, (random) => {
    const column = anyColumn(random);
    const before = random.chance(0.5) ? assertComesBack(anyColumn(random)).form : undefined;
    const bytes = random.bytes(random.int(0, 60));
    const decoded = decode(column, before, bytes);
    if (decoded === undefined) return;
    readable++;
    for (const cell of decoded.cells) assert.ok(cell.length <= 60);
  });
  assert.ok(readable > 100, `${readable} readable`);
});
