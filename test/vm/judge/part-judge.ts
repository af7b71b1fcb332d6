/** Judges the parts that a checking machine has looked at. */

import { readRecord } from '../../../scripts/run/ledger.ts';
import type { GuestEvent, Outcome } from '../machine/job.ts';
import type { CutKind } from '../cut/moment.ts';
import type { SentLines } from './sent-lines.ts';
import { judge } from './verdict.ts';

/** A cut, and what had been promised before it. */
export interface Cut {
  kind: CutKind;
  acknowledged: readonly string[];
}

export interface JudgedCut {
  kind: CutKind;
  acknowledged: number;
  exported: number;
  lost: number;
  twice: number;
  invented: number;
  /** Whether the log said that its end was torn. */
  tornTail: boolean;
  /** Everything that is not as it should be; empty where the log has passed. */
  faults: string[];
}

export type PartEvent = Extract<GuestEvent, { event: 'checked' | 'unmountable' }>;

/** A log that has less than this below its limit may have given up its oldest segments. */
const retentionSlackBytes = 2 * 64 * 1024;
/** Records shown of each kind of fault. */
const shownRecords = 3;

/** The record of each line that a command printed, as it was sent. */
export function recordLines(lines: readonly string[]): string[] {
  return lines.flatMap((text) => {
    const record = parseRecord(text);
    return record === undefined ? [] : [record];
  });
}

function parseRecord(text: string): string | undefined {
  try {
    return readRecord(JSON.parse(text) as Record<string, unknown>)?.fields.join('\t');
  } catch {
    return undefined;
  }
}

/** Done, or nothing found, as in a log that has been begun and holds nothing. */
function isFine({ status }: Outcome): boolean {
  return status === 0 || status === 1;
}

function told(what: string, { status, output, talk }: Outcome): string {
  return `${what} ended with ${status}: ${output}${talk}`.trimEnd();
}

function listed(what: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > shownRecords ? [`  and ${lines.length - shownRecords} more`] : [];
  return [
    `${lines.length} ${what}:`,
    ...lines.slice(0, shownRecords).map((line) => `  ${line}`),
    ...more,
  ];
}

export function judgePart(
  cut: Cut,
  event: PartEvent,
  exported: readonly string[],
  sent: SentLines,
  limitBytes: number,
): JudgedCut {
  const { kind, acknowledged } = cut;
  const judged = { kind, acknowledged: acknowledged.length, exported: exported.length };
  if (event.event === 'unmountable') {
    const faults = [`the file system cannot be mounted: ${event.reason}`];
    return { ...judged, lost: 0, twice: 0, invented: 0, tornTail: false, faults };
  }
  const verdict = judge({
    acknowledged,
    exported,
    wasSent: (line) => sent.has(line),
    mayHaveForgotten: event.logBytes > limitBytes - retentionSlackBytes,
  });
  const { found, exported: exporting, daemon, repaired } = event;
  const tornTail = isTornTailOnly(found.output);
  const faults = [
    ...listed('records lost that were said to be durable', verdict.lost),
    ...listed('records twice', verdict.twice),
    ...listed('records that were never sent', verdict.invented),
  ];
  if (!isFine(found) && !tornTail) faults.push(told('log verify after the cut', found));
  if (!isFine(exporting)) faults.push(told('export', exporting));
  if (daemon.status !== 0) faults.push(told('the daemon after the cut', daemon));
  if (!isFine(repaired)) faults.push(told('log verify after the daemon', repaired));
  if (!event.sameExport) faults.push('the daemon changed what the log gives');
  if (faults.length > 0) faults.push(circumstances(event));
  return {
    ...judged,
    lost: verdict.lost.length,
    twice: verdict.twice.length,
    invented: verdict.invented.length,
    tornTail,
    faults,
  };
}

/** What helps to find the cause, whatever the fault. */
function circumstances(event: Extract<PartEvent, { event: 'checked' }>): string {
  const { logBytes, freeBytes, found, daemon } = event;
  return [
    `${logBytes} bytes of log, ${freeBytes} bytes free`,
    told('log verify after the cut', found),
    told('the daemon after the cut', daemon),
  ].join('\n        ');
}

/** What `log verify --json` found: whether nothing but an end that a power cut has left unfinished. */
function isTornTailOnly(output: string): boolean {
  try {
    const { problems, unfinished } = JSON.parse(output) as Record<string, unknown>;
    return Array.isArray(problems) && problems.length > 0 && problems.length === unfinished;
  } catch {
    return false;
  }
}
