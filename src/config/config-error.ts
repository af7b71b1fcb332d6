/** What can be wrong with a configuration, as facts; `describe` makes a sentence of them. */
import { sizeText } from '../base/quantity.ts';

interface Place {
  layer: 'config';
  /** The path that was given. */
  file: string;
  /** From 1; absent where there is none, as in JSON. */
  line?: number | undefined;
}

/** The file as a whole. */
export type FileError = Place &
  (
    | { reason: 'missing' | 'directory' }
    | { reason: 'unreadable'; systemWords: string }
    | { reason: 'too-large'; limitBytes: number }
  );

/** Why a file is no UCI file. No words of the file: they may be part of a password. */
export type GrammarFacts =
  | {
      reason:
        | 'nul-byte'
        | 'byte-order-mark'
        | 'insufficient-arguments'
        | 'too-many-arguments'
        | 'option-before-section'
        | 'invalid-type'
        | 'invalid-name';
    }
  | { reason: 'invalid-command'; nearest: string | undefined }
  | { reason: 'unterminated-quote'; quote: "'" | '"' }
  | { reason: 'type-changed'; firstLine: number };

export type GrammarError = Place & GrammarFacts;

/** Why rendered JSON cannot be taken. */
export type RenderedFacts =
  { reason: 'not-json' } | { reason: 'not-an-object'; section?: string | undefined };

export type RenderedError = Place & RenderedFacts;

/** What is wrong with a value. */
export type ValueProblem =
  | { problem: 'list' | 'not-text' | 'not-true-or-false' | 'not-a-device' }
  | {
      problem: 'not-absolute' | 'not-printable' | 'not-a-size' | 'not-seconds' | 'not-a-percentage';
    }
  | { problem: 'too-long'; limitBytes: number }
  | { problem: 'out-of-range'; kind: 'size' | 'seconds' | 'percent'; min: number; max: number }
  | { problem: 'not-a-bool'; nearest: string | undefined }
  | { problem: 'not-an-address' | 'not-a-host' | 'not-a-zone'; example: string }
  | { problem: 'not-a-choice'; choices: readonly string[]; nearest: string | undefined };

/** Sections, options and values. `section` is a section's name, `known` the names there are. */
export type SettingFacts =
  | { reason: 'unknown-type'; type: string; nearest: string | undefined; known: string[] }
  | { reason: 'unknown-section'; section: string; nearest: string | undefined; known: string[] }
  | { reason: 'repeated-section'; section: string; firstLine: number }
  | {
      reason: 'unknown-option';
      section: string;
      option: string;
      nearest: string | undefined;
      known: string[];
    }
  | {
      reason: 'bad-value';
      section: string;
      option: string;
      /** Absent for a secret, and where it is not one text. */
      value: string | undefined;
      problem: ValueProblem;
    };

export type SettingError = Place & SettingFacts;

export type ConfigError = FileError | GrammarError | RenderedError | SettingError;

/** One sentence: where, what is wrong, what to do. */
export function describe(error: ConfigError): string {
  const place = error.line === undefined ? error.file : `${error.file} line ${error.line}`;
  return `${shown(place)}: ${sentence(error)}`;
}

function sentence(error: ConfigError): string {
  switch (error.reason) {
    case 'missing':
      return 'there is no such file; check the path';
    case 'directory':
      return 'this is a directory; name the file in it';
    case 'unreadable':
      return `it cannot be read (${error.systemWords}); check its owner and mode`;
    case 'too-large':
      return `it is larger than ${error.limitBytes / 1024} KiB and surely no configuration; name the right file`;
    case 'not-json':
      return "it is no JSON; make it anew with 'suntap config render'";
    case 'not-an-object':
      return error.section === undefined
        ? "there is no object of sections in it; make it anew with 'suntap config render'"
        : `section ${quoted(error.section)} is no object; make it anew with 'suntap config render'`;
    case 'unknown-type':
      return `there is no section type ${quoted(error.type)}${meant(error.nearest, error.known)}`;
    case 'unknown-section':
      return `there is no section ${quoted(error.section)}${meant(error.nearest, error.known)}`;
    case 'repeated-section':
      return `section ${quoted(error.section)} is already there at line ${error.firstLine}; move its options there`;
    case 'unknown-option':
      return `there is no option ${quoted(error.option)} in section ${quoted(error.section)}${meant(error.nearest, error.known)}`;
    case 'bad-value': {
      const value = error.value === undefined ? '' : ` is ${quoted(error.value)}, which`;
      const option = `option ${quoted(error.option)} in section ${quoted(error.section)}`;
      return `${option}${value} ${valueSentence(error.problem)}`;
    }
    default:
      return grammarSentence(error);
  }
}

function grammarSentence(error: GrammarFacts): string {
  switch (error.reason) {
    case 'nul-byte':
      return 'there is a NUL byte, so this is no text file; write the file anew';
    case 'byte-order-mark':
      return 'it begins with a byte order mark; save it as UTF-8 without one';
    case 'invalid-command':
      return `this is none of: config TYPE 'NAME', option NAME 'VALUE', list NAME 'VALUE'${meant(error.nearest, [])}`;
    case 'insufficient-arguments':
      return "a word is missing; write config TYPE 'NAME', or option NAME 'VALUE'";
    case 'too-many-arguments':
      return 'there is a word too many; put a value with blanks in it in quotes';
    case 'option-before-section':
      return "this stands before the first section; begin with: config suntap 'main'";
    case 'unterminated-quote':
      return `the quote ${error.quote} that opens here is never closed; close it, and for an apostrophe inside a value put the value in double quotes`;
    case 'invalid-type':
      return 'there is a blank or a special character in the type of the section; the type is one plain word';
    case 'invalid-name':
      return 'there is a character in the name that is not allowed; use letters, digits and _';
    case 'type-changed':
      return `the section at line ${error.firstLine} has the same name and another type; give one of them another name`;
  }
}

/** What is wrong with a value and what to do, to follow its name or `which`. */
export function valueSentence(problem: ValueProblem): string {
  switch (problem.problem) {
    case 'list':
      return "is a list and takes one value; write 'option' in place of 'list', once";
    case 'not-text':
      return 'is no text; put it in double quotes';
    case 'not-true-or-false':
      return 'is neither true nor false; write one of them without quotes';
    case 'not-a-bool':
      return `is neither on nor off${meant(problem.nearest, []) || '; write 1 or 0'}`;
    case 'not-an-address':
      return `is no IPv4 or IPv6 address; write it like ${problem.example}`;
    case 'not-a-host':
      return `is no address that a single host has; write it like ${problem.example}`;
    case 'not-a-device':
      return "is no name of a network device; 'ip link' lists the ones there are";
    case 'not-a-choice':
      return `is not one of ${problem.choices.join(', ')}${meant(problem.nearest, []) || '; write one of them'}`;
    case 'not-absolute':
      return 'is no absolute path; begin it with /';
    case 'not-printable':
      return 'has a control character or a byte in it that is not UTF-8; give the directory a plain name';
    case 'too-long':
      return `is longer than ${problem.limitBytes} bytes; choose a shorter path`;
    case 'not-a-size':
      return 'is no size; write whole bytes, or a whole number and K, M or G, like 8M';
    case 'not-a-zone':
      return `is no time zone; write it like ${problem.example}`;
    case 'not-a-percentage':
      return 'is no share in per cent; write a whole number like 70';
    case 'not-seconds':
      return 'is no number of seconds; write it like 60, 60s, 5m or 1h';
    case 'out-of-range': {
      const { kind, min, max } = problem;
      if (kind === 'size') return `is out of range; write ${sizeText(min)} to ${sizeText(max)}`;
      return `is out of range; write ${min} to ${max}${kind === 'percent' ? '' : ' seconds'}`;
    }
  }
}

function meant(nearest: string | undefined, known: readonly string[]): string {
  if (nearest !== undefined) return `; did you mean ${quoted(nearest)}?`;
  if (known.length === 0) return '';
  return known.length === 1
    ? `; the only one is ${known[0] ?? ''}`
    : `; there are: ${known.join(', ')}`;
}

const MAX_SHOWN_LENGTH = 80;

function quoted(text: string): string {
  const clipped = text.length > MAX_SHOWN_LENGTH ? `${text.slice(0, MAX_SHOWN_LENGTH)}...` : text;
  return `'${shown(clipped)}'`;
}

/** Text of a file, safe to print: nothing in it moves the cursor or breaks the line. */
function shown(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?');
}
