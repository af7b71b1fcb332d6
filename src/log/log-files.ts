/**
 * What the log asks of a file system, as one interface: the tests put a file system behind it that
 * fails, tears and forgets. Everything is synchronous: the order of what reaches the flash is the
 * order of the lines of code, and a commit is one write and one fsync once a minute.
 *
 * Every method throws what Node throws (an Error with `code`, as ENOSPC); whoever calls makes a
 * fault of it.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

/** A segment that is being appended to. */
export interface LogFile {
  /**
   * Appends all of `data`, if there is any behind a hole: bytes that read as zeros and are not written.
   * After an error any part of it may have been written.
   */
  append(data: Uint8Array, holeBytes?: number): void;
  /** Returns once everything appended before is on the flash. */
  sync(): void;
  /** Whether the file still has a name: false once somebody has deleted it. */
  linked(): boolean;
  /** Never throws. */
  close(): void;
}

/** Room on the file system that a directory is on. */
export interface FileSystemRoom {
  /** Free for this user. */
  freeBytes: number;
  totalBytes: number;
  /** `f_type` of statfs(2). */
  magic: number;
}

export interface LogFiles {
  /** Names in the directory, in any order. */
  list(directory: string): string[];
  exists(path: string): boolean;
  sizeBytes(path: string): number;
  /** Bytes from `offset` on; fewer than `length` at the end of the file. */
  read(path: string, offset: number, length: number): Uint8Array;
  /** `create`: the file must not exist; otherwise it must. */
  openAppend(path: string, create: boolean): LogFile;
  /** Shortens a file and syncs it. */
  truncate(path: string, bytes: number): void;
  remove(path: string): void;
  /** Only the last part of the path is made. */
  makeDirectory(directory: string): void;
  /** Returns once names made and removed in the directory before are on the flash. */
  syncDirectory(directory: string): void;
  room(directory: string): FileSystemRoom;
}

class NodeFile implements LogFile {
  readonly #file: number;

  constructor(file: number) {
    this.#file = file;
  }

  append(data: Uint8Array, holeBytes = 0): void {
    const start = fstatSync(this.#file).size + holeBytes;
    // A signal or a nearly full disk makes short writes.
    for (let at = 0; at < data.length;) {
      at += writeSync(this.#file, data, at, data.length - at, start + at);
    }
  }

  sync(): void {
    fsyncSync(this.#file);
  }

  linked(): boolean {
    return fstatSync(this.#file).nlink > 0;
  }

  close(): void {
    try {
      closeSync(this.#file);
    } catch {
      // What was to be kept has been synced; there is nothing to be done about a failing close.
    }
  }
}

export const NODE_FILES: LogFiles = {
  list: (directory) => readdirSync(directory),
  exists: (path) => existsSync(path),
  sizeBytes: (path) => statSync(path).size,
  read(path, offset, length) {
    const file = openSync(path, 'r');
    try {
      const data = new Uint8Array(length);
      let bytes = 0;
      while (bytes < length) {
        const read = readSync(file, data, bytes, length - bytes, offset + bytes);
        if (read === 0) break;
        bytes += read;
      }
      return data.subarray(0, bytes);
    } finally {
      closeSync(file);
    }
  },
  openAppend: (path, create) => new NodeFile(openSync(path, create ? 'wx' : constants.O_WRONLY)),
  truncate(path, bytes) {
    const file = openSync(path, 'r+');
    try {
      ftruncateSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  },
  remove: (path) => {
    unlinkSync(path);
  },
  makeDirectory: (directory) => {
    mkdirSync(directory);
  },
  syncDirectory(directory) {
    const handle = openSync(directory, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  },
  room(directory) {
    const { bsize, bavail, blocks, type } = statfsSync(directory);
    return { freeBytes: bsize * bavail, totalBytes: bsize * blocks, magic: type };
  },
};
