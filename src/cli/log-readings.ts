/**
 * The readings of a log: every record together with what it means, and those of the site, one local day
 * after the other. The log is read twice: once to know the days, and once more for each of them.
 */
import { copyBytes } from '../base/words.ts';
import type { LogDamage } from '../log/log-fault.ts';
import type { LogReader, RecordSelection } from '../log/log-reader.ts';
import type { Row } from '../log/row.ts';
import { SiteModel } from '../model/site-model.ts';
import type { SiteDay } from '../model/site-day.ts';
import type { SiteOptions } from './site-settings.ts';

/** Of the readings of so many days the model has all in memory: 15 MB with 24 inverters. */
const RESIDENT_DAYS = 100;

export interface ReadingDay {
  /** By time; of one time in the order in which they came. */
  records: readonly Row[];
  site: SiteDay | undefined;
}

export class LogReadings {
  readonly model: SiteModel;
  readonly #reader: LogReader;
  readonly #calendar: SiteOptions['calendar'];
  readonly #damaged: (damage: LogDamage) => void;
  /** Ends of the days that have records. */
  readonly #dayEnds = new Set<number>();

  constructor(reader: LogReader, site: SiteOptions, damaged: (damage: LogDamage) => void) {
    this.#reader = reader;
    this.#calendar = site.calendar;
    this.#damaged = damaged;
    this.model = new SiteModel({
      ...site,
      residentDays: RESIDENT_DAYS,
      load: (fromSec, toSec) => this.#rows({ fromSec: fromSec + 1, toSec }),
    });
    for (const row of this.#rows({})) {
      this.#dayEnds.add(this.#calendar.dayEnd(row.timeSec));
      this.model.take(row);
    }
    this.model.settle();
  }

  /** The days that a selection touches, the oldest first. */
  *days({ fromSec = -Infinity, toSec = Infinity }: RecordSelection): Generator<ReadingDay, void> {
    const ends = [...this.#dayEnds].sort((a, b) => a - b);
    for (const endSec of ends) {
      const startSec = this.#calendar.dayStart(endSec);
      if (endSec < fromSec || startSec >= toSec) continue;
      const records: Row[] = [];
      const selection = { fromSec: startSec + 1, toSec: endSec };
      for (const rows of this.#reader.records(selection, this.#damaged))
        records.push(...copied(rows));
      records.sort((a, b) => a.timeSec - b.timeSec);
      yield { records, site: this.model.day(endSec) };
    }
  }

  *#rows(selection: RecordSelection): Generator<Row, void> {
    for (const rows of this.#reader.records(selection, this.#damaged)) yield* rows;
  }
}

/** The bytes of rows are a buffer that is used again: all of them go into one piece of memory. */
function copied(rows: readonly Row[]): Row[] {
  const data = new Uint8Array(rows.reduce((sum, { start, end }) => sum + end - start, 0));
  let at = 0;
  return rows.map((row) => {
    const shift = at - row.start;
    copyBytes(row.data, row.start, row.end, data, at);
    at += row.end - row.start;
    return {
      data,
      start: row.start + shift,
      end: row.end + shift,
      type: row.type,
      timeAt: row.timeAt + shift,
      serialStart: row.serialStart + shift,
      serialEnd: row.serialEnd + shift,
      timeSec: row.timeSec,
    };
  });
}
