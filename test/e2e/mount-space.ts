/**
 * Mounts that nobody else sees: a mount namespace of their own, which lives as long as a process that
 * reads from this one. So whatever ends this process, mounts and loop devices go with it.
 */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { runCommand, tryCommand } from '../../scripts/run/command.ts';

/** False where the file systems can be mounted, else why not. */
export function skipMounts(...kinds: readonly ('tmpfs' | 'ext4')[]): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  for (const [program, ...args] of [
    ['nsenter', '--version'],
    ['mkfs.ext4', '-V'],
  ] as const) {
    if (tryCommand(program, args) === undefined) return `${program} is not installed`;
  }
  const make = {
    tmpfs: 'mount -t tmpfs none /mnt',
    ext4: 'mount -t tmpfs none /mnt && truncate -s 1M /mnt/image && mkfs.ext4 -q /mnt/image && mkdir /mnt/disk && mount -o loop /mnt/image /mnt/disk',
  };
  for (const kind of kinds) {
    const mount = ['--mount', '--propagation', 'private', 'sh', '-c', make[kind]];
    if (tryCommand('unshare', mount) === undefined) return `${kind} cannot be mounted here`;
  }
  return false;
}

export class MountSpace {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  static async open(): Promise<MountSpace> {
    const shell = ['sh', '-c', 'echo && exec cat'];
    const holder = spawn('unshare', ['--mount', '--propagation', 'private', ...shell], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const started = once(holder.stdout, 'data');
    const failed = once(holder, 'exit').then(() => Promise.reject(new Error('no mount namespace')));
    await Promise.race([started, failed]);
    failed.catch(() => undefined);
    return new MountSpace(holder);
  }

  /** What makes a program that follows run with the mounts. */
  get entering(): string[] {
    return ['nsenter', `--mount=/proc/${this.#holder.pid ?? 0}/ns/mnt`];
  }

  /** Runs a program among the mounts; gives what it prints. */
  run(...command: readonly string[]): string {
    const [program = '', ...args] = [...this.entering, ...command];
    return runCommand(program, args);
  }

  /** As `run`, for what may be refused. */
  tries(...command: readonly string[]): boolean {
    const [program = '', ...args] = [...this.entering, ...command];
    return tryCommand(program, args) !== undefined;
  }

  /** Where a path among the mounts is for this process. */
  seen(path: string): string {
    return `/proc/${this.#holder.pid ?? 0}/root${path}`;
  }

  /** Ends it; safe to call again. */
  close(): void {
    this.#holder.stdin?.end();
  }
}
