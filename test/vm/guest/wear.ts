/** Runs in a machine: lets the log take days of records, and counts what one more day costs the flash. */

import type { RecordLine } from '../../../src/record/record-line.ts';
import { emptyRecordLine, readIdentity, readType } from '../../../src/record/record-line.ts';
import { NODE_FILES } from '../../../src/log/log-files.ts';
import { RecordLog } from '../../../src/log/record-log.ts';
import { Site } from '../../../scripts/sim/site.ts';
import { readJob } from '../machine/job.ts';
import { logDirectory } from './daemon.ts';
import { Flash } from './flash.ts';
import { countWrites, watchFlash } from './flash-writes.ts';
import { guestProgram, report } from './report.ts';

const intervalsPerDay = 288;
/** In the log before anything is counted: its first segment is behind it, and its guesses are good. */
const daysBefore = 5;
const intervalsPerCommitBefore = 12;
const sizeLimitBytes = 8 * 1024 * 1024;

function openLog(): RecordLog {
  const opened = RecordLog.open({
    files: NODE_FILES,
    directory: logDirectory,
    sizeLimitBytes,
    freeFloorBytes: 0,
    dayEnd: (timeSec) => Math.ceil(timeSec / 86_400) * 86_400,
    event: (event) => {
      throw new Error(`the log says ${JSON.stringify(event)}`);
    },
  });
  if (!opened.ok) throw new Error(`the log does not open: ${JSON.stringify(opened.fault)}`);
  return opened.log;
}

function parseLine(text: string): RecordLine {
  const line = emptyRecordLine();
  const data = Buffer.from(text, 'latin1');
  if (readType(data, 0, data.length, line) === undefined || readIdentity(line) !== undefined) {
    throw new Error(`no record: ${text}`);
  }
  return line;
}

await guestProgram(async () => {
  const { flash, intervalsPerCommit } = readJob('wear', process.env['VM_JOB']);
  new Flash(flash).mount(0);
  const site = new Site({ seed: 1, startTimeSec: Date.parse('2026-05-09T07:00:00Z') / 1000 });
  const log = openLog();
  let interval = 0;
  let records = 0;
  const appendDay = (perCommit: number): void => {
    for (let count = 1; count <= intervalsPerDay; count += 1, interval += 1) {
      for (const text of site.recordsAt(interval)) {
        log.add(parseLine(text));
        records += 1;
      }
      // A day is not always a multiple of what a commit takes.
      if ((count % perCommit === 0 || count === intervalsPerDay) && !log.commit()) {
        throw new Error(`the log does not commit: ${JSON.stringify(log.fault)}`);
      }
    }
  };
  for (let day = 0; day < daysBefore; day += 1) appendDay(intervalsPerCommitBefore);
  await watchFlash();
  for (const perCommit of intervalsPerCommit) {
    records = 0;
    const commitsBefore = log.commits;
    const written = await countWrites(() => {
      appendDay(perCommit);
    });
    const commits = log.commits - commitsBefore;
    report({ event: 'day', intervalsPerCommit: perCommit, records, commits, written });
  }
  log.close();
});
