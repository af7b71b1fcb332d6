import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readConfig } from '../../src/config/load-config.ts';
import { SECTIONS, type SectionDefinition } from '../../src/config/option-definitions.ts';
import { defaultConfigFile, optionsTable } from '../../src/config/option-documents.ts';
import { resolve } from '../../src/config/resolve.ts';
import { parseUciFile } from '../../src/config/uci-file.ts';

const PROJECT = new URL('../../', import.meta.url);
const SECTION_LIST = Object.entries<SectionDefinition>(SECTIONS);

function settingsOf(text: string): unknown {
  const result = readConfig(Buffer.from(text), 'default');
  assert.ok(result.ok);
  return result.settings;
}

test('the default file of the package is the one of the table', () => {
  const file = readFileSync(new URL('openwrt/files/suntap.config', PROJECT), 'utf8');
  assert.equal(
    file,
    defaultConfigFile(),
    'run: node --import tsx test/config/write-default-config.ts',
  );
});

test('the default file says what the defaults are, comments taken off or not', () => {
  const empty = resolve([], 'empty');
  assert.ok(empty.ok);
  const text = defaultConfigFile();
  assert.deepEqual(settingsOf(text), empty.settings);
  const uncommented = text.replace(/^\t#option /gm, '\toption ');
  assert.notEqual(uncommented, text);
  assert.deepEqual(settingsOf(uncommented), empty.settings);
});

test('the default file has every option once, below a comment', () => {
  const text = defaultConfigFile();
  for (const [name, { type, options }] of SECTION_LIST) {
    assert.equal(text.split(`\nconfig ${type} '${name}'\n`).length, 2);
    for (const option of Object.keys(options)) {
      assert.equal(
        text.match(new RegExp(`^\t# .+\n\t#?option ${option} '`, 'gm'))?.length,
        1,
        option,
      );
    }
  }
  for (const line of text.split('\n')) assert.ok(line.length <= 100, line);
});

test('a fresh installation asks for what the owner has to set', () => {
  const parsed = parseUciFile(Buffer.from(defaultConfigFile()), 'default');
  assert.ok(parsed.ok);
  assert.deepEqual(
    parsed.sections.map(({ type, name, options }) => [type, name, [...options.keys()]]),
    [
      ['suntap', 'main', ['enabled']],
      ['log', 'log', []],
      ['site', 'site', []],
      ['health', 'health', []],
    ],
  );
  assert.match(defaultConfigFile(), /^\toption supervisor ''$/m);
});

test('the table of options has a row for each, all of one shape', () => {
  const rows = optionsTable().trimEnd().split('\n');
  const options = SECTION_LIST.flatMap(([name, section]) =>
    Object.keys(section.options).map((option) => `| \`${name}\` | \`${option}\` |`),
  );
  assert.deepEqual(
    rows.slice(2).map((row) => row.split('|').slice(0, 3).join('|') + '|'),
    options,
  );
  for (const row of rows) assert.equal(row.split('|').length, 7, row);
});

const README = new URL('README.md', PROJECT);
const README_TABLE = existsSync(README)
  ? /<!-- options -->\n([\s\S]*?)<!-- \/options -->/.exec(readFileSync(README, 'utf8'))?.[1]
  : undefined;

test(
  'the README has the table of options',
  { skip: README_TABLE === undefined && 'README.md has no <!-- options --> yet' },
  () => {
    assert.equal(README_TABLE?.trim(), optionsTable().trim());
  },
);
