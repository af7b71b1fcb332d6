/** Replay of the site's capture against tcpdump and tcpflow: wall time, memory, what is found. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Row } from './table.ts';
import type { SiteCapture } from './site-capture.ts';
import { hasProgram, measuredRun, peakBytesOf } from './measured-run.ts';
import { mebibytes, median, seconds } from './table.ts';

const WALL_BUDGET = 10;
const PEAK_BUDGET_BYTES = 96 * 1_048_576;

/** The records in a file that replay wrote, in the form of `SiteCapture.digest`. */
async function digestOf(file: string): Promise<{ records: number; digest: string }> {
  const hash = createHash('sha256');
  let records = 0;
  for await (const text of createInterface({
    input: createReadStream(file),
    crlfDelay: Infinity,
  })) {
    const { fields } = JSON.parse(text) as { fields: string[] };
    hash.update(`${fields.join('\t')}\n`);
    records += 1;
  }
  return { records, digest: hash.digest('hex') };
}

interface Contender {
  name: 'tcpdump' | 'tcpflow' | 'replay';
  /** Fewer than the others, where more would only take time. */
  turns?: number;
  run: () => number;
}

/** Where files cost no disk: tcpflow writes two for every connection. */
function memoryDirectory(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

function contenders(capture: SiteCapture, launcher: string, directory: string): Contender[] {
  const wall = (command: readonly string[], stdoutFile?: string): number => {
    const run = measuredRun(command, stdoutFile === undefined ? {} : { stdoutFile });
    if (run.code !== 0) throw new Error(`${command.join(' ')}: ${run.stderr}`);
    return run.wallMs;
  };
  const replay = [launcher, 'replay', capture.file, '--output', 'records'];
  const flows = mkdtempSync(join(memoryDirectory(), 'suntap-bench-'));
  const all: Contender[] = [
    { name: 'tcpdump', run: () => wall(['tcpdump', '-r', capture.file, '-w', '/dev/null']) },
    {
      name: 'tcpflow',
      turns: 2,
      run: () => {
        const ms = wall(['tcpflow', '-r', capture.file, '-o', flows]);
        rmSync(flows, { recursive: true, force: true });
        return ms;
      },
    },
    { name: 'replay', run: () => wall(replay, join(directory, 'records')) },
  ];
  return all.filter(({ name }) => name === 'replay' || hasProgram(name));
}

/** Runs all in turn, so that a slow moment of the machine falls on all alike. */
function interleavedMedians(of: readonly Contender[], turns: number): Map<string, number> {
  const walls = new Map<string, number[]>(of.map(({ name }) => [name, []]));
  for (let turn = 0; turn < turns; turn++) {
    for (const { name, run, turns: own = turns } of of)
      if (turn < own) walls.get(name)?.push(run());
  }
  return new Map([...walls].map(([name, list]) => [name, median(list)]));
}

export async function replayRows(
  capture: SiteCapture,
  launcher: string,
  turns: number,
): Promise<Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'suntap-bench-'));
  try {
    const records = join(directory, 'records');
    const medians = interleavedMedians(contenders(capture, launcher, directory), turns);
    const replayMs = medians.get('replay') ?? NaN;
    const tcpdumpMs = medians.get('tcpdump');
    const tcpflowMs = medians.get('tcpflow');
    const found = await digestOf(records);
    const peak = peakBytesOf([launcher, 'replay', capture.file, '--output', 'records'], records);
    const size = `${(capture.bytes / 1e6).toFixed(0)} MB, ${capture.frames} frames`;
    const times = (base: number): string => `${(replayMs / base).toFixed(1)} x ${seconds(base)}`;
    return [
      {
        what: `replay of ${capture.days} days: records found, in order of arrival`,
        measured: `${found.records} of ${capture.records} (${size})`,
        budget: 'all, no other',
        ok: found.digest === capture.digest && found.records === capture.records,
      },
      {
        what: 'replay, records to a file: wall time',
        measured: seconds(replayMs),
        budget: '',
        ok: undefined,
      },
      {
        what: '  against tcpdump -r FILE -w /dev/null',
        measured: tcpdumpMs === undefined ? 'tcpdump is not installed' : times(tcpdumpMs),
        budget: `<= ${WALL_BUDGET} x`,
        ok: tcpdumpMs === undefined ? undefined : replayMs <= WALL_BUDGET * tcpdumpMs,
      },
      {
        what: '  against tcpflow -r FILE, which only reassembles',
        measured: tcpflowMs === undefined ? 'tcpflow is not installed' : times(tcpflowMs),
        budget: '',
        ok: undefined,
      },
      {
        what: 'replay: peak resident memory',
        measured: mebibytes(peak),
        budget: `<= ${mebibytes(PEAK_BUDGET_BYTES)}`,
        ok: peak <= PEAK_BUDGET_BYTES,
      },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
