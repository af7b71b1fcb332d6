/**
 * What each day added up to, in a file beside the log, for as long as the log lives: import and export
 * are counters that must not fall when the records that they were counted from make room. One line of
 * JSON a day; a later line of a day outweighs an earlier one. Without the file the counters begin with
 * the oldest records that there are.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DaySummary } from '../model/day-summary.ts';

/** The sums of a summary. */
export type DaySums = Pick<
  DaySummary,
  'name' | 'startSec' | 'endSec' | 'productionMilliWh' | 'counted' | 'ifLoad'
>;

const FILE_NAME = 'site-days.jsonl';
/** Written anew when it has more lines than this for each day. */
const LINES_PER_DAY = 3;
/** Some forty years. */
const MAX_BYTES = 4 * 1024 * 1024;

export class SiteDaysFile {
  readonly #path: string;
  readonly #days = new Map<number, { sums: DaySums; text: string }>();
  #lines = 0;

  constructor(logDirectory: string) {
    this.#path = join(logDirectory, FILE_NAME);
    let text = '';
    try {
      text = readFileSync(this.#path, 'utf8').slice(0, MAX_BYTES);
    } catch {
      // There is none yet.
    }
    for (const line of text.split('\n')) {
      const sums = readSums(line);
      if (sums === undefined) continue;
      this.#days.set(sums.endSec, { sums, text: JSON.stringify(sums) });
      this.#lines++;
    }
  }

  /**
   * All days, the oldest first: those of the model, and those of which the log has no records any more.
   * Of the oldest one of the model some records may be gone already.
   */
  merge(days: readonly DaySummary[]): DaySums[] {
    const [oldest] = days;
    if (oldest === undefined) return [...this.#days.values()].map(({ sums }) => sums);
    const kept = [...this.#days.values()].flatMap(({ sums }) =>
      sums.endSec <= oldest.endSec ? [sums] : [],
    );
    const newer = kept.some(({ endSec }) => endSec === oldest.endSec) ? days.slice(1) : days;
    return [...kept.sort((a, b) => a.endSec - b.endSec), ...newer];
  }

  /**
   * Writes the days that are over and new or others than they were. Throws what the system throws.
   * @param days of the model, the oldest first
   */
  write(days: readonly DaySummary[]): void {
    const lines: string[] = [];
    const [oldest] = days;
    const isKept = oldest !== undefined && this.#days.has(oldest.endSec);
    for (const { name, startSec, endSec, productionMilliWh, counted, ifLoad } of days.slice(
      isKept ? 1 : 0,
      -1,
    )) {
      const sums: DaySums = { name, startSec, endSec, productionMilliWh, counted, ifLoad };
      const text = JSON.stringify(sums);
      if (this.#days.get(endSec)?.text === text) continue;
      this.#days.set(endSec, { sums, text });
      lines.push(`${text}\n`);
    }
    if (lines.length === 0) return;
    this.#lines += lines.length;
    if (this.#lines <= LINES_PER_DAY * this.#days.size) writeFile(this.#path, 'a', lines);
    else {
      const all = [...this.#days.values()].map(({ text }) => `${text}\n`);
      writeFile(`${this.#path}.new`, 'w', all);
      renameSync(`${this.#path}.new`, this.#path);
      this.#lines = all.length;
    }
  }
}

function writeFile(path: string, flags: 'a' | 'w', lines: readonly string[]): void {
  const file = openSync(path, flags);
  try {
    // Behind a line that a power cut has torn off a new one begins.
    writeSync(file, `\n${lines.join('')}`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Undefined for what is torn, or was written by something else. */
function readSums(line: string): DaySums | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isSums(value) ? value : undefined;
}

function isSums(value: unknown): value is DaySums {
  if (!isObject(value) || typeof value['name'] !== 'string') return false;
  const { counted, ifLoad } = value;
  const isCounted = counted === undefined || hasNumbers(counted, ['upMilliWh', 'downMilliWh']);
  const flows = ['importMilliWh', 'exportMilliWh', 'readings'];
  return (
    hasNumbers(value, ['startSec', 'endSec', 'productionMilliWh']) &&
    isCounted &&
    isObject(ifLoad) &&
    hasNumbers(ifLoad['1'], flows) &&
    hasNumbers(ifLoad['-1'], flows)
  );
}

function hasNumbers(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => Number.isSafeInteger(value[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
