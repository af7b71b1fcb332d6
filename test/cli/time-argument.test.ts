import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTimeArgument } from '../../src/cli/time-argument.ts';
import { forSeeds } from '../base/seeds.ts';

const TIMES: readonly [text: string, iso: string][] = [
  ['2026-05-09', '2026-05-09T00:00:00Z'],
  ['2026-05-09T12:00', '2026-05-09T12:00:00Z'],
  ['2026-05-09 12:00', '2026-05-09T12:00:00Z'],
  ['2026-05-09T12:34:56', '2026-05-09T12:34:56Z'],
  ['2026-05-09T12:34:56Z', '2026-05-09T12:34:56Z'],
  ['2026-05-09t12:34:56z', '2026-05-09T12:34:56Z'],
  ['2026-05-09T12:34:56.999Z', '2026-05-09T12:34:56Z'],
  ['2026-05-09T12:34Z', '2026-05-09T12:34:00Z'],
  ['2026-05-09T00:30:00+02:00', '2026-05-08T22:30:00Z'],
  ['2026-05-09T20:00-05:30', '2026-05-10T01:30:00Z'],
  ['2026-05-09T12:00:00-00:00', '2026-05-09T12:00:00Z'],
  ['2024-02-29', '2024-02-29T00:00:00Z'],
  ['1969-12-31T23:59:59Z', '1969-12-31T23:59:59Z'],
  ['0001-01-01', '0001-01-01T00:00:00Z'],
  ['9999-12-31', '9999-12-31T00:00:00Z'],
  ['20260509120000', '2026-05-09T12:00:00Z'],
];

test('times', () => {
  for (const [text, iso] of TIMES) {
    const value = Date.parse(iso) / 1000;
    assert.deepEqual(parseTimeArgument('from', text), { ok: true, value }, text);
  }
});

const NONE: readonly [text: string, reason: RegExp][] = [
  ['yesterday', /no time; write it like/],
  ['', /no time; write it like/],
  ['2026', /no time; write it like/],
  ['2026-05', /no time; write it like/],
  ['20260509', /no time; write it like/],
  ['1778328000', /no time; write it like/],
  ['2026-5-9', /no time; write it like/],
  ['09.05.2026', /no time; write it like/],
  ['2026-05-09T12', /no time; write it like/],
  ['2026-05-09T12:00:', /no time; write it like/],
  ['2026-05-09T12:00+0200', /no time; write it like/],
  ['2026-05-09T12:00 +02:00', /no time; write it like/],
  ['2026-05-09Z', /no time; write it like/],
  [' 2026-05-09', /no time; write it like/],
  ['2026-05-09\n', /no time; write it like/],
  ['202605091200000', /no time; write it like/],
  ['2026-02-29', /calendar and clock/],
  ['2026-13-01', /calendar and clock/],
  ['2026-00-10', /calendar and clock/],
  ['2026-04-31T12:00', /calendar and clock/],
  ['2026-05-09T24:00', /calendar and clock/],
  ['2026-05-09T23:60', /calendar and clock/],
  ['2026-05-09T23:59:60Z', /calendar and clock/],
  ['20260230120000', /calendar and clock/],
  ['2026-05-09T12:00+24:00', /zone/],
  ['2026-05-09T12:00-01:60', /zone/],
];

test('what is no time gets a sentence', () => {
  for (const [text, reason] of NONE) {
    const parsed = parseTimeArgument('to', text);
    assert.ok(!parsed.ok, text);
    assert.match(parsed.problem, reason, text);
    assert.match(parsed.problem, /^--to is '[^\x00-\x1f]*', which is no time[^\x00-\x1f]*\.$/);
  }
});

test('random times, in every form they are taken in', () => {
  forSeeds(1000, (random) => {
    const seconds = random.int(-(2 ** 31), 2 ** 32);
    const iso = new Date(seconds * 1000).toISOString();
    const offset = random.int(-1439, 1439);
    const local = new Date((seconds + offset * 60) * 1000).toISOString().slice(0, 19);
    const two = (n: number) => String(n).padStart(2, '0');
    const hours = two(Math.floor(Math.abs(offset) / 60));
    const zone = `${offset < 0 ? '-' : '+'}${hours}:${two(Math.abs(offset) % 60)}`;
    for (const text of [
      iso,
      iso.slice(0, 19),
      iso.replace(/\D/g, '').slice(0, 14),
      `${local}${zone}`,
    ]) {
      assert.deepEqual(parseTimeArgument('from', text), { ok: true, value: seconds }, text);
    }
  });
});
