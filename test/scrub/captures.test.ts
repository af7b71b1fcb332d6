/**
 * Captures of every kind: scrubbed, they give the same records but for serials, hold nothing private
 * and have right checksums. A failure of a random one names its seed: `TEST_SEED=<seed>`.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeCase, pcapOfCases, type CaptureCase } from '../tools/capture-case.ts';
import { LINK_KINDS, onlyFamily, type LinkKind } from '../tools/link-frame.ts';
import { randomRecipe } from '../tools/random-recipe.ts';
import { Random } from '../tools/random.ts';
import { RECIPES } from '../tools/recipe.ts';
import { assertNothingPrivate, privateParts } from './private-parts.ts';
import {
  assertSameButForSerials,
  replayed,
  scrubBytes,
  type Replayed,
  type Scrubbed,
} from './scrubbed.ts';

/** Serials begin with 100000 more: six digits that stand nowhere else. */
const FIRST_NUMBER = 73_951;
const FILES = Number(process.env['SUNTAP_SCRUB_FILES'] ?? 12);
const CASES_PER_FILE = 12;

interface Compared {
  before: Replayed;
  after: Replayed;
  scrubbed: Scrubbed;
}

async function compare(
  cases: readonly CaptureCase[],
  link: LinkKind,
): Promise<Compared | undefined> {
  const capture = pcapOfCases(cases, link);
  const before = await replayed(capture);
  // Nothing may be left of a short capture when packets are lost.
  if (before.lines.length === 0) return undefined;
  const scrubbed = await scrubBytes(capture);
  const after = await replayed(scrubbed.bytes);
  await assertNothingPrivate(scrubbed.bytes, privateParts(cases));
  assertRightChecksums(after);
  return { before, after, scrubbed };
}

function assertRightChecksums({ pipeline }: Replayed): void {
  assert.equal(pipeline.packets.headersDamaged, 0, 'IPv4 headers');
  assert.equal(pipeline.tcp.counters.checksumsWrong, 0, 'wrong TCP checksums');
  assert.equal(pipeline.tcp.counters.checksumsOffloaded, 0, 'TCP checksums not filled in');
  assert.deepEqual([...pipeline.packets.skipped], [], 'packets that cannot be read');
}

/** What must be equal of one supervisor's capture, in which no checksum was wrong. */
function facts({ pipeline, novelty }: Replayed): unknown {
  const { gaps, gapBytes, lateBytes } = pipeline.tcp.counters;
  const { counters } = pipeline.telemetry;
  const { answered, answerLines, headers, trailers, dataRequests, commandRequests } = counters;
  const telemetry = { answered, answerLines, headers, trailers, dataRequests, commandRequests };
  return { novelty, gaps, gapBytes, lateBytes, telemetry };
}

describe('scrub: every recipe', () => {
  RECIPES.forEach((recipe, index) => {
    test(recipe.name, async () => {
      for (const turn of [0, 1, 2]) {
        const link = LINK_KINDS[(index + 7 * turn) % LINK_KINDS.length] ?? 'ethernet';
        const family = recipe.ipv4Only === true ? 4 : (onlyFamily(link) ?? (turn === 1 ? 6 : 4));
        if (onlyFamily(link) === 6 && recipe.ipv4Only === true) continue;
        const request = { recipe, seed: 100 * index + turn, family, link };
        const one = makeCase(request, FIRST_NUMBER + 10 * index + turn);
        const compared = await compare([one], link);
        if (compared === undefined) continue;
        const { before, after, scrubbed } = compared;
        assertSameButForSerials(before.lines, after.lines);
        const wrong = before.pipeline.tcp.counters.checksumsWrong > 0;
        const leftOut = scrubbed.report.leftOut['other-connections'] > 0;
        if (!wrong && !leftOut) assert.deepEqual(facts(after), facts(before));
      }
    });
  });
});

/** Lines of each supervisor in turn: the order among those of several is not promised. */
function bySupervisor(lines: readonly string[], prefixOf: (line: string) => string): string[] {
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const prefix = prefixOf(line);
    groups.set(prefix, [...(groups.get(prefix) ?? []), line]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) => group);
}

describe('scrub: random captures of several supervisors at a time', () => {
  const firstSeed = Number(process.env['TEST_SEED'] ?? 1);
  for (let file = 0; file < FILES; file++) {
    const seed = firstSeed + CASES_PER_FILE * file;
    test(`seed ${seed}`, async () => {
      const random = new Random(seed);
      const link = random.pick(LINK_KINDS.filter((kind) => onlyFamily(kind) === undefined));
      const cases = Array.from({ length: CASES_PER_FILE }, (_, at) => {
        const draw = random.fork(at);
        const recipe = randomRecipe(draw);
        const family = draw.chance(0.5) ? 4 : 6;
        return makeCase({ recipe, seed: draw.seed, family, link }, FIRST_NUMBER + at);
      });
      const compared = await compare(cases, link);
      assert.ok(compared !== undefined);
      const { before, after } = compared;
      // A record is known by what is not its serial; with it goes the supervisor that sent it.
      const withoutSerial = (line: string) => line.split('\t').toSpliced(2, 1).join('\t');
      const prefixes = new Map(
        before.lines.map((line) => [withoutSerial(line), line.split('\t')[2]?.slice(0, 6) ?? '']),
      );
      const prefixOf = (line: string) => prefixes.get(withoutSerial(line)) ?? '';
      assertSameButForSerials(
        bySupervisor(before.lines, prefixOf),
        bySupervisor(after.lines, prefixOf),
      );
      assert.deepEqual(after.novelty, before.novelty);
    });
  }
});
