import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOfText } from '../../src/base/byte-text.ts';
import { describe } from '../../src/config/config-error.ts';
import { MAX_CONFIG_BYTES } from '../../src/config/config-limits.ts';
import {
  generatedName,
  parseUciFile,
  type UciResult,
  type UciSection,
} from '../../src/config/uci-file.ts';
import { Random } from '../tools/random.ts';
import { caseBytes, caseInput, UCI_CASES, type CaseSection, type UciCase } from './uci-cases.ts';

const REASONS: ReadonlyMap<string, string> = new Map([
  ['invalid command', 'invalid-command'],
  ['invalid character in name field', 'invalid-name'],
  ['invalid character in type field', 'invalid-type'],
  ['too many arguments', 'too-many-arguments'],
  ["EOF with unterminated '", 'unterminated-quote'],
  ['EOF with unterminated "', 'unterminated-quote'],
  ['option/list command found before the first section', 'option-before-section'],
  ['insufficient arguments', 'insufficient-arguments'],
  ['option without name', 'insufficient-arguments'],
  ['section of different type overwrites prior section with same name', 'type-changed'],
]);

function parse(text: string): UciResult {
  return parseUciFile(Buffer.from(text), 'f');
}

test('every file is read as libuci reads it', async (t) => {
  assert.equal(UCI_CASES.length, 389);
  for (const uciCase of UCI_CASES) {
    await t.test(uciCase.name, () => {
      const result = parseUciFile(caseInput(uciCase), 'f');
      if (uciCase.tags?.includes('nul') === true) {
        assert.ok(!result.ok && result.error.reason === 'nul-byte');
      } else if ('error' in uciCase.expect) {
        checkRefused(uciCase, result);
      } else {
        assert.ok(result.ok, result.ok ? '' : describe(result.error));
        const expected = uciCase.expect.sections;
        assert.deepEqual(
          result.sections.map((section, index) => plainSection(section, index)),
          expected.map(plainCaseSection),
        );
        for (const [index, section] of result.sections.entries())
          checkOrder(section, expected[index]);
      }
    });
  }
});

function checkRefused(uciCase: UciCase, result: UciResult): void {
  const { expect } = uciCase;
  assert.ok(!result.ok, 'was accepted');
  assert.ok('error' in expect);
  const { error } = result;
  const reason = error.reason === 'byte-order-mark' ? 'invalid-command' : error.reason;
  assert.equal(reason, REASONS.get(expect.reason ?? ''));
  if (error.reason === 'unterminated-quote') assert.equal(error.quote, expect.reason?.slice(-1));
  // libuci tells how many line ends it has read: later than where the trouble begins when words
  // span lines, and one less in a last line without line end.
  const input = caseInput(uciCase).toString('latin1');
  const lineEnds = input.split('\n').length - 1;
  const libuciLine = expect.line ?? 0;
  const inLastLine = libuciLine === lineEnds && !input.endsWith('\n');
  const latest = inLastLine ? libuciLine + 1 : libuciLine;
  assert.ok(error.line !== undefined && error.line >= 1 && error.line <= latest);
  const spansLines = /["'\\]/.test(input) && error.reason !== 'invalid-command';
  if (!spansLines) assert.ok(error.line === libuciLine || error.line === latest);
}

function plainSection({ type, name, options }: UciSection, index: number): unknown {
  const generated = name === undefined ? generatedName(index + 1, type) : undefined;
  const values = [...options].map(([option, { value }]) => [
    option,
    typeof value === 'string'
      ? hex(bytesOfText(value))
      : value.map((item) => hex(bytesOfText(item))),
  ]);
  return { type, name: name ?? null, generated, options: sorted(values) };
}

function plainCaseSection({ type, name, generated, options }: CaseSection): unknown {
  const values = Object.entries(options).map(([option, value]) => [
    option,
    Array.isArray(value) ? value.map((item) => hex(caseBytes(item))) : hex(caseBytes(value)),
  ]);
  return { type, name, generated, options: sorted(values) };
}

function sorted(values: unknown[][]): unknown[][] {
  return values.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Names made of digits have lost their place in the expectation's JSON. */
function checkOrder(section: UciSection, expected: CaseSection | undefined): void {
  const wordy = (names: Iterable<string>) => [...names].filter((name) => !/^\d+$/.test(name));
  assert.deepEqual(wordy(section.options.keys()), wordy(Object.keys(expected?.options ?? {})));
}

const LINES: readonly [text: string, reason: string, line: number][] = [
  ["config a\n\toption b 'x\n\toption c d\n", 'unterminated-quote', 2],
  ['config a\n\toption b c\n\n\toption d "x\\', 'unterminated-quote', 4],
  ["config a\n\toption b 'x\ny' z\n", 'too-many-arguments', 3],
  ["config a\n\toption b \\\n\t'x\ny'\n", 'too-many-arguments', 3],
  ["config a\n\toption 'b\nc-d' x\n", 'invalid-name', 2],
  ['config a\n\toption b x\n\tbogus', 'invalid-command', 3],
  ["config a\n\toption b 'x\ny' ; bogus\n", 'invalid-command', 3],
  ['\n\nconfig \\\n a\n', 'insufficient-arguments', 3],
  ['config a\n\toption', 'insufficient-arguments', 2],
  ['\n# x\n\noption b c\n', 'option-before-section', 4],
  ['config a\nconfig b \\\nc\n\nconfig d \\\nc\n', 'type-changed', 5],
  ["config a 'b'\nconfig 'a b' c", 'invalid-type', 2],
  ['config a\r\n\r\n\toption b-c d\r\n', 'invalid-name', 3],
  ['config a\n\toption b \0c\n', 'nul-byte', 2],
  ['\u{feff}config a\n', 'byte-order-mark', 1],
];

test('the line of an error is where the trouble begins', () => {
  for (const [text, reason, line] of LINES) {
    const result = parse(text);
    assert.ok(!result.ok, text);
    assert.deepEqual(
      { reason: result.error.reason, line: result.error.line },
      { reason, line },
      text,
    );
  }
});

test('a change of type tells where the section began', () => {
  const result = parse('\nconfig a x\n\nconfig b y\nconfig c x\n');
  assert.ok(!result.ok && result.error.reason === 'type-changed');
  assert.deepEqual([result.error.line, result.error.firstLine], [5, 2]);
});

test('sections and options know their lines', () => {
  const result = parse(
    "# c\nconfig a x\n\toption b 'm\nn'\n\tlist c 1\n\tlist c 2\n\nconfig a\n\toption b 1\n\toption b 2\n" +
      'config a x\n\toption d 1\n',
  );
  assert.ok(result.ok);
  const lines = result.sections.map(({ line, options }) => [
    line,
    [...options].map(([name, option]) => `${name}:${option.line}`).join(' '),
  ]);
  assert.deepEqual(lines, [
    [2, 'b:3 c:5 d:12'],
    [8, 'b:10'],
  ]);
});

test('a command that is nearly one is suggested, and no word of the file is told', () => {
  const near = parse('confg a b\n');
  assert.ok(!near.ok && near.error.reason === 'invalid-command');
  assert.equal(near.error.nearest, 'config');
  for (const text of [
    "config a\n\toption password 'it's geheim'\n",
    "config a\n\toption password 'x'; geheim\n",
    'config a\n\toption password x geheim\n',
    "config a\n\toption password 'geheim\n",
    'config a\n\tgeheim x\n',
    'config a\n\toption gehe-im x\n',
    "config 'ge heim'\n",
  ]) {
    const result = parse(text);
    assert.ok(!result.ok, text);
    assert.doesNotMatch(describe(result.error), /gehe/);
  }
});

test('names of JavaScript objects are names like others', () => {
  const result = parse(
    'config a __proto__\n\toption constructor 1\n\toption __proto__ 2\n\toption 7 3\n',
  );
  assert.ok(result.ok);
  assert.deepEqual(
    [...(result.sections[0]?.options ?? [])].map(([name, { value }]) => [name, value]),
    [
      ['constructor', '1'],
      ['__proto__', '2'],
      ['7', '3'],
    ],
  );
});

test('a file of the largest size is read, one byte more is refused', () => {
  const head = 'config a b\n#';
  const full = Buffer.from(head.padEnd(MAX_CONFIG_BYTES, 'x'));
  assert.ok(parseUciFile(full, 'f').ok);
  const result = parseUciFile(Buffer.concat([full, Buffer.from('x')]), 'f');
  assert.ok(!result.ok);
  assert.deepEqual(result.error, {
    layer: 'config',
    file: 'f',
    reason: 'too-large',
    limitBytes: MAX_CONFIG_BYTES,
  });
});

test('reading stays linear in the size of the file', () => {
  const shapes = [
    'c a\n',
    'c a b\n',
    "'\n",
    "c a ''''\\\n",
    'c a b\nl c\n',
    'o a b;',
    'c a b ;',
    '"\\"\n',
    'p a\\\n',
    '\\\n',
  ];
  for (const shape of shapes) {
    const text = `config x y\n${shape.repeat(MAX_CONFIG_BYTES)}`.slice(0, MAX_CONFIG_BYTES);
    const startMs = performance.now();
    parse(text);
    const tookMs = performance.now() - startMs;
    assert.ok(tookMs < 2000, `${JSON.stringify(shape)}: ${tookMs} ms`);
  }
});

/** A file that says the same in plain words: everything in double quotes. */
function exported(sections: readonly UciSection[]): Buffer {
  const quoted = (text: string) => {
    const binary = Buffer.from(bytesOfText(text)).toString('latin1');
    return `"${binary.replace(/["\\]/g, '\\$&')}"`;
  };
  const lines = sections.flatMap(({ type, name, options }) => [
    `config ${quoted(type)} ${quoted(name ?? '')}`,
    ...[...options].flatMap(([option, { value }]) =>
      typeof value === 'string'
        ? [`option ${option} ${quoted(value)}`]
        : value.map((item) => `list ${option} ${quoted(item)}`),
    ),
  ]);
  return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
}

function withoutLines(sections: readonly UciSection[]): unknown {
  return sections.map(({ type, name, options }) => ({
    type,
    name,
    options: [...options].map(([option, { value }]) => [option, value]),
  }));
}

const TELLING = [
  '\n',
  '\r\n',
  '\\',
  "'",
  '"',
  ';',
  '#',
  ' ',
  '\t',
  '\0',
  '\f',
  '\\\n',
  '\u00ff',
  "''",
];

function mutated(random: Random, inputs: readonly string[]): Buffer {
  let text = random.pick(inputs);
  for (let edits = random.pick([1, 1, 2, 2, 3, 4, 8]); edits > 0; edits--) {
    const at = random.int(0, text.length);
    const cut = random.chance(0.5) ? random.int(0, 12) : 0;
    const other = random.pick(inputs);
    const from = random.int(0, other.length);
    const piece = random.chance(0.7)
      ? random.pick(TELLING)
      : random.chance(0.5)
        ? String.fromCharCode(random.int(0, 255))
        : other.slice(from, from + random.int(1, 40));
    text = text.slice(0, at) + piece + text.slice(at + cut);
  }
  return Buffer.from(text, 'latin1');
}

test('mutated files: never an exception; what is read can be written and read again', (t) => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_007);
  t.diagnostic(`seed ${seed}`);
  const random = new Random(seed);
  const inputs = UCI_CASES.map((uciCase) => caseInput(uciCase).toString('latin1')).filter(
    (input) => input.length < 4000,
  );
  let accepted = 0;
  for (let round = 0; round < 20_000; round++) {
    const data = mutated(random, inputs);
    const about = () => `seed ${seed}, round ${round}: ${JSON.stringify(data.toString('latin1'))}`;
    let result: UciResult;
    try {
      result = parseUciFile(data, 'f');
      if (!result.ok) {
        const { line = 0 } = result.error;
        const lines = data.toString('latin1').split('\n').length;
        assert.ok(line >= 1 && line <= lines, `line ${line} of ${lines}`);
        assert.match(describe(result.error), /^f line \d+: \P{Cc}+$/u);
        continue;
      }
    } catch (cause) {
      throw new Error(about(), { cause });
    }
    accepted++;
    const again = parseUciFile(exported(result.sections), 'f');
    assert.ok(again.ok, about());
    assert.deepEqual(withoutLines(again.sections), withoutLines(result.sections), about());
  }
  t.diagnostic(`${accepted} of 20000 accepted`);
  assert.ok(accepted > 1000);
});
