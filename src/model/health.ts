/**
 * What is wrong with the site now, and what has begun or ended since the last time.
 *
 * What is told of inverters and of the backlog follows from the records alone, in whichever order they
 * came; a margin between beginning and end keeps each from coming and going. The two silences follow
 * from ages and counts that the caller gives.
 */
import { Backlog } from './backlog.ts';
import { CollectorSilence, type CollectorCounts } from './collector-silence.ts';
import type { HealthCondition, HealthFindings, HealthKind } from './health-condition.ts';
import { InverterDays, type HealthSite } from './inverter-days.ts';
import { SilentInverters } from './silent-inverters.ts';
import type { TimedLine } from './site-model.ts';
import { SupervisorSilence } from './supervisor-silence.ts';
import { WeakInverters } from './weak-inverters.ts';

export interface HealthOptions {
  silentAfterSec: number;
  weakSharePercent: number;
}

export interface HealthInput {
  /** `settle` comes before it. It may be another model of the same site than the last time. */
  site: HealthSite;
  /** Of a clock that only goes forward. */
  nowMs: number;
  /** Age of what was heard of the supervisor last; until then, of the program. */
  sinceHeardMs: number;
  collector: CollectorCounts;
}

export interface HealthEvent {
  change: 'begin' | 'end';
  /** As it is now, or was when it was seen last. */
  condition: HealthCondition;
  /** Of an end: the time of the record with which it was known. */
  endSec?: number;
}

/** The most urgent first. */
const KINDS: readonly HealthKind[] = [
  'supervisor-silent',
  'collector-silent',
  'backlog-growing',
  'inverter-silent',
  'inverter-weak',
];

export class Health {
  readonly #supervisor: SupervisorSilence;
  readonly #collector = new CollectorSilence();
  readonly #backlog = new Backlog();
  readonly #inverterDays = new InverterDays();
  readonly #silent: SilentInverters;
  readonly #weak: WeakInverters;
  #active: readonly HealthCondition[] = [];

  constructor({ silentAfterSec, weakSharePercent }: HealthOptions) {
    this.#supervisor = new SupervisorSilence(silentAfterSec);
    this.#silent = new SilentInverters(silentAfterSec);
    this.#weak = new WeakInverters(weakSharePercent);
  }

  /** The most urgent first, then by serial. */
  get active(): readonly HealthCondition[] {
    return this.#active;
  }

  /** Takes a record, any of them, next to the model; `update` comes after it, or after many. */
  note(line: TimedLine): void {
    this.#backlog.note(line);
  }

  /** Judges anew. Ends come before beginnings. */
  update({ site, nowMs, sinceHeardMs, collector }: HealthInput): HealthEvent[] {
    const { newestSec, devices } = site;
    const isChanged = this.#inverterDays.update(site);
    const findings: Readonly<Record<HealthKind, HealthFindings>> = {
      'supervisor-silent': this.#supervisor.update(nowMs, sinceHeardMs, newestSec),
      'collector-silent': this.#collector.update(nowMs, collector, newestSec),
      'backlog-growing': this.#backlog.update(devices.length),
      'inverter-silent': this.#silent.update(site, this.#inverterDays),
      'inverter-weak': this.#weak.update(site, this.#inverterDays, isChanged),
    };
    const before = this.#active;
    this.#active = KINDS.flatMap((kind) => [...findings[kind].conditions].sort(bySubject));
    const ended = before.filter((condition) => !isAmong(condition, this.#active));
    const begun = this.#active.filter((condition) => !isAmong(condition, before));
    return [
      ...ended.map((condition): HealthEvent => {
        const { kind, sinceSec } = condition;
        const endSec = Math.max(sinceSec, findings[kind].asOfSec);
        return { change: 'end', condition, endSec };
      }),
      ...begun.map((condition): HealthEvent => ({ change: 'begin', condition })),
    ];
  }
}

function bySubject(a: HealthCondition, b: HealthCondition): number {
  return a.subject < b.subject ? -1 : 1;
}

function isAmong(
  { kind, subject }: HealthCondition,
  conditions: readonly HealthCondition[],
): boolean {
  return conditions.some((other) => other.kind === kind && other.subject === subject);
}
