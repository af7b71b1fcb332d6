import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { tryCommand } from '../../scripts/run/command.ts';
import { segmentName } from '../../src/log/segment-name.ts';
import { suntap } from './kept.ts';
import { skipUnbuilt } from './needs.ts';

const skip = skipUnbuilt();
const capture = fileURLToPath(new URL('../captures/day.pcap', import.meta.url));
const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

function inDirectory(use: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'suntap-refused-'));
  try {
    // Others may look into it.
    chmodSync(directory, 0o755);
    use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Both commands that write: the daemon says so before it asks for the interface. */
function assertRefused(log: string, sentence: string): void {
  for (const command of [
    ['run', '--interface', 'lo'],
    ['import', capture],
  ]) {
    const { code, output, talk } = suntap([...command, '--log', log]);
    assert.deepEqual(
      { code, output, talk },
      { code: 2, output: '', talk: `suntap: ${sentence}\n` },
    );
  }
}

test('a log directory that is a file', { skip }, () => {
  inDirectory((directory) => {
    const file = join(directory, 'log');
    writeFileSync(file, 'mine');
    assertRefused(
      file,
      `'${file}' is no directory. Name one for the log: --log DIR, or option directory.`,
    );
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    const below = join(file, 'log');
    assertRefused(
      below,
      `'${below}' is no directory. Name one for the log: --log DIR, or option directory.`,
    );
  });
});

test('a log directory that cannot be made', { skip }, () => {
  inDirectory((directory) => {
    const log = join(directory, 'none', 'log');
    assertRefused(
      log,
      `There is no directory '${log}' for the log, and none can be made there. ` +
        'Make the one above it, or name another: --log DIR, or option directory.',
    );
    assert.ok(!existsSync(join(directory, 'none')));
  });
});

for (const [what, end] of [
  ['that grows', ''],
  ['that is sealed', '\x00\x01\x00\x00end\x02'],
] as const) {
  test(`a segment of a later version ${what}`, { skip }, () => {
    inDirectory((log) => {
      const name = segmentName('records', 1);
      const bytes = Buffer.from(`suntap\x02\n${'What a later version writes. '.repeat(99)}${end}`);
      writeFileSync(join(log, name), bytes);
      assertRefused(
        log,
        `The log in '${log}' was written by a later suntap (${name} has version 2). ` +
          'Install that one again, or name another directory: --log DIR.',
      );
      assert.deepEqual(readFileSync(join(log, name)), bytes);
      assert.deepEqual(readdirSync(log), [name]);
    });
  });
}

test('a log that its user may not write to', { skip: skip === false ? skipNobody() : skip }, () => {
  inDirectory((directory) => {
    const log = join(directory, 'log');
    const file = join(directory, 'day.pcap');
    copyFileSync(capture, file);
    mkdirSync(log);
    for (const path of [log, join(directory, 'other')]) {
      const { code, talk } = suntap(['import', file, '--log', path], asNobody);
      assert.equal(code, 2);
      assert.match(talk, /^suntap: The log in '.*' may not be written\. Give the directory to/);
      assert.match(talk, new RegExp(path));
    }
    assert.deepEqual(readdirSync(log), []);
  });
});

function skipNobody(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  const mayRead = tryCommand('setpriv', [...asNobody.slice(1), 'test', '-r', capture]);
  return mayRead === undefined ? 'setpriv cannot be used here' : false;
}
