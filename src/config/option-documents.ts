/** The default `/etc/config/suntap` and the table of the README, out of the table of options. */
import { sizeText } from '../base/quantity.ts';
import {
  SECTIONS,
  type AmountOption,
  type OptionDefinition,
  type SectionDefinition,
} from './option-definitions.ts';
import { defaultOf } from './option-value.ts';

const COMMENT_WIDTH = 100;

/**
 * The file a fresh installation gets. Options that an owner seldom touches are commented out, so
 * that a later default reaches those who kept it.
 */
export function defaultConfigFile(): string {
  return Object.entries<SectionDefinition>(SECTIONS)
    .map(([name, { type, doc, options }]) => {
      const lines = Object.entries(options).map(([option, definition]) => {
        const setting = `option ${option} '${defaultText(definition)}'`;
        const prefix = definition.asked === true ? '\t' : '\t#';
        return `\n${comment('\t# ', commentText(definition))}${prefix}${setting}\n`;
      });
      return `${comment('# ', doc)}config ${type} '${name}'\n${lines.join('')}`;
    })
    .join('\n');
}

/** Markdown, one row an option, ending in a line end. */
export function optionsTable(): string {
  const rows = Object.entries<SectionDefinition>(SECTIONS).flatMap(([name, { options }]) =>
    Object.entries(options).map(([option, definition]) => {
      const value = defaultText(definition);
      const shown = value === '' ? '' : `\`${value}\``;
      return `| \`${name}\` | \`${option}\` | ${accepted(definition)} | ${shown} | ${definition.doc} |\n`;
    }),
  );
  return `| section | option | value | default | what it does |\n|---|---|---|---|---|\n${rows.join('')}`;
}

/** The default as a UCI file has it; empty where there is none. */
function defaultText(definition: OptionDefinition): string {
  const value = defaultOf(definition);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return amountText(definition.kind, value);
  return value ?? '';
}

function amountText(kind: OptionDefinition['kind'], amount: number): string {
  return kind === 'size' ? sizeText(amount) : String(amount);
}

function commentText(definition: OptionDefinition): string {
  const { doc, example } = definition;
  if (example !== undefined) return `${doc} Example: ${example}`;
  const named = !['address', 'device', 'directory'].includes(definition.kind);
  return named ? `${doc} Value: ${accepted(definition).replaceAll('`', '')}` : doc;
}

function accepted(definition: OptionDefinition): string {
  switch (definition.kind) {
    case 'bool':
      return '`0` or `1`';
    case 'address':
      return 'IPv4 or IPv6 address';
    case 'device':
      return 'network device';
    case 'choice':
      return definition.choices.map((choice) => `\`${choice}\``).join(', ');
    case 'directory':
      return 'absolute path';
    case 'size':
      return `bytes, or with K, M, G: ${rangeOf(definition)}`;
    case 'seconds':
      return `seconds, or with m, h: ${rangeOf(definition)}`;
    case 'percent':
      return `per cent: ${rangeOf(definition)}`;
    case 'zone':
      return 'name of a time zone';
  }
}

function rangeOf({ kind, min, max }: AmountOption): string {
  return `\`${amountText(kind, min)}\` to \`${amountText(kind, max)}\``;
}

/** Comment lines no wider than they may be. */
function comment(prefix: string, text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > COMMENT_WIDTH - prefix.length) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => `${prefix}${each}\n`).join('');
}
