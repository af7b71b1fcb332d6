/** A device of the site, as its records have shown it. */
import type { CounterRules } from './lifetime-counter.ts';
import { SampleSeries } from './sample-series.ts';

export type DeviceKind =
  | 'supervisor'
  | 'inverter'
  | 'productionMeter' // its serial or model ends in p
  | 'gridMeter' // in c: the connection to the grid, or the load of the house
  | 'meter' // in neither: nobody knows what it measures
  | 'unknown';

/** Where two records say different things of one serial, the greater rank counts, whichever came first. */
const RANKS: Readonly<Record<DeviceKind, number>> = {
  unknown: 0,
  supervisor: 1,
  meter: 2,
  gridMeter: 3,
  productionMeter: 4,
  inverter: 5,
};

/** What no inverter of a house makes, where its model does not say what it can. */
const INVERTER_LIMIT_W = 100_000;
const MICROINVERTER_LIMIT_W = 1000;
const METER_LIMIT_W = 500_000;

export class Device {
  readonly serial: string;
  /** Its place among all devices of the site. */
  readonly index: number;
  kind: DeviceKind = 'unknown';
  model = '';
  firstSec = Infinity;
  lastSec = -Infinity;
  /** Lifetime counters of the days that are kept in memory. */
  readonly samples = new SampleSeries();
  #limitW = 0;
  /** Of the record that `model` comes from. */
  #modelSec = -Infinity;

  constructor(serial: string, index: number) {
    this.serial = serial;
    this.index = index;
  }

  get hasCounter(): boolean {
    return this.kind !== 'supervisor' && this.kind !== 'unknown';
  }

  get rules(): CounterRules {
    const signed = this.kind === 'gridMeter' || this.kind === 'meter';
    if (this.kind !== 'inverter') return { signed, limitW: METER_LIMIT_W };
    return { signed, limitW: this.#limitW === 0 ? INVERTER_LIMIT_W : this.#limitW };
  }

  /** Notes that a record of it was sent. True when its earlier readings mean something else now. */
  seen(kind: DeviceKind, model: string, timeSec: number): boolean {
    const before = [this.kind, this.#limitW];
    if (RANKS[kind] > RANKS[this.kind]) this.kind = kind;
    this.firstSec = Math.min(this.firstSec, timeSec);
    if (model !== '') {
      // The greatest of all that it was ever called: so the order of its records does not matter.
      this.#limitW = Math.max(this.#limitW, limitOfModel(model));
      if (timeSec >= this.#modelSec) {
        this.model = model;
        this.#modelSec = timeSec;
      }
    }
    this.lastSec = Math.max(this.lastSec, timeSec);
    return this.samples.isUsed && (before[0] !== this.kind || before[1] !== this.#limitW);
  }
}

/** Twice what the name says, or three times what such a device makes. */
function limitOfModel(model: string): number {
  if (/^AC_Module/i.test(model)) return MICROINVERTER_LIMIT_W;
  const watts = Number(/^SPR-(\d{3,5})[a-z]/.exec(model)?.[1] ?? 0);
  return watts === 0 ? INVERTER_LIMIT_W : 2 * watts;
}

/** The kind of a power meter, by the letter at the end of its serial, or of its model. */
export function meterKind(serial: string, model: string): DeviceKind {
  for (const name of [serial, model]) {
    if (name.endsWith('p')) return 'productionMeter';
    if (name.endsWith('c')) return 'gridMeter';
  }
  return 'meter';
}
