/**
 * What the machine boots: a kernel and an initramfs. Both are kept in build/vm; the initramfs is
 * made of two archives, one after the other, so that a change of suntap costs a moment only.
 */

import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';
import { makeOldLog } from './old-log.ts';
import { provideKernel } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { buildPageSizeModule } from './page-size-module.ts';
import { makeRootTree } from './root-tree.ts';

export interface ImageOptions {
  /** Where suntap is, as built. */
  distribution: string;
  /** Of the log that is there already, as --log-size takes it. */
  logSize: string;
  /** Of the site that has sent what is in it. */
  seed: number;
}

export interface Image {
  kernelFile: string;
  initramfsFile: string;
}

const project = join(import.meta.dirname, '../../..');
/** Where build products of the machine go. */
export const buildDirectory = join(project, 'build/vm');

/** Programs that run in the machine, and their names there. */
const guestPrograms = {
  load: 'test/vm/guest/load.ts',
  check: 'test/vm/guest/check.ts',
  wear: 'test/vm/guest/wear.ts',
  supervisor: 'scripts/sim/run-supervisor.ts',
  collector: 'scripts/sim/run-collector.ts',
};

/** A newc archive of everything in a folder, all of it root's. */
function archive(folder: string): Buffer {
  const list = spawnSync('find', ['.'], { cwd: folder });
  const result = spawnSync('cpio', ['-o', '-H', 'newc', '-R', '0:0', '--quiet'], {
    cwd: folder,
    input: list.stdout,
    maxBuffer: 512 * 1024 * 1024,
  });
  if (result.status !== 0) throw new Error(`cpio: ${String(result.stderr)}`);
  return result.stdout;
}

/** A digest of what the base is made of: our own sources here, and the Node that runs them. */
function baseInputs(): string {
  const digest = createHash('sha256').update(process.version);
  const folder = import.meta.dirname;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = join(folder, name);
    if (statSync(file).isFile()) digest.update(name).update(readFileSync(file));
  }
  return digest.digest('hex');
}

/** The archive with everything that is not ours. */
function provideBase(say: (text: string) => void): { kernel: Kernel; base: string } {
  const base = join(buildDirectory, 'base.cpio');
  const stamp = join(buildDirectory, 'base.inputs');
  const inputs = baseInputs();
  if (!existsSync(join(buildDirectory, 'kernel/release'))) say('Fetching a kernel (90 MB)');
  const kernel = provideKernel(join(buildDirectory, 'kernel'));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return { kernel, base };
  say('Building the machine');
  const root = join(buildDirectory, 'root');
  rmSync(root, { recursive: true, force: true });
  makeRootTree(root, kernel);
  const module = buildPageSizeModule(kernel, join(buildDirectory, 'page-size'));
  cpSync(module, join(root, 'lib/page_size.ko'));
  writeFileSync(base, archive(root));
  rmSync(root, { recursive: true });
  writeFileSync(stamp, inputs);
  return { kernel, base };
}

/** The archive with what is ours: /init, the programs of guest/, and suntap as it is built. */
async function ownArchive({ distribution, logSize, seed }: ImageOptions): Promise<Buffer> {
  const root = join(buildDirectory, 'own');
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'vm'), { recursive: true });
  cpSync(join(import.meta.dirname, '../guest/init'), join(root, 'init'));
  chmodSync(join(root, 'init'), 0o755);
  await build({
    entryPoints: Object.entries(guestPrograms).map(([out, file]) => ({
      in: join(project, file),
      out,
    })),
    outdir: join(root, 'vm'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  cpSync(distribution, join(root, 'suntap'), { recursive: true });
  makeOldLog(join(buildDirectory, 'old-log'), distribution, logSize, seed);
  cpSync(join(buildDirectory, 'old-log'), join(root, 'vm/old-log'), { recursive: true });
  return archive(root);
}

/**
 * Builds what is not there yet or out of date.
 *
 * @throws Error where something it needs is not installed, or suntap is not built.
 */
export async function provideImage(
  options: ImageOptions,
  say: (text: string) => void,
): Promise<Image> {
  mkdirSync(buildDirectory, { recursive: true });
  const { kernel, base } = provideBase(say);
  const initramfsFile = join(buildDirectory, 'initramfs.cpio');
  writeFileSync(initramfsFile, Buffer.concat([readFileSync(base), await ownArchive(options)]));
  return { kernelFile: kernel.file, initramfsFile };
}
