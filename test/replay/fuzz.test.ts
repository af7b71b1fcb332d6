/** A short run of the fuzzer with every test run; `make fuzz` is the long one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from '../tools/fuzz.ts';

const HELD_LIMIT_BYTES = 8 * 1_048_576;

test('mutated packets and streams: nothing crashes, nothing of another supervisor is lost', (t) => {
  const seed = Number(process.env['SUNTAP_SEED'] ?? Math.floor(Math.random() * 1e9));
  t.diagnostic(`seed ${seed}`);
  const { largestHeldBytes } = fuzz({ seed, inputs: 10_000, roundInputs: 5000 });
  assert.ok(largestHeldBytes <= HELD_LIMIT_BYTES, `${largestHeldBytes} bytes held`);
});
