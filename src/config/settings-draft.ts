/** Settings in the making: values by section and option, each checked against the table. */
import type { SettingFacts, ValueProblem } from './config-error.ts';
import {
  camelCase,
  SECTIONS,
  type OptionDefinition,
  type SectionDefinition,
  type Settings,
} from './option-definitions.ts';
import { defaultOf, type OptionValue, type ValueResult } from './option-value.ts';
import { suggestion } from './suggestion.ts';

export class SettingsDraft {
  readonly #values = new Map<OptionDefinition, OptionValue>();

  /**
   * Takes one option of a section of the table; returns what is wrong with it, if anything is.
   * `given` is the value as text, for the error of an option that is no secret.
   */
  set(
    section: string,
    option: string,
    given: string | undefined,
    check: (definition: OptionDefinition) => ValueResult,
  ): SettingFacts | undefined {
    const options = optionsOf(section);
    const definition = options.get(option);
    if (definition === undefined) {
      const known = [...options.keys()];
      const near = suggestion(option, known);
      return { reason: 'unknown-option', section, option, nearest: near, known };
    }
    const result = check(definition);
    if (!result.ok) return badValue(definition, section, option, given, result.problem);
    this.#values.set(definition, result.value);
    return undefined;
  }

  /** The settings, with the defaults of what was not set. Frozen. */
  settings(): Settings {
    const sections = Object.entries<SectionDefinition>(SECTIONS).map(([name, { options }]) => {
      const values = Object.entries(options).map(([option, definition]): [string, OptionValue] => [
        camelCase(option),
        this.#values.has(definition) ? this.#values.get(definition) : defaultOf(definition),
      ]);
      return [name, Object.freeze(Object.fromEntries(values))] as const;
    });
    // Each value was checked against the definition that its type comes from.
    return Object.freeze(Object.fromEntries(sections)) as Settings;
  }
}

/** A Map, since `constructor` is a good name of an option to UCI. */
function optionsOf(section: string): ReadonlyMap<string, OptionDefinition> {
  const sections = new Map(Object.entries<SectionDefinition>(SECTIONS));
  return new Map(Object.entries(sections.get(section)?.options ?? {}));
}

/** The error of a value that was refused; tells the value unless it is a secret. */
export function badValue(
  definition: OptionDefinition,
  section: string,
  option: string,
  given: string | undefined,
  problem: ValueProblem,
): SettingFacts {
  const value = definition.secret === true ? undefined : given;
  // What is near to a secret tells much of it.
  const hidesNearest = definition.secret === true && 'nearest' in problem;
  const told = hidesNearest ? { ...problem, nearest: undefined } : problem;
  return { reason: 'bad-value', section, option, value, problem: told };
}
