/** The edge of the process: arguments in, exit status out. */
import { CONFIG, EXPORT, IMPORT, LOG, REPLAY, RUN, SCRUB, STATUS } from './cli/command-usages.ts';
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
  /** Loads what the command needs, and nothing that another one does. */
  load: () => Promise<(invocation: Invocation) => Promise<ExitStatus>>;
}

const COMMANDS: readonly Command[] = [
  { usage: RUN, load: async () => (await import('./cli/commands/run.ts')).run },
  { usage: STATUS, load: async () => (await import('./cli/commands/status.ts')).status },
  { usage: REPLAY, load: async () => (await import('./cli/commands/replay.ts')).replay },
  { usage: EXPORT, load: async () => (await import('./cli/commands/export.ts')).exportRecords },
  { usage: IMPORT, load: async () => (await import('./cli/commands/import.ts')).importFiles },
  { usage: LOG, load: async () => (await import('./cli/commands/log.ts')).log },
  { usage: SCRUB, load: async () => (await import('./cli/commands/scrub.ts')).scrub },
  { usage: CONFIG, load: async () => (await import('./cli/commands/config.ts')).config },
];

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
  const run = await command.load();
  return run(parsed.value);
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
