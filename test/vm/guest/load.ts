/**
 * Runs in the machine whose power will be cut: a simulated supervisor and collector, and suntap
 * between them. What suntap says is durable goes to the host as it is.
 */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../../../scripts/run/command.ts';
import type { CollectorCommand, SupervisorCommand } from '../../../scripts/sim/control.ts';
import { readJob } from '../machine/job.ts';
import type { LoadJob } from '../machine/job.ts';
import {
  cycleMs,
  daylightIntervals,
  intervalsPerDay,
  siteInverters,
  siteStart,
} from '../machine/site.ts';
import { Daemon, logDirectory } from './daemon.ts';
import { Flash } from './flash.ts';
import { collectorAddress, makeLine, supervisorNamespace } from './network.ts';
import { giveRecords, guestProgram, report } from './report.ts';

/** With what is left of the processor: the daemon comes first. */
const niceness = 15;
/** The collector refuses for a while now and then, so that the supervisor repeats what it has sent. */
const faults = { everyMs: 5000, forMs: 600 };

function startBehind([program = '', ...args]: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  if (child.pid !== undefined) setPriority(child.pid, niceness);
  return child;
}

function startCollector(): ChildProcess {
  const command = ['node', '/vm/collector.mjs', '--control', '--host', collectorAddress];
  return startBehind(command);
}

function startSupervisor({ firstInterval, seed }: LoadJob): ChildProcess {
  const command = [
    ...['node', '/vm/supervisor.mjs', '--control', '--go'],
    ...['--host', collectorAddress],
    ...['--seed', String(seed), '--inverters', String(siteInverters)],
    ...['--start', siteStart, '--first-interval', String(firstInterval)],
    ...['--speed', String(300_000 / cycleMs)],
  ];
  return startBehind(['ip', 'netns', 'exec', supervisorNamespace, ...command]);
}

function tell(part: ChildProcess, command: CollectorCommand | SupervisorCommand): void {
  part.stdin?.write(`${JSON.stringify(command)}\n`);
}

async function disturb(collector: ChildProcess): Promise<never> {
  for (;;) {
    await sleep(faults.everyMs - faults.forMs);
    tell(collector, { command: 'fault', fault: 'error' });
    await sleep(faults.forMs);
    tell(collector, { command: 'fault', fault: 'none' });
  }
}

/** Leaves out the nights, more or less: the pace is the supervisor's own. */
async function skipNights(supervisor: ChildProcess, firstInterval: number): Promise<never> {
  let day = Math.floor(firstInterval / intervalsPerDay);
  let next = firstInterval;
  for (;;) {
    const evening = day * intervalsPerDay + daylightIntervals;
    await sleep(Math.max(0, evening - next) * cycleMs);
    day += 1;
    next = day * intervalsPerDay;
    tell(supervisor, { command: 'skip', toInterval: next });
  }
}

/** Settles when the daemon is to be started again. */
async function restart(afterMs: number): Promise<undefined> {
  if (afterMs === 0) await new Promise(() => undefined);
  await sleep(afterMs);
}

await guestProgram(async () => {
  const job = readJob('load', process.env['VM_JOB']);
  new Flash(job.flash).mount(0);
  if (!existsSync(logDirectory)) runCommand('cp', ['-r', '/vm/old-log', logDirectory]);
  runCommand('sync', []);
  makeLine();
  void disturb(startCollector());
  void skipNights(startSupervisor(job), job.firstInterval);
  for (let turn = 0; ; turn += 1) {
    report({ event: 'daemon-start' });
    const daemon = new Daemon(job.logSize, giveRecords);
    if (await daemon.listening()) report({ event: 'listening' });
    const ended = await Promise.race([daemon.ended, restart(job.restartMs)]);
    if (ended !== undefined)
      throw new Error(`the daemon ended with ${ended.status}: ${ended.talk}`);
    // Crashes and orderly ends by turns.
    const signal = turn % 2 === 0 ? 'SIGKILL' : 'SIGTERM';
    const { status, talk } = await daemon.stop(signal);
    if (signal === 'SIGTERM' && status !== 0) {
      throw new Error(`the daemon, told to end, ended with ${status}: ${talk}`);
    }
    // A killed daemon may have left off within a line.
    giveRecords(Buffer.from('\n'));
  }
});
