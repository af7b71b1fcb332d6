/** The table at the end. */

import { columns, grouped } from '../../../scripts/run/terminal.ts';
import { cutKinds } from '../cut/moment.ts';
import type { FileSystem } from '../machine/job.ts';
import type { JudgedCut } from './part-judge.ts';

const headings = [
  'file system, cut',
  ...['cuts', 'acknowledged', 'found', 'lost', 'twice', 'invented', 'torn tails', 'failed'],
];

function row(name: string, cuts: readonly JudgedCut[]): string[] {
  const sum = (of: (cut: JudgedCut) => number): string =>
    grouped(cuts.reduce((total, cut) => total + of(cut), 0));
  return [
    name,
    grouped(cuts.length),
    sum(({ acknowledged }) => acknowledged),
    sum(({ exported }) => exported),
    sum(({ lost }) => lost),
    sum(({ twice }) => twice),
    sum(({ invented }) => invented),
    sum(({ tornTail }) => (tornTail ? 1 : 0)),
    sum(({ faults }) => (faults.length > 0 ? 1 : 0)),
  ];
}

/** One row for each file system and kind of cut, and one for all. */
export function tallyLines(results: ReadonlyMap<FileSystem, readonly JudgedCut[]>): string[] {
  const rows = [headings];
  for (const [fileSystem, cuts] of results) {
    for (const kind of cutKinds) {
      const ofKind = cuts.filter((cut) => cut.kind === kind);
      if (ofKind.length > 0) rows.push(row(`${fileSystem} ${kind}`, ofKind));
    }
  }
  rows.push(row('all', [...results.values()].flat()));
  return columns(rows);
}
