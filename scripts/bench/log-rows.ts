/** The log against its budgets: size, speed, memory, start. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf } from '../../src/log/identity.ts';
import { KnownRecords } from '../../src/log/known-records.ts';
import { NODE_FILES } from '../../src/log/log-files.ts';
import { LogReader } from '../../src/log/log-reader.ts';
import type { Row } from './table.ts';
import { makeLog, writeLines } from './log-fixture.ts';
import { hasProgram, measuredRun } from './measured-run.ts';
import { mebibytes, median } from './table.ts';

const FULL_LOG_BYTES = 8 * 1_048_576;
const INDEX_BUDGET_BYTES = 4 * 1_048_576;
const IMPORT_BUDGET = 100_000;
const EXPORT_BUDGET = 300_000;
const START_BUDGET = 2.5;
const MONTH_DAYS = 30;
/** A day takes some 72 kB. */
const DAYS_OF_FULL_LOG = 125;

export interface LogExtent {
  /** Whose lines are compressed by xz, too. */
  days: number;
  /** Days of the identity index; 0: it is left out. */
  indexDays: number;
  turns: number;
}

export async function logRows(extent: LogExtent, launcher: string): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'suntap-bench-log-'));
  try {
    return [
      ...sizeRows(directory, extent.days),
      ...speedRows(directory, launcher, extent.turns),
      ...indexRows(directory, extent.indexDays),
      ...(await startRows(directory, launcher, extent.turns)),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function sizeRows(directory: string, days: number): Row[] {
  const lines = join(directory, 'lines');
  const count = writeLines(lines, days);
  const log = makeLog(join(directory, 'log'), { days, intervals: 1, sizeLimitBytes: 2 ** 40 });
  const what = `log of ${days} days, a commit every five minutes: bytes a record`;
  const own = log.bytes / log.records;
  if (!hasProgram('xz')) {
    return [{ what, measured: own.toFixed(2), budget: 'xz is not installed', ok: undefined }];
  }
  const packed = spawnSync('xz', ['-9', '-k', '-c', lines], { maxBuffer: 2 ** 30 });
  const xz = packed.stdout.length / count;
  const text = (statSync(lines).size / count).toFixed(0);
  return [
    {
      what,
      measured: `${own.toFixed(2)} (${log.records} records of ${text} bytes)`,
      budget: `<= ${xz.toFixed(2)}, xz -9`,
      ok: own <= xz,
    },
  ];
}

/** Of a month. */
function speedRows(directory: string, launcher: string, turns: number): Row[] {
  const lines = join(directory, 'month');
  const count = writeLines(lines, MONTH_DAYS);
  const log = join(directory, 'month-log');
  const rates = (command: readonly string[], before: () => void, stdoutFile: string): number => {
    const perSec = Array.from({ length: turns }, () => {
      before();
      const run = measuredRun(command, { stdoutFile });
      if (run.code !== 0) throw new Error(`${command.join(' ')}: ${run.stderr}`);
      return count / (run.wallMs / 1000);
    });
    return median(perSec);
  };
  const empty = (): void => {
    rmSync(log, { recursive: true, force: true });
  };
  const imported = rates([launcher, 'import', lines, '--log', log], empty, '/dev/null');
  const out = join(directory, 'records');
  const exported = rates(
    [launcher, 'export', '--log', log, '--format', 'records'],
    () => undefined,
    out,
  );
  const found = readFileSync(out, 'latin1').split('\n').length - 1;
  if (found !== count) throw new Error(`${found} of ${count} records were exported`);
  const rate = (perSec: number): string => `${Math.round(perSec / 1000)} 000 a second`;
  return [
    {
      what: `import of a month of lines (${count} records)`,
      measured: rate(imported),
      budget: `>= ${rate(IMPORT_BUDGET)}`,
      ok: imported >= IMPORT_BUDGET,
    },
    {
      what: 'export of that month, the lines as they were sent, to a file',
      measured: rate(exported),
      budget: `>= ${rate(EXPORT_BUDGET)}`,
      ok: exported >= EXPORT_BUDGET,
    },
  ];
}

/** Memory of the index when every segment has been asked. */
function indexRows(directory: string, days: number): Row[] {
  if (days === 0) return [];
  const log = join(directory, 'index-log');
  makeLog(log, { days, intervals: 12, sizeLimitBytes: 2 ** 40 });
  const opened = LogReader.open(NODE_FILES, log);
  if (!opened.ok) throw new Error(JSON.stringify(opened.fault));
  const { segments } = opened.reader;
  const known = new KnownRecords(NODE_FILES, log);
  const nobody = Buffer.from('130\t20260101000000\tnobody');
  for (const { extent } of segments) {
    const line = { data: nobody, start: 0, end: nobody.length, type: 130, timeAt: 4 };
    const row = {
      ...line,
      serialStart: 19,
      serialEnd: nobody.length,
      timeSec: extent.fromSec ?? 0,
    };
    known.judge(row, identityOf(row), segments, undefined);
  }
  const held = known.heldBytes;
  return [
    {
      what: `identity index of ${days} days of 26 devices (${segments.length} segments)`,
      measured: mebibytes(held),
      budget: `<= ${mebibytes(INDEX_BUDGET_BYTES)}`,
      ok: held <= INDEX_BUDGET_BYTES,
    },
  ];
}

/** From the start of the process to its capture socket; needs root. */
async function startRows(directory: string, launcher: string, turns: number): Promise<Row[]> {
  const what = 'start of run with a full log, to capturing, against bare Node';
  if (process.getuid?.() !== 0) {
    return [{ what, measured: 'not measured: needs root', budget: '', ok: undefined }];
  }
  const log = join(directory, 'full-log');
  const full = { days: DAYS_OF_FULL_LOG, intervals: 1, sizeLimitBytes: FULL_LOG_BYTES };
  const { bytes } = makeLog(log, full);
  const bare: number[] = [];
  const started: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    bare.push(measuredRun([process.execPath, '-e', '0']).wallMs);
    started.push(await startMs(launcher, log));
  }
  const ratio = median(started) / median(bare);
  return [
    {
      what,
      measured: `${ratio.toFixed(2)} x ${median(bare).toFixed(0)} ms (log of ${mebibytes(bytes)})`,
      budget: `<= ${START_BUDGET} x`,
      ok: ratio <= START_BUDGET,
    },
  ];
}

function packetSockets(): number {
  return readFileSync('/proc/net/packet', 'latin1').split('\n').length;
}

async function startMs(launcher: string, log: string): Promise<number> {
  const before = packetSockets();
  const start = performance.now();
  const options = ['--interface', 'lo', '--log', log, '--output', 'none', '--capture', 'libpcap'];
  const child = spawn(launcher, ['run', ...options], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      resolve();
    });
  });
  while (packetSockets() === before) {
    if (child.exitCode !== null) throw new Error('suntap run ended before it captured');
    await sleep(1);
  }
  const ms = performance.now() - start;
  child.kill('SIGTERM');
  await ended;
  return ms;
}
