/** Sections of a UCI file to settings, or everything that is wrong with them. */
import type { ConfigError, SettingFacts } from './config-error.ts';
import {
  SECTIONS,
  type OptionDefinition,
  type SectionDefinition,
  type Settings,
} from './option-definitions.ts';
import { valueOfText, type ValueResult } from './option-value.ts';
import { SettingsDraft } from './settings-draft.ts';
import { suggestion } from './suggestion.ts';
import type { UciOption, UciSection } from './uci-file.ts';

export type SettingsResult =
  { ok: true; settings: Settings } | { ok: false; errors: readonly ConfigError[] };

/** `file` is what errors call it. What the sections leave out has its default. */
export function resolve(sections: readonly UciSection[], file: string): SettingsResult {
  const draft = new SettingsDraft();
  const errors: ConfigError[] = [];
  const report = (line: number, facts: SettingFacts) => {
    errors.push({ layer: 'config', file, line, ...facts });
  };
  const firstLines = new Map<string, number>();
  for (const section of sections) {
    const { found, facts: trouble } = knownSection(section);
    if (trouble !== undefined) report(section.line, trouble);
    if (found === undefined) continue;
    const firstLine = firstLines.get(found);
    if (trouble === undefined && firstLine !== undefined) {
      report(section.line, { reason: 'repeated-section', section: found, firstLine });
    }
    if (trouble === undefined) firstLines.set(found, firstLine ?? section.line);
    for (const [option, { value, line }] of section.options) {
      const given = typeof value === 'string' ? value : undefined;
      const facts = draft.set(found, option, given, (known) => checked(known, value));
      if (facts !== undefined) report(line, facts);
    }
  }
  if (errors.length === 0) return { ok: true, settings: draft.settings() };
  // A section given in two places has its errors out of order.
  return { ok: false, errors: errors.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

/**
 * The name in the table by which the options of a section are checked, even if something is wrong
 * with the section itself. An unnamed one is the one of its type.
 */
function knownSection({ type, name }: UciSection): {
  found?: string | undefined;
  facts?: SettingFacts;
} {
  const all = Object.entries<SectionDefinition>(SECTIONS);
  const known = all.filter(([, definition]) => definition.type === type).map(([each]) => each);
  const [first] = known;
  if (first === undefined) {
    const types = [...new Set(all.map(([, definition]) => definition.type))];
    const nearest = suggestion(type, types);
    return { facts: { reason: 'unknown-type', type, nearest, known: types } };
  }
  if (name === undefined || known.includes(name)) return { found: name ?? first };
  const nearest = suggestion(name, known);
  const facts: SettingFacts = { reason: 'unknown-section', section: name, nearest, known };
  return { found: nearest ?? first, facts };
}

function checked(definition: OptionDefinition, value: UciOption['value']): ValueResult {
  if (typeof value === 'string') return valueOfText(definition, value);
  return { ok: false, problem: { problem: 'list' } };
}
