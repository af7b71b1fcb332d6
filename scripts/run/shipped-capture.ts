/** The replay of the capture that ships with the project: needs no root, no network, no time. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readJsonLines } from '../sim/control.ts';
import { Feed, readingLine } from './feed.ts';
import { Ledger, readRecord } from './ledger.ts';
import { supervisorAddress } from './network.ts';
import { printReport } from './report.ts';
import { suntapProgram } from './scene.ts';
import type { Terminal } from './terminal.ts';

const capture = fileURLToPath(new URL('../../test/captures/day.pcap', import.meta.url));
const expected = fileURLToPath(new URL('../../test/captures/day.expected.jsonl', import.meta.url));
/** Readings at full hours are shown. */
const keptMinutes = '00';
/** What its three inverters can make. */
const fullKw = 1;

/** True where every record was read once. */
export async function replayShipped(terminal: Terminal): Promise<boolean> {
  const ledger = new Ledger();
  // How often each was sent is not in the file, so that it can be compared line by line.
  for (const text of readFileSync(expected, 'utf8').split('\n')) {
    if (text === '') continue;
    const record = readRecord(JSON.parse(text) as Record<string, unknown>);
    const line = record?.fields.join('\t') ?? '';
    ledger.countSent(line);
    ledger.countAcknowledged(line);
  }
  const feed = new Feed((reading) => {
    if (reading.time.slice(14, 16) === keptMinutes) terminal.line(readingLine(reading, fullKw));
  });
  const child = spawn(
    suntapProgram,
    ['replay', capture, '--supervisor', supervisorAddress, '--output', 'records'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let talk = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    talk += text;
  });
  await new Promise<void>((resolve) => {
    readJsonLines(
      child.stdout,
      (fields) => {
        const record = readRecord(fields);
        if (record === undefined) return;
        ledger.countRead(record);
        feed.take(record);
      },
      resolve,
    );
  });
  feed.flush();
  terminal.line();
  const complete = printReport(terminal, ledger, talk);
  if (!complete && talk !== '') terminal.line(talk.trimEnd());
  return complete;
}
