/**
 * Random tests run over a row of seeds. The row is the same on every machine, so that a failure is
 * not a matter of luck; `TEST_SEED=12345` begins it elsewhere.
 */
import { Random } from '../tools/random.ts';

const FIRST_SEED = Number(process.env['TEST_SEED'] ?? 1);

/** Runs `check` for `count` seeds. What it throws names the seed that brings it back. */
export function forSeeds(count: number, check: (random: Random) => void): void {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + count; seed++) {
    try {
      check(new Random(seed));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`fails with TEST_SEED=${seed}: ${why}`, { cause });
    }
  }
}
