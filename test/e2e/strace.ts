/** What suntap asks of the file system for its log, as strace(1) sees it. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tryCommand } from '../../scripts/run/command.ts';
import { suntapProgram } from '../../scripts/run/scene.ts';

/** All system calls that bring something to the flash; no thread but the first writes the log. */
const calls = 'write,writev,pwrite64,pwritev,fsync,fdatasync,ftruncate';
const called = /^(\d+\.\d+) (\w+)\(\d+<([^>]*)>/gm;

export interface LogCall {
  /** Wall clock. */
  timeSec: number;
  /** As in section 2 of the manual; `directory`: an fsync of the directory. */
  call: string;
}

export interface Tracing {
  /** Runs suntap, whose process is the one that is started. */
  command: string[];
  read: () => string;
  close: () => void;
}

/** False where a program can be traced, else why not. */
export function skipStrace(): string | false {
  if (tryCommand('strace', ['-V']) === undefined) return 'strace is not installed';
  const mayTrace = tryCommand('strace', ['-D', '-o', '/dev/null', 'true']) !== undefined;
  return mayTrace ? false : 'programs may not be traced here';
}

export function tracing(): Tracing {
  const directory = mkdtempSync(join(tmpdir(), 'suntap-trace-'));
  const file = join(directory, 'trace');
  const options = ['-D', '-q', '-y', '-ttt', '-s', '0', '-e', `trace=${calls}`, '-o', file];
  return {
    command: ['strace', ...options, suntapProgram],
    read: () => readFileSync(file, 'latin1'),
    close: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The calls of a trace that concern the files of a log, in order. */
export function readLogCalls(trace: string, log: string): LogCall[] {
  return [...trace.matchAll(called)].flatMap(([, time, call = '', path = '']) => {
    if (path !== log && !path.startsWith(`${log}/`)) return [];
    // A write is a write, wherever in the file.
    const kind = call === 'pwrite64' ? 'write' : call;
    return [{ timeSec: Number(time), call: path === log ? 'directory' : kind }];
  });
}
