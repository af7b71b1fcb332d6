/**
 * From the readings of one lifetime counter, in the order of their times, to the energy between them.
 *
 * A reading that the device cannot have come to by itself is held back: it is lower than the one
 * before, or higher than the device could have made. When the next ones go on from where the counter
 * was, it was a mistake and is left out; when they go on from the held one, they confirm it, and the
 * counter has a new baseline: what lies between the old and the new one is nobody's energy.
 *
 * What comes out follows from the readings alone: the energies between two baselines add up to the
 * difference of the counter, exactly.
 */

export interface CounterReading {
  /** Of the end of the interval. */
  timeSec: number;
  /** A whole number. */
  milliWh: number;
  /** What a one in the last digit that was sent stands for. */
  stepMilliWh: number;
}

/** A reading from which energy is counted on. */
export interface Baseline {
  timeSec: number;
  milliWh: number;
}

/** Where the counter stands: enough to go on from without the readings before. */
export interface CounterState {
  /** The latest reading that counts. Shortened digits never take it back. */
  readonly accepted: Baseline | undefined;
  /** Held back, waiting for what comes next. */
  readonly held: readonly CounterReading[];
}

export type HeldReason = 'backwards' | 'jump';

export interface CounterSink {
  /** Energy between two readings that count. */
  span(startSec: number, endSec: number, milliWh: number): void;
  /**
   * Counting begins here, with the first reading (`before` undefined) or anew, after a restart or a
   * jump that later readings have confirmed.
   */
  baseline(at: Baseline, before: Baseline | undefined): void;
  /** A reading that turned out to be a mistake. */
  mistaken(reading: CounterReading, reason: HeldReason): void;
}

export interface CounterRules {
  /** It may fall: a net meter. */
  signed: boolean;
  /** More than the device can make or take. */
  limitW: number;
}

export const EMPTY_COUNTER: CounterState = { accepted: undefined, held: [] };

/** A held reading counts once so many, itself included, go on from one another. */
const CONFIRMED_BY = 3;
/** All of them within so long: a day is modelled without looking further ahead. */
export const CONFIRMED_WITHIN_SEC = 48 * 3600;
/** A counter is brought up to date this often, however close two readings of it are. */
const SHORTEST_SEC = 300;

export class LifetimeCounter {
  readonly #rules: CounterRules;
  readonly #sink: CounterSink;
  #accepted: Baseline | undefined;
  #held: CounterReading[];

  constructor(rules: CounterRules, state: CounterState, sink: CounterSink) {
    this.#rules = rules;
    this.#sink = sink;
    this.#accepted = state.accepted;
    this.#held = [...state.held];
  }

  get state(): CounterState {
    return { accepted: this.#accepted, held: [...this.#held] };
  }

  /** Takes the next reading; its time is later than that of the one before. */
  push(reading: CounterReading): void {
    const { timeSec, milliWh } = reading;
    const before = this.#accepted;
    if (before === undefined) {
      this.#begin(reading, undefined);
      return;
    }
    const reason = this.#doubt(before, 0, reading);
    if (reason === undefined) {
      this.#dropHeld();
      // A counter of which fewer digits are sent only seems to fall.
      const counts = this.#rules.signed ? milliWh : Math.max(milliWh, before.milliWh);
      this.#sink.span(before.timeSec, timeSec, counts - before.milliWh);
      this.#accepted = { timeSec, milliWh: counts };
      return;
    }
    if (!this.#isConfirmedBy(reading)) this.#dropHeld();
    this.#held.push(reading);
    if (this.#held.length === CONFIRMED_BY) this.#confirm(before);
  }

  /** Whether a reading goes on from those that are held. */
  #isConfirmedBy(reading: CounterReading): boolean {
    const first = this.#held[0];
    const last = this.#held.at(-1);
    if (first === undefined || last === undefined) return true;
    if (reading.timeSec - first.timeSec > CONFIRMED_WITHIN_SEC) return false;
    return this.#doubt(last, last.stepMilliWh, reading) === undefined;
  }

  #confirm(before: Baseline): void {
    const [first, ...others] = this.#held;
    this.#held = [];
    if (first === undefined) return;
    this.#begin(first, before);
    for (const reading of others) this.push(reading);
  }

  #begin({ timeSec, milliWh }: CounterReading, before: Baseline | undefined): void {
    this.#accepted = { timeSec, milliWh };
    this.#sink.baseline(this.#accepted, before);
  }

  #dropHeld(): void {
    const before = this.#accepted;
    for (const reading of this.#held) {
      const isBackwards = before !== undefined && reading.milliWh < before.milliWh;
      this.#sink.mistaken(reading, isBackwards ? 'backwards' : 'jump');
    }
    this.#held = [];
  }

  /** Why a reading cannot follow another; undefined when it can. */
  #doubt(from: Baseline, fromStep: number, to: CounterReading): HeldReason | undefined {
    const difference = to.milliWh - from.milliWh;
    const coarse = Math.max(to.stepMilliWh, fromStep);
    const seconds = Math.max(to.timeSec - from.timeSec, SHORTEST_SEC);
    // 1000 mWh in 3600 s, in whole numbers until the end.
    const most = (5 * this.#rules.limitW * seconds) / 18 + coarse;
    if (difference > most) return 'jump';
    if (this.#rules.signed) return difference < -most ? 'jump' : undefined;
    return difference <= -coarse ? 'backwards' : undefined;
  }
}
