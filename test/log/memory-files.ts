/**
 * A file system in memory that fails, tears and forgets as flash does, behind the interface that the
 * log uses. What a power cut may leave was measured on JFFS2 and UBIFS; this one is worse than either,
 * because what it does to one file has nothing to do with what it does to another.
 */
import { posix } from 'node:path';
import { getSystemErrorMap } from 'node:util';
import type { FileSystemRoom, LogFile, LogFiles } from '../../src/log/log-files.ts';

const DEFAULT_CAPACITY_BYTES = 1 << 30;
const UBIFS_MAGIC = 0x24051905;
const DIRECTORY_BYTES = 4096;

/**
 * How an operation fails: without having done anything; an append after half of its bytes (others as
 * `before`); or after having done all of it, as an fsync that reports an error of another file.
 */
export type Failure = 'before' | 'torn' | 'after';

/** Picks a number from 0 to n - 1. */
export type Choose = (n: number) => number;

interface Content {
  bytes: Uint8Array;
  length: number;
  /** Bytes that no power cut can take away. */
  syncedLength: number;
  linked: boolean;
}

interface Directory {
  /** Whether its own name is on the flash. */
  synced: boolean;
  names: Map<string, Content>;
  /** The names as the last `syncDirectory` found them. */
  syncedNames: Map<string, Content>;
}

export class MemoryFiles implements LogFiles {
  /** What fits; appends beyond it write what fits and fail with ENOSPC. */
  capacityBytes: number;
  /** Whatever modifies fails with EROFS. */
  readOnly = false;
  /** `f_type` of statfs(2): UBIFS. */
  magic = UBIFS_MAGIC;
  /** Modifying operations tried so far, failed ones included: append, sync, openAppend that creates,
   * truncate, remove, makeDirectory, syncDirectory. The first one is number 1. */
  operations = 0;
  /** Appends that wrote, whole or in part, and how much they wrote in all. */
  appends = 0;
  bytesAppended = 0;
  /** Files synced; not directories. */
  syncs = 0;
  readonly #directories = new Map([['/', emptyDirectory(true)]]);
  readonly #failures = new Map<number, { code: string; how: Failure }>();
  #failing: { from: number; code: string } | undefined;

  /** Has one directory, `/`. */
  constructor(capacityBytes = DEFAULT_CAPACITY_BYTES) {
    this.capacityBytes = capacityBytes;
  }

  /** Operation number `operation` fails, and no other. */
  failAt(operation: number, code: string, how: Failure): void {
    this.#failures.set(operation, { code, how });
  }

  /** From operation number `operation` on all fail, before doing anything, until `heal`. */
  failFrom(operation: number, code: string): void {
    this.#failing = { from: operation, code };
  }

  /** Nothing fails any more. */
  heal(): void {
    this.#failing = undefined;
    this.#failures.clear();
  }

  /**
   * The file system as a power cut at this moment could leave it. This one stays as it is, so that
   * every outcome can be looked at: `choose` decides, and is asked in the same order each time.
   *
   * A name that was made or removed and not synced is there or is not. What was appended to a file
   * and not synced is there up to any byte, and may be of the right length with zeros from there on.
   * A file whose name was not synced may be empty whatever was synced of it.
   */
  crash(choose: Choose): MemoryFiles {
    const left = new MemoryFiles(this.capacityBytes);
    left.magic = this.magic;
    for (const path of [...this.#directories.keys()].sort()) {
      const directory = this.#directory(path, 'scandir');
      if (path !== '/') {
        const isLost = !left.#directories.has(posix.dirname(path));
        if (isLost || (!directory.synced && choose(2) === 0)) continue;
      }
      const kept = emptyDirectory(true);
      left.#directories.set(path, kept);
      const names = new Set([...directory.names.keys(), ...directory.syncedNames.keys()]);
      for (const name of [...names].sort()) {
        const content = survivor(directory, name, choose);
        if (content === undefined) continue;
        kept.names.set(name, content);
        kept.syncedNames.set(name, content);
      }
    }
    return left;
  }

  /** Puts a file there, or another content into it, as if it had always been so: no operation. */
  put(path: string, data: Uint8Array): void {
    const { directory, name } = this.#parent(path, 'open');
    const content = directory.names.get(name) ?? emptyContent();
    content.bytes = data.slice();
    content.length = data.length;
    content.syncedLength = data.length;
    directory.names.set(name, content);
    directory.syncedNames.set(name, content);
  }

  /** Takes a directory away with all that is in it, as another process would: no operation. */
  vanish(path: string): void {
    for (const [other, directory] of this.#directories) {
      if (other !== path && !other.startsWith(`${path}/`)) continue;
      for (const content of directory.names.values()) content.linked = false;
      this.#directories.delete(other);
    }
  }

  list(path: string): string[] {
    const directories = [...this.#directories.keys()].filter(
      (other) => other !== '/' && posix.dirname(other) === path,
    );
    return [
      ...this.#directory(path, 'scandir').names.keys(),
      ...directories.map((other) => posix.basename(other)),
    ];
  }

  exists(path: string): boolean {
    if (this.#directories.has(path)) return true;
    return this.#directories.get(posix.dirname(path))?.names.has(posix.basename(path)) ?? false;
  }

  sizeBytes(path: string): number {
    return this.#directories.has(path) ? DIRECTORY_BYTES : this.#content(path, 'stat').length;
  }

  read(path: string, offset: number, length: number): Uint8Array {
    if (this.#directories.has(path)) throw systemError('EISDIR', 'read');
    const content = this.#content(path, 'open');
    return content.bytes.slice(offset, Math.min(offset + length, content.length));
  }

  openAppend(path: string, create: boolean): LogFile {
    const { directory, name } = this.#parent(path, 'open');
    const present = directory.names.get(name);
    if (create) {
      if (present !== undefined || this.#directories.has(path)) {
        throw systemError('EEXIST', 'open', path);
      }
      return this.#attempt('open', path, () => {
        const content = emptyContent();
        directory.names.set(name, content);
        return this.#open(content);
      });
    }
    if (this.#directories.has(path)) throw systemError('EISDIR', 'open', path);
    if (present === undefined) throw systemError('ENOENT', 'open', path);
    if (this.readOnly) throw systemError('EROFS', 'open', path);
    return this.#open(present);
  }

  truncate(path: string, bytes: number): void {
    const content = this.#content(path, 'open');
    this.#attempt('ftruncate', undefined, () => {
      const kept = content.bytes.slice(0, Math.min(bytes, content.length));
      content.bytes = new Uint8Array(bytes);
      content.bytes.set(kept);
      content.length = bytes;
      content.syncedLength = bytes;
    });
  }

  remove(path: string): void {
    const content = this.#content(path, 'unlink');
    const { directory, name } = this.#parent(path, 'unlink');
    this.#attempt('unlink', path, () => {
      content.linked = false;
      directory.names.delete(name);
    });
  }

  makeDirectory(path: string): void {
    if (this.exists(path)) throw systemError('EEXIST', 'mkdir', path);
    this.#parent(path, 'mkdir');
    this.#attempt('mkdir', path, () => {
      this.#directories.set(path, emptyDirectory(false));
    });
  }

  syncDirectory(path: string): void {
    const directory = this.#directory(path, 'open');
    this.#attempt('fsync', undefined, () => {
      directory.syncedNames = new Map(directory.names);
      for (const [other, child] of this.#directories) {
        if (posix.dirname(other) === path) child.synced = true;
      }
    });
  }

  room(path: string): FileSystemRoom {
    if (!this.exists(path)) throw systemError('ENOENT', 'statfs', path);
    return {
      freeBytes: Math.max(0, this.capacityBytes - this.#usedBytes()),
      totalBytes: this.capacityBytes,
      magic: this.magic,
    };
  }

  #open(content: Content): LogFile {
    let open = true;
    const check = (call: string): void => {
      if (!open) throw systemError('EBADF', call);
    };
    return {
      append: (data, holeBytes = 0) => {
        check('write');
        this.#attempt(
          'write',
          undefined,
          () => {
            this.#append(content, data, holeBytes);
          },
          () => {
            this.#append(content, data.subarray(0, data.length >>> 1), holeBytes);
          },
        );
      },
      sync: () => {
        check('fsync');
        this.#attempt('fsync', undefined, () => {
          content.syncedLength = content.length;
          this.syncs++;
        });
      },
      linked: () => {
        check('fstat');
        return content.linked;
      },
      close: () => {
        open = false;
      },
    };
  }

  #append(content: Content, data: Uint8Array, holeBytes: number): void {
    const free = Math.max(0, this.capacityBytes - this.#usedBytes() - holeBytes);
    const fitting = content.linked ? data.subarray(0, free) : data;
    const start = content.length + (fitting.length === 0 ? 0 : holeBytes);
    const end = start + fitting.length;
    if (end > content.bytes.length) {
      const grown = new Uint8Array(2 * end);
      grown.set(content.bytes);
      content.bytes = grown;
    }
    content.bytes.set(fitting, start);
    content.length = end;
    this.appends++;
    this.bytesAppended += fitting.length;
    if (fitting.length < data.length) throw systemError('ENOSPC', 'write');
  }

  /** Does a modifying operation, or fails as it was told to. */
  #attempt<Result>(
    call: string,
    path: string | undefined,
    act: () => Result,
    tear?: () => void,
  ): Result {
    this.operations++;
    if (this.readOnly) throw systemError('EROFS', call, path);
    if (this.#failing !== undefined && this.operations >= this.#failing.from) {
      throw systemError(this.#failing.code, call, path);
    }
    const failure = this.#failures.get(this.operations);
    if (failure === undefined) return act();
    if (failure.how === 'after') act();
    if (failure.how === 'torn') tear?.();
    throw systemError(failure.code, call, path);
  }

  /** Of all files that have a name. */
  #usedBytes(): number {
    let bytes = 0;
    for (const { names } of this.#directories.values()) {
      for (const content of names.values()) bytes += content.length;
    }
    return bytes;
  }

  #content(path: string, call: string): Content {
    const { directory, name } = this.#parent(path, call);
    const content = directory.names.get(name);
    if (content !== undefined) return content;
    throw systemError(this.#directories.has(path) ? 'EISDIR' : 'ENOENT', call, path);
  }

  #parent(path: string, call: string): { directory: Directory; name: string } {
    const parent = posix.dirname(path);
    const directory = this.#directories.get(parent);
    if (directory !== undefined) return { directory, name: posix.basename(path) };
    throw systemError(this.exists(parent) ? 'ENOTDIR' : 'ENOENT', call, path);
  }

  #directory(path: string, call: string): Directory {
    const directory = this.#directories.get(path);
    if (directory !== undefined) return directory;
    const { directory: parent, name } = this.#parent(path, call);
    throw systemError(parent.names.has(name) ? 'ENOTDIR' : 'ENOENT', call, path);
  }
}

function emptyDirectory(synced: boolean): Directory {
  return { synced, names: new Map(), syncedNames: new Map() };
}

function emptyContent(): Content {
  return { bytes: new Uint8Array(0), length: 0, syncedLength: 0, linked: true };
}

/** What a power cut leaves of a name; undefined: nothing. */
function survivor(directory: Directory, name: string, choose: Choose): Content | undefined {
  const synced = directory.syncedNames.get(name);
  const latest = directory.names.get(name);
  if (synced !== undefined && synced === latest) return remains(synced, choose);
  // Made, or removed, or removed and made anew.
  const outcomes: (() => Content | undefined)[] = [() => undefined];
  if (synced !== undefined) outcomes.push(() => remains(synced, choose));
  if (latest !== undefined) outcomes.push(emptyContent, () => remains(latest, choose));
  return outcomes[choose(outcomes.length)]?.();
}

/** What a power cut leaves of a file: what was synced, and of what was not a beginning (all of it and
 * nothing included), or a beginning with zeros to the full length. */
function remains(content: Content, choose: Choose): Content {
  const { bytes, length, syncedLength } = content;
  const unsynced = length - syncedLength;
  const outcome = unsynced === 0 ? 0 : choose(2 * unsynced + 1);
  const isZeroed = outcome > unsynced;
  const kept = syncedLength + (isZeroed ? outcome - unsynced - 1 : outcome);
  const left = new Uint8Array(isZeroed ? length : kept);
  left.set(bytes.subarray(0, kept));
  return { bytes: left, length: left.length, syncedLength: left.length, linked: true };
}

const MESSAGES = new Map(getSystemErrorMap().values());
const NUMBERS = new Map([...getSystemErrorMap()].map(([number, [code]]) => [code, number]));

/** An error as Node makes it: "ENOSPC: no space left on device, write". */
function systemError(code: string, call: string, path?: string): Error {
  const subject = path === undefined ? '' : ` '${path}'`;
  const error = new Error(`${code}: ${MESSAGES.get(code) ?? 'unknown error'}, ${call}${subject}`);
  return Object.assign(error, {
    errno: NUMBERS.get(code),
    code,
    syscall: call,
    ...(path === undefined ? {} : { path }),
  });
}
