import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describe, type ValueProblem } from '../../src/config/config-error.ts';
import {
  camelCase,
  SECTIONS,
  type OptionDefinition,
  type SectionDefinition,
  type Settings,
} from '../../src/config/option-definitions.ts';
import {
  defaultOf,
  valueOfJson,
  valueOfText,
  type ValueResult,
} from '../../src/config/option-value.ts';
import { parseRendered, render } from '../../src/config/render.ts';
import { resolve } from '../../src/config/resolve.ts';
import { badValue } from '../../src/config/settings-draft.ts';
import { suggestion } from '../../src/config/suggestion.ts';
import { parseUciFile } from '../../src/config/uci-file.ts';
import { Random } from '../tools/random.ts';

const OPTIONS: readonly [string, OptionDefinition][] = Object.values<SectionDefinition>(
  SECTIONS,
).flatMap(({ options }) => Object.entries(options));

function settingsOf(text: string): Settings {
  const parsed = parseUciFile(Buffer.from(text), 'f');
  assert.ok(parsed.ok);
  const result = resolve(parsed.sections, 'f');
  assert.ok(result.ok);
  return result.settings;
}

test('the table holds what UCI and its own checks accept', () => {
  for (const [name, definition] of OPTIONS) {
    assert.match(name, /^[a-z][a-z0-9_]*$/);
    assert.match(definition.doc, /^[A-Z][^\n|]+[^.\s]\.$/, name);
    const value = defaultOf(definition);
    if (value !== undefined) assert.deepEqual(valueOfJson(definition, value), { ok: true, value });
    for (const unset of ['', definition.example ?? '']) {
      assert.ok(valueOfText(definition, unset).ok, `${name}: ${unset}`);
    }
  }
});

test('a file without sections gives the defaults, typed and frozen', () => {
  const settings = settingsOf('');
  assert.deepEqual(settings, {
    main: {
      enabled: false,
      supervisor: undefined,
      interface: 'suntap0',
      capture: 'auto',
      refuseWrongChecksums: false,
    },
    log: {
      directory: '/srv/suntap',
      sizeLimit: 8_388_608,
      freeFloor: 1_048_576,
      commitInterval: 60,
    },
    site: { zone: undefined, production: 'auto', gridMeter: 'auto' },
    health: { silentAfter: 3600, weakShare: 70 },
  });
  assert.ok(Object.values({ settings, ...settings }).every((part) => Object.isFrozen(part)));
  // Compiles only as long as the types say what the table says.
  const capture: 'auto' | 'libpcap' | 'tcpdump' = settings.main.capture;
  const supervisor: string | undefined = settings.main.supervisor;
  const sizeLimit: number = settings.log.sizeLimit;
  const directory: string = settings.log.directory;
  assert.deepEqual(
    [capture, supervisor, sizeLimit, directory],
    ['auto', undefined, 8_388_608, '/srv/suntap'],
  );
});

const BOOLS = [
  [true, ['1', 'on', 'true', 'yes', 'enabled']],
  [false, ['0', 'off', 'false', 'no', 'disabled', '']],
] as const;

test('booleans are written as everywhere in OpenWrt', () => {
  for (const [value, words] of BOOLS) {
    for (const word of words) {
      const settings = settingsOf(`config suntap main\n\toption enabled '${word}'\n`);
      assert.equal(settings.main.enabled, value, word);
    }
  }
  for (const word of ['2', '-1', '01', 'ON', 'On', 'y', 'n', ' 1', '1 ', 't']) {
    assert.equal(valueOfText(SECTIONS.main.options.enabled, word).ok, false, word);
  }
});

test('addresses of hosts, and nothing else', () => {
  const { supervisor } = SECTIONS.main.options;
  for (const good of [
    '192.168.1.50',
    '10.0.0.1',
    '127.0.0.1',
    '223.255.255.254',
    'fe80::1',
    '::1',
    'FD00::1',
  ]) {
    assert.deepEqual(valueOfText(supervisor, good), { ok: true, value: good });
  }
  for (const bad of [
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4:80',
    '[::1]',
    'auto',
    '255.255.255.255',
    '224.0.0.1',
    '0.0.0.0',
    '::',
    'ff02::1',
    '::ffff:1.2.3.4',
    '::ffff:102:304',
  ]) {
    assert.equal(valueOfText(supervisor, bad).ok, false, bad);
  }
});

test('names of devices as the kernel takes them', () => {
  const device = SECTIONS.main.options.interface;
  for (const good of ['suntap0', 'eth0.10', 'br-lan', 'any', 'fifteen-letters', '@x']) {
    assert.deepEqual(valueOfText(device, good), { ok: true, value: good });
  }
  for (const bad of ['sixteen-letters0', '.', '..', 'a/b', 'eth0:1', 'a b', 'a\n', 'dach-süd']) {
    assert.equal(valueOfText(device, bad).ok, false, bad);
  }
});

test('directories by their absolute path', () => {
  const { directory } = SECTIONS.log.options;
  const longest = `/${'x'.repeat(4094)}`;
  for (const [text, value] of [
    ['/', '/'],
    ['///', '/'],
    ['/srv/suntap/', '/srv/suntap'],
    ['/srv/a b//', '/srv/a b'],
    ['/mnt/süd', '/mnt/süd'],
    ['/srv/../x', '/srv/../x'],
    [longest, longest],
  ] as const) {
    assert.deepEqual(valueOfText(directory, text), { ok: true, value });
  }
  for (const [text, problem] of [
    ['srv', 'not-absolute'],
    ['./srv', 'not-absolute'],
    ['~/srv', 'not-absolute'],
    [' /srv', 'not-absolute'],
    ['/srv\0', 'not-printable'],
    ['/srv\n/x', 'not-printable'],
    ['/srv\x7f', 'not-printable'],
    ['/srv\x85', 'not-printable'],
    ['/s\udcfcd', 'not-printable'],
    [`${longest}x`, 'too-long'],
    [`/${'ü'.repeat(2048)}`, 'too-long'],
  ] as const) {
    assertProblem(valueOfText(directory, text), problem);
  }
});

function assertProblem(result: ValueResult, problem: ValueProblem['problem']): void {
  assert.ok(!result.ok, 'was accepted');
  assert.equal(result.problem.problem, problem);
}

test('sizes and seconds, within their limits', () => {
  const { size_limit, free_floor, commit_interval } = SECTIONS.log.options;
  const { weak_share } = SECTIONS.health.options;
  for (const [definition, text, value] of [
    [size_limit, '256K', 262_144],
    [size_limit, '262144', 262_144],
    [size_limit, '1024g', 1024 ** 4],
    [free_floor, '0', 0],
    [commit_interval, '1', 1],
    [commit_interval, '1h', 3600],
    [commit_interval, '24h', 86_400],
    [weak_share, '70', 70],
    [weak_share, '99%', 99],
  ] as const) {
    assert.deepEqual(valueOfText(definition, text), { ok: true, value }, text);
    assert.deepEqual(valueOfJson(definition, value), { ok: true, value }, text);
    assert.deepEqual(valueOfJson(definition, text), { ok: true, value }, text);
  }
  for (const [definition, value, problem] of [
    [size_limit, '262143', 'out-of-range'],
    [size_limit, '1025G', 'out-of-range'],
    [size_limit, '9'.repeat(400), 'out-of-range'],
    [size_limit, 262_143, 'out-of-range'],
    [size_limit, -1, 'out-of-range'],
    [size_limit, 1e300, 'out-of-range'],
    [size_limit, '1T', 'not-a-size'],
    [size_limit, '8 M', 'not-a-size'],
    [size_limit, 300_000.5, 'not-a-size'],
    [size_limit, true, 'not-a-size'],
    [size_limit, ['8M'], 'not-a-size'],
    [commit_interval, '0', 'out-of-range'],
    [commit_interval, '25h', 'out-of-range'],
    [commit_interval, 86_401, 'out-of-range'],
    [commit_interval, '1d', 'not-seconds'],
    [commit_interval, 1.5, 'not-seconds'],
    [commit_interval, {}, 'not-seconds'],
    [weak_share, '0', 'out-of-range'],
    [weak_share, '100%', 'out-of-range'],
    [weak_share, '7 %', 'not-a-percentage'],
    [weak_share, '0.7', 'not-a-percentage'],
  ] as const) {
    assertProblem(valueOfJson(definition, value), problem);
    if (typeof value === 'string') assertProblem(valueOfText(definition, value), problem);
  }
});

test('names of zones and POSIX rules, and nothing that leads elsewhere', () => {
  const { zone } = SECTIONS.site.options;
  for (const good of ['America/Argentina/Buenos_Aires', 'UTC', 'EST5EDT', '<+0330>-3:30']) {
    assert.deepEqual(valueOfText(zone, good), { ok: true, value: good });
  }
  for (const bad of [
    '/etc/passwd',
    '../zone',
    '\u0000',
    'Europe/Berlin\n',
    ' UTC',
    'x'.repeat(65),
  ]) {
    assertProblem(valueOfText(zone, bad), 'not-a-zone');
  }
});

test('a refused secret is not told, nor what it is near to', () => {
  const secret = {
    kind: 'choice',
    choices: ['hunter1'],
    default: 'hunter1',
    doc: '',
    secret: true,
  } as const;
  const refused = valueOfText(secret, 'hunter2');
  assert.ok(!refused.ok);
  const facts = badValue(secret, 'mqtt', 'password', 'hunter2', refused.problem);
  assert.doesNotMatch(JSON.stringify(facts), /hunter2|nearest/);
  assert.match(
    describe({ layer: 'config', file: 'f', line: 3, ...facts }),
    /^f line 3: option 'password'/,
  );
});

test('no suggestion for what is nothing like a known word', () => {
  const known = ['enabled', 'supervisor'];
  assert.equal(suggestion('SUPERVISOR', known), 'supervisor');
  assert.equal(suggestion('suprevisor', known), 'supervisor');
  assert.equal(suggestion('broker', known), undefined);
  assert.equal(suggestion('x'.repeat(100_000), known), undefined);
});

function anyUci(random: Random): string {
  const main = {
    enabled: random.pick(BOOLS.flatMap(([, words]) => [...words])),
    supervisor: random.pick(['', '192.168.1.50', 'fd00::22:f2ff:fe0a:1b2c']),
    interface: random.pick(['', 'br-lan', 'any', `x"\\{${random.int(0, 9999)}`]),
    capture: random.pick(['', ...SECTIONS.main.options.capture.choices]),
    refuse_wrong_checksums: random.pick(['', 'yes', 'no']),
  };
  const log = {
    directory: random.pick(['', '/', '/srv/suntap/', `/mnt/ü "\\{${random.int(0, 9999)}`]),
    size_limit: random.pick(['', '256K', '1g', '8388608', String(random.int(262_144, 2 ** 40))]),
    free_floor: random.pick(['', '0', '1024G', `${random.int(0, 9999)}k`]),
    commit_interval: random.pick(['', '1', '5m', '1H', `${random.int(1, 86_400)}s`]),
  };
  const site = {
    zone: random.pick(['', 'Europe/Berlin', 'Etc/GMT+5', '<-03>3', 'CET-1CEST,M3.5.0,M10.5.0/3']),
    production: random.pick(['', ...SECTIONS.site.options.production.choices]),
    grid_meter: random.pick(['', ...SECTIONS.site.options.grid_meter.choices]),
  };
  const health = {
    silent_after: random.pick(['', '600', '24h', '10m']),
    weak_share: random.pick(['', '1', '99%', '70']),
  };
  const sections = { main, log, site, health };
  assert.deepEqual(
    Object.values(sections).flatMap((values) => Object.keys(values)),
    OPTIONS.map(([name]) => name),
  );
  const lines = (values: Readonly<Record<string, string>>) =>
    random
      .shuffle(Object.entries(values))
      .map(([name, value]) => `\toption ${name} '${value}'\n`)
      .join('');
  return Object.entries(sections)
    .map(
      ([name, values]) =>
        `config ${SECTIONS[name as keyof Settings].type} ${name}\n${lines(values)}`,
    )
    .join('');
}

test('rendered settings are read back as they were', (t) => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_007);
  t.diagnostic(`seed ${seed}`);
  const random = new Random(seed);
  for (let round = 0; round < 500; round++) {
    const settings = settingsOf(anyUci(random));
    const json = render(settings);
    const back = parseRendered(Buffer.from(json), 'f');
    assert.ok(back.ok, json);
    assert.deepEqual(back.settings, settings);
    assert.equal(render(back.settings), json);
  }
});

test('rendered JSON has the options by their UCI names, in the order of the table', () => {
  const rendered = JSON.parse(render(settingsOf(''))) as Record<string, Record<string, unknown>>;
  assert.deepEqual(
    Object.values(rendered).flatMap((options) => Object.keys(options)),
    OPTIONS.map(([name]) => name),
  );
  assert.equal(camelCase('refuse_wrong_checksums'), 'refuseWrongChecksums');
});

test('JSON of any shape is refused, not thrown at', () => {
  for (const json of [
    '',
    'null',
    '1',
    '"x"',
    '[{}]',
    '{"main":[]}',
    '{"main":null}',
    '{"__proto__":{}}',
    '{"main":{"__proto__":1}}',
    '{"main":{"enabled":[[]]}}',
    '['.repeat(200_000),
    ' '.repeat(300_000),
  ]) {
    const result = parseRendered(Buffer.from(json), 'f');
    assert.ok(!result.ok && result.errors.length === 1, json.slice(0, 40));
    assert.match(describe(result.errors[0]!), /^f: \P{Cc}+$/u);
  }
});
