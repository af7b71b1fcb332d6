/** What may happen to a log, at random. */
import fc from 'fast-check';
import type { Failure } from './memory-files.ts';
import { digitsOf, reading, STEP_SEC, T } from './log-under-test.ts';
import { tabbed } from '../record/lines.ts';

export type Step =
  | { kind: 'add'; lines: string[] }
  | { kind: 'add-bulky'; first: number; count: number }
  | { kind: 'commit' | 'commitFull' | 'reopen' | 'kill' | 'heal' | 'read-only' }
  | { kind: 'power-cut'; seed: number }
  /** Counted from the next one on. */
  | { kind: 'fail-at'; operation: number; code: string; how: Failure }
  | { kind: 'fail'; operation: number; code: string }
  | { kind: 'fill'; leftBytes: number };

/** Times on the grid, a little off it, and of clocks that are wrong. */
const times = fc.oneof(
  { weight: 8, arbitrary: fc.nat(12).map((slot) => digitsOf(T + slot * STEP_SEC)) },
  { weight: 1, arbitrary: fc.nat(400).map((sec) => digitsOf(T + sec)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '00000101000000',
      '00520229123456',
      '19691231235959',
      '19700101000000',
      '21060207062815',
      '21060207062816',
      '99991231235959',
    ),
  },
);

const serials = fc.constantFrom(
  'E00100',
  'E00101',
  'E00102',
  ' ',
  '\xff\0\xfe',
  '\'"\\',
  'z'.repeat(300),
);
const versions = fc.nat(2);

const record = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(serials, fc.nat(12), versions)
      .map(([serial, slot, version]) => reading(serial, T + slot * STEP_SEC, 100 + slot + version)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('120', '140', '777', '0130', '130', '99999'), times, serials, versions)
      .map(([type, time, serial, version]) => tabbed(`${type}|${time}|${serial}|${version}`)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        times,
        fc.array(fc.constantFrom('', '0', '-1.5', '1e9', '\xe9', ' 7'), { maxLength: 9 }),
      )
      .map(([time, fields]) => ['131', time, 'E00100', ...fields].join('\t')),
  },
);

/** What one request brings: the same interval of some inverters. */
const request = fc
  .tuple(fc.nat(12), fc.integer({ min: 1, max: 6 }), versions)
  .map(([slot, devices, version]) =>
    Array.from({ length: devices }, (_, device) =>
      reading(`E0010${device}`, T + slot * STEP_SEC, 100 + slot + version),
    ),
  );

const codes = fc.constantFrom('EIO', 'ENOSPC', 'EROFS');

/** @param options.bulky how often records come of which nine fill a segment */
export function steps(options: { bulky: number }): fc.Arbitrary<Step[]> {
  const bulk = fc
    .tuple(fc.nat(60), fc.integer({ min: 1, max: 20 }))
    .map(([first, count]): Step => ({ kind: 'add-bulky', first, count }));
  const step = fc.oneof(
    { weight: 6, arbitrary: request.map((lines): Step => ({ kind: 'add', lines })) },
    {
      weight: 4,
      arbitrary: fc
        .array(record, { minLength: 1, maxLength: 4 })
        .map((lines): Step => ({ kind: 'add', lines })),
    },
    { weight: options.bulky, arbitrary: bulk },
    { weight: 6, arbitrary: fc.constant<Step>({ kind: 'commit' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'commitFull' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'reopen' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'kill' }) },
    { weight: 2, arbitrary: fc.nat().map((seed): Step => ({ kind: 'power-cut', seed })) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.integer({ min: 1, max: 6 }),
          codes,
          fc.constantFrom<Failure>('before', 'torn', 'after'),
        )
        .map(([operation, code, how]): Step => ({ kind: 'fail-at', operation, code, how })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.integer({ min: 1, max: 4 }), codes)
        .map(([operation, code]): Step => ({ kind: 'fail', operation, code })),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'read-only' }) },
    {
      weight: 1,
      arbitrary: fc.nat(40_000).map((leftBytes): Step => ({ kind: 'fill', leftBytes })),
    },
    { weight: 3, arbitrary: fc.constant<Step>({ kind: 'heal' }) },
  );
  return fc.array(step, { maxLength: 30, size: 'max' });
}
