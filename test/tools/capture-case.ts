/** Recipes made into captures with their truth, many cases to a file, and a replay judged case by case. */
import type { Frame } from './frame.ts';
import type { LinkKind } from './link-frame.ts';
import type { Recipe } from './recipe.ts';
import type { Connection } from './segment.ts';
import type { Truth, Verdict } from './truth.ts';
import { conversation } from './conversation.ts';
import { PLAIN, encodeFrames, pcapOf } from './frame.ts';
import { Random } from './random.ts';
import { serialPrefix } from './record-line.ts';
import { judge, isRight, truthOf } from './truth.ts';

export interface CaptureCase {
  recipe: Recipe;
  number: number;
  seed: number;
  family: 4 | 6;
  connections: Connection[];
  frames: Frame[];
  truth: Truth;
}

export interface CaseRequest {
  recipe: Recipe;
  seed: number;
  family: 4 | 6;
  link: LinkKind;
}

/** Cases of one file begin this long after one another, so that several run at a time. */
const SPACING_MS = 4000;
const FIRST_MS = Date.UTC(2026, 4, 10);

export function makeCase(request: CaseRequest, number: number): CaptureCase {
  const { recipe, seed, family, link } = request;
  const random = new Random(seed);
  const startMs = FIRST_MS + number * SPACING_MS;
  const said = conversation(
    { ...recipe.conversation, caseNumber: number, family, startMs },
    random.fork(1),
  );
  const segments = recipe.segments?.(said.segments, random.fork(2)) ?? said.segments;
  const encoding = {
    ...PLAIN,
    ...recipe.encoding,
    link,
    firstIdentification: random.int(0, 0xffff),
  };
  const encoded = encodeFrames(segments, encoding, random.fork(3));
  const frames = recipe.frames?.(encoded, random.fork(4)) ?? encoded;
  const truth = truthOf(said.connections, frames);
  return { recipe, number, seed, family, connections: said.connections, frames, truth };
}

/** Frames of all cases by time; those of one case keep their order even where their times do not. */
export function mergedFrames(cases: readonly CaptureCase[]): Frame[] {
  const keyed = cases.flatMap(({ frames }) => {
    let latestMs = 0;
    return frames.map((frame) => {
      latestMs = Math.max(latestMs, frame.timeMs);
      return { frame, key: latestMs };
    });
  });
  keyed.sort((one, other) => one.key - other.key);
  return keyed.map(({ frame }) => frame);
}

export function pcapOfCases(cases: readonly CaptureCase[], link: LinkKind): Uint8Array {
  return pcapOf(mergedFrames(cases), link);
}

/** Cases whose supervisors use chunks and cases whose do not, to be put into separate files. */
export function splitByFraming(cases: readonly CaptureCase[]): CaptureCase[][] {
  const usesChunks = (one: CaptureCase): boolean =>
    one.connections.some((connection) => connection.usesChunks);
  return [cases.filter((one) => !usesChunks(one)), cases.filter(usesChunks)].filter(
    (group) => group.length > 0,
  );
}

export interface CaseFailure {
  of: CaptureCase;
  verdict: Verdict;
}

/** Judges what one replay of all `cases` printed; lines of no case fail the first. */
export function failuresOf(cases: readonly CaptureCase[], lines: readonly string[]): CaseFailure[] {
  const byPrefix = new Map<string, string[]>(cases.map(({ number }) => [serialPrefix(number), []]));
  const first = cases[0];
  for (const line of lines) {
    const prefix = (line.split('\t')[2] ?? '').slice(0, 6);
    const group = byPrefix.get(prefix) ?? byPrefix.get(serialPrefix(first?.number ?? 0));
    group?.push(line);
  }
  return cases
    .map((of) => ({ of, verdict: judge(of.truth, byPrefix.get(serialPrefix(of.number)) ?? []) }))
    .filter(({ verdict }) => !isRight(verdict));
}

/** A failure in a few lines, with all that is needed to make it again. */
function failureText({ of, verdict }: CaseFailure, link: LinkKind): string {
  const count = (name: keyof Verdict): string => {
    const [example] = verdict[name];
    return example === undefined
      ? ''
      : `\n    ${verdict[name].length} ${name}, e.g. ${JSON.stringify(example)}`;
  };
  return (
    `"${of.recipe.name}" seed ${of.seed} IPv${of.family} ${link} (${of.truth.must.size} to find)` +
    count('missing') +
    count('invented') +
    count('repeated') +
    count('disordered')
  );
}

/** The first few failures of a file, and how many there are. */
export function failuresText(failures: readonly CaseFailure[], link: LinkKind): string {
  const some = failures.slice(0, 5).map((failure) => failureText(failure, link));
  return [`${failures.length} captures came out wrong`, ...some].join('\n');
}
