/** What the command line accepts, as one table: help, parsing and suggestions come from it. */
import { parseArgs } from 'node:util';
import { nearest } from '../base/nearest.ts';

export interface CliOption {
  name: string;
  /** Placeholder of its value; absent for a switch. */
  value?: string;
  /** Accepted values, where they are few. */
  choices?: readonly string[];
  doc: string;
}

export interface CommandUsage {
  name: string;
  /** Placeholder of what follows, such as `FILE|-`; absent when nothing may. */
  operands?: string;
  /** How many operands there must be, and may be. */
  minOperands: number;
  maxOperands: number;
  doc: string;
  options: readonly CliOption[];
}

/** Option values by name: text, or true for a switch. */
export type OptionValues = ReadonlyMap<string, string | true>;

export interface Invocation {
  operands: string[];
  options: OptionValues;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

export const COMMON_OPTIONS: readonly CliOption[] = [
  { name: 'help', doc: 'print this help' },
  { name: 'version', doc: 'print the version' },
];

/** Reads the arguments behind a command's name; touches nothing. */
export function parseInvocation(usage: CommandUsage, args: readonly string[]): Parsed<Invocation> {
  const known = [...usage.options, ...COMMON_OPTIONS];
  const config = Object.fromEntries(
    known.map(({ name, value }) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  // Not strict: the sentences about what is wrong are our own.
  const { tokens } = parseArgs({
    args: [...args],
    options: config,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const operands: string[] = [];
  const options = new Map<string, string | true>();
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = known.find(({ name }) => name === token.name);
    if (option === undefined) {
      const names = known.map(({ name }) => `--${name}`);
      return problem(
        `There is no option ${printable(token.rawName)}${meant(token.rawName, names)}.`,
      );
    }
    if (option.value === undefined) {
      if (token.value !== undefined) {
        return problem(`The option --${option.name} takes no value.`);
      }
      options.set(option.name, true);
      continue;
    }
    if (token.value === undefined || token.value === '') {
      return problem(
        `The option --${option.name} needs a value: --${option.name} ${option.value}.`,
      );
    }
    if (option.choices?.includes(token.value) === false) {
      const choices = option.choices.join(' or ');
      return problem(`--${option.name} is ${choices}, not '${printable(token.value)}'.`);
    }
    options.set(option.name, token.value);
  }
  const wantsHelp = options.has('help') || options.has('version');
  if (!wantsHelp && operands.length < usage.minOperands) {
    return problem(`'suntap ${usage.name}' needs ${usage.operands ?? 'nothing more'}.`);
  }
  const extra = operands[usage.maxOperands];
  if (!wantsHelp && extra !== undefined) {
    return problem(`'suntap ${usage.name}' does not know what to do with '${printable(extra)}'.`);
  }
  return { ok: true, value: { operands, options } };
}

export function helpOf(usage: CommandUsage): string {
  const operands = usage.operands === undefined ? '' : ` ${usage.operands}`;
  const rows = [...usage.options, ...COMMON_OPTIONS].map(
    ({ name, value, doc }) => [`--${name}${value === undefined ? '' : ` ${value}`}`, doc] as const,
  );
  return `Usage: suntap ${usage.name}${operands} [options]\n\n${usage.doc}\n\n${columns(rows)}`;
}

export function helpOfAll(usages: readonly CommandUsage[]): string {
  const rows = usages.map(
    ({ name, operands, doc }) =>
      [`${name}${operands === undefined ? '' : ` ${operands}`}`, firstSentence(doc)] as const,
  );
  return (
    'Usage: suntap COMMAND [options]\n\n' +
    "Reads a SunPower supervisor's telemetry as it passes by.\n\n" +
    columns(rows) +
    "\n'suntap COMMAND --help' has the options of each.\n" +
    'Exit status: 0 done, 1 nothing found, 2 error.\n'
  );
}

/** `, did you mean 'x'?` without the question mark's sentence end; empty when nothing is near. */
export function meant(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean '${near}'?`;
}

/** Text from outside, safe to print. */
export function printable(text: string): string {
  const visible = text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
  return visible.length > 80 ? `${visible.slice(0, 80)}...` : visible;
}

function problem(text: string): { ok: false; problem: string } {
  return { ok: false, problem: text.replace(/(\?|\.{3})\.$/, '$1') };
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}

function firstSentence(text: string): string {
  return text.slice(0, text.indexOf('.') + 1) || text;
}
