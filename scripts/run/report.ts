/** The end of a scene: what was sent against what was read. */

import type { Ledger, Totals } from './ledger.ts';
import { columns, grouped } from './terminal.ts';
import type { Terminal } from './terminal.ts';

const names: Record<string, string> = {
  120: 'supervisor health',
  122: 'supervisor identity',
  130: 'inverter reading',
  131: 'inverter status',
  140: 'meter reading',
  141: 'meter detail',
};
/** Missing records that are shown one by one. */
const shownMissing = 5;

/** The columns of the table. */
const figures: readonly { heading: string; of: (totals: Totals) => number }[] = [
  { heading: 'sent', of: ({ sent }) => sent },
  { heading: 'sent again', of: ({ sent, timesSent }) => timesSent - sent },
  { heading: 'read', of: ({ read }) => read },
  { heading: 'missing', of: ({ missing }) => missing },
  { heading: 'read twice', of: ({ duplicates }) => duplicates },
  { heading: 'never sent', of: ({ invented }) => invented },
];

/** True where all that was sent whole was read, as it was sent and once. */
export function isComplete(totals: Totals): boolean {
  return totals.missing === 0 && totals.duplicates === 0 && totals.invented === 0;
}

/** The count behind a word at the start of a line in what suntap said, or undefined. */
function ownCount(talk: string, word: string): string | undefined {
  return new RegExp(`^${word}\\s+(\\d[\\d ]*\\d|\\d)`, 'm').exec(talk)?.[1];
}

/** Prints the table and a closing sentence; `talk` is what suntap said on standard error. */
export function printReport(terminal: Terminal, ledger: Ledger, talk: string): boolean {
  const totals = ledger.totals();
  const again = totals.timesSent - totals.sent;
  // Where it is not known how often each was sent, the column would say what is not so.
  const shown = figures.filter(({ heading }) => again > 0 || heading !== 'sent again');
  const cells = (sums: Totals): string[] => shown.map(({ of }) => grouped(of(sums)));
  const rows = [['', ...shown.map(({ heading }) => heading)]];
  for (const [type, sums] of ledger.byType()) {
    rows.push([`${type} ${names[type] ?? 'unknown type'}`, ...cells(sums)]);
  }
  rows.push(['all records', ...cells(totals)]);
  const [head = '', ...lines] = columns(rows);
  terminal.line(head, 'dim');
  const last = lines.pop() ?? '';
  for (const text of lines) terminal.line(text);
  terminal.line(last, 'bold');
  const gaps = ownCount(talk, 'gaps');
  const dropped = ownCount(talk, 'duplicates');
  if (gaps !== undefined && dropped !== undefined) {
    terminal.line(`suntap itself counted ${gaps} gaps and dropped ${dropped} duplicates.`);
  }
  terminal.line();
  const complete = isComplete(totals);
  if (complete) {
    const although = again > 0 ? `, though ${grouped(again)} were sent again` : '';
    terminal.line(`All ${grouped(totals.read)} records were read, each once${although}.`, 'green');
  } else {
    terminal.line(
      `Not as it should be: ${grouped(totals.missing)} records were sent and not read, ${grouped(totals.duplicates)} read more than once, ${grouped(totals.invented)} never sent.`,
      'red',
    );
    for (const text of ledger.missing(shownMissing)) terminal.line(`  missing: ${text}`);
  }
  return complete;
}
