/** README says what the source says. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { TABLES, withTables } from '../../scripts/build/readme.ts';
import * as usages from '../../src/cli/command-usages.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('the tables made from the source are up to date (make readme)', () => {
  for (const name of Object.keys(TABLES)) assert.ok(readme.includes(`<!-- ${name} -->`), name);
  assert.equal(withTables(readme), readme);
});

test('every command is in README', () => {
  for (const usage of Object.values(usages)) {
    assert.ok(readme.includes(`suntap ${usage.name}`), usage.name);
  }
});

test('every file that README points to exists', () => {
  for (const [, path] of readme.matchAll(/\]\((?!http)([^)#]+)\)/g)) {
    assert.ok(existsSync(new URL(`../../${path ?? ''}`, import.meta.url)), path);
  }
});

test('every make target that README names exists', () => {
  const makefile = readFileSync(new URL('../../Makefile', import.meta.url), 'utf8');
  for (const [, target] of readme.matchAll(/`?make (\w+)`/g)) {
    assert.match(makefile, new RegExp(`^${target ?? ''}:`, 'm'));
  }
});
