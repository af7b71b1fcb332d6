/** The edge of the process: arguments in, exit status out. */
import { replay, REPLAY } from './cli/commands/replay.ts';
import { DONE, FAILED, type ExitStatus } from './cli/exit-status.ts';
import { say } from './cli/terminal.ts';
import {
  helpOf,
  helpOfAll,
  meant,
  parseInvocation,
  printable,
  type CommandUsage,
  type Invocation,
} from './cli/usage.ts';

/** Written in by the build from package.json. */
declare const SUNTAP_VERSION: string;

interface Command {
  usage: CommandUsage;
  run: (invocation: Invocation) => Promise<ExitStatus>;
}

const COMMANDS: readonly Command[] = [{ usage: REPLAY, run: replay }];

async function main(args: readonly string[]): Promise<ExitStatus> {
  const [name, ...rest] = args;
  const usages = COMMANDS.map(({ usage }) => usage);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? process.stderr : process.stdout).write(helpOfAll(usages));
    return name === undefined ? FAILED : DONE;
  }
  if (name === '--version' || name === '-V') {
    process.stdout.write(`${SUNTAP_VERSION}\n`);
    return DONE;
  }
  const command = COMMANDS.find(({ usage }) => usage.name === name);
  if (command === undefined) {
    const names = usages.map((usage) => usage.name);
    const hint = meant(name, names) || `; there are: ${names.join(', ')}.`;
    say(`There is no command '${printable(name)}'${hint}`);
    return FAILED;
  }
  const parsed = parseInvocation(command.usage, rest);
  if (!parsed.ok) {
    say(`${parsed.problem} See: suntap ${name} --help`);
    return FAILED;
  }
  if (parsed.value.options.has('help')) {
    process.stdout.write(helpOf(command.usage));
    return DONE;
  }
  if (parsed.value.options.has('version')) {
    process.stdout.write(`${SUNTAP_VERSION}\n`);
    return DONE;
  }
  return command.run(parsed.value);
}

process.exitCode = await main(process.argv.slice(2));
