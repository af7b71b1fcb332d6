/** The oracle's view of one counter: every reading is judged by those that come after it. */
import type { OracleDevice, OracleReading } from './oracle-lines.ts';

export interface OracleSpan {
  startSec: number;
  endSec: number;
  milliWh: bigint;
}

export interface OracleHistory {
  spans: OracleSpan[];
  baselines: { at: OracleReading; before: OracleReading | undefined }[];
  /** `toldSec`: when the reading came that told so. */
  mistaken: { reading: OracleReading; reason: 'backwards' | 'jump'; toldSec: number }[];
  /** The last reading that counts. */
  last: OracleReading | undefined;
}

const SLOT = 300;
const TWO_DAYS = 48 * 3600;

/** Energy by the readings of one counter, told from each reading by those that come after it. */
export function history(device: Pick<OracleDevice, 'kind' | 'limitW' | 'readings'>): OracleHistory {
  const { readings } = device;
  const signed = device.kind === 'gridMeter' || device.kind === 'meter';
  const inverterLimit = device.limitW === 0n ? 100_000n : device.limitW;
  const limitW = device.kind === 'inverter' ? inverterLimit : 500_000n;
  const goesOn = (from: OracleReading, to: OracleReading, step: bigint): boolean => {
    const difference = to.milliWh - from.milliWh;
    const seconds = BigInt(Math.max(to.timeSec - from.timeSec, SLOT));
    // Watt-seconds to mWh: 1000 / 3600, here without the division.
    const most = limitW * seconds * 1000n + step * 3600n;
    if (difference * 3600n > most) return false;
    return signed ? difference * 3600n >= -most : difference > -step;
  };
  const follows = (from: OracleReading, to: OracleReading): boolean => goesOn(from, to, to.step);
  const confirms = (from: OracleReading, to: OracleReading): boolean =>
    goesOn(from, to, from.step > to.step ? from.step : to.step);

  const result: OracleHistory = { spans: [], baselines: [], mistaken: [], last: undefined };
  let at = 0;
  const leaveOut = (from: OracleReading, count: number): void => {
    for (const reading of readings.slice(at, at + count)) {
      const reason = reading.milliWh < from.milliWh ? 'backwards' : 'jump';
      const toldSec = readings[at + count]?.timeSec ?? Infinity;
      result.mistaken.push({ reading, reason, toldSec });
    }
    at += count;
  };
  for (;;) {
    const before = result.last;
    const [one, two, three] = readings.slice(at, at + 3);
    if (one === undefined) break;
    if (before === undefined || follows(before, one)) {
      at++;
      if (before === undefined) {
        result.baselines.push({ at: one, before });
        result.last = one;
        continue;
      }
      const hasFallen = !signed && one.milliWh < before.milliWh;
      const milliWh = hasFallen ? before.milliWh : one.milliWh;
      const [startSec, endSec] = [before.timeSec, one.timeSec];
      result.spans.push({ startSec, endSec, milliWh: milliWh - before.milliWh });
      result.last = { ...one, milliWh };
      continue;
    }
    const isLate = (other: OracleReading): boolean => other.timeSec - one.timeSec > TWO_DAYS;
    if (two === undefined) break;
    if (follows(before, two) || isLate(two) || !confirms(one, two)) {
      leaveOut(before, 1);
      continue;
    }
    if (three === undefined) break;
    if (follows(before, three) || isLate(three) || !confirms(two, three)) {
      leaveOut(before, 2);
      continue;
    }
    result.baselines.push({ at: one, before });
    result.last = one;
    at++;
  }
  return result;
}
