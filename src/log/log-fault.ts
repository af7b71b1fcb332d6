/** What can be wrong with a log, as facts; the command line makes sentences of them. */
import type { SegmentDamage } from './segment-contents.ts';

export type LogFaultReason =
  /** There is no such directory, and none can be made. */
  | 'no-directory'
  | 'not-a-directory'
  | 'no-permission'
  /** A segment is of a version that is not known yet. */
  | 'newer-version'
  /** Another process writes to it. */
  | 'in-use'
  | 'full'
  | 'read-only'
  /** The directory or the open segment was removed. */
  | 'vanished'
  /** Anything else that the system said. */
  | 'failed';

export interface LogFault {
  layer: 'log';
  reason: LogFaultReason;
  /** The directory or file concerned. */
  subject: string;
  /** Of the process that has it, for `in-use`. */
  pid?: number;
  /** For `newer-version`. */
  version?: number;
  /** What the system said. */
  detail?: string;
}

/** Something in a segment that could not be read, or a segment that is not where it should be. */
export interface LogDamage extends Omit<SegmentDamage, 'reason'> {
  layer: 'log';
  /** Name of the file. */
  segment: string;
  reason: DamagedReason;
}

export type DamagedReason =
  | SegmentDamage['reason']
  /** No byte in it, or nothing but zeros. */
  | 'empty'
  /** The name of a segment and nothing of ours in it. */
  | 'foreign'
  /** A copy of another segment, by the number in it. */
  | 'copy'
  /** Its number lies between two that are there. */
  | 'missing'
  /** The file could not be read. */
  | 'unreadable';

const REASONS: Readonly<Record<string, LogFaultReason>> = {
  ENOENT: 'no-directory',
  ENOTDIR: 'not-a-directory',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
};

/** A fault made of what the system threw. */
export function faultOf(error: unknown, subject: string): LogFault {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const reason = typeof code === 'string' ? REASONS[code] : undefined;
  // "no space left on device" of "ENOSPC: no space left on device, write".
  const detail = /^E[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
  return { layer: 'log', reason: reason ?? 'failed', subject, detail };
}

/** A file that is there and cannot be read: bad flash, or a directory in its place. */
const UNREADABLE = new Set<unknown>(['EIO', 'EBADMSG', 'EUCLEAN', 'EISDIR']);

/** Whether what the system threw concerns one file, and the others may be read all the same. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && UNREADABLE.has(error.code);
}
