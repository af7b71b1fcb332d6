import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseQuantityArgument } from '../../src/cli/quantity-argument.ts';
import { SECTIONS } from '../../src/config/option-definitions.ts';

const { size_limit: SIZE, commit_interval: SECONDS } = SECTIONS.log.options;

test('sizes and seconds of the command line', () => {
  assert.deepEqual(parseQuantityArgument('log-size', '1m', SIZE), { ok: true, value: 1_048_576 });
  assert.deepEqual(parseQuantityArgument('x', '1h', SECONDS), { ok: true, value: 3600 });
});

test('what is wrong with them, and what to do', () => {
  for (const [text, definition, problem] of [
    [
      '8MB',
      SIZE,
      "--x is '8MB', which is no size; write whole bytes, or a whole number and K, M or G, like 8M.",
    ],
    ['1', SIZE, "--x is '1', which is out of range; write 256K to 1024G."],
    [
      '\x1b[31m',
      SECONDS,
      "--x is '?[31m', which is no number of seconds; write it like 60, 60s, 5m or 1h.",
    ],
    ['0', SECONDS, "--x is '0', which is out of range; write 1 to 86400 seconds."],
  ] as const) {
    assert.deepEqual(parseQuantityArgument('x', text, definition), { ok: false, problem });
  }
});
