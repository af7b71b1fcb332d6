/** Which log a command is about: the configuration, with the options of the command line over it. */
import { existsSync } from 'node:fs';
import { describe } from '../config/config-error.ts';
import { loadConfig, readConfig } from '../config/load-config.ts';
import { SECTIONS, type Settings } from '../config/option-definitions.ts';
import { DEFAULT_CONFIG } from './default-config.ts';
import { quantityOf, textOf } from './option-values.ts';
import { say } from './terminal.ts';
import type { OptionValues } from './usage.ts';

/**
 * What `--config` names, or the default file where there is one, or else the defaults. Undefined when
 * it is wrong; it has been said how.
 */
export async function readSettings(options: OptionValues): Promise<Settings | undefined> {
  const given = textOf(options, 'config');
  const path = given ?? DEFAULT_CONFIG;
  const isThere = given !== undefined || existsSync(path);
  const result = isThere ? await loadConfig(path) : readConfig(new Uint8Array(0), path);
  if (result.ok) return result.settings;
  for (const error of result.errors) say(describe(error));
  return undefined;
}

/**
 * The settings of the log under the options given.
 * @param sizeName what the command calls the option for the size of the log
 */
export function overLogSettings(
  configured: Settings['log'],
  options: OptionValues,
  sizeName: 'log-size' | 'size-limit',
): Settings['log'] | undefined {
  const { size_limit: size, commit_interval: interval } = SECTIONS.log.options;
  const sizeLimit = quantityOf(options, sizeName, size, configured.sizeLimit);
  const commitInterval = quantityOf(
    options,
    'commit-interval',
    interval,
    configured.commitInterval,
  );
  if (sizeLimit === undefined || commitInterval === undefined) return undefined;
  const directory = textOf(options, 'log') ?? configured.directory;
  return { ...configured, directory, sizeLimit, commitInterval };
}

/** For the commands that are about a log and nothing else. Undefined: it has been said why. */
export async function readLogSettings(options: OptionValues): Promise<Settings | undefined> {
  const settings = await readSettings(options);
  const log = settings && overLogSettings(settings.log, options, 'size-limit');
  return log && { ...settings, log };
}
