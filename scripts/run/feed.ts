/** What suntap reads, as it comes: one line for each interval. */

import type { ReadRecord } from './ledger.ts';

export interface IntervalReading {
  /** RFC 3339, the end of the interval. */
  time: string;
  records: number;
  inverters: number;
  /** Sum over the inverters. */
  productionKw: number;
  /** Of the meter at the grid connection; positive is import. Undefined without one. */
  netKw: number | undefined;
}

/** An interval counts as complete when nothing of it has come for this long. */
const quietMs = 120;
/** Field of the power in records of types 130 and 140. */
const powerField = 6;

/** Puts records that follow each other and have one time together. Holds one interval. */
export class Feed {
  readonly #onInterval: (reading: IntervalReading) => void;
  #current: IntervalReading | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(onInterval: (reading: IntervalReading) => void) {
    this.#onInterval = onInterval;
  }

  take(record: ReadRecord): void {
    if (this.#current?.time !== record.time) this.flush();
    const reading = (this.#current ??= {
      time: record.time,
      records: 0,
      inverters: 0,
      productionKw: 0,
      netKw: undefined,
    });
    reading.records += 1;
    const powerKw = Number(record.fields[powerField]);
    if (record.type === 130 && Number.isFinite(powerKw)) {
      reading.inverters += 1;
      reading.productionKw += powerKw;
    }
    if (record.type === 140 && record.serial.endsWith('c')) reading.netKw = powerKw;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.flush();
    }, quietMs);
  }

  /** Hands over what has come of the interval under way. */
  flush(): void {
    clearTimeout(this.#timer);
    const reading = this.#current;
    this.#current = undefined;
    // A lone record, such as the supervisor's identity, is no interval.
    if (reading !== undefined && reading.records > 1) this.#onInterval(reading);
  }
}

/** Characters of a full bar, and the power that fills it. */
const barCharacters = 24;

/** The reading as one line; a bar shows the production as a share of `fullKw`. */
export function readingLine(reading: IntervalReading, fullKw: number): string {
  const { time, records, inverters, productionKw, netKw } = reading;
  const clock = `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
  const made = `${productionKw.toFixed(3).padStart(7)} kW made`;
  const net = netKw === undefined ? '' : `${netKw.toFixed(3).padStart(8)} kW net`;
  const share = Math.min(1, productionKw / fullKw);
  const bar = '#'.repeat(Math.round(share * barCharacters)).padEnd(barCharacters);
  const asleep = inverters === 0 ? '  inverters asleep' : '';
  return `${clock}  ${made} ${net}  ${bar} ${String(records).padStart(3)} records${asleep}`;
}
