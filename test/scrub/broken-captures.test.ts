/**
 * Captures with broken bytes anywhere behind the headers of the file format: never a crash, and what
 * comes out can be read. `TEST_SEED=<seed> SUNTAP_CASES=1` repeats one.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeCase, pcapOfCases } from '../tools/capture-case.ts';
import { LINK_KINDS, onlyFamily } from '../tools/link-frame.ts';
import { randomRecipe } from '../tools/random-recipe.ts';
import { Random } from '../tools/random.ts';
import { inDirectory, packetsOf, replayed, scrubFile } from './scrubbed.ts';

const FIRST_SEED = Number(process.env['TEST_SEED'] ?? 1);
const CASES = Number(process.env['SUNTAP_CASES'] ?? 60);

function broken(capture: Uint8Array, share: number, random: Random): Buffer {
  const bytes = Buffer.from(capture);
  for (let at = 24; at + 16 <= bytes.length;) {
    const end = at + 16 + bytes.readUInt32LE(at + 8);
    for (let i = at + 16; i < end; i++) if (random.chance(share)) bytes[i] = random.int(0, 255);
    at = end;
  }
  return bytes;
}

test(`scrub: broken captures from seed ${FIRST_SEED} on`, async () => {
  let scrubbed = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
    const random = new Random(seed);
    const link = random.pick(LINK_KINDS.filter((kind) => onlyFamily(kind) === undefined));
    const recipe = randomRecipe(random.fork(1));
    const one = makeCase({ recipe, seed, family: random.chance(0.5) ? 4 : 6, link }, 73_951);
    const share = random.pick([0.0005, 0.003, 0.02]);
    const capture = broken(pcapOfCases([one], link), share, random);
    await inDirectory(async (directory) => {
      const [input, output] = [join(directory, 'in'), join(directory, 'out')];
      writeFileSync(input, capture);
      const result = await scrubFile(input, output);
      if (!result.ok) {
        assert.equal(result.fault.reason, 'nothing-found', `seed ${seed}`);
        assert.equal((await replayed(capture)).lines.length, 0, `seed ${seed}`);
        return;
      }
      scrubbed++;
      const bytes = readFileSync(output);
      const { pipeline } = await replayed(bytes);
      assert.equal((await packetsOf(bytes)).length, result.report.written, `seed ${seed}`);
      assert.equal(pipeline.tcp.counters.checksumsWrong, 0, `seed ${seed}`);
      assert.equal(pipeline.packets.headersDamaged, 0, `seed ${seed}`);
    });
  }
  assert.ok(scrubbed > CASES / 2 || CASES < 10);
});
