/**
 * One writer for each log directory. `lock` in it is a directory, in which an empty file says by its
 * name which process that is: `PID.STARTTIME.BOOTID`.
 *
 * A lock counts only while that very process lives: the start time tells it from a later process of
 * the same number, the boot from one before the router was switched off. So a lock that nobody could
 * remove (SIGKILL, power cut) is in nobody's way, and neither is a file of that name.
 *
 * Why a directory: of several processes that find a dead one's lock at the same moment exactly one
 * must get it. A file can be removed only by its path, and by then it may be the new lock of a faster
 * one; with six processes at a time that happened within some twenty attempts. The name of a dead
 * process, however, is never another's, and a directory is renamed over another one only while that
 * is empty.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

const LOCK_NAME = 'lock';
const HOLDER = /^([1-9]\d{0,9})\.(\d+)\.([0-9a-f-]+)$/;
/** Each time another process must have taken the lock and died. */
const MAX_TRIES = 10;
/** Fields 3 and 22 of /proc/PID/stat, counted from behind field 2, the command. */
const STATE_FIELD = 0;
const START_TIME_FIELD = 19;

export type LockResult = { ok: true; lock: LogLock } | { ok: false; pid: number };

/** `pid`: the process that has the lock, which may be this one. Throws what the system says when a
 * lock cannot be made, or what is in its place cannot be removed. */
export function acquireLock(directory: string): LockResult {
  const path = join(directory, LOCK_NAME);
  const name = `${process.pid}.${startTimeOf(process.pid) ?? ''}.${bootId()}`;
  const prepared = `${path}.${process.pid}`;
  const holder = removeDead(path);
  if (holder !== undefined) return { ok: false, pid: holder };
  try {
    // Left by a process of this number that came no further.
    rmSync(prepared, { recursive: true, force: true });
    mkdirSync(prepared);
    writeFileSync(join(prepared, name), '');
    for (let tries = 1; ; tries++) {
      // Taken by another, that may have died since, or by something that is no lock.
      const mayFail = tries < MAX_TRIES ? ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'] : [];
      const renamed = unlessCode(mayFail, () => {
        renameSync(prepared, path);
      });
      if (renamed) return { ok: true, lock: new LogLock(path, name) };
      const faster = removeDead(path);
      if (faster !== undefined) return { ok: false, pid: faster };
    }
  } finally {
    rmSync(prepared, { recursive: true, force: true });
  }
}

export class LogLock {
  readonly #path: string;
  readonly #name: string;

  /** For `acquireLock`, which makes sure that it is true. */
  constructor(path: string, name: string) {
    this.#path = path;
    this.#name = name;
  }

  /** Removes the lock, unless it is another's by now. */
  release(): void {
    const removed = unlessCode(['ENOENT', 'ENOTDIR'], () => {
      unlinkSync(join(this.#path, this.#name));
    });
    if (!removed) return;
    // Empty, it may be another's already.
    unlessCode(['ENOENT', 'ENOTEMPTY', 'EEXIST'], () => {
      rmdirSync(this.#path);
    });
  }
}

/** The living process that has the lock of a directory; touches nothing. Throws what the system says
 * when that cannot be read. */
export function lockHolder(directory: string): number | undefined {
  let names: string[] = [];
  unlessCode(['ENOENT', 'ENOTDIR'], () => {
    names = readdirSync(join(directory, LOCK_NAME));
  });
  return names.map(livingHolder).find((pid) => pid !== undefined);
}

/** Removes from a lock the names of the dead, and a file that is in its place. The living process that
 * holds it, if one does. */
function removeDead(path: string): number | undefined {
  let names: string[] = [];
  const isDirectory = unlessCode(['ENOENT', 'ENOTDIR'], () => {
    names = readdirSync(path);
  });
  if (!isDirectory) {
    // By now it may be the lock of another, which is a directory.
    unlessCode(['ENOENT', 'EISDIR', 'EPERM'], () => {
      unlinkSync(path);
    });
  }
  for (const name of names) {
    // Not ours to remove; so it cannot be a lock either.
    if (!HOLDER.test(name)) continue;
    const holder = livingHolder(name);
    if (holder !== undefined) return holder;
    unlessCode(['ENOENT'], () => {
      unlinkSync(join(path, name));
    });
  }
  return undefined;
}

/** The process that a name in a lock is of, if that lives. */
function livingHolder(name: string): number | undefined {
  const [, pid, startTime, boot] = HOLDER.exec(name) ?? [];
  const lives = pid !== undefined && boot === bootId() && startTime === startTimeOf(Number(pid));
  return lives ? Number(pid) : undefined;
}

/** When a process began, in ticks since the boot; undefined: it does not run (any more). */
function startTimeOf(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The command is in parentheses and may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Dead, and not yet waited for by its parent.
  if (/^[ZX]$/.test(fields[STATE_FIELD] ?? '')) return undefined;
  return fields[START_TIME_FIELD];
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

/** Whether `act` succeeds. Errors with another code are thrown on. */
function unlessCode(codes: readonly string[], act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!codes.includes(code)) throw error;
    return false;
  }
}
