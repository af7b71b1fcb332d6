import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as COMMANDS from '../../src/cli/command-usages.ts';
import {
  COMMON_OPTIONS,
  helpOf,
  helpOfAll,
  meant,
  parseInvocation,
  printable,
  type CommandUsage,
} from '../../src/cli/usage.ts';

const USAGE: CommandUsage = {
  name: 'replay',
  operands: 'FILE|-',
  minOperands: 1,
  maxOperands: 1,
  doc: 'Prints things. And more of it.',
  options: [
    { name: 'supervisor', value: 'IP', doc: 'only this address' },
    { name: 'output', value: 'KIND', choices: ['records', 'summary'], doc: 'what' },
    { name: 'json', doc: 'as JSON' },
  ],
};

const GOOD: { args: string[]; operands?: string[]; options?: [string, string | true][] }[] = [
  { args: ['a.pcap'], operands: ['a.pcap'] },
  { args: ['-'], operands: ['-'] },
  { args: ['a.pcap', '--json'], operands: ['a.pcap'], options: [['json', true]] },
  { args: ['--json', 'a.pcap'], operands: ['a.pcap'], options: [['json', true]] },
  { args: ['--output', 'summary', 'a'], operands: ['a'], options: [['output', 'summary']] },
  { args: ['--output=summary', 'a'], operands: ['a'], options: [['output', 'summary']] },
  { args: ['--supervisor', '-1', 'a'], operands: ['a'], options: [['supervisor', '-1']] },
  { args: ['--supervisor=a=b', 'a'], operands: ['a'], options: [['supervisor', 'a=b']] },
  {
    args: ['--output', 'records', '--output', 'summary', 'a'],
    operands: ['a'],
    options: [['output', 'summary']],
  },
  { args: ['--', '--json'], operands: ['--json'] },
  { args: ['--help'], options: [['help', true]] },
  { args: ['--version', 'a', 'b'], operands: ['a', 'b'], options: [['version', true]] },
];

for (const { args, operands = [], options = [] } of GOOD) {
  test(`arguments: ${args.join(' ')}`, () => {
    const parsed = parseInvocation(USAGE, args);
    assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem);
    assert.deepEqual(parsed.value.operands, operands);
    assert.deepEqual([...parsed.value.options], options);
  });
}

const BAD: { args: string[]; problem: string }[] = [
  { args: [], problem: "'suntap replay' needs FILE|-." },
  { args: ['a', 'b'], problem: "'suntap replay' does not know what to do with 'b'." },
  { args: ['--jsn', 'a'], problem: "There is no option --jsn; did you mean '--json'?" },
  {
    args: ['--outptu=records', 'a'],
    problem: "There is no option --outptu; did you mean '--output'?",
  },
  { args: ['--frobnicate', 'a'], problem: 'There is no option --frobnicate.' },
  { args: ['-x', 'a'], problem: 'There is no option -x.' },
  { args: ['--no-json', 'a'], problem: "There is no option --no-json; did you mean '--json'?" },
  { args: ['--__proto__', 'a'], problem: 'There is no option --__proto__.' },
  { args: ['--constructor=1', 'a'], problem: 'There is no option --constructor.' },
  { args: ['--json=yes', 'a'], problem: 'The option --json takes no value.' },
  {
    args: ['a', '--supervisor'],
    problem: 'The option --supervisor needs a value: --supervisor IP.',
  },
  {
    args: ['--supervisor=', 'a'],
    problem: 'The option --supervisor needs a value: --supervisor IP.',
  },
  { args: ['--output', 'xml', 'a'], problem: "--output is records or summary, not 'xml'." },
  {
    args: ['--output', '\x1b[31m\n', 'a'],
    problem: "--output is records or summary, not '?[31m?'.",
  },
  { args: ['a', '\x1b[31m'], problem: "'suntap replay' does not know what to do with '?[31m'." },
  { args: ['--\x1b[31m\nx', 'a'], problem: 'There is no option --?[31m?x.' },
];

for (const { args, problem } of BAD) {
  test(`refused: ${JSON.stringify(args)}`, () => {
    assert.deepEqual(parseInvocation(USAGE, args), { ok: false, problem });
  });
}

test('a command without operands takes none', () => {
  const usage: CommandUsage = {
    name: 'run',
    minOperands: 0,
    maxOperands: 0,
    doc: 'Runs.',
    options: [],
  };
  assert.equal(parseInvocation(usage, []).ok, true);
  assert.deepEqual(parseInvocation(usage, ['x']), {
    ok: false,
    problem: "'suntap run' does not know what to do with 'x'.",
  });
});

test('a command may take one operand or more', () => {
  const usage: CommandUsage = {
    name: 'import',
    operands: 'FILE...',
    minOperands: 1,
    maxOperands: Infinity,
    doc: 'Imports.',
    options: [],
  };
  assert.deepEqual(parseInvocation(usage, []), {
    ok: false,
    problem: "'suntap import' needs FILE...",
  });
  const files = Array.from({ length: 100 }, (_, n) => `${n}.pcap`);
  for (const given of [['-'], ['a', 'b'], files]) {
    const parsed = parseInvocation(usage, given);
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.operands, given);
  }
});

const COMMAND_LINES: { usage: CommandUsage; args: string[]; ok: boolean }[] = [
  { usage: COMMANDS.RUN, args: ['--log', '/srv/x', '--log-size=8M'], ok: true },
  { usage: COMMANDS.RUN, args: ['--commit-interval', '60', '--output', 'durable'], ok: true },
  { usage: COMMANDS.RUN, args: ['--output', 'none'], ok: true },
  { usage: COMMANDS.RUN, args: ['--output', 'quiet'], ok: false },
  { usage: COMMANDS.EXPORT, args: [], ok: true },
  { usage: COMMANDS.EXPORT, args: ['--from', '2026-05-09', '--format', 'csv'], ok: true },
  { usage: COMMANDS.EXPORT, args: ['--totals', '--device', '839116902', '--type=130'], ok: true },
  { usage: COMMANDS.EXPORT, args: ['--format', 'influx'], ok: false },
  { usage: COMMANDS.EXPORT, args: ['out.csv'], ok: false },
  { usage: COMMANDS.IMPORT, args: ['a.pcap', 'b.jsonl', '--size-limit', '4M'], ok: true },
  { usage: COMMANDS.IMPORT, args: ['--json'], ok: false },
  { usage: COMMANDS.LOG, args: ['info', '--json'], ok: true },
  { usage: COMMANDS.LOG, args: ['verify', '--log', '/srv/x'], ok: true },
  { usage: COMMANDS.LOG, args: [], ok: false },
  { usage: COMMANDS.LOG, args: ['info', 'verify'], ok: false },
];

for (const { usage, args, ok } of COMMAND_LINES) {
  test(`suntap ${[usage.name, ...args].join(' ')}: ${ok ? 'taken' : 'refused'}`, () => {
    assert.equal(parseInvocation(usage, args).ok, ok);
  });
}

/** Column at which the second column of each table row begins. */
function columnsOf(help: string): Set<number> {
  const rows = help.split('\n').filter((line) => /^ {2}\S/.test(line));
  return new Set(rows.map((row) => /^ {2}.*?\S {2,}(?=\S)/.exec(row)?.[0].length ?? -1));
}

const USAGES: CommandUsage[] = [USAGE, ...Object.values(COMMANDS)];

for (const usage of USAGES) {
  test(`help of ${usage.name}: every option, in columns that line up`, () => {
    const help = helpOf(usage);
    for (const { name, doc } of [...usage.options, ...COMMON_OPTIONS]) {
      assert.ok(help.includes(`--${name}`) && help.includes(doc), name);
    }
    assert.equal(columnsOf(help).size, 1);
    assert.ok(help.startsWith(`Usage: suntap ${usage.name}`));
    assert.ok(help.endsWith('\n'));
  });
}

test('help of all: one line each, in columns that line up', () => {
  const help = helpOfAll(USAGES);
  for (const { name } of USAGES) assert.match(help, new RegExp(`^ {2}${name}\\b`, 'm'));
  assert.equal(columnsOf(help).size, 1);
  assert.ok(help.includes('Prints things.') && !help.includes('And more of it'));
});

test('every command and option has a doc; names are unique', () => {
  for (const { name, doc, options, operands, minOperands, maxOperands } of USAGES) {
    assert.ok(doc.endsWith('.'), name);
    assert.ok(minOperands <= maxOperands);
    assert.equal(operands !== undefined, maxOperands > 0);
    const names = [...options, ...COMMON_OPTIONS].map((option) => option.name);
    assert.equal(new Set(names).size, names.length);
    for (const option of options) assert.ok(option.doc !== '' && !option.doc.endsWith('.'));
  }
});

test('text from outside is made safe to print', () => {
  assert.equal(printable('a\tb\r\n\x1b[2J\x07\x9b\x7f'), 'a?b???[2J???');
  assert.equal(printable('Größe 日本'), 'Größe 日本');
  assert.equal(printable('x'.repeat(81)), `${'x'.repeat(80)}...`);
});

test('a suggestion, or none', () => {
  assert.equal(meant('jsno', ['json']), "; did you mean 'json'?");
  assert.equal(meant('xml', ['json']), '');
});
