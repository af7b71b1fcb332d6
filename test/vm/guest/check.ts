/**
 * Runs in a machine that was started after the cuts: looks at the log in each part of the flash,
 * lets the daemon repair it, looks again. Nothing of that gets into the file with the flash.
 */

import { closeSync, openSync, readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../../../scripts/run/command.ts';
import { readJob } from '../machine/job.ts';
import type { Outcome } from '../machine/job.ts';
import { Daemon, logDirectory, suntapCommand } from './daemon.ts';
import { Flash } from './flash.ts';
import { makeLine } from './network.ts';
import { giveRecords, guestProgram, report } from './report.ts';

const verify = ['log', 'verify', '--json', '--log', logDirectory];

/** Of the segments. */
function logBytes(): number {
  const names = readdirSync(logDirectory).filter((name) => name.endsWith('.log'));
  return names.reduce((sum, name) => sum + statSync(join(logDirectory, name)).size, 0);
}

function freeBytes(): number {
  const { bavail, bsize } = statfsSync(logDirectory);
  return bavail * bsize;
}

function exportTo(file: string): Outcome {
  const output = openSync(file, 'w');
  const args = ['export', '--log', logDirectory, '--format', 'records'];
  const outcome = suntapCommand(args, output);
  closeSync(output);
  return outcome;
}

async function startAndStop(logSize: string): Promise<Outcome> {
  const daemon = new Daemon(logSize, () => undefined);
  await daemon.listening();
  return daemon.stop('SIGTERM');
}

await guestProgram(async () => {
  const { flash: layout, logSize } = readJob('check', process.env['VM_JOB']);
  const flash = new Flash(layout);
  makeLine();
  for (let part = 0; part < layout.count; part += 1) {
    try {
      flash.mount(part);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      report({ event: 'unmountable', part, reason: error.message });
      continue;
    }
    const before = { logBytes: logBytes(), freeBytes: freeBytes() };
    const found = suntapCommand(verify);
    const isUnfinished = found.status === 2;
    // Only where the daemon has something to repair may the log give something else after it.
    if (isUnfinished) exportTo('/tmp/before');
    const daemon = await startAndStop(logSize);
    const repaired = suntapCommand(verify);
    const exported = exportTo('/tmp/after');
    const records = readFileSync('/tmp/after');
    giveRecords(records);
    const sameExport = !isUnfinished || readFileSync('/tmp/before').equals(records);
    report({
      event: 'checked',
      part,
      ...before,
      found,
      exported,
      daemon,
      repaired,
      sameExport,
    });
    flash.unmount();
  }
});
