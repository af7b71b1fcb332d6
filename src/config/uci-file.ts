/**
 * A UCI file as libuci reads it in its strict mode, the one of `uci`, LuCI and `config_load`: one
 * error anywhere refuses the whole file. An option without a value is as good as absent and does
 * not take back an earlier value.
 *
 * Two differences, both refusals: a file above `MAX_CONFIG_BYTES`, and one with a NUL byte (libuci
 * loses what follows it).
 */
import { textOfBinary } from '../base/byte-text.ts';
import { fileTooLarge, MAX_CONFIG_BYTES } from './config-limits.ts';
import type { FileError, GrammarError, GrammarFacts } from './config-error.ts';
import { suggestion } from './suggestion.ts';
import { UciScanner, type UciKeyword, type UciWord } from './uci-scanner.ts';

export interface UciOption {
  /** An array when the file makes a list of it. What is not UTF-8 is escaped: base/byte-text.ts. */
  value: string | string[];
  /** Of the command that gave it; of a list, the one that began it. */
  line: number;
}

export interface UciSection {
  type: string;
  /** undefined: unnamed. */
  name: string | undefined;
  /** Where it begins; a section given again goes on with the first one. */
  line: number;
  /** In file order. */
  options: Map<string, UciOption>;
}

export type UciResult =
  { ok: true; sections: UciSection[] } | { ok: false; error: GrammarError | FileError };

type Fault = GrammarFacts & { at: number };

const WORDS = ['package', 'config', 'option', 'list'] as const;
const COMMANDS: ReadonlyMap<string, (typeof WORDS)[number]> = new Map(
  WORDS.flatMap((word) => [
    [word, word],
    [word.charAt(0), word],
  ]),
);
const NAME = /^[A-Za-z0-9_]+$/;
const PACKAGE_NAME = /^[A-Za-z0-9_-]+$/;
const TYPE = /^[!-~]+$/;
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** `file` is what errors call it. */
export function parseUciFile(data: Uint8Array, file: string): UciResult {
  if (data.length > MAX_CONFIG_BYTES) return { ok: false, error: fileTooLarge(file) };
  const binary = Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1');
  const scanner = new UciScanner(binary);
  const builder = new UciBuilder(scanner);
  const nulAt = binary.indexOf('\0');
  const fault = nulAt >= 0 ? { reason: 'nul-byte' as const, at: nulAt } : builder.read();
  if (fault === undefined) return { ok: true, sections: builder.sections };
  const { at, ...facts } = fault;
  return { ok: false, error: { layer: 'config', file, line: scanner.lineAt(at), ...facts } };
}

/** The name libuci makes up for an unnamed section, the `number`th of its file (from 1). */
export function generatedName(number: number, type: string): string {
  let hash = 5381;
  for (let i = 0; i < type.length; i++) hash = (hash * 33 + type.charCodeAt(i)) & 0xffff;
  return `cfg${number.toString(16).padStart(2, '0')}${hash.toString(16).padStart(4, '0')}`;
}

class UciBuilder {
  readonly sections: UciSection[] = [];
  readonly #scanner: UciScanner;
  /** By name, made-up names included: a later section may give one and so continue it. */
  readonly #named = new Map<string, UciSection>();
  #current: UciSection | undefined;

  constructor(scanner: UciScanner) {
    this.#scanner = scanner;
  }

  read(): Fault | undefined {
    while (this.#scanner.nextLine()) {
      for (;;) {
        const keyword = this.#scanner.keyword();
        if (keyword === undefined) break;
        const fault = this.#command(keyword);
        if (fault !== undefined) return fault;
      }
    }
    return undefined;
  }

  #command(keyword: UciKeyword): Fault | undefined {
    const command = COMMANDS.get(keyword.text);
    if (command === undefined) return unknownCommand(keyword);
    const { at } = keyword;
    switch (command) {
      case 'package':
        return this.#package(at);
      case 'config':
        if (keyword.endsFile) return { reason: 'insufficient-arguments', at };
        return this.#section(at);
      case 'option':
      case 'list':
        if (this.#current === undefined) return { reason: 'option-before-section', at };
        if (keyword.endsFile) return { reason: 'insufficient-arguments', at };
        return this.#option(this.#current, command === 'list', at);
    }
  }

  /** Inside a file of `/etc/config` it names nothing: checked, then ignored. */
  #package(at: number): Fault | undefined {
    const name = this.#required(at, PACKAGE_NAME, 'invalid-name');
    return 'reason' in name ? name : this.#commandEnd();
  }

  #section(at: number): Fault | undefined {
    const type = this.#required(at, TYPE, 'invalid-type');
    if ('reason' in type) return type;
    const name = this.#word();
    if ('reason' in name) return name;
    if (name.text !== '' && !NAME.test(name.text)) return { reason: 'invalid-name', at: name.at };
    const extra = this.#commandEnd();
    if (extra !== undefined) return extra;

    const earlier = name.text === '' ? undefined : this.#named.get(name.text);
    if (earlier !== undefined && earlier.type !== type.text) {
      return { reason: 'type-changed', at, firstLine: earlier.line };
    }
    this.#current = earlier ?? this.#newSection(type.text, name.text, at);
    return undefined;
  }

  #newSection(type: string, name: string, at: number): UciSection {
    const line = this.#scanner.lineAt(at);
    const section = { type, name: name === '' ? undefined : name, line, options: new Map() };
    this.sections.push(section);
    const known = name === '' ? generatedName(this.sections.length, type) : name;
    if (!this.#named.has(known)) this.#named.set(known, section);
    return section;
  }

  #option(section: UciSection, isList: boolean, at: number): Fault | undefined {
    const name = this.#required(at, NAME, 'invalid-name');
    if ('reason' in name) return name;
    const word = this.#word();
    if ('reason' in word) return word;
    const extra = this.#commandEnd();
    if (extra !== undefined) return extra;

    const value = textOfBinary(word.text);
    const line = this.#scanner.lineAt(at);
    const earlier = section.options.get(name.text);
    if (!isList) {
      if (value !== '') section.options.set(name.text, { value, line });
    } else if (earlier === undefined) {
      section.options.set(name.text, { value: [value], line });
    } else if (typeof earlier.value === 'string') {
      earlier.value = [earlier.value, value];
    } else {
      earlier.value.push(value);
    }
    return undefined;
  }

  #word(): UciWord | Fault {
    const word = this.#scanner.word();
    if (!('quote' in word)) return word;
    return { reason: 'unterminated-quote', at: word.at, quote: word.quote };
  }

  /** A word that has to be there; `commandAt` is where the blame goes when it is not. */
  #required(
    commandAt: number,
    pattern: RegExp,
    invalid: 'invalid-name' | 'invalid-type',
  ): UciWord | Fault {
    const word = this.#word();
    if ('reason' in word) return word;
    if (word.text === '') return { reason: 'insufficient-arguments', at: commandAt };
    return pattern.test(word.text) ? word : { reason: invalid, at: word.at };
  }

  #commandEnd(): Fault | undefined {
    const word = this.#word();
    if ('reason' in word) return word;
    return word.text === '' ? undefined : { reason: 'too-many-arguments', at: word.at };
  }
}

/** Words of the file stay out of the error: after a quoting mistake one may be part of a password. */
function unknownCommand(keyword: UciKeyword): Fault {
  const at = keyword.at;
  if (at === 0 && keyword.text.startsWith(BYTE_ORDER_MARK))
    return { reason: 'byte-order-mark', at };
  return { reason: 'invalid-command', at, nearest: suggestion(keyword.text.trim(), WORDS) };
}
