/** `suntap status`: what the running daemon has read last, out of its status file. */
import { defaultStatusFile } from '../default-status-file.ts';
import { DONE, FAILED, NOTHING_FOUND, type ExitStatus } from '../exit-status.ts';
import { textOf } from '../option-values.ts';
import { readStatus } from '../status-file.ts';
import { statusText } from '../status-output.ts';
import { say } from '../terminal.ts';
import { printable, type Invocation, type OptionValues } from '../usage.ts';

export function status({ options }: Invocation): Promise<ExitStatus> {
  return Promise.resolve(show(options));
}

function show(options: OptionValues): ExitStatus {
  const path = textOf(options, 'status-file') ?? defaultStatusFile();
  const shown = `'${printable(path)}'`;
  let found: ReturnType<typeof readStatus>;
  try {
    found = readStatus(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(`The status file ${shown} cannot be read (${printable(why)}).`);
    return FAILED;
  }
  if (found === undefined) {
    say(`There is no status file ${shown}: suntap is not running, or writes it elsewhere.`);
    return NOTHING_FOUND;
  }
  const { pid } = found.status;
  if (options.has('json')) process.stdout.write(found.text);
  else process.stdout.write(statusText(found.status, Date.now()));
  if (isRunning(pid)) return DONE;
  say(`suntap is not running any more (it was process ${pid}): this is what it knew last.`);
  return NOTHING_FOUND;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
