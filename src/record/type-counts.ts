/** Records by type, in a bounded table. */

/** Types counted one by one. Honest supervisors send some ten; more are counted together. */
const MAX_TYPES = 64;

interface TypeCount {
  type: number;
  records: number;
}

export class TypeCounts {
  /** Records of all types beyond the first `MAX_TYPES`. */
  readonly others: TypeCount = { type: -1, records: 0 };
  readonly #counts = new Map<number, TypeCount>();
  /** Of the latest record: most are of the type of the one before. */
  #latest: TypeCount | undefined;

  count(type: number): void {
    if (this.#latest?.type !== type) this.#latest = this.#countOf(type);
    this.#latest.records++;
  }

  /** By type, in ascending order. */
  get entries(): readonly (readonly [type: number, records: number])[] {
    const counts = [...this.#counts.values()].sort((a, b) => a.type - b.type);
    return counts.map(({ type, records }) => [type, records]);
  }

  #countOf(type: number): TypeCount {
    const known = this.#counts.get(type);
    if (known !== undefined) return known;
    if (this.#counts.size >= MAX_TYPES) return this.others;
    const count = { type, records: 0 };
    this.#counts.set(type, count);
    return count;
  }
}
