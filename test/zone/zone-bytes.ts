/** Writes zone files (TZif, RFC 9636), so that tests need none of the system's. */
import { concatBytes, latin1, uint32 } from '../tools/bytes.ts';

export interface ZoneRecipe {
  /** 1: only 32-bit times and no rule. */
  version: 1 | 2 | 3 | 4;
  /** Seconds east of UTC; the first one is that before all changes. */
  offsetsSec: readonly number[];
  /** Times, and which of the offsets holds from then on. */
  changes: readonly (readonly [timeSec: number, type: number])[];
  /** Times, and the sum of leap seconds from then on. */
  leaps?: readonly (readonly [timeSec: number, sum: number])[];
  rule?: string;
  /** The first block of version 2 and later is empty, as zic writes it by default. */
  isSlim?: boolean;
}

const EMPTY = { offsetsSec: [0], changes: [], leaps: [] };

export function zoneFile(recipe: ZoneRecipe): Uint8Array {
  const { version, offsetsSec, changes, leaps = [], rule = '', isSlim = false } = recipe;
  const whole = { offsetsSec, changes, leaps };
  if (version === 1) return block(version, whole, 4);
  const inFirst = isSlim ? EMPTY : { ...whole, changes: changes.filter(fitsIn32Bits) };
  return concatBytes([block(version, inFirst, 4), block(version, whole, 8), latin1(`\n${rule}\n`)]);
}

function fitsIn32Bits([timeSec]: readonly [number, number]): boolean {
  return timeSec === (timeSec | 0);
}

type Content = Required<Pick<ZoneRecipe, 'offsetsSec' | 'changes' | 'leaps'>>;

function block(
  version: number,
  { offsetsSec, changes, leaps }: Content,
  timeBytes: 4 | 8,
): Uint8Array {
  const time = (timeSec: number): Uint8Array =>
    timeBytes === 4
      ? uint32(timeSec)
      : concatBytes([uint32(Math.floor(timeSec / 2 ** 32)), uint32(timeSec)]);
  const types = offsetsSec.length;
  // Whether changes were given in standard time, in UT: one of each for every type.
  const counts = [types, types, leaps.length, changes.length, types, 4];
  return concatBytes([
    latin1(`TZif${version === 1 ? '\0' : version}`),
    new Uint8Array(15),
    ...counts.map(uint32),
    ...changes.map(([timeSec]) => time(timeSec)),
    Uint8Array.from(changes, ([, type]) => type),
    ...offsetsSec.map((offsetSec) => concatBytes([uint32(offsetSec), Uint8Array.of(0, 0)])),
    latin1('LMT\0'),
    ...leaps.map(([timeSec, sum]) => concatBytes([time(timeSec), uint32(sum)])),
    new Uint8Array(types * 2),
  ]);
}
