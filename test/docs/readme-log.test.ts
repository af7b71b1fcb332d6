/**
 * What README shows of the log is what the commands print. Sizes follow from how well records are
 * coded, and the flash from the machine: their numbers may differ.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { TemporaryDirectory } from '../cli/temporary-directory.ts';
import { BUNDLE } from '../tools/replay-run.ts';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const MACHINE_DEPENDENT = /^flash life .*/gm;

const [, session = ''] = /^## The log\n[^]*?^```\n([^]*?)^```$/m.exec(README) ?? [];
const steps = session.split(/^\$ dist\/suntap /m).slice(1);

const temporary = new TemporaryDirectory();
after(() => {
  temporary.remove();
});

function withoutNumbers(text: string): string {
  return text
    .replace(MACHINE_DEPENDENT, '')
    .replace(/\d+([ .]\d+)*/g, '#')
    .replace(/ +/g, ' ');
}

test('the commands of the section on the log print what it says', () => {
  assert.equal(steps.length, 5);
  for (const step of steps) {
    const [command = '', ...shown] = step.split('\n');
    const script = command
      .replace('test/captures', join(ROOT, 'test/captures'))
      .replace('--log demo', `--log ${temporary.path('demo')}`);
    const run = spawnSync(
      'sh',
      ['-c', `node "$0" ${script.replace(' |', ' 2>&1 |')} 2>&1`, BUNDLE],
      {
        encoding: 'utf8',
        env: { ...process.env, TZ: 'UTC' },
      },
    );
    const printed = run.stdout.replace(temporary.path('demo'), 'demo');
    if (command.startsWith('export')) assert.equal(printed, shown.join('\n'));
    else assert.equal(withoutNumbers(printed), withoutNumbers(shown.join('\n')));
  }
});
