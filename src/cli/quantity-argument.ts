/** Sizes and seconds on the command line, where they outweigh an option of the configuration. */
import { valueSentence } from '../config/config-error.ts';
import type { SecondsOption, SizeOption } from '../config/option-definitions.ts';
import { amountOfText } from '../config/option-value.ts';
import { printable, type Parsed } from './usage.ts';

/** `definition` is of the option of the configuration: its limits hold here, too. */
export function parseQuantityArgument(
  name: string,
  text: string,
  definition: SizeOption | SecondsOption,
): Parsed<number> {
  const amount = amountOfText(definition, text);
  if (amount.ok) return amount;
  const sentence = valueSentence(amount.problem);
  return { ok: false, problem: `--${name} is '${printable(text)}', which ${sentence}.` };
}
