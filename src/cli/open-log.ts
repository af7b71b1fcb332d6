/** Opens the log that the command line and the configuration name, and says what is wrong with it. */
import { faultOf, type LogFault } from '../log/log-fault.ts';
import { NODE_FILES } from '../log/log-files.ts';
import { acquireLock, type LogLock } from '../log/log-lock.ts';
import { RecordLog, type LogEvent, type RecordLogOptions } from '../log/record-log.ts';
import type { Calendar } from '../model/calendar.ts';
import { explainDamage, explainLogFault, explainRestored } from './explain-log.ts';
import { printable } from './usage.ts';
import { say } from './terminal.ts';

/** `f_type` of statfs(2) of a file system in memory. */
const TMPFS_MAGIC = 0x0102_1994;

export interface LogSettings {
  directory: string;
  sizeLimit: number;
  freeFloor: number;
}

/** For writing. Undefined when that cannot be; it has been said why. */
export function openLog(
  { directory, sizeLimit, freeFloor }: LogSettings,
  calendar: Calendar,
  durable?: RecordLogOptions['durable'],
): RecordLog | undefined {
  const locked = lock(directory);
  if ('reason' in locked) {
    say(explainLogFault(locked));
    return undefined;
  }
  const opened = RecordLog.open({
    files: NODE_FILES,
    directory,
    sizeLimitBytes: sizeLimit,
    freeFloorBytes: freeFloor,
    dayEnd: calendar.dayEnd,
    event: report,
    acquireLock: () => {
      const result = acquireLock(directory);
      return result.ok || result.pid !== process.pid ? result : undefined;
    },
    ...(locked.lock === undefined ? {} : { lock: locked.lock }),
    ...(durable === undefined ? {} : { durable }),
  });
  if (!opened.ok) {
    locked.lock?.release();
    say(explainLogFault(opened.fault));
    return undefined;
  }
  warnOfMemory(directory);
  return opened.log;
}

function report(event: LogEvent): void {
  if (event.kind === 'broken') say(explainLogFault(event.fault));
  else if (event.kind === 'restored') say(explainRestored(event.lost));
  else say(explainDamage(event.damage));
}

/** On a file system that cannot be written now there is no lock, and no harm to be done either. */
function lock(directory: string): { lock: LogLock | undefined } | LogFault {
  try {
    if (!NODE_FILES.exists(directory)) NODE_FILES.makeDirectory(directory);
    const result = acquireLock(directory);
    if (result.ok) return { lock: result.lock };
    return { layer: 'log', reason: 'in-use', subject: directory, pid: result.pid };
  } catch (error) {
    const fault = faultOf(error, directory);
    return fault.reason === 'read-only' || fault.reason === 'full' ? { lock: undefined } : fault;
  }
}

function warnOfMemory(directory: string): void {
  try {
    if (NODE_FILES.room(directory).magic !== TMPFS_MAGIC) return;
  } catch {
    return;
  }
  say(
    `The log in '${printable(directory)}' is on a file system in memory and ends with the next restart. Name a directory on flash or on a USB disk: option directory, section log.`,
  );
}
