/** Opens the log that the command line and the configuration name, for reading. */
import type { Settings } from '../config/option-definitions.ts';
import { faultOf, type LogDamage } from '../log/log-fault.ts';
import { NODE_FILES } from '../log/log-files.ts';
import { LogReader } from '../log/log-reader.ts';
import { FAILED, NOTHING_FOUND, type ExitStatus } from './exit-status.ts';
import { explainDamage, explainReadFault } from './explain-log.ts';
import { readLogSettings } from './log-settings.ts';
import { say } from './terminal.ts';
import { printable, type OptionValues } from './usage.ts';

export interface ReadableLog {
  reader: LogReader;
  settings: Settings;
}

/** Opens the log, and lets `use` read it. What is wrong with it is said. */
export async function withLog(
  options: OptionValues,
  use: (log: ReadableLog) => ExitStatus | Promise<ExitStatus>,
): Promise<ExitStatus> {
  const settings = await readLogSettings(options);
  if (settings === undefined) return FAILED;
  const { directory } = settings.log;
  const opened = LogReader.open(NODE_FILES, directory);
  if (!opened.ok) {
    say(explainReadFault(opened.fault));
    return opened.fault.reason === 'no-directory' ? NOTHING_FOUND : FAILED;
  }
  const { reader } = opened;
  if (reader.segments.length + reader.days.length + reader.damage.length === 0) {
    say(`There is no record in '${printable(directory)}' yet.`);
    return NOTHING_FOUND;
  }
  try {
    return await use({ reader, settings });
  } catch (error) {
    // What the file system threw, of a file that was there a moment ago.
    if (!(error instanceof Error && 'code' in error)) throw error;
    say(explainReadFault(faultOf(error, directory)));
    return FAILED;
  }
}

/** Says of each damaged place once what it is. */
export class DamageTeller {
  readonly #told = new Set<string>();

  tell(damage: LogDamage): void {
    const place = `${damage.segment}:${damage.offset}`;
    if (this.#told.has(place)) return;
    this.#told.add(place);
    say(explainDamage(damage));
  }
}
