/** A virtual machine, whose power can be cut. */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Image } from '../image/image.ts';
import type { FlashFile } from './flash-file.ts';
import { jobArgument } from './job.ts';
import type { GuestEvent, Job } from './job.ts';
import { LineFile } from './line-file.ts';

export interface MachineOptions {
  image: Image;
  flash: FlashFile;
  job: Job;
  /** For the console and what comes through the ports; made here. */
  directory: string;
  /** After this it is ended, and whoever waits for it gets an error. */
  limitMs: number;
}

/** Emulation only: where a processor's own virtualization is offered inside another machine, it may not work. */
const accelerator = 'tcg';
const memoryMib = 512;
const pollMs = 10;

/** All that run, so that none is left behind. */
const running = new Set<ChildProcess>();

/** Ends all machines at once: one that nobody waits for any more would go on until its limit. */
function endAllMachines(): void {
  for (const child of running) child.kill('SIGKILL');
}
process.on('exit', endAllMachines);

export class Machine {
  /** Lines that came through the port for records. */
  readonly records: LineFile;
  readonly #options: MachineOptions;
  readonly #child: ChildProcess;
  readonly #reports: LineFile;
  readonly #ended: Promise<void>;
  readonly #events: GuestEvent[] = [];
  #isRunning = true;
  readonly #limit: NodeJS.Timeout;

  constructor(options: MachineOptions) {
    const { image, flash, job, directory, limitMs } = options;
    this.#options = options;
    mkdirSync(directory, { recursive: true });
    const path = (name: string): string => join(directory, name);
    // Ports are files, written by qemu as the guest writes: what is there when the power goes was said.
    for (const name of ['console', 'report', 'records']) writeFileSync(path(name), '');
    const port = (name: string): string[] => [
      ...['-chardev', `file,id=${name},path=${path(name)}`],
      ...['-device', `virtserialport,chardev=${name},name=${name}`],
    ];
    // Who looks at a flash leaves it as it is: for whoever looks for the cause of a failure, and for
    // the machine that goes on with it.
    const share = job.program === 'check' ? 'off' : 'on';
    const append = [
      ...['console=ttyS0', 'quiet', 'panic=-1', 'edd=off'],
      `VM_PROGRAM=${job.program}`,
      `VM_JOB=${jobArgument(job)}`,
      `VM_LIMIT_SEC=${Math.ceil(limitMs / 1000) + 10}`,
    ];
    const child = spawn(
      'qemu-system-x86_64',
      [
        ...['-M', 'pc', '-accel', accelerator, '-smp', '1', '-m', String(memoryMib)],
        ...['-nodefaults', '-no-user-config', '-display', 'none', '-nic', 'none', '-no-reboot'],
        ...['-kernel', image.kernelFile, '-initrd', image.initramfsFile],
        ...['-append', append.join(' ')],
        ...['-serial', `file:${path('console')}`],
        ...['-device', 'virtio-serial-pci', ...port('report'), ...port('records')],
        '-object',
        `memory-backend-file,id=flash,share=${share},mem-path=${flash.path},size=${String(flash.bytes)}`,
        ...['-device', 'ivshmem-plain,memdev=flash'],
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    this.#child = child;
    running.add(child);
    this.#reports = new LineFile(path('report'));
    this.records = new LineFile(path('records'));
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#isRunning = false;
        running.delete(child);
        resolve();
      };
      child.on('error', end);
      child.on('close', end);
    });
    this.#limit = setTimeout(() => child.kill('SIGKILL'), limitMs).unref();
  }

  /**
   * Settles with the next event of one of these kinds; others that come before are dropped.
   *
   * @throws Error where the guest failed, or the machine ended before.
   */
  async next<Kind extends GuestEvent['event']>(
    ...kinds: Kind[]
  ): Promise<Extract<GuestEvent, { event: Kind }>> {
    const wanted: ReadonlySet<string> = new Set(kinds);
    for (;;) {
      const wasRunning = this.#isRunning;
      this.#takeEvents();
      for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
        if (wanted.has(event.event)) return event as Extract<GuestEvent, { event: Kind }>;
        if (event.event === 'failed') throw this.#error(event.reason);
      }
      if (!wasRunning) throw this.#error(`it ended before ${kinds.join(' or ')}`);
      await sleep(pollMs);
    }
  }

  /**
   * Drops the events that have come so far.
   *
   * @throws Error where the guest failed, or the machine is off.
   */
  assertRunning(): void {
    this.#takeEvents();
    for (const event of this.#events.splice(0)) {
      if (event.event === 'failed') throw this.#error(event.reason);
    }
    if (!this.#isRunning) throw this.#error('it is off');
  }

  /** Stops it in the middle of whatever it does; settles when its last thread stands still. */
  async freeze(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined || !this.#isRunning) throw this.#error('it ended');
    this.#child.kill('SIGSTOP');
    const tasks = `/proc/${pid}/task`;
    const stopped = (task: string): boolean =>
      /^State:\s+T/m.test(readFileSync(join(tasks, task, 'status'), 'utf8'));
    while (!readdirSync(tasks).every(stopped)) await sleep(1);
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Cuts the power. */
  async cut(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended();
  }

  /** Settles when it is off. */
  async ended(): Promise<void> {
    await this.#ended;
    clearTimeout(this.#limit);
  }

  #takeEvents(): void {
    for (const line of this.#reports.newLines()) {
      // Our own guest programs' lines: report.ts writes nothing else.
      if (line !== '') this.#events.push(JSON.parse(line) as GuestEvent);
    }
  }

  #error(reason: string): Error {
    return new Error(`machine in ${this.#options.directory}: ${reason}`);
  }
}
