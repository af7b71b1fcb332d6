import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { describe } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { render } from '../../src/config/render.ts';

const folder = mkdtempSync(join(tmpdir(), 'suntap-config-'));
after(() => {
  rmSync(folder, { recursive: true });
});

function written(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function refusal(path: string): Promise<string> {
  const result = await loadConfig(path);
  assert.ok(!result.ok);
  return result.errors.map(describe).join('\n');
}

test('a UCI file and what is rendered of it give the same settings', async () => {
  const uci = await loadConfig(
    written('suntap', "config suntap 'main'\n\toption supervisor '10.0.0.7'\n"),
  );
  assert.ok(uci.ok);
  assert.equal(uci.settings.main.supervisor, '10.0.0.7');
  const json = await loadConfig(written('suntap.json', render(uci.settings)));
  assert.deepEqual(json, uci);
});

test('files that cannot be read are errors with the path', async () => {
  const none = join(folder, 'none');
  assert.equal(await refusal(none), `${none}: there is no such file; check the path`);
  const below = join(written('plain', ''), 'x');
  assert.equal(await refusal(below), `${below}: there is no such file; check the path`);
  assert.equal(await refusal(folder), `${folder}: this is a directory; name the file in it`);
  // Even root gets no byte of this one.
  assert.equal(
    await refusal('/proc/self/mem'),
    '/proc/self/mem: it cannot be read (i/o error); check its owner and mode',
  );
});

test('a file without an end is refused after the limit, UCI or JSON', async () => {
  assert.match(await refusal('/dev/zero'), /^\/dev\/zero: it is larger than 256 KiB/);
  assert.match(await refusal(written('large.json', ' '.repeat(262_145))), /larger than 256 KiB/);
});

test('all that is wrong is told at once, with the path', async () => {
  const path = written('wrong', 'config suntap\n\toption a 1\n\toption b 1\n');
  const sentences = (await refusal(path)).split('\n');
  assert.deepEqual(
    sentences.map((sentence) => sentence.split(':')[0]),
    [`${path} line 2`, `${path} line 3`],
  );
});

test('a pipe is read to its end', async () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reading = loadConfig(path);
  execFileSync('sh', [
    '-c',
    `(echo "config suntap"; sleep 0.1; echo " option enabled 1") > "$1"`,
    'sh',
    path,
  ]);
  const result = await reading;
  assert.ok(result.ok && result.settings.main.enabled);
});
