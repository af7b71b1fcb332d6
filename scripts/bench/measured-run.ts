/** Runs a program to its end and says what it took. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface MeasuredRun {
  wallMs: number;
  code: number | null;
  stderr: string;
}

/** `stdoutFile` receives the output; without it the output is thrown away. */
export function measuredRun(
  command: readonly string[],
  options: { stdoutFile?: string; env?: NodeJS.ProcessEnv } = {},
): MeasuredRun {
  const [program = '', ...args] = command;
  const out = openSync(options.stdoutFile ?? '/dev/null', 'w');
  const start = performance.now();
  const run = spawnSync(program, args, {
    stdio: ['ignore', out, 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  const wallMs = performance.now() - start;
  closeSync(out);
  return { wallMs, code: run.status, stderr: run.stderr };
}

export function hasProgram(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/**
 * As it exits, the process itself notes its peak resident memory (VmHWM of proc(5)): exact, and
 * unlike wait4's ru_maxrss not raised by the size of the process that started it.
 */
const PEAK_HOOK =
  "import { readFileSync, writeFileSync } from 'node:fs';" +
  "process.on('exit', () => writeFileSync(process.env.SUNTAP_BENCH_PEAK, " +
  "/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]));";

/** Peak resident memory of a Node program. */
export function peakBytesOf(command: readonly string[], stdoutFile: string): number {
  const directory = mkdtempSync(join(tmpdir(), 'suntap-bench-'));
  const note = join(directory, 'peak');
  try {
    const hook = `--import=data:text/javascript,${encodeURIComponent(PEAK_HOOK)}`;
    const env = { ...process.env, NODE_OPTIONS: hook, SUNTAP_BENCH_PEAK: note };
    measuredRun(command, { stdoutFile, env });
    return Number(readFileSync(note, 'utf8')) * 1024;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
