/** What only a child process goes through. Needs root. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CaptureEvent } from '../../src/capture/packet-source.ts';
import { TcpdumpSource } from '../../src/capture/tcpdump-source.ts';
import { CollectingSink } from './collecting-sink.ts';
import { untilCaptured } from './live-frames.ts';
import { live, report, tcpdump, until, withSource } from './live-run.ts';
import { VethPair } from './veth-pair.ts';

/** Processes that we started and whose arguments mention `word`. */
function childrenWith(word: string, parent = process.pid): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const isOurs = readFileSync(`/proc/${name}/status`, 'latin1').includes(`PPid:\t${parent}\n`);
      const args = readFileSync(`/proc/${name}/cmdline`, 'latin1').split('\0');
      return isOurs && args.includes(word) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

describe('tcpdump', live, () => {
  test('killed: started anew, told once', async () => {
    await withSource(tcpdump, async ({ pair, sink, events, source }) => {
      const [pid] = childrenWith(pair.near);
      assert.ok(pid !== undefined);
      process.kill(pid, 'SIGKILL');
      await until(() => events.length === 2, 'resumed');
      await untilCaptured(pair, sink);
      assert.deepEqual(events, ['tcpdump-failed', 'resumed']);
      assert.equal(source.starts, 2);
      assert.equal(childrenWith(pair.near).length, 1);
    });
  });

  test('is gone when the source has ended', async () => {
    let name = '';
    await withSource(tcpdump, async ({ pair }) => {
      name = pair.near;
      assert.equal(childrenWith(name).length, 1);
      await Promise.resolve();
    });
    assert.deepEqual(childrenWith(name), []);
  });

  test('is gone when suntap has exited without ending the source', async () => {
    const pair = new VethPair();
    pair.create();
    const script = fileURLToPath(new URL('run-live-source.ts', import.meta.url));
    const args = ['--import', 'tsx', script, 'tcpdump', pair.near, 'false', 'exit'];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    let pids: number[] = [];
    await until(() => (pids = childrenWith(pair.near, child.pid)).length > 0, 'started');
    await until(() => child.exitCode !== null, 'exited');
    await until(() => pids.every((pid) => !readdirSync('/proc').includes(String(pid))), 'gone');
    pair.close();
  });

  const commands: [name: string, command: [string, ...string[]], fault: RegExp][] = [
    ['no such program', ['/nonexistent/tcpdump', '-w', '-'], /^tcpdump-missing: \/nonexistent/],
    ['words and an exit code', ['sh', '-c', 'echo no >&2; exit 3'], /^tcpdump-failed: .*: no$/],
    ['an exit code alone', ['sh', '-c', 'exit 3'], /^tcpdump-failed: .*exit code 3$/],
    ['ended by a signal', ['sh', '-c', 'kill -9 $$'], /^tcpdump-failed: .*SIGKILL$/],
    [
      'output that is no capture',
      ['sh', '-c', 'echo Welcome to the router; sleep 30'],
      /^tcpdump-failed: .*: output: text .*"Welcome to the router"$/,
    ],
    [
      'far too many words',
      ['sh', '-c', 'head -c 300000 /dev/zero | tr "\\0" x >&2; echo >&2; echo the end >&2; exit 1'],
      /xxxxx; the end$/,
    ],
  ];
  for (const [name, command, expected] of commands) {
    test(`a command: ${name}`, async () => {
      const source = new TcpdumpSource({ command, waitForInterface: false, report });
      const end = await source.run(new CollectingSink(), new AbortController().signal);
      assert.ok(!end.ok);
      const { reason, subject, detail } = end.fault;
      assert.match(`${reason}: ${subject}: ${detail ?? ''}`, expected);
      assert.ok((detail ?? '').length <= 2 * 2048);
    });
  }

  test('a command that cannot be stopped politely', async () => {
    const command = ['sh', '-c', 'trap "" TERM; while :; do sleep 1; done'] as const;
    const source = new TcpdumpSource({ command, waitForInterface: false, report });
    const stop = new AbortController();
    const running = source.run(new CollectingSink(), stop.signal);
    await sleep(200);
    stop.abort();
    assert.deepEqual(await running, { ok: true, warnings: [] });
  });

  test('a command that fails at first is waited for', async () => {
    const pair = new VethPair();
    const events: string[] = [];
    const report = (event: CaptureEvent): void => {
      events.push(event.kind);
    };
    const command = ['tcpdump', '-i', pair.near, '-U', '-w', '-'] as const;
    const source = new TcpdumpSource({ command, waitForInterface: true, report });
    const stop = new AbortController();
    const sink = new CollectingSink();
    const running = source.run(sink, stop.signal);
    await until(() => events.length > 0, 'reported');
    pair.create();
    await until(() => events.length > 1, 'resumed');
    await untilCaptured(pair, sink);
    stop.abort();
    await running;
    pair.close();
    assert.deepEqual(events, ['interrupted', 'resumed']);
  });
});
