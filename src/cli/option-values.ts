/** Values of options, and what is wrong with them. */
import type { SecondsOption, SizeOption } from '../config/option-definitions.ts';
import { parseIpAddress, type IpAddress } from '../wire/ip-address.ts';
import { notAnAddress } from './explain.ts';
import { parseQuantityArgument } from './quantity-argument.ts';
import { say } from './terminal.ts';
import type { OptionValues } from './usage.ts';

/** A value that was asked for; not `ok`: it makes no sense, which has been said. */
export type Given<T> = { ok: true; value: T } | { ok: false };

export function textOf(options: OptionValues, name: string): string | undefined {
  const value = options.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** `--supervisor`; undefined when it was not given. */
export function supervisorOf(options: OptionValues): Given<IpAddress | undefined> {
  const text = textOf(options, 'supervisor');
  const value = text === undefined ? undefined : parseIpAddress(text);
  if (text === undefined || value !== undefined) return { ok: true, value };
  say(notAnAddress(text));
  return { ok: false };
}

/** What the command line says, or the configured amount; undefined, once said why, for nonsense. */
export function quantityOf(
  options: OptionValues,
  name: string,
  definition: SizeOption | SecondsOption,
  configured: number,
): number | undefined {
  const text = textOf(options, name);
  if (text === undefined) return configured;
  const parsed = parseQuantityArgument(name, text, definition);
  if (parsed.ok) return parsed.value;
  say(parsed.problem);
  return undefined;
}
