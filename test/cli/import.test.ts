/** `suntap import`, as a user runs it. */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';
import { LineMaker } from '../tools/record-line.ts';
import { BUNDLE, foundRecords, recordLine, runSuntap } from '../tools/replay-run.ts';
import { linesFile, TemporaryDirectory } from './temporary-directory.ts';

const DAY = join(import.meta.dirname, '../captures/day.pcap');
const DAY_LINES = foundRecords(
  readFileSync(join(import.meta.dirname, '../captures/day.expected.jsonl'), 'utf8'),
).map(recordLine);
/** Of records, of which there should be 1023 bytes. */
const BEGINNING_OF_FRAME = Buffer.from([0x44, 0xff, 0x07, 1, 2, 3, 4, 5, 6, 7]);
const POLL_MS = 20;
const PATIENCE_MS = 30_000;

const temporary = new TemporaryDirectory();
let count = 0;

after(() => {
  temporary.remove();
});

/** Of something that is not there yet. */
function newPath(): string {
  return temporary.path(String(count++));
}

function linesIn(log: string): string[] {
  const args = ['export', '--log', log, '--format', 'records'];
  const { stdout, stderr } = runSuntap(args);
  assert.ok(stderr === '' || stdout === '', stderr);
  return stdout.split('\n').slice(0, -1);
}

function bytesExported(log: string, format: string): Buffer {
  const args = [BUNDLE, 'export', '--log', log, '--format', format];
  return spawnSync(process.execPath, args, { maxBuffer: 1 << 26 }).stdout;
}

interface Summary {
  files: number;
  failedFiles: number;
  newRecords: number;
  knownRecords: number;
  revisions: number;
  rejectedLines: Record<string, number>;
  otherLines: number;
  grownBytes: number;
  logBytes: number;
  givenUpRecords: number;
}

function imported(log: string, files: readonly string[], ...args: string[]) {
  const { code, stdout, stderr } = runSuntap(['import', ...files, '--log', log, '--json', ...args]);
  return { code, stderr, summary: JSON.parse(stdout) as Summary };
}

test('a capture: each record once, in order; a second time nothing', () => {
  const log = newPath();
  const first = imported(log, [DAY]);
  assert.equal(first.code, 0, first.stderr);
  assert.equal(first.stderr, '');
  assert.deepEqual(linesIn(log), DAY_LINES);
  assert.equal(first.summary.newRecords, DAY_LINES.length);
  assert.ok(first.summary.knownRecords > 0, 'what was sent twice');
  const files = readdirSync(log).map((name) => readFileSync(join(log, name)));
  assert.equal(first.summary.grownBytes, files[0]?.length);
  assert.equal(first.summary.logBytes, files[0]?.length);

  const again = imported(log, [DAY]);
  assert.equal(again.code, 0);
  assert.deepEqual(
    [again.summary.newRecords, again.summary.revisions, again.summary.grownBytes],
    [0, 0, 0],
  );
  assert.deepEqual(
    readdirSync(log).map((name) => readFileSync(join(log, name))),
    files,
  );
});

test('a table for a person', () => {
  const log = newPath();
  const { stdout, stderr } = runSuntap(['import', DAY, '--log', log]);
  assert.equal(stdout, '');
  assert.match(
    stderr,
    /^new records +1 151\nalready there +381\nrevisions +0\nbytes in the log +\d/,
  );
});

const FORMS: { name: string; bytes: Buffer }[] = [
  { name: 'lines', bytes: Buffer.from(DAY_LINES.map((line) => `${line}\r\n`).join('')) },
  {
    name: 'a system log',
    bytes: Buffer.from(DAY_LINES.map((line) => `May  9 router: ${line}\nnoise\n`).join('')),
  },
  { name: 'a gzipped capture', bytes: gzipSync(readFileSync(DAY)) },
];

for (const { name, bytes } of FORMS) {
  test(`import of ${name}`, () => {
    const log = newPath();
    const file = newPath();
    writeFileSync(file, bytes);
    const { code, summary, stderr } = imported(log, [file]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(linesIn(log), DAY_LINES);
    assert.equal(summary.otherLines, name === 'a system log' ? DAY_LINES.length : 0);
  });
}

test('standard input', () => {
  const log = newPath();
  const { code, stderr } = runSuntap(['import', '-', '--log', log], readFileSync(DAY));
  assert.equal(code, 0, stderr);
  assert.deepEqual(linesIn(log), DAY_LINES);
});

/** Lines of all kinds, some again, some revised, with bytes that are no text in some of them. */
function anyLines(random: Random): string[] {
  const maker = new LineMaker(1, random);
  const lines: string[] = [];
  for (let left = random.int(1, 300); left > 0; left--) {
    const line = maker.next();
    lines.push(line);
    if (random.chance(0.05)) lines.push(`${line}${random.pick(['7', '\x01', '\xff', '"', '\\'])}`);
    if (random.chance(0.05)) lines.push(random.pick(lines));
  }
  return random.chance(0.3) ? random.shuffle(lines) : lines;
}

test('property: an exported and imported log is equal to the first', () => {
  forSeeds(10, (random) => {
    const lines = anyLines(random);
    const first = newPath();
    assert.equal(imported(first, [linesFile(newPath(), lines)]).code, 0);
    const once = [...new Set(lines)].map((line) => `${line}\n`).join('');
    assert.equal(bytesExported(first, 'records').toString('latin1'), once);
    for (const format of ['jsonl', 'records']) {
      const bytes = bytesExported(first, format);
      const file = newPath();
      writeFileSync(file, bytes);
      const second = newPath();
      assert.equal(imported(second, [file]).code, 0);
      assert.ok(bytesExported(second, format).equals(bytes), format);
    }
  });
});

test('revisions are kept, and told', () => {
  const [line = ''] = DAY_LINES;
  const log = newPath();
  const file = linesFile(newPath(), [line, `${line}1`, line, `${line}1`]);
  const { summary } = imported(log, [file]);
  assert.deepEqual([summary.newRecords, summary.revisions, summary.knownRecords], [1, 1, 2]);
  assert.equal(imported(log, [file]).summary.knownRecords, 4);
  assert.deepEqual(linesIn(log), [line, `${line}1`]);
});

test('broken and missing files: the others are read, and the status tells', () => {
  const log = newPath();
  const cut = newPath();
  const capture = readFileSync(DAY);
  writeFileSync(cut, capture.subarray(0, capture.length >> 1));
  const text = newPath();
  writeFileSync(text, 'nothing of ours\n');
  const { code, stderr, summary } = imported(log, [newPath(), text, cut]);
  assert.equal(code, 2);
  assert.match(stderr, /There is no file/);
  assert.match(stderr, /is no packet capture/);
  assert.match(stderr, /is cut short/);
  assert.equal(summary.failedFiles, 2);
  const lines = linesIn(log);
  assert.ok(lines.length > 100);
  assert.deepEqual(lines, DAY_LINES.slice(0, lines.length));
});

test('nothing found', () => {
  const empty = newPath();
  writeFileSync(empty, readFileSync(DAY).subarray(0, 24));
  const { code, stderr } = imported(newPath(), [empty]);
  assert.equal(code, 1);
  assert.match(stderr, /There is no record in what was to be imported/);
});

test('a size limit: the oldest go, and it is said how many', () => {
  const log = newPath();
  const lines = Array.from({ length: 6000 }, (_, i) => {
    const time = new Date(Date.UTC(2026, 0, 1) + i * 300_000).toISOString().replace(/\D/g, '');
    const noise = Array.from({ length: 12 }, (_, k) => Math.imul(i * 12 + k + 1, 0x9e3779b1));
    return `777\t${time.slice(0, 14)}\tS\t${noise.join('\t')}`;
  });
  const { code, stderr, summary } = imported(
    log,
    [linesFile(newPath(), lines)],
    '--size-limit',
    '256K',
  );
  assert.equal(code, 0, stderr);
  const kept = linesIn(log);
  assert.equal(summary.newRecords, 6000);
  assert.ok(summary.givenUpRecords > 0);
  assert.equal(kept.length, 6000 - summary.givenUpRecords);
  assert.deepEqual(kept, lines.slice(-kept.length));
  assert.ok(summary.logBytes <= 256 * 1024);
  assert.match(stderr, / of the oldest records had no room in the log any more/);
});

const REFUSED: { args: string[]; sentence: RegExp }[] = [
  { args: ['--size-limit', '3 apples'], sentence: /--size-limit is '3 apples'/ },
  { args: ['--size-limit', '1K'], sentence: /--size-limit is '1K'/ },
  { args: ['--supervisor', 'x'], sentence: /--supervisor is an IP address/ },
];

for (const { args, sentence } of REFUSED) {
  test(`import refuses ${args.join(' ')}`, () => {
    const log = newPath();
    const { code, stderr } = runSuntap(['import', DAY, '--log', log, ...args]);
    assert.equal(code, 2);
    assert.match(stderr, sentence);
    assert.ok(!existsSync(log));
  });
}

const UNWRITABLE: { name: string; prepare: (log: string) => void; sentence: RegExp }[] = [
  {
    name: 'a file instead of a directory',
    prepare: (log) => {
      writeFileSync(log, '');
    },
    sentence: /is no directory/,
  },
  {
    name: 'a directory in none',
    prepare: () => undefined,
    sentence: /There is no directory/,
  },
  {
    name: 'a log of a later version',
    prepare: (log) => {
      mkdirSync(log);
      writeFileSync(join(log, '00000001.log'), 'suntap\x7f\nand whatever that has in it');
    },
    sentence: /was written by a later suntap/,
  },
];

for (const { name, prepare, sentence } of UNWRITABLE) {
  test(`import into ${name}`, () => {
    const log = name === 'a directory in none' ? join(newPath(), 'log') : newPath();
    prepare(log);
    const { code, stdout, stderr } = runSuntap(['import', DAY, '--log', log]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, sentence);
    assert.equal(stderr.split('\n').length, 2);
  });
}

/** An import that waits for more of standard input, and so has the log. */
class WaitingImport {
  readonly child: ChildProcessWithoutNullStreams;
  stderr = '';
  readonly #log: string;

  constructor(log: string) {
    this.#log = log;
    this.child = spawn(process.execPath, [BUNDLE, 'import', '-', '--log', log]);
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // It may end before it has read what it was sent.
    this.child.stdin.on('error', () => undefined);
  }

  async until(holds: () => boolean): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    while (!holds()) {
      assert.ok(performance.now() < deadlineMs, this.stderr);
      await sleep(POLL_MS);
    }
  }

  async ready(): Promise<void> {
    await this.until(() => existsSync(join(this.#log, 'lock')));
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null) await once(this.child, 'exit');
    return this.child.exitCode;
  }
}

test('a log that is in use', async () => {
  const log = newPath();
  const waiting = new WaitingImport(log);
  await waiting.ready();
  const { code, stderr } = runSuntap(['import', DAY, '--log', log]);
  assert.equal(code, 2);
  assert.match(stderr, new RegExp(`is in use by process ${waiting.child.pid ?? 0}\\.`));
  waiting.child.stdin.end(`${DAY_LINES[0] ?? ''}\n`);
  assert.equal(await waiting.ended(), 0, waiting.stderr);
  assert.deepEqual(linesIn(log), DAY_LINES.slice(0, 1));
  assert.equal(imported(log, [DAY]).code, 0);
});

test('a log that is being written: an end that is not whole yet is no damage', async () => {
  const log = newPath();
  imported(log, [DAY]);
  const waiting = new WaitingImport(log);
  await waiting.ready();
  const segment = join(log, '00000001.log');
  const whole = readFileSync(segment);
  writeFileSync(segment, Buffer.concat([whole, BEGINNING_OF_FRAME]));
  writeFileSync(join(log, '00000002.log'), '');
  const verify = runSuntap(['log', 'verify', '--log', log]);
  writeFileSync(segment, whole);
  waiting.child.stdin.end();
  await waiting.ended();
  assert.equal(verify.code, 0, verify.stdout);
  assert.match(verify.stdout, /all of it is whole/);
});

/** More than waits for the end of the import. */
function manyLines(from: number): string[] {
  return Array.from(
    { length: 6000 },
    (_, i) => `777\t20260509110500\tS${from + i}\t${'x'.repeat(60)}`,
  );
}

test('a log that cannot be written any more ends the import', async () => {
  const log = newPath();
  const waiting = new WaitingImport(log);
  await waiting.ready();
  waiting.child.stdin.write(
    manyLines(0)
      .map((line) => `${line}\n`)
      .join(''),
  );
  await waiting.until(() => existsSync(join(log, '00000001.log')));
  rmSync(log, { recursive: true, force: true });
  // Standard input stays open: it is not read on.
  waiting.child.stdin.write(
    manyLines(6000)
      .map((line) => `${line}\n`)
      .join(''),
  );
  assert.equal(await waiting.ended(), 2);
  assert.match(waiting.stderr, /is not there any more/);
  assert.match(waiting.stderr, /Import the same files again/);
});

test('SIGINT: what was read is kept', async () => {
  const log = newPath();
  const waiting = new WaitingImport(log);
  await waiting.ready();
  const given = [...DAY_LINES, ...manyLines(0)];
  waiting.child.stdin.write(given.map((line) => `${line}\n`).join(''));
  await waiting.until(() => existsSync(join(log, '00000001.log')));
  waiting.child.kill('SIGINT');
  assert.equal(await waiting.ended(), 2);
  assert.match(waiting.stderr, /Interrupted/);
  const lines = linesIn(log);
  assert.deepEqual(lines, given.slice(0, lines.length));
  assert.ok(lines.length > 500, `${lines.length} lines`);
});
