/** Logs to measure: of the site of 24 microinverters and 2 meters, written as the daemon writes. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_FILES } from '../../src/log/log-files.ts';
import { RecordLog } from '../../src/log/record-log.ts';
import { emptyRecordLine, readIdentity, readType } from '../../src/record/record-line.ts';
import { Site, intervalSec } from '../sim/site.ts';

const SEED = 20_260_510;
const FIRST_SEC = Date.UTC(2026, 4, 10) / 1000;
const SEC_PER_DAY = 86_400;
export const INTERVALS_PER_DAY = SEC_PER_DAY / intervalSec;

export function benchSite(): Site {
  return new Site({ seed: SEED, inverters: 24, meters: true, startTimeSec: FIRST_SEC });
}

/** All lines of so many days, with CR LF. Returns how many they are. */
export function writeLines(file: string, days: number): number {
  const site = benchSite();
  const lines: string[] = [];
  for (let interval = 0; interval < days * INTERVALS_PER_DAY; interval++) {
    lines.push(...site.recordsAt(interval));
  }
  writeFileSync(file, `${lines.join('\r\n')}\r\n`);
  return lines.length;
}

export interface MadeLog {
  records: number;
  /** Of all its files. */
  bytes: number;
}

/**
 * Makes a log in a new directory.
 * @param intervals how many of them are in one commit
 */
export function makeLog(
  directory: string,
  options: { days: number; intervals: number; sizeLimitBytes: number },
): MadeLog {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const opened = RecordLog.open({
    files: NODE_FILES,
    directory,
    sizeLimitBytes: options.sizeLimitBytes,
    freeFloorBytes: 0,
    dayEnd: (timeSec) => Math.ceil(timeSec / SEC_PER_DAY) * SEC_PER_DAY,
    event: (event) => {
      throw new Error(`the log that is measured is not in order: ${JSON.stringify(event)}`);
    },
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.fault));
  const { log } = opened;
  const site = benchSite();
  const line = emptyRecordLine();
  let records = 0;
  for (let interval = 0; interval < options.days * INTERVALS_PER_DAY; interval++) {
    for (const text of site.recordsAt(interval)) {
      const data = Buffer.from(text);
      readType(data, 0, data.length, line);
      readIdentity(line);
      if (log.add(line) === 'new') records++;
    }
    if ((interval + 1) % options.intervals === 0) log.commit();
  }
  log.close();
  const names = NODE_FILES.list(directory).filter((name) => name.endsWith('.log'));
  const bytes = names.reduce((sum, name) => sum + NODE_FILES.sizeBytes(join(directory, name)), 0);
  return { records, bytes };
}
