/**
 * The flash in the guest: a file of the host that qemu maps into the machine as a PCI device
 * (ivshmem). A store into it is in the host's file at once, so nothing but what the file system
 * keeps in memory is lost when the machine goes.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand, tryCommand } from '../../../scripts/run/command.ts';
import type { FlashLayout } from '../machine/job.ts';

const devices = '/sys/bus/pci/devices';
const ivshmem = { vendor: '0x1af4', device: '0x1110' };
/** Line of the file `resource` with the shared memory (BAR 2). */
const memoryResource = 2;
const pageBytes = 2048;
export const mountPoint = '/mnt';

/** Physical address of the shared memory. */
function flashAddress(): number {
  const folder = readdirSync(devices)
    .map((name) => join(devices, name))
    .find((path) =>
      Object.entries(ivshmem).every(
        ([file, id]) => readFileSync(join(path, file), 'utf8').trim() === id,
      ),
    );
  if (folder === undefined) throw new Error('there is no shared memory');
  writeFileSync(join(folder, 'enable'), '1');
  const line = readFileSync(join(folder, 'resource'), 'utf8').split('\n')[memoryResource] ?? '';
  return Number(line.split(' ')[0]);
}

export class Flash {
  readonly #layout: FlashLayout;

  constructor(layout: FlashLayout) {
    this.#layout = layout;
    const address = flashAddress();
    runCommand('modprobe', ['phram']);
    for (let part = 0; part < layout.count; part += 1) {
      const start = address + part * layout.partBytes;
      writeFileSync(
        '/sys/module/phram/parameters/phram',
        `flash${part},${start},${layout.partBytes},${layout.eraseBlockBytes}`,
      );
    }
    if (layout.fileSystem === 'jffs2') {
      runCommand('modprobe', ['-a', 'mtdblock', 'jffs2']);
      return;
    }
    for (let part = 0; part < layout.count; part += 1) {
      // Fails on purpose when it is done.
      tryCommand('insmod', [
        '/lib/page_size.ko',
        `device=flash${part}`,
        `bytes=${String(pageBytes)}`,
      ]);
    }
    runCommand('modprobe', ['-a', 'ubi', 'ubifs']);
  }

  /** @throws CommandError where what is on the flash cannot be mounted. */
  mount(part: number): void {
    if (this.#layout.fileSystem === 'jffs2') {
      runCommand('mount', ['-t', 'jffs2', `mtd${part}`, mountPoint]);
      return;
    }
    // Blank flash is formatted on the way.
    runCommand('ubiattach', ['-m', String(part), '-d', '0']);
    if (!existsSync('/sys/class/ubi/ubi0_0')) {
      runCommand('ubimkvol', ['/dev/ubi0', '-N', 'data', '-m']);
    }
    runCommand('mount', ['-t', 'ubifs', 'ubi0:data', mountPoint]);
  }

  unmount(): void {
    tryCommand('umount', [mountPoint]);
    if (this.#layout.fileSystem === 'ubifs') tryCommand('ubidetach', ['-d', '0']);
  }
}
