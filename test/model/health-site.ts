/** A simulated site that is lived through, record by record, with things going wrong in it. */
import { Site, intervalSec, type SiteOptions } from '../../scripts/sim/site.ts';
import { Health, type HealthEvent, type HealthOptions } from '../../src/model/health.ts';
import { SiteModel, type TimedLine } from '../../src/model/site-model.ts';
import { intlCalendar } from './days.ts';
import { readTimeSec } from '../../src/log/record-time.ts';
import { recordOf, tabbed } from '../record/lines.ts';
import { kWhText } from './lines.ts';

export const INTERVALS_A_DAY = 288;
export const SILENT_AFTER_SEC = 3600;
/** Midnight in California, where the sun of the simulator stands highest at noon. */
export const START_SEC = Date.parse('2026-05-09T07:00:00Z') / 1000;

/** Makes of the lines of an interval what arrives of them; fields are separated by TAB. */
export type Trouble = (lines: readonly string[], interval: number) => readonly string[];

export interface HealthSiteOptions {
  site?: Partial<SiteOptions>;
  health?: Partial<HealthOptions>;
  residentDays?: number;
  untransmitted?: (interval: number) => number;
  trouble?: Trouble;
}

interface LoggedLine {
  text: string;
  timeSec: number;
}

export class LivedSite {
  readonly sim: Site;
  readonly model: SiteModel;
  readonly health: Health;
  readonly events: HealthEvent[] = [];
  /** What is heard and answered: everything, unless a test says otherwise. */
  requests = 0;
  answers = 0;
  readonly #options: HealthSiteOptions;
  readonly #log: LoggedLine[] = [];

  constructor(options: HealthSiteOptions = {}) {
    this.#options = options;
    this.sim = new Site({ seed: 1, inverters: 8, startTimeSec: START_SEC, ...options.site });
    this.model = newModel(options.residentDays ?? 4, this.#log);
    this.health = newHealth(options.health);
  }

  /** Lets whole intervals go by, and looks after each `every` of them. The events that came of it. */
  live(from: number, to: number, every = 1): HealthEvent[] {
    const events: HealthEvent[] = [];
    for (let interval = from; interval < to; interval++) {
      this.take(this.linesAt(interval));
      if ((interval + 1) % every === 0) events.push(...this.look(interval));
    }
    this.events.push(...events);
    return events;
  }

  linesAt(interval: number): readonly string[] {
    const { untransmitted, trouble } = this.#options;
    const lines = this.sim.recordsAt(interval, untransmitted?.(interval) ?? 0);
    return trouble?.(lines, interval) ?? lines;
  }

  take(lines: readonly string[]): void {
    this.requests++;
    this.answers++;
    for (const text of lines) {
      const line = timedLine(text);
      this.#log.push({ text, timeSec: line.timeSec });
      this.model.take(line);
      this.health.note(line);
    }
  }

  look(interval = 0, sinceHeardMs = 0): HealthEvent[] {
    this.model.settle();
    return this.health.update({
      site: this.model,
      nowMs: interval * intervalSec * 1000,
      sinceHeardMs,
      collector: { requests: this.requests, answers: this.answers },
    });
  }

  get serials(): string[] {
    return this.model.devices.filter(({ kind }) => kind === 'inverter').map(({ serial }) => serial);
  }
}

/** There are too many to keep what was read of them. */
function timedLine(text: string): TimedLine {
  const record = recordOf(tabbed(text));
  return { ...record, timeSec: readTimeSec(record.data, record.timeAt) };
}

function newModel(residentDays: number, log: readonly LoggedLine[]): SiteModel {
  return new SiteModel({
    calendar: intlCalendar('America/Los_Angeles'),
    production: 'auto',
    grid: 'auto',
    residentDays,
    load: (fromSec, toSec) =>
      log
        .filter(({ timeSec }) => timeSec > fromSec && timeSec <= toSec)
        .map(({ text }) => timedLine(text)),
  });
}

function newHealth(options: Partial<HealthOptions> = {}): Health {
  return new Health({ silentAfterSec: SILENT_AFTER_SEC, weakSharePercent: 70, ...options });
}

export function isInverterLine(line: string): boolean {
  return line.startsWith('130\t');
}

export function serialOf(line: string): string {
  return line.split('\t')[2] ?? '';
}

/** Nothing of an inverter in [from, to). */
export function silenced(
  isMeant: (serial: string) => boolean,
  from: number,
  to = Infinity,
): Trouble {
  return (lines, interval) =>
    interval < from || interval >= to
      ? lines
      : lines.filter((line) => !isInverterLine(line) || !isMeant(serialOf(line)));
}

/** Counters of an inverter go on from their value at `from` with only a part of what they would count. */
export function weakened(
  isMeant: (serial: string) => boolean,
  partAt: (interval: number) => number,
): Trouble {
  const state = new Map<string, { real: number; shown: number }>();
  return (lines, interval) =>
    lines.map((line) => {
      const serial = serialOf(line);
      if (!isInverterLine(line) || !isMeant(serial)) return line;
      const fields = line.split('\t');
      const real = milliWhOf(fields[5] ?? '');
      const before = state.get(serial) ?? { real, shown: real };
      const shown = before.shown + Math.floor((real - before.real) * partAt(interval));
      state.set(serial, { real, shown });
      fields[5] = kWhText(shown, 4);
      return fields.join('\t');
    });
}

export function milliWhOf(kWh: string): number {
  const [whole = '', fraction = ''] = kWh.split('.');
  return Number(whole) * 1e6 + Number(fraction.padEnd(6, '0'));
}

export function all(...troubles: readonly Trouble[]): Trouble {
  return (lines, interval) => troubles.reduce((left, trouble) => trouble(left, interval), lines);
}

/** `begin inverter-silent 4140…`, for comparisons. */
export function named({ change, condition: { kind, subject } }: HealthEvent): string {
  return `${change} ${kind}${subject === '' ? '' : ` ${subject}`}`;
}
