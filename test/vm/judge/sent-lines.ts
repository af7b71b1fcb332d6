/** Which records the simulated supervisor may have sent. */

import { intervalSec } from '../../../scripts/sim/site.ts';
import type { Site } from '../../../scripts/sim/site.ts';
import { makeSite, siteStartSec } from '../machine/site.ts';

/** Fields of the supervisor's own record (type 120). */
const field = { type: 0, time: 1, backlog: 7 };

/** Seconds since the epoch of YYYYMMDDhhmmss, or NaN. */
function parseTimeSec(digits: string): number {
  const iso = digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z');
  return Date.parse(iso) / 1000;
}

export class SentLines {
  readonly #site: Site;
  readonly #lines = new Map<number, ReadonlySet<string>>();

  constructor(seed: number) {
    this.#site = makeSite(seed);
  }

  /** The interval that a record belongs to; NaN or a fraction where there is none. */
  intervalOf(line: string): number {
    const time = line.split('\t')[field.time] ?? '';
    return (parseTimeSec(time) - siteStartSec) / intervalSec - 1;
  }

  has(line: string): boolean {
    const interval = this.intervalOf(line);
    if (!Number.isInteger(interval) || interval < 0) return false;
    let lines = this.#lines.get(interval);
    if (lines === undefined) {
      lines = new Set([...this.#site.recordsAt(interval, 0), this.#site.identityAt(interval)]);
      this.#lines.set(interval, lines);
    }
    return lines.has(line) || lines.has(withoutBacklog(line));
  }
}

/** How long the supervisor's backlog is follows from what the collector does, not from the seed. */
function withoutBacklog(line: string): string {
  const fields = line.split('\t');
  if (fields[field.type] !== '120' || !/^\d+$/.test(fields[field.backlog] ?? '')) return line;
  fields[field.backlog] = '0';
  return fields.join('\t');
}
