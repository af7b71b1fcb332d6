/** `suntap export` of a log that `suntap import` made, as a user runs both. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BUNDLE, foundRecords, recordLine, runSuntap } from '../tools/replay-run.ts';
import { linesFile, TemporaryDirectory } from './temporary-directory.ts';

const DAY = join(import.meta.dirname, '../captures/day.pcap');
const EXPECTED = readFileSync(join(import.meta.dirname, '../captures/day.expected.jsonl'), 'utf8');

/** A log that a person can read: two devices, a revision, a record of an unknown type. */
const SMALL = [
  '130|20260509110500|E1|AC_Module||10.5|0.1|240|0.4|0.1|54|2.6|25.2|60.01|0',
  '140|20260509110500|PVS5c|PVS5M0400c|125|-637.8|0.37|0.43|0.56|0.65|60.01|0',
  '130|20260509235500|E1|AC_Module||12.25|0|240|0|0|54|0|20|60|0',
  '130|20260509110500|E1|AC_Module||10.75|0.1|240|0.4|0.1|54|2.6|25.2|60.01|0',
  '777|20260510001000|E1|a,b|say "x"|',
  '130|20260510110000|E1|AC_Module||13.125|0.1|240|0.4|0.1|54|2.6|25.2|60.01|0',
].map((line) => line.replaceAll('|', '\t'));

const temporary = new TemporaryDirectory();
let day = '';
let small = '';

before(() => {
  day = temporary.path('day');
  small = temporary.path('small');
  assert.equal(runSuntap(['import', DAY, '--log', day]).code, 0);
  const run = runSuntap(['import', linesFile(temporary.path('small.txt'), SMALL), '--log', small]);
  assert.equal(run.code, 0, run.stderr);
});

after(() => {
  temporary.remove();
});

function exported(log: string, ...args: string[]): string {
  const { code, stdout, stderr } = runSuntap(['export', '--log', log, ...args], undefined, 'UTC');
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

test('jsonl: what replay prints of the same capture, by time, with what it means', () => {
  const objects = exported(day, '--format', 'jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const records = objects
    .filter(({ fields }) => fields !== undefined)
    .map(({ type, time, serial, fields }) => ({ type, time, serial, fields }));
  const expected = foundRecords(EXPECTED).sort((one, other) => one.time.localeCompare(other.time));
  assert.deepEqual(records, expected);
  // Of the site only what is known: nothing before the first inverter has woken up.
  const site = objects.filter(({ scope }) => scope === 'site');
  assert.equal(site[0]?.['time'], '2026-05-09T13:20:00Z');
  assert.ok(site.every(({ productionWh }) => typeof productionWh === 'number'));
});

test('records: the lines as they were sent, revisions included', () => {
  assert.equal(exported(small, '--format', 'records'), SMALL.map((line) => `${line}\n`).join(''));
  const lines = foundRecords(EXPECTED).map((record) => `${recordLine(record)}\n`);
  assert.equal(exported(day, '--format', 'records'), lines.join(''));
});

test('csv: a table of readings', () => {
  const [header = '', ...rows] = exported(small, '--format', 'csv').trimEnd().split('\n');
  const names = header.split(',');
  const shown = rows.map((row) =>
    row
      .split(',')
      .flatMap((cell, column) => (cell === '' ? [] : [`${names[column] ?? ''} ${cell}`]))
      .join(', '),
  );
  assert.deepEqual(shown, [
    'time 2026-05-09T11:05:00Z, scope gridMeter, serial PVS5c, lifetimeWh -637800, powerW 370, frequencyHz 60.01, reactivePowerVar 430, apparentPowerVA 560, powerFactor 0.65',
    'time 2026-05-09T11:05:00Z, scope inverter, serial E1, lifetimeWh 10750, powerW 100, voltageV 240, currentA 0.4, dcPowerW 100, dcVoltageV 54, dcCurrentA 2.6, heatSinkTemperatureC 25.2, frequencyHz 60.01',
    'time 2026-05-09T23:55:00Z, seconds 46200, scope inverter, serial E1, kind gap, energyWh 1500, meanPowerW 116.9, lifetimeWh 12250, powerW 0, voltageV 240, currentA 0, dcPowerW 0, dcVoltageV 54, dcCurrentA 0, heatSinkTemperatureC 20, frequencyHz 60',
    'time 2026-05-09T23:55:00Z, seconds 46200, scope site, kind gap, productionWh 1500, productionW 116.9, producers 1, missing 0',
    'time 2026-05-10T11:00:00Z, seconds 39900, scope inverter, serial E1, kind gap, energyWh 875, meanPowerW 78.9, lifetimeWh 13125, powerW 100, voltageV 240, currentA 0.4, dcPowerW 100, dcVoltageV 54, dcCurrentA 2.6, heatSinkTemperatureC 25.2, frequencyHz 60.01',
    'time 2026-05-10T11:00:00Z, seconds 39900, scope site, kind gap, productionWh 875, productionW 78.9, producers 1, missing 0',
  ]);
});

test('readings of one device, or of a time', () => {
  const device = exported(small, '--device', 'E1', '--from', '2026-05-10');
  assert.deepEqual(
    device
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { time, energyWh, kind } = JSON.parse(line) as Record<string, unknown>;
        return [time, energyWh, kind];
      }),
    [
      ['2026-05-10T00:10:00Z', undefined, undefined],
      ['2026-05-10T11:00:00Z', 875, 'gap'],
    ],
  );
});

test('what is exported as jsonl can be imported again', () => {
  const file = temporary.path('again.jsonl');
  writeFileSync(file, exported(day));
  const again = temporary.path('again');
  assert.equal(runSuntap(['import', file, '--log', again]).code, 0);
  const sorted = (log: string): string[] => exported(log, '--format', 'records').split('\n').sort();
  assert.deepEqual(sorted(again), sorted(day));
});

test('csv of one type', () => {
  assert.equal(
    exported(small, '--format', 'csv', '--type', '140'),
    `type,time,meterSerial,model,ctScaleA,netLifetimeEnergyKWh,realPowerKW,reactivePowerKvar,apparentPowerKVA,powerFactor,frequencyHz,state
140,2026-05-09T11:05:00Z,PVS5c,PVS5M0400c,125,-637.8,0.37,0.43,0.56,0.65,60.01,0
`,
  );
});

test('day totals: the newest counter of each device and day', () => {
  assert.equal(
    exported(small, '--totals', '--format', 'csv'),
    `day,type,time,serial,lifetimeEnergyKWh
2026-05-09,140,2026-05-09T11:05:00Z,PVS5c,-637.8
2026-05-09,130,2026-05-09T23:55:00Z,E1,12.25
2026-05-10,130,2026-05-10T11:00:00Z,E1,13.125
`,
  );
  assert.equal(
    exported(small, '--totals', '--device', 'PVS5c'),
    '{"day":"2026-05-09","type":140,"time":"2026-05-09T11:05:00Z","serial":"PVS5c","lifetimeEnergyKWh":"-637.8"}\n',
  );
  const late = exported(small, '--totals', '--from', '2026-05-10', '--type', '130');
  assert.match(late, /^[^\n]*"13.125"}\n$/);
});

test('day totals are of local days', () => {
  const run = runSuntap(
    ['export', '--log', small, '--totals', '--format', 'csv'],
    undefined,
    'Asia/Tokyo',
  );
  const totals = run.stdout.split('\n').filter((row) => row.includes(',130,'));
  assert.deepEqual(totals, [
    '2026-05-09,130,2026-05-09T11:05:00Z,E1,10.75',
    '2026-05-10,130,2026-05-10T11:00:00Z,E1,13.125',
  ]);
});

test('day totals cannot be taken for records', () => {
  const totals = temporary.path('totals.jsonl');
  writeFileSync(totals, exported(small, '--totals'));
  assert.equal(runSuntap(['import', totals, '--log', temporary.path('none')]).code, 2);
  const { code, stderr } = runSuntap(['export', '--log', small, '--totals', '--format', 'records']);
  assert.equal(code, 2);
  assert.match(stderr, /'--totals' has jsonl and csv/);
});

const SELECTIONS: { args: string[]; lines: number[] }[] = [
  { args: ['--from', '2026-05-10'], lines: [4, 5] },
  { args: ['--from', '2026-05-09T23:55:00Z'], lines: [2, 4, 5] },
  { args: ['--from', '20260509235501'], lines: [4, 5] },
  { args: ['--to', '2026-05-09T11:05:00Z'], lines: [0, 1, 3] },
  { args: ['--to', '2026-05-09T11:04:59Z'], lines: [] },
  {
    args: ['--from', '2026-05-09T13:05+02:00', '--to', '2026-05-09T13:05+02:00'],
    lines: [0, 1, 3],
  },
  { args: ['--device', 'E1', '--to', '2026-05-10'], lines: [0, 2, 3] },
  { args: ['--device', 'e1'], lines: [] },
  { args: ['--device', 'E'], lines: [] },
  { args: ['--type', '777'], lines: [4] },
  { args: ['--type', '0777'], lines: [4] },
  { args: ['--type', '13'], lines: [] },
];

for (const { args, lines } of SELECTIONS) {
  test(`export ${args.join(' ')}`, () => {
    const run = runSuntap(['export', '--log', small, '--format', 'records', ...args]);
    assert.deepEqual(
      run.stdout.split('\n').slice(0, -1),
      lines.map((n) => SMALL[n]),
    );
    assert.equal(run.code, lines.length === 0 ? 1 : 0);
    assert.equal(run.stderr === '', lines.length > 0);
  });
}

const REFUSED: { args: string[]; sentence: RegExp }[] = [
  { args: ['--from', 'yesterday'], sentence: /--from is 'yesterday', which is no time/ },
  { args: ['--type', 'x'], sentence: /--type is 'x', which is no record type/ },
  { args: ['--from', '2027-01-01', '--to', '2026-01-01'], sentence: /--from is later than --to/ },
  { args: ['--config', '/nope'], sentence: /\/nope/ },
];

for (const { args, sentence } of REFUSED) {
  test(`export refuses ${args.join(' ')}`, () => {
    const { code, stdout, stderr } = runSuntap(['export', '--log', small, ...args]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, sentence);
  });
}

test('no log, an empty one, and something else', () => {
  const empty = temporary.path('empty');
  mkdirSync(empty);
  for (const { log, code, sentence } of [
    { log: temporary.path('nowhere'), code: 1, sentence: /There is no log in/ },
    { log: empty, code: 1, sentence: /There is no record in/ },
    { log: DAY, code: 2, sentence: /is no directory/ },
  ]) {
    for (const command of [['export'], ['log', 'info'], ['log', 'verify']]) {
      const run = runSuntap([...command, '--log', log]);
      assert.equal(run.code, code, `${command.join(' ')}: ${run.stderr}`);
      assert.match(run.stderr, sentence);
      assert.equal(run.stderr.split('\n').length, 2);
    }
  }
});

test('the log that a configuration names', () => {
  const config = temporary.path('suntap.config');
  writeFileSync(config, `config log 'log'\n\toption directory '${small}'\n`);
  const { stdout } = runSuntap(['export', '--config', config, '--format', 'records']);
  assert.equal(stdout.split('\n')[0], SMALL[0]);
});

test('damage is told once, and the rest is printed', () => {
  const log = temporary.path('damaged');
  runSuntap(['import', DAY, '--log', log]);
  const segment = join(log, '00000001.log');
  const data = readFileSync(segment);
  data[data.length >> 2]! ^= 1;
  writeFileSync(segment, data);
  for (const format of ['jsonl', 'csv', 'records']) {
    const { code, stdout, stderr } = runSuntap(['export', '--log', log, '--format', format]);
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^suntap: Log segment 00000001\.log from byte \d+ on, \d+ bytes, is damaged\.\n$/,
    );
    assert.ok(stdout.length > 1000);
  }
});

test('a reader that goes away is no error; a full disk is', () => {
  const shell = (script: string) =>
    spawnSync('bash', ['-c', `set -o pipefail; ${script}`, process.execPath, BUNDLE, day], {
      encoding: 'utf8',
    });
  const head = shell('"$0" "$1" export --log "$2" | head -1');
  assert.equal(head.stderr, '');
  assert.match(head.stdout, /^\{"type":120,"time":"2026-05-09T11:05:00Z".*\}\n$/);
  assert.equal(head.status, 0);
  const full = shell('"$0" "$1" export --log "$2" > /dev/full');
  assert.equal(full.status, 2);
  assert.match(full.stderr, /Standard output could not be written to the end/);
});
