/** The machine's root file system: programs of this machine with their libraries, and modules. */

import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runCommand, tryCommand } from '../../../scripts/run/command.ts';
import type { Kernel } from './kernel.ts';

const folders = ['bin', 'sbin', 'dev', 'proc', 'sys', 'tmp', 'run', 'etc', 'mnt'] as const;
/** Applets that would hide a program that can more, or that asks busybox for what it lacks. */
const otherPrograms = new Set(['busybox', 'ip', 'sh']);
const programs = ['dash', 'ip', 'tcpdump', 'ubiattach', 'ubidetach', 'ubimkvol'] as const;
/** Where Debian keeps programs for root; a user's PATH leaves them out. */
const systemDirectories = ['/usr/sbin', '/sbin'];

/** With what they need; `crc32` and the compressors are asked for by the file systems. */
const modules = [
  ...['virtio_pci', 'virtio_console', 'veth'],
  ...['phram', 'mtdblock', 'jffs2', 'ubi', 'ubifs'],
  ...['crc32_generic', 'crc32c_generic', 'deflate', 'lzo', 'zstd'],
] as const;

function findProgram(name: string): string {
  const path = [...(process.env['PATH'] ?? '').split(delimiter), ...systemDirectories];
  const found = path.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${name} is not installed: sh scripts/build/deps.sh vm`);
  return realpathSync(found);
}

/** Copies a file to the place that it has here, or to `target`, with the libraries it is linked to. */
function addProgram(root: string, file: string, target: string): void {
  cpSync(file, join(root, target));
  // Static ones have no libraries, and ldd says so by its exit status.
  const libraries = (tryCommand('ldd', [file]) ?? '').matchAll(/(\/\S+) \(0x/g);
  for (const [, library = ''] of libraries) {
    if (existsSync(join(root, library))) continue;
    mkdirSync(join(root, dirname(library)), { recursive: true });
    cpSync(realpathSync(library), join(root, library));
  }
}

/** Copies the modules and those they depend on, each under its own path. */
function addModules(root: string, kernel: Kernel): void {
  const folder = join('lib/modules', kernel.release);
  const from = join(kernel.tree, folder);
  mkdirSync(join(root, folder), { recursive: true });
  const known = readFileSync(join(from, 'modules.dep'), 'utf8').split('\n');
  for (const name of modules) {
    const pattern = new RegExp(`(^|/)${name.replaceAll('_', '[-_]')}\\.ko[^:/]*:`);
    // One that is not there as a module is built into the kernel.
    const files = known.find((line) => pattern.test(line))?.split(/:? /) ?? [];
    for (const file of files.map((text) => text.replace(/:$/, ''))) {
      if (file === '') continue;
      mkdirSync(join(root, folder, dirname(file)), { recursive: true });
      cpSync(join(from, file), join(root, folder, file));
    }
  }
  for (const list of ['modules.builtin', 'modules.order']) {
    cpSync(join(from, list), join(root, folder, list));
  }
  runCommand('busybox', ['depmod', '-b', root, kernel.release]);
}

/** Makes everything of the root file system that is not ours, in an empty folder. */
export function makeRootTree(root: string, kernel: Kernel): void {
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  addProgram(root, findProgram('busybox'), 'bin/busybox');
  for (const applet of runCommand('busybox', ['--list']).trim().split('\n')) {
    if (!otherPrograms.has(applet)) symlinkSync('busybox', join(root, 'bin', applet));
  }
  // The kernel loads modules by itself through this path.
  symlinkSync('../bin/busybox', join(root, 'sbin/modprobe'));
  for (const program of programs) addProgram(root, findProgram(program), join('bin', program));
  // Busybox' own shell prefers its applets to the programs in PATH.
  symlinkSync('dash', join(root, 'bin/sh'));
  addProgram(root, realpathSync(process.execPath), 'bin/node');
  chmodSync(join(root, 'bin/node'), 0o755);
  runCommand('strip', [join(root, 'bin/node')]);
  // tcpdump looks up itself and the user that Debian's becomes.
  const users = ['root:x:0:0:root:/:/bin/sh', 'tcpdump:x:100:100:tcpdump:/:/bin/sh'];
  writeFileSync(join(root, 'etc/passwd'), `${users.join('\n')}\n`);
  addModules(root, kernel);
}
