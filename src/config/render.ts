/**
 * Settings as JSON, for a daemon that may not read `/etc/config`: one object a section, options
 * under their UCI names in the order of the table, null for what is not set. Secrets are in it.
 */
import { fileTooLarge, MAX_CONFIG_BYTES } from './config-limits.ts';
import type { ConfigError, RenderedFacts, SettingFacts } from './config-error.ts';
import {
  camelCase,
  SECTIONS,
  type SectionDefinition,
  type Settings,
} from './option-definitions.ts';
import { valueOfJson } from './option-value.ts';
import type { SettingsResult } from './resolve.ts';
import { SettingsDraft } from './settings-draft.ts';
import { suggestion } from './suggestion.ts';

export function render(settings: Settings): string {
  const values = new Map<string, Readonly<Record<string, unknown>>>(Object.entries(settings));
  const sections = Object.entries<SectionDefinition>(SECTIONS).map(([name, { options }]) => [
    name,
    Object.fromEntries(
      Object.keys(options).map((option) => [option, values.get(name)?.[camelCase(option)] ?? null]),
    ),
  ]);
  return `${JSON.stringify(Object.fromEntries(sections), null, 2)}\n`;
}

/** What `render` gave, or a hand wrote like it, with the checks that a UCI file gets. */
export function parseRendered(data: Uint8Array, file: string): SettingsResult {
  if (data.length > MAX_CONFIG_BYTES) {
    return { ok: false, errors: [fileTooLarge(file)] };
  }
  const draft = new SettingsDraft();
  const errors: ConfigError[] = [];
  const report = (facts: SettingFacts | RenderedFacts) => {
    errors.push({ layer: 'config', file, ...facts });
  };
  const sections = objectOfJson(data);
  if ('reason' in sections) return { ok: false, errors: [{ layer: 'config', file, ...sections }] };
  for (const [section, options] of sections.entries) {
    if (!Object.hasOwn(SECTIONS, section)) {
      const known = Object.keys(SECTIONS);
      const nearest = suggestion(section, known);
      report({ reason: 'unknown-section', section, nearest, known });
    } else if (!isObject(options)) {
      report({ reason: 'not-an-object', section });
    } else {
      for (const [option, value] of Object.entries(options)) {
        const given = typeof value === 'string' ? value : undefined;
        const facts = draft.set(section, option, given, (known) => valueOfJson(known, value));
        if (facts !== undefined) report(facts);
      }
    }
  }
  return errors.length === 0 ? { ok: true, settings: draft.settings() } : { ok: false, errors };
}

function objectOfJson(data: Uint8Array): { entries: [string, unknown][] } | RenderedFacts {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    // Its own words quote the file, which holds secrets.
    return { reason: 'not-json' };
  }
  return isObject(value) ? { entries: Object.entries(value) } : { reason: 'not-an-object' };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
