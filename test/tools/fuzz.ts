/**
 * Mutated packets and mutated streams through the pipeline, beside the traffic of a supervisor
 * that nothing is done to: no exception, all of that supervisor's records, bounded memory.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { CaptureCase } from './capture-case.ts';
import type { Frame } from './frame.ts';
import type { LinkKind } from './link-frame.ts';
import { Pipeline } from '../../src/pipeline.ts';
import { makeCase } from './capture-case.ts';
import { Dialogue } from './dialogue.ts';
import { encodeFrames, PLAIN } from './frame.ts';
import { LINK_KINDS, linkTypeOf, onlyFamily } from './link-frame.ts';
import { mutatePacket, mutateStream } from './mutate.ts';
import { randomRecipe } from './random-recipe.ts';
import { Random } from './random.ts';
import { serialPrefix } from './record-line.ts';

export interface FuzzOptions {
  seed: number;
  inputs: number;
  /** Mutated inputs of one pipeline; each round has a seed of its own and can be run alone. */
  roundInputs: number;
  onRound?: (report: RoundReport) => void;
}

export interface RoundReport {
  seed: number;
  inputsSoFar: number;
  /** Most that a pipeline held at the end of a round, over the heap and buffers before it. */
  largestHeldBytes: number;
  /** Mutated or not, all that came out. */
  records: number;
}

export interface FuzzResult {
  inputs: number;
  largestHeldBytes: number;
}

/** Thrown with the seed of the round, which repeats it. */
export class FuzzFailure extends Error {}

/** Cases that each round takes its packets and streams from. */
const POOL_CASES = 24;
const UNTOUCHED_CASE = 90_000;
const STREAM_SHARE = 0.2;
const WARM_UP_INPUTS = 2000;
const FIRST_MS = Date.UTC(2026, 4, 10);

/** Heap and buffers in use, garbage collected first. */
function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  return () => {
    gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
}

interface Pooled {
  link: LinkKind;
  made: CaptureCase;
}

function poolOf(random: Random): Pooled[] {
  return Array.from({ length: POOL_CASES }, (_, number) => {
    const link = random.pick(LINK_KINDS);
    const family = onlyFamily(link) ?? random.pick([4, 6]);
    const recipe = randomRecipe(random.fork(number));
    return { link, made: makeCase({ recipe, seed: random.int(0, 1e9), family, link }, number) };
  });
}

/** One pipeline and all that is pushed into it. */
class Round {
  readonly seed: number;
  records = 0;
  readonly #random: Random;
  readonly #pool: Pooled[];
  readonly #untouched: readonly Frame[];
  readonly #awaited: Set<string>;
  readonly #sent: ReadonlySet<string>;
  readonly #pipeline: Pipeline;
  #timeMs = FIRST_MS;

  constructor(seed: number) {
    this.seed = seed;
    this.#random = new Random(seed);
    this.#pool = poolOf(this.#random.fork(1));
    const recipe = { name: 'untouched', conversation: { requests: 40, maxRecords: 20 } };
    const made = makeCase({ recipe, seed, family: 4, link: 'ethernet' }, UNTOUCHED_CASE);
    this.#untouched = made.frames;
    this.#sent = made.truth.must;
    this.#awaited = new Set(made.truth.must);
    this.#pipeline = new Pipeline({
      record: ({ data, start, end }) => {
        this.#take(Buffer.from(data.subarray(start, end)).toString('latin1'));
      },
    });
  }

  /** Pushes `inputs` mutated inputs, the untouched traffic spread evenly between them. */
  run(inputs: number): void {
    let pushed = 0;
    for (let input = 0; input < inputs; input++) {
      if (this.#random.chance(STREAM_SHARE)) this.#pushStream();
      else this.#pushPacket();
      const due = Math.ceil(((input + 1) * this.#untouched.length) / inputs);
      for (const { bytes } of this.#untouched.slice(pushed, due)) {
        this.#push(bytes, bytes.length, linkTypeOf('ethernet'));
      }
      pushed = due;
    }
  }

  finish(): void {
    this.#pipeline.finish();
    for (const line of this.#awaited) throw new Error(`not read beside the noise: ${line}`);
  }

  #take(line: string): void {
    this.records += 1;
    this.#awaited.delete(line);
    if (!/^\d+\t\d{14}\t[^\t]/.test(line)) throw new Error(`no record: ${JSON.stringify(line)}`);
    const isUntouched = line.split('\t')[2]?.startsWith(serialPrefix(UNTOUCHED_CASE)) === true;
    if (isUntouched && !this.#sent.has(line)) throw new Error(`never sent: ${line}`);
  }

  #push(bytes: Uint8Array, originalBytes: number, linkType: number): void {
    this.#timeMs += 2;
    this.#pipeline.packet({
      timeMs: this.#timeMs,
      linkType,
      data: bytes,
      start: 0,
      end: bytes.length,
      originalBytes,
    });
  }

  #pushPacket(): void {
    const random = this.#random;
    const { link, made } = random.pick(this.#pool);
    const frame: Frame = random.pick(made.frames);
    const bytes = random.chance(0.2) ? frame.bytes : mutatePacket(frame.bytes, random);
    const original = random.chance(0.9) ? bytes.length : random.int(0, 70_000);
    const linkType = random.chance(0.97) ? linkTypeOf(link) : random.int(0, 300);
    this.#push(bytes, original, linkType);
  }

  #pushStream(): void {
    const random = this.#random;
    const { connections } = random.pick(this.#pool).made;
    const { streams } = random.pick(connections);
    const size = random.pick([3, 40, 536, 1400]);
    const dialogue = new Dialogue({
      supervisor: {
        address: `10.77.${random.int(0, 3)}.${random.int(1, 250)}`,
        port: random.int(1, 65_535),
      },
      collector: { address: '198.51.100.66', port: 80 },
      isn: { toCollector: random.int(0, 0xffff_ffff), toSupervisor: random.int(0, 0xffff_ffff) },
      timestamps: false,
      startMs: this.#timeMs,
      nextSegmentBytes: () => size,
      ackEvery: 8,
      stepMs: 1,
    });
    if (random.chance(0.8)) dialogue.handshake();
    dialogue.send('toCollector', mutateStream(streams.toCollector.subarray(0, 40 * size), random));
    dialogue.send(
      'toSupervisor',
      mutateStream(streams.toSupervisor.subarray(0, 10 * size), random),
    );
    if (random.chance(0.7)) dialogue.finish('toCollector');
    for (const frame of encodeFrames(
      dialogue.close().segments,
      { ...PLAIN, link: 'raw' },
      random,
    )) {
      this.#push(frame.bytes, frame.bytes.length, 101);
    }
  }
}

/**
 * Runs rounds until `inputs` are pushed.
 * @throws FuzzFailure at the first round in which anything is wrong
 */
export function fuzz({ seed, inputs, roundInputs, onRound }: FuzzOptions): FuzzResult {
  const usedBytes = collector();
  // What the engine compiles and keeps the first time is not the pipeline's.
  new Round(seed).run(WARM_UP_INPUTS);
  let largestHeldBytes = 0;
  for (let done = 0; done < inputs; done += roundInputs) {
    const round = new Round(seed + done / roundInputs);
    const before = usedBytes();
    try {
      round.run(Math.min(roundInputs, inputs - done));
      largestHeldBytes = Math.max(largestHeldBytes, usedBytes() - before);
      round.finish();
    } catch (error) {
      throw new FuzzFailure(`the round with seed ${round.seed} failed`, { cause: error });
    }
    const inputsSoFar = Math.min(inputs, done + roundInputs);
    onRound?.({ seed: round.seed, inputsSoFar, largestHeldBytes, records: round.records });
  }
  return { inputs, largestHeldBytes };
}
