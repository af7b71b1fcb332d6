/** Runs the command as a user does and reads what it prints. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const BUNDLE =
  process.env['SUNTAP_BUNDLE'] ?? join(import.meta.dirname, '../../dist/suntap.js');

export interface FoundRecord {
  type: number;
  time: string;
  serial: string;
  fields: string[];
}

export interface ReplayRun {
  /** Exit code, or null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** @param zone its TZ, as of the day totals */
export function runSuntap(args: readonly string[], input?: Uint8Array, zone?: string): ReplayRun {
  const run = spawnSync(process.execPath, [BUNDLE, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    timeout: 120_000,
    ...(input === undefined ? {} : { input }),
    ...(zone === undefined ? {} : { env: { ...process.env, TZ: zone } }),
  });
  return { code: run.status, stdout: run.stdout, stderr: run.stderr };
}

/** A directory for one use, removed afterwards. */
export function inTemporaryDirectory<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'suntap-replay-'));
  try {
    return use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function replayBytes(capture: Uint8Array, extra: readonly string[] = []): ReplayRun {
  return inTemporaryDirectory((directory) => {
    const file = join(directory, 'case.pcap');
    writeFileSync(file, capture);
    return runSuntap(['replay', file, '--output', 'records', ...extra]);
  });
}

export function foundRecords(stdout: string): FoundRecord[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FoundRecord);
}

export function recordLine(found: FoundRecord): string {
  return found.fields.join('\t');
}

/** What the other members of a printed record must be, given its fields. */
export function isConsistent(found: FoundRecord): boolean {
  const [type, digits = '', serial] = found.fields;
  const time = digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z');
  return String(found.type) === type && found.serial === serial && found.time === time;
}
