/** `suntap log info` and `suntap log verify`, as a user runs them. */
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runSuntap } from '../tools/replay-run.ts';
import { linesFile, TemporaryDirectory } from './temporary-directory.ts';

const DAY = join(import.meta.dirname, '../captures/day.pcap');

const temporary = new TemporaryDirectory();
let count = 0;

after(() => {
  temporary.remove();
});

function logOf(file: string): string {
  const log = temporary.path(String(count++));
  assert.equal(runSuntap(['import', file, '--log', log]).code, 0);
  return log;
}

test('info: what is in the log', () => {
  const log = logOf(DAY);
  const table = runSuntap(['log', 'info', '--log', log]);
  assert.equal(table.code, 0, table.stderr);
  assert.equal(table.stderr, '');
  assert.match(table.stdout, /^records +1 151\ndevices +6: 414051602152726, /m);
  assert.match(table.stdout, /^from +2026-05-09T11:05:00Z\nto +2026-05-10T03:40:00Z$/m);
  const { stdout } = runSuntap(['log', 'info', '--json', '--log', log]);
  const info = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual(
    [info['records'], info['devices'], info['segments'], info['from'], info['to']],
    [1151, 6, 1, '2026-05-09T11:05:00Z', '2026-05-10T03:40:00Z'],
  );
  assert.equal(info['bytes'], readFileSync(join(log, '00000001.log')).length);
});

test('info: serials cannot steer the terminal', () => {
  const log = logOf(
    linesFile(temporary.path('hostile.txt'), ['130\t20260509110500\t\x1b[31mx\x07\t1']),
  );
  const { stdout } = runSuntap(['log', 'info', '--log', log]);
  assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f]/);
  assert.match(stdout, /^devices +1: \?\[31mx\?$/m);
});

test('verify: a whole log', () => {
  const { code, stdout, stderr } = runSuntap(['log', 'verify', '--log', logOf(DAY)]);
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^1 segment, \d+ frames, 1 151 records, [\d ]+ bytes: all of it is whole\.\n$/,
  );
  assert.equal(stderr, '');
});

test('verify: a damaged log, a line for each place', () => {
  const log = logOf(DAY);
  const segment = join(log, '00000001.log');
  const data = readFileSync(segment);
  copyFileSync(segment, join(log, '00000003.log'));
  data[data.length >> 2]! ^= 1;
  writeFileSync(segment, data);
  const { code, stdout } = runSuntap(['log', 'verify', '--log', log]);
  assert.equal(code, 2);
  const lines = stdout.split('\n');
  assert.match(
    lines[0] ?? '',
    /^Log segment 00000001\.log from byte \d+ on, \d+ bytes, is damaged\.$/,
  );
  assert.match(lines[1] ?? '', /^Log segment 00000003\.log .* is a copy of another segment/);
  assert.match(lines.at(-2) ?? '', /: \d+ problems\.$/);

  const json = runSuntap(['log', 'verify', '--json', '--log', log]);
  assert.equal(json.code, 2);
  const { problems } = JSON.parse(json.stdout) as { problems: { reason: string }[] };
  assert.deepEqual(
    problems.slice(0, 2).map(({ reason }) => reason),
    ['garbled', 'copy'],
  );
});

test('verify: a torn tail is damage until the daemon starts, which cuts it off', () => {
  const log = logOf(DAY);
  const segment = join(log, '00000001.log');
  truncateSync(segment, readFileSync(segment).length - 7);
  const torn = runSuntap(['log', 'verify', '--log', log]);
  assert.equal(torn.code, 2);
  assert.match(torn.stdout, /breaks off/);
  assert.match(torn.stderr, /is cut off when the daemon starts the next time/);
  assert.equal(runSuntap(['import', DAY, '--log', log]).code, 0);
  assert.equal(runSuntap(['log', 'verify', '--log', log]).code, 0);
});

test('neither info nor verify', () => {
  const { code, stderr } = runSuntap(['log', 'verfy']);
  assert.equal(code, 2);
  assert.match(stderr, /There is no 'suntap log verfy'; did you mean 'verify'\?/);
});
