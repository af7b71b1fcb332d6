/**
 * The long fuzz target: one million mutated inputs, `make fuzz`. A failure names the seed of its
 * round, which `--seed N --inputs 5000` repeats.
 */
import { parseArgs } from 'node:util';
import { fuzz } from '../tools/fuzz.ts';

const ROUND_INPUTS = 5000;
const REPORT_EVERY_ROUNDS = 20;
/** More than the limits of reassembly allow in all, and what the engine keeps around it. */
const HELD_LIMIT_BYTES = 8 * 1_048_576;

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
  },
});
const firstSeed = Number(values.seed);
process.stdout.write(`seed ${firstSeed}\n`);
const { inputs, largestHeldBytes } = fuzz({
  seed: firstSeed,
  inputs: Number(values.inputs),
  roundInputs: ROUND_INPUTS,
  onRound: ({ seed, inputsSoFar, records, largestHeldBytes: held }) => {
    if ((seed - firstSeed) % REPORT_EVERY_ROUNDS !== 0) return;
    const heldKib = Math.round(held / 1024);
    process.stdout.write(
      `${inputsSoFar} inputs, ${records} records in this round, at most ${heldKib} KiB held\n`,
    );
  },
});
process.stdout.write(
  `${inputs} inputs without a failure, at most ${Math.round(largestHeldBytes / 1024)} KiB held\n`,
);
if (largestHeldBytes > HELD_LIMIT_BYTES) {
  process.stdout.write(`more than the ${HELD_LIMIT_BYTES / 1024} KiB that the limits allow\n`);
  process.exitCode = 1;
}
