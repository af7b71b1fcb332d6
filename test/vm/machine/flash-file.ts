/** Emulated flash: a file that qemu maps. Every moment of it is what a power cut would leave. */

import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { FileSystem, FlashLayout } from './job.ts';

/** A small NOR chip, and a small NAND chip with pages of 2 KiB: as the file systems expect them. */
const kinds: Record<FileSystem, { partBytes: number; eraseBlockBytes: number }> = {
  jffs2: { partBytes: 4 << 20, eraseBlockBytes: 64 << 10 },
  ubifs: { partBytes: 8 << 20, eraseBlockBytes: 128 << 10 },
};
const erased = 0xff;

/** `partBytes`: where another size is wanted than the usual one. */
export function flashLayout(
  fileSystem: FileSystem,
  count: number,
  partBytes = kinds[fileSystem].partBytes,
): FlashLayout {
  const { eraseBlockBytes } = kinds[fileSystem];
  return { fileSystem, count, partBytes, eraseBlockBytes };
}

export class FlashFile {
  readonly path: string;
  readonly layout: FlashLayout;
  /** Of the file; a power of two, as a PCI device wants it. */
  readonly bytes: number;
  readonly #file: number;

  /** Makes a blank one. */
  constructor(path: string, layout: FlashLayout) {
    this.path = path;
    this.layout = layout;
    this.bytes = 2 ** Math.ceil(Math.log2(layout.count * layout.partBytes));
    this.#file = openSync(path, 'w+');
    const blank = Buffer.alloc(layout.partBytes, erased);
    for (let part = 0; part < layout.count; part += 1) this.writePart(part, blank);
    // The file is as long as the device; what is behind the last part is nothing to anybody.
    writeSync(this.#file, Buffer.alloc(1), 0, 1, this.bytes - 1);
  }

  readPart(part: number, into: Buffer): void {
    const { partBytes } = this.layout;
    for (let at = 0; at < partBytes;) {
      at += readSync(this.#file, into, at, partBytes - at, part * partBytes + at);
    }
  }

  writePart(part: number, bytes: Buffer): void {
    const { partBytes } = this.layout;
    for (let at = 0; at < partBytes;) {
      at += writeSync(this.#file, bytes, at, partBytes - at, part * partBytes + at);
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
