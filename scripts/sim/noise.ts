/** Random numbers that follow from where they are asked for, not from what was asked before. */

/** 32 well mixed bits of three whole numbers (the finishing steps of MurmurHash3). */
function mix(seed: number, stream: number, index: number): number {
  let bits = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(stream | 0, 0x85ebca77);
  bits = Math.imul(bits ^ (bits >>> 15), 0xc2b2ae3d) ^ Math.imul(index | 0, 0x27d4eb2f);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Evenly spread over [0, 1), the same for the same three numbers. */
export function noiseAt(seed: number, stream: number, index: number): number {
  return mix(seed, stream, index) / 0x1_0000_0000;
}

/** Like `noiseAt`, but going over gently from one whole `position` to the next. */
export function smoothNoiseAt(seed: number, stream: number, position: number): number {
  const index = Math.floor(position);
  const part = position - index;
  const weight = part * part * (3 - 2 * part);
  const from = noiseAt(seed, stream, index);
  return from + (noiseAt(seed, stream, index + 1) - from) * weight;
}

/** A generator for what has no place to be asked for: shuffling, choosing. */
export class Random {
  readonly #seed: number;
  readonly #stream: number;
  #index = 0;

  constructor(seed: number, stream: number) {
    this.#seed = seed;
    this.#stream = stream;
  }

  /** Evenly spread over [0, 1). */
  next(): number {
    this.#index += 1;
    return noiseAt(this.#seed, this.#stream, this.#index);
  }

  /** A whole number of [0, limit). */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** Puts the list into another order, in place. */
  shuffle(list: unknown[]): void {
    for (let last = list.length - 1; last > 0; last -= 1) {
      const chosen = this.below(last + 1);
      const moved = list[last];
      list[last] = list[chosen];
      list[chosen] = moved;
    }
  }
}
