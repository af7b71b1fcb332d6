/** What is wrong with the log, as sentences for the owner: what it is, then what to do. */
import type { DamagedReason, LogDamage, LogFault, LogFaultReason } from '../log/log-fault.ts';
import type { LogContradiction, LogProblem } from '../log/verify.ts';
import { printable } from './usage.ts';

const FAULTS: Readonly<Record<LogFaultReason, (fault: LogFault) => string>> = {
  'no-directory': ({ subject }) =>
    `There is no directory '${printable(subject)}' for the log, and none can be made there. Make the one above it, or name another: --log DIR, or option directory.`,
  'not-a-directory': ({ subject }) =>
    `'${printable(subject)}' is no directory. Name one for the log: --log DIR, or option directory.`,
  'no-permission': ({ subject }) =>
    `The log in '${printable(subject)}' may not be written. Give the directory to the user that suntap runs as: chown.`,
  'newer-version': ({ subject, detail, version }) =>
    `The log in '${printable(subject)}' was written by a later suntap (${printable(detail ?? '')} has version ${version ?? '?'}). Install that one again, or name another directory: --log DIR.`,
  'in-use': ({ subject, pid }) =>
    `The log in '${printable(subject)}' is in use by process ${pid ?? '?'}. Stop that suntap first (service suntap stop), or name another directory: --log DIR.`,
  full: ({ subject }) =>
    `The log in '${printable(subject)}' cannot be written: the disk is full. Make room on it. Meanwhile records wait in memory.`,
  'read-only': ({ subject }) =>
    `The log in '${printable(subject)}' cannot be written: the file system is read-only. Mount it again to be written to. Meanwhile records wait in memory.`,
  vanished: ({ subject }) =>
    `The log in '${printable(subject)}' is not there any more. Mount or make the directory again. Meanwhile records wait in memory.`,
  failed: ({ subject, detail }) =>
    `The log in '${printable(subject)}' cannot be written (${printable(detail ?? '')}). Look for what the kernel says of the disk: dmesg. Meanwhile records wait in memory.`,
};

const DAMAGES: Readonly<Record<DamagedReason, string>> = {
  torn: 'breaks off, as after a power cut',
  zeros: 'is zeros, as after a power cut',
  garbled: 'is damaged',
  'parent-missing': 'cannot be decoded, because what it is coded against is damaged',
  malformed: 'cannot be decoded; please report this',
  empty: 'was never written, as after a power cut',
  foreign: 'is no log segment of suntap, and is left alone',
  copy: 'is a copy of another segment, and is not read',
  missing: 'is missing',
  unreadable: 'cannot be read',
};

export function explainLogFault(fault: LogFault): string {
  return FAULTS[fault.reason](fault);
}

/** The same of a log that was only to be read. */
export function explainReadFault(fault: LogFault): string {
  const { reason, subject, detail } = fault;
  switch (reason) {
    case 'no-directory':
    case 'vanished':
      return `There is no log in '${printable(subject)}'. Name the directory of one: --log DIR.`;
    case 'no-permission':
      return `The log in '${printable(subject)}' may not be read. Run suntap as root, or as the user that the daemon runs as.`;
    case 'not-a-directory':
    case 'newer-version':
      return explainLogFault(fault);
    case 'in-use':
    case 'full':
    case 'read-only':
    case 'failed':
      return `The log in '${printable(subject)}' cannot be read (${printable(detail ?? reason)}). Look for what the kernel says of the disk: dmesg.`;
  }
}

export function explainDamage({ segment, offset, bytes, reason, records }: LogDamage): string {
  const place = bytes === 0 ? '' : ` from byte ${offset} on, ${bytes} bytes,`;
  const lost = records === undefined || records === 0 ? '' : ` (${records} records)`;
  return `Log segment ${printable(segment)}${place} ${DAMAGES[reason]}${lost}.`;
}

const CONTRADICTIONS: Readonly<Record<LogContradiction['reason'], string>> = {
  'no-end': 'has no end that can be read: it was cut off, or damaged there',
  misnamed: 'has the number of another segment in it: it was renamed or copied',
  'wrong-numbers': 'has records in it that do not follow one another; please report this',
  'wrong-end': 'has an end that does not say what is in it; please report this',
};

export function explainProblem(problem: LogProblem): string {
  if ('layer' in problem) return explainDamage(problem);
  const { segment, reason, records } = problem;
  const lost = records === undefined || records === 0 ? '' : ` (${records} records)`;
  return `Log segment ${printable(segment)} ${CONTRADICTIONS[reason]}${lost}.`;
}

export function explainRestored(lost: number): string {
  const without = lost === 0 ? 'Nothing was lost' : `${lost} records were lost, the oldest`;
  return `The log can be written again. ${without}.`;
}
