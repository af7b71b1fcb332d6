/** What a user gets for input that is none: one sentence, the documented exit code, no stack trace. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { ReplayRun } from '../tools/replay-run.ts';
import { makeCase, pcapOfCases } from '../tools/capture-case.ts';
import { concatBytes, latin1 } from '../tools/bytes.ts';
import {
  foundRecords,
  inTemporaryDirectory,
  recordLine,
  replayBytes,
  runSuntap,
} from '../tools/replay-run.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

const plain = makeCase({ recipe: { name: 'plain' }, seed: 11, family: 4, link: 'ethernet' }, 0);
const capture = pcapOfCases([plain], 'ethernet');

function assertSaidPlainly(run: ReplayRun): void {
  assert.doesNotMatch(run.stderr, /^\s+at /m, 'no stack trace');
  assert.doesNotMatch(run.stderr, /undefined|\[object/);
}

function assertRefused(run: ReplayRun, mention: RegExp): void {
  assert.equal(run.code, 2, run.stderr);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, /^[^\n]+\n$/, 'exactly one line');
  assert.match(run.stderr, mention);
  assertSaidPlainly(run);
}

const NO_CAPTURES: { name: string; bytes: Uint8Array }[] = [
  { name: 'notes.txt', bytes: latin1('Dear collector,\nnothing to see here.\n') },
  { name: 'program', bytes: concatBytes([latin1('\x7fELF\x02\x01\x01'), new Uint8Array(200)]) },
  { name: 'archive.zip', bytes: concatBytes([latin1('PK\x03\x04'), new Uint8Array(60)]) },
  { name: 'empty.pcap', bytes: new Uint8Array(0) },
  { name: 'page.html', bytes: latin1('<!DOCTYPE html><html><body>404</body></html>') },
  { name: 'picture.png', bytes: concatBytes([latin1('\x89PNG\r\n\x1a\n'), new Uint8Array(50)]) },
  { name: 'text.gz', bytes: gzipSync('just text, compressed\n'.repeat(50)) },
  { name: 'zeros', bytes: new Uint8Array(5000) },
];

for (const { name, bytes } of NO_CAPTURES) {
  test(`refused: ${name}`, () => {
    inTemporaryDirectory((directory) => {
      const file = join(directory, name);
      writeFileSync(file, bytes);
      assertRefused(runSuntap(['replay', file, '--output', 'records']), new RegExp(name));
    });
  });
}

test('refused: a directory, a missing file', () => {
  inTemporaryDirectory((directory) => {
    mkdirSync(join(directory, 'captures'));
    assertRefused(runSuntap(['replay', join(directory, 'captures')]), /captures/);
    assertRefused(runSuntap(['replay', join(directory, 'missing.pcap')]), /missing\.pcap/);
  });
});

const WRONG_COMMANDS: { args: string[]; mention: RegExp }[] = [
  { args: ['replai', 'x.pcap'], mention: /replai/ },
  { args: ['replay'], mention: /FILE|file/ },
  { args: ['replay', 'x.pcap', '--outptu', 'records'], mention: /--outptu/ },
  { args: ['replay', 'x.pcap', '--output', 'recrods'], mention: /recrods/ },
  { args: ['replay', 'x.pcap', '--output'], mention: /--output/ },
  { args: ['replay', 'x.pcap', '--supervisor', '300.1.1.1'], mention: /300\.1\.1\.1/ },
  { args: ['replay', 'x.pcap', '--supervisor', ''], mention: /--supervisor/ },
];

for (const { args, mention } of WRONG_COMMANDS) {
  test(`refused: suntap ${args.join(' ')}`, () => {
    assertRefused(runSuntap(args), mention);
  });
}

test('help and version are data', () => {
  for (const flag of ['--help', '--version']) {
    const run = runSuntap([flag]);
    assert.equal(run.code, 0, flag);
    assert.notEqual(run.stdout, '', flag);
    assert.equal(run.stderr, '', flag);
  }
});

/** Offsets of the capture's bytes at which a packet ends. */
function packetEnds(): number[] {
  const view = new DataView(capture.buffer, capture.byteOffset);
  const ends = [FILE_HEADER_BYTES];
  for (let at = FILE_HEADER_BYTES; at < capture.length;) {
    at += RECORD_HEADER_BYTES + view.getUint32(at + 8, true);
    ends.push(at);
  }
  return ends;
}

const ends = packetEnds();
const middle = ends[Math.floor(ends.length / 2)] ?? 0;

const CUTS: { name: string; at: number; isClean: boolean }[] = [
  { name: 'between two packets', at: middle, isClean: true },
  { name: 'one byte into a packet header', at: middle + 1, isClean: false },
  { name: 'just before the end of a packet header', at: middle + 15, isClean: false },
  { name: 'just behind a packet header', at: middle + 16, isClean: false },
  { name: 'in the middle of a packet', at: middle + 40, isClean: false },
  { name: 'before the last byte', at: capture.length - 1, isClean: false },
];

for (const { name, at, isClean } of CUTS) {
  for (const compressed of [false, true]) {
    test(`cut ${name}${compressed ? ', compressed' : ''}`, () => {
      const whole = ends.filter((end) => end <= at).at(-1) ?? 0;
      const cut = capture.subarray(0, at);
      const expected = replayBytes(capture.subarray(0, whole));
      const run = replayBytes(compressed ? gzipSync(cut) : cut);
      assert.equal(run.stdout, expected.stdout);
      assert.equal(run.code, 0, run.stderr);
      assertSaidPlainly(run);
      if (!isClean) assert.notEqual(run.stderr, expected.stderr, 'a warning');
    });
  }
}

test('a gzip stream that breaks off gives what came before', () => {
  const compressed = gzipSync(capture);
  const run = replayBytes(compressed.subarray(0, Math.floor(compressed.length * 0.7)));
  assert.equal(run.code, 0, run.stderr);
  assertSaidPlainly(run);
  const found = foundRecords(run.stdout).map(recordLine);
  assert.ok(found.length > 0);
  assert.deepEqual(found, [...plain.truth.must].slice(0, found.length));
});

test('a capture cut in its own header: a warning, nothing found', () => {
  const run = replayBytes(capture.subarray(0, 10));
  assert.equal(run.code, 1, run.stderr);
  assert.equal(run.stdout, '');
  assert.match(run.stderr, /case\.pcap/);
  assertSaidPlainly(run);
});

test('a capture without packets: nothing found', () => {
  const run = replayBytes(capture.subarray(0, FILE_HEADER_BYTES));
  assert.equal(run.code, 1, run.stderr);
  assert.equal(run.stdout, '');
  assertSaidPlainly(run);
});

test('a full disk is said, and the exit status tells', { skip: !existsSync('/dev/full') }, () => {
  inTemporaryDirectory((directory) => {
    const file = join(directory, 'plain.pcap');
    writeFileSync(file, capture);
    const full = openSync('/dev/full', 'w');
    const run = spawnSync(process.execPath, ['dist/suntap.js', 'replay', file], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    assert.equal(run.status, 2, run.stderr);
    assert.match(run.stderr, /suntap: Standard output could not be written[^\n]*\n$/);
  });
});
