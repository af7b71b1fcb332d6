/** Day totals as text: what a log has of them, and what it should have. */
import { LatestTotals, shortened } from '../../src/log/day-totals.ts';
import type { DayEnd } from '../../src/log/day-totals.ts';
import type { MemoryFiles } from './memory-files.ts';
import { lineOf, readLog, rowOf } from './log-under-test.ts';

/** The last counter of each device and day, of the totals kept and of the records still there. */
export function totalsIn(files: MemoryFiles, dayEnd: DayEnd): string[] {
  return totalsOf([...readLog(files, 'days').lines, ...readLog(files).lines], dayEnd);
}

/** The last counter of each device and day, of records or totals in the order in which they came. */
export function totalsOf(lines: Iterable<string>, dayEnd: DayEnd): string[] {
  const latest = new LatestTotals(dayEnd);
  for (const line of lines) {
    const total = shortened(rowOf(line)) ?? (isTotal(line) ? rowOf(line) : undefined);
    if (total !== undefined) latest.add(total);
  }
  return latest.rows().map(lineOf).sort();
}

/** Type, time, serial, counter. */
function isTotal(line: string): boolean {
  return line.split('\t').length === 4 && /^1[34]0\t/.test(line);
}
