/**
 * The model of a running daemon. After the start the latest days are read from the log, so that what is
 * now is soon known, and then all of it, a little at a time: records are captured meanwhile.
 */
import type { LogReader, RecordSelection } from '../log/log-reader.ts';
import type { Row } from '../log/row.ts';
import type { SegmentSort } from '../log/segment-name.ts';
import { readTimeSec } from '../log/record-time.ts';
import { SiteModel, type ModelChanges, type TimedLine } from '../model/site-model.ts';
import type { RecordLine } from '../record/record-line.ts';
import type { SiteOptions } from './site-settings.ts';

/** Yesterday may still be corrected, and a record of the future makes a day of its own. */
const RESIDENT_DAYS = 4;
const QUICK_SEC = 2 * 24 * 3600;
/** Longest that reading the log holds up the capture. */
const SLICE_MS = 10;
/** After a slice the processor is free for so long: on a router it may be slow, and the only one. */
const PAUSE_MS = { latest: 1, all: 30 };
const ROWS_BETWEEN_LOOKS = 32;
/** Records that come while the log is read; beyond them reading begins once more. */
const MAX_WAITING = 20_000;
/** By then they are in the log. */
const RETRY_MS = 120_000;

export interface LiveSiteOptions {
  site: SiteOptions;
  /** Undefined: the log cannot be read now. */
  openLog: () => LogReader | undefined;
  changed: (changes: ModelChanges) => void;
}

export class LiveSite {
  readonly #options: LiveSiteOptions;
  #model: SiteModel;
  /**
   * What has come since the start or the last attempt: it may not be in the log yet when that is read.
   * Undefined: all of the log has been read.
   */
  #waiting: TimedLine[] | undefined = [];
  #reading: NodeJS.Timeout | undefined;
  #isTouched = false;

  constructor(options: LiveSiteOptions) {
    this.#options = options;
    this.#model = this.#newModel();
  }

  get model(): SiteModel {
    return this.#model;
  }

  /** Whether all of the log has been read. */
  get isComplete(): boolean {
    return this.#waiting === undefined;
  }

  /** Reads the latest days, and then all of the log. */
  start(): void {
    const reader = this.#options.openLog();
    const newestSec = (reader?.segments ?? []).reduce(
      (newest, { extent }) => Math.max(newest, extent.toSec ?? 0),
      0,
    );
    const take = (row: TimedLine): void => {
      this.#model.take(row);
    };
    const rows = rowsOf(reader, { fromSec: newestSec - QUICK_SEC });
    this.#feed(rows, take, PAUSE_MS.latest, () => {
      this.#isTouched = true;
      this.settle();
      this.#readAll();
    });
  }

  /** Takes a record that is new, and gives it with its time. */
  take(line: RecordLine): TimedLine {
    const timed = { ...line, timeSec: readTimeSec(line.data, line.timeAt) };
    this.#model.take(timed);
    this.#isTouched = true;
    if (this.#waiting !== undefined && this.#waiting.length <= MAX_WAITING) {
      this.#waiting.push(copyOf(timed));
    }
    return timed;
  }

  /** Models what has come, but for days that have to be read from the log. */
  settle(): void {
    if (!this.#isTouched) return;
    this.#isTouched = false;
    this.#tell(this.#model.settle({ late: false }));
  }

  /** What was taken is in the log now: days long gone that got late records are modelled again. */
  committed(): void {
    if (this.isComplete && this.#model.hasLate) this.#tell(this.#model.settle());
  }

  stop(): void {
    clearTimeout(this.#reading);
  }

  #tell(changes: ModelChanges): void {
    if (changes.days.length > 0 || changes.sense !== undefined) this.#options.changed(changes);
  }

  #newModel(): SiteModel {
    return new SiteModel({
      ...this.#options.site,
      residentDays: RESIDENT_DAYS,
      load: (fromSec, toSec) => rowsOf(this.#options.openLog(), { fromSec: fromSec + 1, toSec }),
    });
  }

  #readAll(): void {
    const model = this.#newModel();
    let latestDaySec = 0;
    const take = (row: TimedLine): void => {
      // Days are modelled one by one, so that their readings need not all be in memory.
      if (row.timeSec > latestDaySec) {
        if (latestDaySec > 0) model.settle();
        latestDaySec = this.#options.site.calendar.dayEnd(row.timeSec);
      }
      model.take(row);
    };
    const reader = this.#options.openLog();
    const meet = (total: TimedLine): void => {
      model.meet(total);
    };
    // A device whose records have made room is still one of the site.
    this.#feed(rowsOf(reader, {}, 'days'), meet, PAUSE_MS.all, () => {
      this.#feed(rowsOf(reader, {}), take, PAUSE_MS.all, () => {
        this.#finish(model);
      });
    });
  }

  /** Gives rows to `take`, a slice at a time, and calls `done` when there are no more. */
  #feed(
    rows: Iterator<Row, void>,
    take: (row: TimedLine) => void,
    pauseMs: number,
    done: () => void,
  ): void {
    const slice = (): void => {
      const untilMs = performance.now() + SLICE_MS;
      while (performance.now() < untilMs) {
        for (let count = 0; count < ROWS_BETWEEN_LOOKS; count++) {
          const next = rows.next();
          if (next.done === true) {
            done();
            return;
          }
          take(next.value);
        }
      }
      this.#reading = setTimeout(slice, pauseMs);
    };
    this.#reading = setTimeout(slice, pauseMs);
  }

  #finish(model: SiteModel): void {
    const waiting = this.#waiting ?? [];
    if (waiting.length > MAX_WAITING) {
      this.#reading = setTimeout(() => {
        this.#waiting = [];
        this.#readAll();
      }, RETRY_MS);
      return;
    }
    for (const line of waiting) model.take(line);
    this.#waiting = undefined;
    this.#model = model;
    this.#tell(model.settle({ late: false }));
  }
}

/** Nothing where the log cannot be read. */
function* rowsOf(
  reader: LogReader | undefined,
  selection: RecordSelection,
  sort: SegmentSort = 'records',
): Generator<Row, void> {
  if (reader === undefined) return;
  for (const rows of reader.records(selection, ignoreDamage, sort)) yield* rows;
}

/** The log itself tells of it when it is opened, and `log verify` of all. */
function ignoreDamage(): void {
  // Nothing to do here.
}

/** The bytes of a line are valid only while it is handed over. */
function copyOf(line: TimedLine): TimedLine {
  const { start, end } = line;
  return {
    ...line,
    data: line.data.slice(start, end),
    start: 0,
    end: end - start,
    timeAt: line.timeAt - start,
    serialStart: line.serialStart - start,
    serialEnd: line.serialEnd - start,
  };
}
