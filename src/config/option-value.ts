/** Text of one option to its value, by kind. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { parsePercent, parseSeconds, parseSize } from '../base/quantity.ts';
import type { ValueProblem } from './config-error.ts';
import type { AmountOption, OptionDefinition } from './option-definitions.ts';
import { suggestion } from './suggestion.ts';

export type OptionValue = string | number | boolean | undefined;

export type ValueResult = Checked<OptionValue>;

export type Checked<Value> = { ok: true; value: Value } | { ok: false; problem: ValueProblem };

const TRUE_WORDS = ['1', 'on', 'true', 'yes', 'enabled'];
const FALSE_WORDS = ['0', 'off', 'false', 'no', 'disabled'];

/** IFNAMSIZ of Linux without its final NUL. */
const MAX_DEVICE_NAME_BYTES = 15;

/** The longest name of a zone that there is has 32; a rule may be a little longer. */
const MAX_ZONE_CHARACTERS = 64;

/** PATH_MAX of Linux without its final NUL. */
const MAX_PATH_BYTES = 4095;

/** Addresses that no single host sends from. */
const NO_HOST_IPV4 = new BlockList();
NO_HOST_IPV4.addSubnet('0.0.0.0', 8);
NO_HOST_IPV4.addSubnet('224.0.0.0', 3);
/** Apart from the other list: a rule for `::ffff:0:0/96` would hold for IPv4 addresses too. */
const NO_HOST_IPV6 = new BlockList();
NO_HOST_IPV6.addAddress('::', 'ipv6');
NO_HOST_IPV6.addSubnet('ff00::', 8, 'ipv6');
// IPv4 written as IPv6: on the wire it is IPv4, so this would never be seen.
NO_HOST_IPV6.addSubnet('::ffff:0:0', 96, 'ipv6');

export function defaultOf(definition: OptionDefinition): OptionValue {
  return 'default' in definition ? definition.default : undefined;
}

/** An empty text is the default, as everywhere in OpenWrt. */
export function valueOfText(definition: OptionDefinition, text: string): ValueResult {
  if (text === '') return good(defaultOf(definition));
  switch (definition.kind) {
    case 'bool':
      return boolOfText(text);
    case 'address':
      return addressOfText(text, definition.example);
    case 'device':
      return isDeviceName(text) ? good(text) : bad({ problem: 'not-a-device' });
    case 'choice': {
      const { choices } = definition;
      if (choices.includes(text)) return good(text);
      return bad({ problem: 'not-a-choice', choices, nearest: suggestion(text, choices) });
    }
    case 'directory':
      return directoryOfText(text);
    case 'zone':
      return isZone(text)
        ? good(text)
        : bad({ problem: 'not-a-zone', example: definition.example });
    case 'size':
    case 'seconds':
    case 'percent':
      return amountOfText(definition, text);
  }
}

/** A value of rendered JSON; null is the default. */
export function valueOfJson(definition: OptionDefinition, value: unknown): ValueResult {
  if (value === null) return good(defaultOf(definition));
  if (definition.kind === 'bool') {
    return typeof value === 'boolean' ? good(value) : bad({ problem: 'not-true-or-false' });
  }
  if (typeof value === 'string') return valueOfText(definition, value);
  if ('min' in definition) {
    return amountOf(definition, typeof value === 'number' ? value : undefined);
  }
  return bad({ problem: 'not-text' });
}

function boolOfText(text: string): ValueResult {
  if (TRUE_WORDS.includes(text)) return good(true);
  if (FALSE_WORDS.includes(text)) return good(false);
  // Not the digits: any one letter is near to them.
  const words = [...TRUE_WORDS, ...FALSE_WORDS].filter((word) => word.length > 1);
  return bad({ problem: 'not-a-bool', nearest: suggestion(text, words) });
}

function addressOfText(text: string, example: string): ValueResult {
  const v4 = isIPv4(text);
  // A zone (`%br-lan`) is not part of an address on the wire.
  if (!v4 && (!isIPv6(text) || text.includes('%')))
    return bad({ problem: 'not-an-address', example });
  const noHost = v4 ? NO_HOST_IPV4.check(text, 'ipv4') : NO_HOST_IPV6.check(text, 'ipv6');
  if (noHost) return bad({ problem: 'not-a-host', example });
  return good(text);
}

/** What the kernel accepts, less what is not printable ASCII. */
function isDeviceName(text: string): boolean {
  if (text.length > MAX_DEVICE_NAME_BYTES || text === '.' || text === '..') return false;
  return /^[!-~]+$/.test(text) && !/[/:]/.test(text);
}

function directoryOfText(text: string): ValueResult {
  if (!text.startsWith('/')) return bad({ problem: 'not-absolute' });
  // What is not UTF-8 stands as a lone surrogate: base/byte-text.ts.
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return bad({ problem: 'not-printable' });
  if (Buffer.byteLength(text) > MAX_PATH_BYTES) {
    return bad({ problem: 'too-long', limitBytes: MAX_PATH_BYTES });
  }
  return good(text.replace(/\/+$/, '') || '/');
}

/** Whether it looks like one; whether the system knows it shows when it is loaded. */
function isZone(text: string): boolean {
  return text.length <= MAX_ZONE_CHARACTERS && /^[A-Za-z<][A-Za-z0-9<>,./:+_ -]*$/.test(text);
}

const AMOUNTS: Readonly<
  Record<
    AmountOption['kind'],
    {
      parse: (text: string) => number | undefined;
      problem: 'not-a-size' | 'not-seconds' | 'not-a-percentage';
    }
  >
> = {
  size: { parse: parseSize, problem: 'not-a-size' },
  seconds: { parse: parseSeconds, problem: 'not-seconds' },
  percent: { parse: parsePercent, problem: 'not-a-percentage' },
};

/** An amount out of a text that is not empty. */
export function amountOfText(definition: AmountOption, text: string): Checked<number> {
  return amountOf(definition, AMOUNTS[definition.kind].parse(text));
}

/** `amount` is undefined where there is no number. */
function amountOf({ kind, min, max }: AmountOption, amount: number | undefined): Checked<number> {
  if (amount === undefined || !(Number.isInteger(amount) || amount === Infinity)) {
    return bad({ problem: AMOUNTS[kind].problem });
  }
  if (amount < min || amount > max) return bad({ problem: 'out-of-range', kind, min, max });
  return { ok: true, value: amount };
}

function good(value: OptionValue): ValueResult {
  return { ok: true, value };
}

function bad(problem: ValueProblem): { ok: false; problem: ValueProblem } {
  return { ok: false, problem };
}
