import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../scripts/run/command.ts';
import { makeNetwork, removeLeftovers } from '../../scripts/run/network.ts';
import { isLeftover } from '../../scripts/run/run-id.ts';
import { sleep } from '../../scripts/run/scene.ts';
import { skipLive } from './needs.ts';

const skip = skipLive();
const main = fileURLToPath(new URL('../../scripts/run/main.ts', import.meta.url));

function namespacesOf(pid: number): string[] {
  return readdirSync('/var/run/netns').filter((name) => name.startsWith(`suntap-sim-${pid}-`));
}

function directoriesOf(pid: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`suntap-sim-${pid}-`));
}

/** Processes in the namespaces of a run. */
function processesOf(pid: number): string[] {
  return namespacesOf(pid).flatMap((name) =>
    runCommand('ip', ['netns', 'pids', name])
      .split('\n')
      .filter((text) => text !== ''),
  );
}

interface Run {
  child: ChildProcess;
  pid: number;
  ended: Promise<number | null>;
}

/** A scene that has come as far as reading. */
async function startScene(): Promise<Run> {
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--seconds', '40'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const reading = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('kW made')) resolve();
    });
  });
  await Promise.race([reading, ended]);
  assert.equal(child.exitCode, null, 'the scene ended early');
  return { child, pid: child.pid ?? 0, ended };
}

test(
  'what a killed run leaves behind is removed, and nothing else',
  { skip, timeout: 60_000 },
  async () => {
    const living = makeNetwork();
    try {
      const { child, pid, ended } = await startScene();
      child.kill('SIGKILL');
      await ended;
      await sleep(300);
      assert.equal(namespacesOf(pid).length, 3);
      assert.ok(namespacesOf(pid).every(isLeftover));
      const processes = processesOf(pid);
      const removed = removeLeftovers();
      assert.ok(removed.length >= 4, removed.join());
      assert.deepEqual(namespacesOf(pid), []);
      assert.deepEqual(directoriesOf(pid), []);
      await sleep(100);
      for (const process of processes) assert.ok(!existsSync(`/proc/${process}/exe`), process);
      assert.equal(namespacesOf(process.pid).length, 3, 'the network of a living run is gone');
    } finally {
      living.remove();
    }
    assert.deepEqual(namespacesOf(process.pid), []);
  },
);

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`nothing stays after ${signal}`, { skip, timeout: 60_000 }, async () => {
    const { child, pid, ended } = await startScene();
    child.kill(signal);
    assert.equal(await ended, code);
    assert.deepEqual(namespacesOf(pid), []);
    assert.deepEqual(directoriesOf(pid), []);
  });
}

test('names of others are never taken for leftovers', () => {
  for (const name of [
    'suntap-sim',
    'suntap-sim-1',
    'suntap-sim-99999999-x-1',
    'lab-sim-1-2-3-sup',
    '',
  ]) {
    assert.equal(isLeftover(name), false, name);
  }
  assert.equal(isLeftover('suntap-sim-99999999-1-1-sup'), true);
  // Process 1 lives, but was not started at that moment.
  assert.equal(isLeftover('suntap-sim-1-999999999999-1-rtr'), true);
});
