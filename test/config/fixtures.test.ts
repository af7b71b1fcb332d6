/**
 * NAME.good is accepted and gives the settings of NAME.good.json; NAME.bad is refused with the
 * sentences of NAME.bad.txt, all of them. NAME ends in `.json` where the file is rendered JSON.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { describe } from '../../src/config/config-error.ts';
import { readConfig } from '../../src/config/load-config.ts';
import { render } from '../../src/config/render.ts';
import type { SettingsResult } from '../../src/config/resolve.ts';

const FOLDER = new URL('.', import.meta.url);
const NAMES = readdirSync(FOLDER).filter((name) => /\.(good|bad)$/.test(name));

function outcome(name: string): SettingsResult {
  const path = /\.json\.\w+$/.test(name) ? '/var/run/suntap/suntap.json' : '/etc/config/suntap';
  return readConfig(readFileSync(new URL(name, FOLDER)), path);
}

/** UPDATE=1 writes what is there now; look at the difference before it is kept. */
function checkGolden(name: string, actual: string): void {
  const golden = new URL(name, FOLDER);
  if (process.env['UPDATE'] === '1') writeFileSync(golden, actual);
  assert.equal(actual, readFileSync(golden, 'utf8'));
}

test('there are fixtures of both kinds', () => {
  assert.ok(NAMES.some((name) => name.endsWith('.good')));
  assert.ok(NAMES.some((name) => name.endsWith('.bad')));
});

for (const name of NAMES) {
  test(name, () => {
    const result = outcome(name);
    if (name.endsWith('.good')) {
      assert.ok(result.ok, result.ok ? '' : result.errors.map(describe).join('\n'));
      checkGolden(`${name}.json`, render(result.settings));
    } else {
      assert.ok(!result.ok, 'was accepted');
      checkGolden(`${name}.txt`, result.errors.map((error) => `${describe(error)}\n`).join(''));
    }
  });
}
