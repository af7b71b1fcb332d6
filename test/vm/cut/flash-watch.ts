/** Sees, from outside, what is being written to the flash of a machine. */

import type { FlashFile } from '../machine/flash-file.ts';
import type { FileSystem } from '../machine/job.ts';

/** A directory entry of a log segment, as a file system has written it. */
export interface SegmentEntry {
  name: string;
  /** The name was taken away: the entry leads to no inode. */
  removed: boolean;
}

const blockBytes = 4096;
/** An entry may lie across the edge of a block: this much of it, up to the end of the name. */
const entryBytes = 64;
/** Both file systems write names as they are. */
const segmentName = /\d{8}\.log/g;
/** Where the inode number is, counted from the name: jffs2_raw_dirent, ubifs_dent_node. */
const inodeBeforeName: Record<FileSystem, number> = { jffs2: 20, ubifs: 16 };

export class FlashWatch {
  readonly #flash: FlashFile;
  #known: Buffer;
  #now: Buffer;

  /** What is there at this moment is what the first look compares with. */
  constructor(flash: FlashFile) {
    this.#flash = flash;
    this.#known = Buffer.alloc(flash.layout.partBytes);
    this.#now = Buffer.alloc(flash.layout.partBytes);
    flash.readPart(0, this.#known);
  }

  /** The names of segments anywhere on the flash at the last look. */
  names(): string[] {
    return this.#known.toString('latin1').match(segmentName) ?? [];
  }

  /** Whether anything has been written since the last look. */
  changed(): boolean {
    this.#flash.readPart(0, this.#now);
    return !this.#now.equals(this.#known);
  }

  /** The entries that have been written since the last look. */
  entriesWritten(): SegmentEntry[] {
    const { partBytes } = this.#flash.layout;
    this.#flash.readPart(0, this.#now);
    const written: SegmentEntry[] = [];
    for (let at = 0; at < partBytes; at += blockBytes) {
      const end = at + blockBytes;
      if (this.#now.compare(this.#known, at, end, at, end) === 0) continue;
      const from = Math.max(0, at - entryBytes);
      for (const [place, entry] of this.#entries(from, Math.min(partBytes, end + entryBytes))) {
        const length = entry.name.length;
        const wasThere = this.#now.compare(
          this.#known,
          place,
          place + length,
          place,
          place + length,
        );
        if (wasThere !== 0) written.push(entry);
      }
    }
    [this.#known, this.#now] = [this.#now, this.#known];
    return written;
  }

  /** Entries of the latest look, with the place of their names. */
  *#entries(from: number, to: number): Generator<[place: number, entry: SegmentEntry]> {
    const inode = inodeBeforeName[this.#flash.layout.fileSystem];
    for (const match of this.#now.toString('latin1', from, to).matchAll(segmentName)) {
      const place = from + match.index;
      if (place < inode) continue;
      yield [place, { name: match[0], removed: this.#now.readUInt32LE(place - inode) === 0 }];
    }
  }
}
