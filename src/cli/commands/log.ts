/** `suntap log info` and `suntap log verify`. */
import { NODE_FILES } from '../../log/log-files.ts';
import { logInfo } from '../../log/log-info.ts';
import { lockHolder } from '../../log/log-lock.ts';
import { verifyLog, type VerifiedLog } from '../../log/verify.ts';
import { counted } from '../count-table.ts';
import { explainDamage, explainProblem } from '../explain-log.ts';
import { DONE, FAILED, NOTHING_FOUND, type ExitStatus } from '../exit-status.ts';
import { logInfoJson, logInfoTable, type LogPlace } from '../log-info-output.ts';
import { withLog, type ReadableLog } from '../read-log.ts';
import { say } from '../terminal.ts';
import { meant, printable, type Invocation } from '../usage.ts';

type Action = (log: ReadableLog, json: boolean) => ExitStatus;

const ACTIONS = new Map<string, Action>([
  ['info', info],
  ['verify', verify],
]);

export async function log({ operands, options }: Invocation): Promise<ExitStatus> {
  const [name = ''] = operands;
  const action = ACTIONS.get(name);
  if (action === undefined) {
    const names = [...ACTIONS.keys()];
    const hint = meant(name, names) || `; there are: ${names.join(', ')}.`;
    say(`There is no 'suntap log ${printable(name)}'${hint}`);
    return FAILED;
  }
  return withLog(options, (readable) => action(readable, options.has('json')));
}

function info({ reader, settings }: ReadableLog, json: boolean): ExitStatus {
  for (const damage of reader.damage) say(explainDamage(damage));
  const found = logInfo(NODE_FILES, reader);
  if (found.records + found.dayTotals.records === 0) {
    say(`There is no record in '${printable(reader.directory)}' yet.`);
    return NOTHING_FOUND;
  }
  const { totalBytes, magic } = NODE_FILES.room(reader.directory);
  const place: LogPlace = {
    directory: reader.directory,
    sizeLimitBytes: settings.log.sizeLimit,
    fileSystemBytes: totalBytes,
    fileSystemMagic: magic,
  };
  const text = json ? `${JSON.stringify(logInfoJson(found, place))}\n` : logInfoTable(found, place);
  process.stdout.write(text);
  return DONE;
}

function verify({ reader }: ReadableLog, json: boolean): ExitStatus {
  const writer = lockHolder(reader.directory);
  const found = verifyLog(NODE_FILES, reader, writer !== undefined);
  if (json) {
    process.stdout.write(`${JSON.stringify({ directory: reader.directory, ...found })}\n`);
  } else {
    for (const problem of found.problems) process.stdout.write(`${explainProblem(problem)}\n`);
    process.stdout.write(`${conclusion(found)}\n`);
  }
  if (found.unfinished > 0) {
    say('What breaks off at the end of the log is cut off when the daemon starts the next time.');
  }
  return found.problems.length === 0 ? DONE : FAILED;
}

function conclusion({ segments, frames, records, bytes, problems }: VerifiedLog): string {
  const read = [
    counted(segments, 'segment'),
    counted(frames, 'frame'),
    counted(records, 'record'),
    counted(bytes, 'byte'),
  ].join(', ');
  if (problems.length === 0) return `${read}: all of it is whole.`;
  return `${read}: ${counted(problems.length, 'problem')}.`;
}
