import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { supervisorAddress } from '../../scripts/run/network.ts';
import { suntapProgram } from '../../scripts/run/scene.ts';
import { skipUnbuilt } from './needs.ts';

const capture = fileURLToPath(new URL('../captures/day.pcap', import.meta.url));
const expected = fileURLToPath(new URL('../captures/day.expected.jsonl', import.meta.url));

test('the shipped capture gives every record that was sent, once, in order', (t) => {
  const skip = skipUnbuilt();
  if (skip !== false) {
    t.skip(skip);
    return;
  }
  assert.ok(statSync(capture).size <= 300_000);
  const { stdout, status, stderr } = spawnSync(
    suntapProgram,
    ['replay', capture, '--supervisor', supervisorAddress, '--output', 'records'],
    { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
  );
  assert.equal(status, 0, stderr);
  assert.equal(stdout, readFileSync(expected, 'utf8'));
});
