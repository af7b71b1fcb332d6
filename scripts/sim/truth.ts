/** What a simulated supervisor sent: the measure of what a reader of its line should have seen. */

/** One record and what became of it. */
export interface TruthEntry {
  /** The record as sent, without CR LF. */
  line: string;
  /** Requests with this record that were begun on an open connection. */
  sent: number;
  /** Those of them that the collector answered with 200: every byte has gone over the line. */
  acknowledged: number;
}

/**
 * Counts per record. Bounded: with more than `limit` different records the oldest are forgotten
 * and counted in `forgotten`; a simulation that runs for ever needs no more memory than that.
 */
export class Truth {
  readonly limit: number;
  forgotten = 0;
  readonly #entries = new Map<string, TruthEntry>();

  constructor(limit = 400_000) {
    this.limit = limit;
  }

  get size(): number {
    return this.#entries.size;
  }

  countSent(lines: readonly string[]): void {
    for (const line of lines) {
      const entry = this.#entries.get(line);
      if (entry !== undefined) {
        entry.sent += 1;
        continue;
      }
      this.#entries.set(line, { line, sent: 1, acknowledged: 0 });
      if (this.#entries.size <= this.limit) continue;
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        this.forgotten += 1;
        break;
      }
    }
  }

  countAcknowledged(lines: readonly string[]): void {
    for (const line of lines) {
      const entry = this.#entries.get(line);
      if (entry !== undefined) entry.acknowledged += 1;
    }
  }

  /** In the order of first sending. */
  entries(): IterableIterator<TruthEntry> {
    return this.#entries.values();
  }

  /** One JSON object a line, in the order of first sending. */
  toJsonLines(): string {
    let text = '';
    for (const entry of this.#entries.values()) text += `${JSON.stringify(entry)}\n`;
    return text;
  }
}

/** Reads what `toJsonLines` wrote. */
export function parseTruth(jsonLines: string): TruthEntry[] {
  return jsonLines
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as TruthEntry);
}
