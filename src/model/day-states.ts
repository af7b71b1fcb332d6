/** Where every device stood at the end of a day, in little memory: there is one for each day. */
import type { DeviceState } from './device-day.ts';
import { EMPTY_COUNTER, type CounterReading } from './lifetime-counter.ts';

const COLUMNS = 3;
const NEVER: DeviceState = { counter: EMPTY_COUNTER, lastPowerW: 0 };

export class DayStates {
  /** By device: time (NaN: none), counter in mWh, latest power in W. */
  readonly #columns: Float64Array;
  /** Readings held back at midnight, which is rare. */
  readonly #held: ReadonlyMap<number, readonly CounterReading[]>;

  /** @param states by the index of the device */
  constructor(states: readonly DeviceState[]) {
    this.#columns = new Float64Array(COLUMNS * states.length);
    const held = new Map<number, readonly CounterReading[]>();
    for (const [index, { counter, lastPowerW }] of states.entries()) {
      const { accepted } = counter;
      this.#columns.set(
        [accepted?.timeSec ?? NaN, accepted?.milliWh ?? 0, lastPowerW],
        COLUMNS * index,
      );
      if (counter.held.length > 0) held.set(index, counter.held);
    }
    this.#held = held;
  }

  get heldBytes(): number {
    return this.#columns.byteLength;
  }

  /** Of a device that nobody had heard of: the state before its first reading. */
  of(index: number): DeviceState {
    const at = COLUMNS * index;
    const timeSec = this.#columns[at];
    if (timeSec === undefined) return NEVER;
    const milliWh = this.#columns[at + 1] ?? 0;
    return {
      counter: {
        accepted: Number.isNaN(timeSec) ? undefined : { timeSec, milliWh },
        held: this.#held.get(index) ?? [],
      },
      lastPowerW: this.#columns[at + 2] ?? 0,
    };
  }

  /** Devices that only the later of the two knows of make no difference as long as they have no readings. */
  isFollowedBy(later: DayStates): boolean {
    const [mine, theirs] = [this.#columns, later.#columns];
    return (
      theirs.every((value, at) => Object.is(value, mine[at] ?? (at % COLUMNS === 0 ? NaN : 0))) &&
      JSON.stringify([...this.#held]) === JSON.stringify([...later.#held])
    );
  }
}
