import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { dayName, localClock } from '../../src/zone/local-day.ts';
import { loadZone, systemZone, type ZonePlaces } from '../../src/zone/load-zone.ts';
import type { ZoneFault, ZoneResult } from '../../src/zone/zone-fault.ts';
import { zoneFile } from './zone-bytes.ts';
import { RULES } from './zones.ts';

const HOUR = 3600;
const TOP = mkdtempSync(join(tmpdir(), 'suntap-zone-'));
after(() => {
  rmSync(TOP, { recursive: true });
});

const FIRST = join(TOP, 'first', 'zoneinfo');
const SECOND = join(TOP, 'second');
const DIRECTORIES = [join(TOP, 'none'), FIRST, SECOND];

function put(path: string, data: string | Uint8Array): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, data);
  return path;
}

/** A zone file that is told from others by its offset. */
function fileOf(hours: number): Uint8Array {
  return zoneFile({ version: 2, offsetsSec: [hours * HOUR], changes: [] });
}

const BERLIN = put(join(FIRST, 'Europe', 'Berlin'), fileOf(3));
put(join(SECOND, 'Europe', 'Berlin'), fileOf(4));
put(join(SECOND, 'America', 'New_York'), fileOf(5));
put(join(SECOND, 'EST5EDT'), fileOf(6));
put(join(SECOND, 'UTC'), fileOf(7));
put(join(FIRST, 'Broken'), 'Dear diary');
put(join(SECOND, 'Broken'), fileOf(8));
put(join(FIRST, 'Large'), new Uint8Array(100_000));
put(join(FIRST, 'Empty'), '');
put(join(TOP, 'outside'), fileOf(9));

const NAMES: { name: string; as?: string; hours: number }[] = [
  { name: 'Europe/Berlin', hours: 3 },
  { name: 'America/New_York', hours: 5 },
  // As LuCI writes it.
  { name: 'America/New York', as: 'America/New_York', hours: 5 },
  // Both a name and a rule.
  { name: 'EST5EDT', hours: 6 },
  { name: 'PST8PDT', hours: -8 },
  { name: 'UTC', hours: 0 },
  { name: 'Etc/UTC', hours: 0 },
  { name: 'GMT0', hours: 0 },
  { name: '<-03>3', hours: -3 },
  { name: 'CET-1CEST,M3.5.0,M10.5.0/3', hours: 1 },
  { name: '<-02>2<-01>,M3.5.0/-1,M10.5.0/0', hours: -2 },
];

for (const { name, as = name, hours } of NAMES) {
  test(`'${name}' is a zone of ${hours} h`, () => {
    assertZone(loadZone(name, DIRECTORIES), as, hours);
  });
}

function assertZone(result: ZoneResult, name: string, hours: number): void {
  assert.ok(result.ok, JSON.stringify(result));
  assert.equal(result.zone.name, name);
  // 1 January 1970.
  assert.equal(result.zone.offsetSec(0) / HOUR, hours);
}

const BAD_NAMES = [
  '',
  ' ',
  '.',
  '..',
  '../outside',
  'Europe/../../outside',
  'Europe/..',
  './Europe/Berlin',
  '/etc/localtime',
  BERLIN,
  'Europe//Berlin',
  'Europe/Berlin/',
  'Europe/Berlin\0',
  'Europe/Berlin\n',
  ' Europe/Berlin',
  'Europe\\Berlin',
  'Ünzone',
  '-',
  '+01:00',
  '<-03>',
  'CET-1CEST,M3.5.0',
];

for (const name of BAD_NAMES) {
  test(`${JSON.stringify(name.replace(TOP, ''))} is a bad name`, () => {
    assertFault(loadZone(name, DIRECTORIES), { reason: 'bad-name', subject: name });
  });
}

test('64 characters are a name, 65 are not', () => {
  assertFault(loadZone('A'.repeat(64), DIRECTORIES), {
    reason: 'unknown',
    subject: 'A'.repeat(64),
  });
  assertFault(loadZone('A'.repeat(65), DIRECTORIES), {
    reason: 'bad-name',
    subject: 'A'.repeat(64),
  });
});

function assertFault(result: ZoneResult, fault: Omit<ZoneFault, 'layer'>): void {
  assert.deepEqual(result, { ok: false, fault: { layer: 'zone', ...fault } });
}

const FAULTS: { name: string; fault: Omit<ZoneFault, 'layer'> }[] = [
  { name: 'Europe/Atlantis', fault: { reason: 'unknown', subject: 'Europe/Atlantis' } },
  // A directory.
  { name: 'Europe', fault: { reason: 'unknown', subject: 'Europe' } },
  // A file in the place of a directory.
  { name: 'Europe/Berlin/Mitte', fault: { reason: 'unknown', subject: 'Europe/Berlin/Mitte' } },
  ...[
    { name: 'Broken', detail: 'no TZif header' },
    { name: 'Empty', detail: 'no TZif header' },
    { name: 'Large', detail: 'more than 65536 bytes' },
  ].map(({ name, detail }) => ({
    name,
    fault: { reason: 'not-a-zone-file' as const, subject: join(FIRST, name), detail },
  })),
];

for (const { name, fault } of FAULTS) {
  test(`'${name}': ${fault.reason}`, () => {
    assertFault(loadZone(name, DIRECTORIES), fault);
  });
}

test(
  'a file that may not be read',
  { skip: process.getuid?.() === 0 && 'root may read all' },
  () => {
    const path = put(join(FIRST, 'Secret'), fileOf(1));
    chmodSync(path, 0);
    assertFault(loadZone('Secret', DIRECTORIES), {
      reason: 'unreadable',
      subject: path,
      detail: 'permission denied',
    });
  },
);

test('links in a circle cannot be read', () => {
  const path = join(FIRST, 'Circle');
  symlinkSync('Circle', path);
  const detail = 'too many symbolic links encountered';
  assertFault(loadZone('Circle', DIRECTORIES), { reason: 'unreadable', subject: path, detail });
});

test('where there is no file, Intl is asked', () => {
  const result = loadZone('Europe/Berlin', []);
  assert.ok(result.ok);
  const { zone } = result;
  assert.equal(zone.name, 'Europe/Berlin');
  assert.equal(zone.offsetSec(1_711_846_799), HOUR);
  assert.equal(zone.offsetSec(1_711_846_799.9), HOUR);
  assert.equal(zone.offsetSec(1_711_846_800), 2 * HOUR);
  assert.equal(dayName(zone, 1_711_840_000), '2024-03-31');
  assert.deepEqual(localClock(zone, 1_711_846_800), { date: '2024-03-31', time: '03:00' });
  for (const timeSec of [-1e11, -6.3e10, 2.6e11, 1e300, -1e300, Infinity, NaN]) {
    assert.ok(Math.abs(zone.offsetSec(timeSec)) < 3 * HOUR, `${timeSec}`);
  }
});

/** Runs `use` where nobody may touch Intl, or it is not there. */
function withIntl(descriptor: PropertyDescriptor, use: () => void): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'Intl');
  assert.ok(before);
  Object.defineProperty(globalThis, 'Intl', { configurable: true, ...descriptor });
  try {
    use();
  } finally {
    Object.defineProperty(globalThis, 'Intl', before);
  }
}

test('where there is a file or a rule, Intl is not touched', () => {
  const get = (): never => {
    throw new Error('Intl was asked');
  };
  let results: ZoneResult[] = [];
  let days: string[] = [];
  withIntl({ get }, () => {
    results = ['Europe/Berlin', RULES.berlin, 'UTC', 'Broken', '../x'].map((name) =>
      loadZone(name, DIRECTORIES),
    );
    days = results.flatMap((result) => (result.ok ? [dayName(result.zone, 86_400 * 1.5)] : []));
  });
  assert.deepEqual(
    results.map(({ ok }) => ok),
    [true, true, true, false, false],
  );
  assert.deepEqual(days, ['1970-01-02', '1970-01-02', '1970-01-02']);
});

test('a Node without Intl knows no zone that has no file', () => {
  let result: ZoneResult | undefined;
  withIntl({ value: undefined }, () => {
    result = loadZone('Europe/Berlin', []);
  });
  assert.ok(result);
  assertFault(result, { reason: 'unknown', subject: 'Europe/Berlin' });
});

const LINK = join(TOP, 'localtime');
symlinkSync(BERLIN, LINK);
const COPY = put(join(TOP, 'copy'), fileOf(9));
const RULE_FILE = put(join(TOP, 'TZ'), 'AST4ADT,M3.2.0,M11.1.0\n');
const EMPTY_FILE = put(join(TOP, 'empty-TZ'), '\n');
const UTC_FILE = put(join(TOP, 'utc-TZ'), 'UTC\n');
const BAD_FILE = put(join(TOP, 'bad-TZ'), 'what?\n');
const NO_FILE = join(TOP, 'no-file');

const NOWHERE: ZonePlaces = {
  environment: {},
  localtimeFile: NO_FILE,
  ruleFile: NO_FILE,
  directories: DIRECTORIES,
};

const SYSTEMS: { name: string; places: Partial<ZonePlaces>; zone: string; hours: number }[] = [
  { name: 'nothing says', places: {}, zone: 'UTC', hours: 0 },
  { name: 'a link', places: { localtimeFile: LINK }, zone: 'Europe/Berlin', hours: 3 },
  { name: 'a copy', places: { localtimeFile: COPY }, zone: COPY, hours: 9 },
  {
    name: 'the link first',
    places: { localtimeFile: LINK, ruleFile: RULE_FILE },
    zone: 'Europe/Berlin',
    hours: 3,
  },
  { name: 'a rule', places: { ruleFile: RULE_FILE }, zone: 'AST4ADT,M3.2.0,M11.1.0', hours: -4 },
  { name: 'an empty rule', places: { ruleFile: EMPTY_FILE }, zone: 'UTC', hours: 0 },
  { name: 'UTC as a rule', places: { ruleFile: UTC_FILE }, zone: 'UTC', hours: 0 },
  ...[
    { tz: '', zone: 'UTC', hours: 0 },
    { tz: ':', zone: 'UTC', hours: 0 },
    { tz: 'Europe/Berlin', zone: 'Europe/Berlin', hours: 3 },
    { tz: ':America/New_York', zone: 'America/New_York', hours: 5 },
    { tz: '<-03>3', zone: '<-03>3', hours: -3 },
    { tz: ':<-03>3', zone: '<-03>3', hours: -3 },
    { tz: `:${LINK}`, zone: 'Europe/Berlin', hours: 3 },
    { tz: COPY, zone: COPY, hours: 9 },
  ].map(({ tz, zone, hours }) => ({
    name: `TZ='${tz.replace(TOP, '')}'`,
    places: { environment: { TZ: tz }, localtimeFile: COPY, ruleFile: RULE_FILE },
    zone,
    hours,
  })),
];

for (const { name, places, zone, hours } of SYSTEMS) {
  test(`the zone of a system: ${name}`, () => {
    assertZone(systemZone({ ...NOWHERE, ...places }), zone, hours);
  });
}

const BAD_SYSTEMS: {
  name: string;
  places: Partial<ZonePlaces>;
  fault: Omit<ZoneFault, 'layer'>;
}[] = [
  {
    name: 'TZ is of no zone',
    places: { environment: { TZ: 'Europe/Atlantis' }, localtimeFile: LINK },
    fault: { reason: 'unknown', subject: 'Europe/Atlantis' },
  },
  {
    name: 'TZ is nonsense',
    places: { environment: { TZ: ':../../x' } },
    fault: { reason: 'bad-name', subject: '../../x' },
  },
  {
    name: 'TZ is a file that is not there',
    places: { environment: { TZ: NO_FILE } },
    fault: { reason: 'unknown', subject: NO_FILE },
  },
  {
    name: 'the file of local time is none',
    places: { localtimeFile: join(FIRST, 'Broken'), ruleFile: RULE_FILE },
    fault: {
      reason: 'not-a-zone-file',
      subject: join(FIRST, 'Broken'),
      detail: 'no TZif header',
    },
  },
  {
    name: 'the rule is none',
    places: { ruleFile: BAD_FILE },
    fault: { reason: 'bad-name', subject: 'what?' },
  },
];

for (const { name, places, fault } of BAD_SYSTEMS) {
  test(`a system that cannot say: ${name}`, () => {
    assertFault(systemZone({ ...NOWHERE, ...places }), fault);
  });
}

test('this system has a zone, or says why not', () => {
  const result = systemZone();
  if (!result.ok) assert.equal(result.fault.layer, 'zone');
});
