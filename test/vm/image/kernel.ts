/**
 * A Debian kernel for the machine, and the headers to build a module for it. The packages are
 * downloaded with apt-get and unpacked, never installed.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { runCommand } from '../../../scripts/run/command.ts';

export interface Kernel {
  /** As `uname -r` says it: the folder's name under /lib/modules. */
  release: string;
  /** Holds lib/modules and usr/src. */
  tree: string;
  /** What qemu starts. */
  file: string;
}

/** Always the newest kernel of the Debian release that this runs on. */
const newest = 'linux-image-amd64';
const xzMagic = Buffer.from('fd377a585a00', 'hex');

/** Packages on which `name` depends. */
function dependencies(name: string): string[] {
  return [...runCommand('apt-cache', ['depends', name]).matchAll(/^\s*Depends: (\S+)$/gm)].map(
    ([, dependency = '']) => dependency,
  );
}

/** Downloads the packages into `directory` and unpacks them into `tree`. */
function unpackPackages(names: readonly string[], directory: string, tree: string): void {
  mkdirSync(directory, { recursive: true });
  // As the user that we are: apt's own user cannot write here.
  execFileSync('apt-get', ['download', '-qq', '-o', 'APT::Sandbox::User=', ...names], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const file of readdirSync(directory))
    runCommand('dpkg', ['-x', join(directory, file), tree]);
}

/**
 * The kernel without its wrapping. vmlinuz unpacks itself, which takes an emulated processor
 * seconds; qemu starts what is inside as it is (PVH).
 */
function unwrap(wrapped: string, file: string): void {
  const bytes = readFileSync(wrapped);
  const begin = bytes.indexOf(xzMagic);
  if (begin === -1) throw new Error(`${wrapped} is not compressed with xz`);
  const kernel = execFileSync('xz', ['-dc', '--single-stream'], {
    input: bytes.subarray(begin),
    maxBuffer: 256 * 1024 * 1024,
  });
  writeFileSync(file, kernel);
}

/** The headers' makefile names the place where they would be if they were installed. */
function moveHeaders(tree: string, release: string): void {
  const headers = join(tree, 'usr/src', `linux-headers-${release}`);
  const common = join(tree, 'usr/src', `linux-headers-${release.replace(/-amd64$/, '')}-common`);
  writeFileSync(join(headers, 'Makefile'), `include ${join(common, 'Makefile')}\n`);
}

/** Fetches the kernel; gives its release. */
function fetchKernel(directory: string, tree: string, file: string): string {
  const image = dependencies(newest).find((name) => name.startsWith('linux-image-'));
  if (image === undefined) throw new Error(`${newest} names no kernel`);
  const release = image.replace('linux-image-', '');
  const headers = `linux-headers-${release}`;
  const kinds = /^linux-(headers|kbuild)-/;
  const names = [image, headers, ...dependencies(headers).filter((name) => kinds.test(name))];
  unpackPackages(names, join(directory, 'packages'), tree);
  unwrap(join(tree, 'boot', `vmlinuz-${release}`), file);
  moveHeaders(tree, release);
  runCommand('busybox', ['depmod', '-b', tree, release]);
  return release;
}

/**
 * The kernel in `directory`, fetched where it is not there yet. What is there is kept, whatever
 * newer ones Debian has meanwhile.
 *
 * @throws Error where this is no Debian, or the packages cannot be had.
 */
export function provideKernel(directory: string): Kernel {
  const nameFile = join(directory, 'release');
  const tree = join(directory, 'tree');
  const file = join(directory, 'vmlinux');
  if (!existsSync(nameFile)) {
    let release: string;
    try {
      release = fetchKernel(directory, tree, file);
    } catch {
      // The lists of packages may be old, or not there at all.
      runCommand('apt-get', ['update']);
      rmSync(directory, { recursive: true, force: true });
      release = fetchKernel(directory, tree, file);
    }
    writeFileSync(nameFile, release);
  }
  return { release: readFileSync(nameFile, 'utf8'), tree, file };
}
