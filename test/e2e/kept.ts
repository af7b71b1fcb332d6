/** What the end-to-end tests of the log look at: records as they were printed, and as they are kept. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { ReadRecord } from '../../scripts/run/ledger.ts';
import { suntapProgram, sleep } from '../../scripts/run/scene.ts';
import type { LogDamage } from '../../src/log/log-fault.ts';
import { NODE_FILES } from '../../src/log/log-files.ts';
import { LogReader } from '../../src/log/log-reader.ts';

/** Ample for a slow machine; nothing waits as long when all is well. */
const patienceMs = 15_000;
const pollMs = 25;

export interface Ended {
  code: number | null;
  output: string;
  talk: string;
}

/** Runs suntap to its end, under the program of `through` where one is given. */
export function suntap(args: readonly string[], through: readonly string[] = []): Ended {
  const [program = suntapProgram, ...rest] = [...through, suntapProgram, ...args];
  const run = spawnSync(program, rest, { encoding: 'utf8', timeout: patienceMs });
  return { code: run.status, output: run.stdout, talk: run.stderr };
}

/**
 * The records of a log in the order in which they came, by the library: also while it is written, when
 * a commit may have come half-way.
 */
export function keptLines(directory: string): string[] {
  const opened = LogReader.open(NODE_FILES, directory);
  assert.ok(opened.ok, JSON.stringify(opened));
  const lines: string[] = [];
  const damage = [...opened.reader.damage];
  const batches = opened.reader.records({}, (found) => damage.push(found));
  for (const rows of batches) {
    for (const { data, start, end } of rows) {
      lines.push(Buffer.from(data.subarray(start, end)).toString());
    }
  }
  const isUnderWay = ({ reason }: LogDamage) => reason === 'empty' || reason === 'torn';
  assert.deepEqual(
    damage.filter((found) => !isUnderWay(found)),
    [],
  );
  return lines;
}

/** Frames of records that were written to a log since it was begun. */
export function framesOf(directory: string): number {
  const opened = LogReader.open(NODE_FILES, directory);
  assert.ok(opened.ok, JSON.stringify(opened));
  const last = opened.reader.segments.at(-1);
  return last === undefined ? 0 : last.header.commitsBefore + last.commits;
}

/** The records of a log that nobody writes to, by `suntap export`; `suntap log verify` reads it, too. */
export function exportedLines(directory: string): string[] {
  const verified = suntap(['log', 'verify', '--log', directory]);
  assert.equal(verified.code, 0, verified.talk + verified.output);
  const { code, output, talk } = suntap(['export', '--format', 'records', '--log', directory]);
  assert.deepEqual({ code, talk }, { code: 0, talk: '' });
  return output.split('\n').slice(0, -1);
}

/** The line that a printed record was. */
export function lineOf({ fields }: ReadRecord): string {
  return fields.join('\t');
}

/** `actual` has the lines of `expected`, each once, in any order. */
export function assertOnceEach(actual: readonly string[], expected: Iterable<string>): void {
  const wanted = new Set(expected);
  const distinct = new Set(actual);
  assert.equal(actual.length - distinct.size, 0, 'some are there twice');
  const missing = [...wanted].filter((line) => !distinct.has(line));
  const invented = [...distinct].filter((line) => !wanted.has(line));
  assert.deepEqual(
    { missing: missing.length, invented: invented.length },
    { missing: 0, invented: 0 },
    [missing[0], invented[0], `${wanted.size} wanted`].join('\n'),
  );
}

/** All of `expected` is in `actual`, and nothing is in it twice. */
export function assertHolds(actual: readonly string[], expected: Iterable<string>): void {
  const distinct = new Set(actual);
  assert.equal(actual.length - distinct.size, 0, 'some are there twice');
  const missing = [...new Set(expected)].filter((line) => !distinct.has(line));
  assert.deepEqual(missing.slice(0, 3), [], `${missing.length} are missing`);
}

/** Settles when `condition` holds. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while (!condition()) {
    assert.ok(performance.now() < deadlineMs, `waited ${patienceMs} ms in vain: ${what}`);
    await sleep(pollMs);
  }
}

/** How often `text` holds `part`. */
export function timesIn(text: string, part: string): number {
  return text.split(part).length - 1;
}
