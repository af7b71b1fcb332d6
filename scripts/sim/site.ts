/**
 * A simulated site: microinverters, optionally a string inverter, two meters and the supervisor
 * itself, as record lines in the form a supervisor sends them.
 *
 * Everything follows from the seed and the interval's index, so the same options give the same
 * lines in whichever order intervals are asked for. Going forward is cheap; going back costs at
 * most one day of intervals.
 */

import { noiseAt, smoothNoiseAt } from './noise.ts';
import { solarElevationSin, utcDigits } from './sky.ts';

/** Length of an interval. */
export const intervalSec = 300;

const intervalsPerDay = 288;
/** Counter snapshots kept for going back, one a day; older days are worked out from the start again. */
const snapshotLimit = 128;
const tenthsOfWhPerKwh = 10_000;

export interface SiteOptions {
  seed: number;
  /** Microinverters. Default 24. */
  inverters?: number;
  /** Adds one string inverter, whose DC power is empty. Default false. */
  stringInverter?: boolean;
  /** Adds a production (`p`) and a net (`c`) meter. Default true. */
  meters?: boolean;
  /** Adds, now and then, records of types 131, 141 and one nobody knows. Default false. */
  rareTypes?: boolean;
  /** Inverters say nothing while the sun is down. Default true. */
  silentAtNight?: boolean;
  /** Share of its intervals that an inverter leaves out while awake. Default 0.002. */
  missedShare?: number;
  /** Start of interval 0, seconds since the Unix epoch; its records carry the time 300 s later. */
  startTimeSec: number;
  /** Hour of the day (UTC, with fraction) at which the sun stands highest. Default 20. */
  solarNoonUtcHours?: number;
  /** Default 38. */
  latitudeDeg?: number;
}

interface Inverter {
  serial: string;
  model: string;
  /** The field nobody knows: empty on microinverters. */
  unknown: string;
  kind: 'micro' | 'string';
  ratedKw: number;
  /** Counter when the simulation begins, in tenths of Wh. */
  firstLifetime: number;
  /** Digits that this device's counter keeps, or undefined where it always has 4 decimals. */
  significantDigits: number | undefined;
}

/** A lifetime counter in kWh with 4 decimals, or with as many as `significantDigits` leave room for. */
function lifetimeText(tenthsOfWh: number, significantDigits: number | undefined): string {
  const units = Math.trunc(tenthsOfWh);
  const whole = Math.trunc(Math.abs(units) / tenthsOfWhPerKwh);
  const wholeText = `${units < 0 ? '-' : ''}${whole}`;
  const fraction = String(Math.abs(units) % tenthsOfWhPerKwh).padStart(4, '0');
  if (significantDigits === undefined) return `${wholeText}.${fraction}`;
  const kept = Math.min(4, Math.max(0, significantDigits - String(whole).length));
  const shortened = fraction.slice(0, kept).replace(/0+$/, '');
  return shortened === '' ? wholeText : `${wholeText}.${shortened}`;
}

/** At most `decimals` decimals, without zeros at the end, as the devices print what they measure. */
function measured(value: number, decimals: 2 | 3 | 4): string {
  const scale = decimals === 4 ? 10_000 : decimals === 3 ? 1000 : 100;
  return String(Math.round(value * scale) / scale);
}

export class Site {
  readonly supervisorSerial: string;
  readonly supervisorModel = 'PVS5M';
  readonly #options: Required<SiteOptions>;
  readonly #inverters: Inverter[];
  readonly #meterSerial: string;
  /** Energy made or used since the start, in tenths of Wh: one entry an inverter, the house last. */
  #energy: Float64Array;
  /** The interval up to the end of which `#energy` counts; -1 is the start. */
  #energyUpTo = -1;
  readonly #snapshots = new Map<number, Float64Array>();

  constructor(options: SiteOptions) {
    this.#options = {
      inverters: 24,
      stringInverter: false,
      meters: true,
      rareTypes: false,
      silentAtNight: true,
      missedShare: 0.002,
      solarNoonUtcHours: 20,
      latitudeDeg: 38,
      ...options,
    };
    const { seed, inverters, stringInverter } = this.#options;
    const digits = (stream: number, count: number): string =>
      String(Math.floor(noiseAt(seed, stream, 7) * 10 ** count)).padStart(count, '0');
    this.supervisorSerial = `TACLC1${digits(1, 6)}`;
    this.#meterSerial = `PVS5M${digits(2, 6)}`;
    const firstSerial = Math.floor(noiseAt(seed, 3, 7) * 9_000_000);
    this.#inverters = [];
    for (let index = 0; index < inverters; index += 1) {
      const serial = firstSerial + index * 37 + Math.floor(noiseAt(seed, 4, index) * 30);
      this.#inverters.push({
        serial: `4140516${String(serial).padStart(8, '0')}`,
        model: 'AC_Module_Type_C',
        unknown: '',
        kind: 'micro',
        ratedKw: 0.3 + 0.04 * noiseAt(seed, 5, index),
        firstLifetime: Math.floor((240 + 900 * noiseAt(seed, 6, index)) * tenthsOfWhPerKwh),
        // Every eighth device shows fewer decimals as its counter grows.
        significantDigits: index % 8 === 7 ? 6 : undefined,
      });
    }
    if (stringInverter) {
      this.#inverters.push({
        serial: `1913${digits(8, 6)}`,
        model: 'SPR-5000m-x',
        unknown: '4',
        kind: 'string',
        ratedKw: 4.6,
        firstLifetime: Math.floor((12_000 + 9000 * noiseAt(seed, 9, 0)) * tenthsOfWhPerKwh),
        significantDigits: undefined,
      });
    }
    this.#energy = new Float64Array(this.#inverters.length + 1);
    this.#snapshots.set(-1, this.#energy.slice());
  }

  /** The time that the records of an interval carry: its end, seconds since the Unix epoch. */
  timeSecAt(intervalIndex: number): number {
    return this.#options.startTimeSec + (intervalIndex + 1) * intervalSec;
  }

  /** True where the sun is up at the end of the interval. */
  isDaylightAt(intervalIndex: number): boolean {
    return this.#sunAt(this.timeSecAt(intervalIndex)) > 0.03;
  }

  /**
   * The lines of one interval without CR LF, the supervisor's own first, then the inverters that
   * are awake, then the meters. `untransmitted` is what the supervisor says of its backlog.
   *
   * @throws RangeError where the index is not a whole number of 0 or more.
   */
  recordsAt(intervalIndex: number, untransmitted = 0): string[] {
    if (!Number.isInteger(intervalIndex) || intervalIndex < 0) {
      throw new RangeError(`interval ${intervalIndex} is before the start of the simulation`);
    }
    this.#countEnergyUpTo(intervalIndex);
    const { seed, meters, rareTypes } = this.#options;
    const time = utcDigits(this.timeSecAt(intervalIndex));
    const lines = [this.#healthLine(intervalIndex, time, untransmitted)];
    const frequencyHz = 60 + 0.06 * (noiseAt(seed, 20, intervalIndex) - 0.5);
    let productionKw = 0;
    for (const [index, inverter] of this.#inverters.entries()) {
      const powerKw = this.#powerKw(index, inverter, intervalIndex);
      productionKw += powerKw;
      if (!this.#isAwake(index, intervalIndex)) continue;
      lines.push(this.#inverterLine(index, inverter, intervalIndex, time, powerKw, frequencyHz));
    }
    if (meters) this.#pushMeterLines(lines, intervalIndex, time, productionKw, frequencyHz);
    if (rareTypes) this.#pushRareLines(lines, intervalIndex, time);
    return lines;
  }

  /** The supervisor's identity (type 122), which goes with a heartbeat. */
  identityAt(intervalIndex: number): string {
    const time = utcDigits(this.timeSecAt(intervalIndex));
    return `122\t${time}\t${this.supervisorSerial}\t${this.supervisorModel}\t3.3.0, Build 5315\t2.8.2\tPVS5-SPMS\tSPMS`;
  }

  #sunAt(timeSec: number): number {
    const { solarNoonUtcHours, latitudeDeg } = this.#options;
    return solarElevationSin(timeSec, solarNoonUtcHours, latitudeDeg);
  }

  /** Part of the clear sky's light that comes through the clouds, 0 to 1. */
  #clearness(intervalIndex: number): number {
    const { seed } = this.#options;
    const cloudiness = 0.75 * noiseAt(seed, 21, Math.floor(intervalIndex / intervalsPerDay));
    return 1 - cloudiness * smoothNoiseAt(seed, 22, intervalIndex / 5);
  }

  /** Mean AC power of an inverter around a moment `offset` intervals after the interval's end. */
  #powerKw(index: number, inverter: Inverter, intervalIndex: number, offset = 0): number {
    const sun = this.#sunAt(this.timeSecAt(intervalIndex) + offset * intervalSec);
    if (sun <= 0) return 0;
    const unevenness = 0.97 + 0.06 * noiseAt(this.#options.seed, 40 + index, intervalIndex);
    return inverter.ratedKw * sun ** 1.2 * this.#clearness(intervalIndex) * unevenness;
  }

  #isAwake(index: number, intervalIndex: number): boolean {
    const { seed, silentAtNight, missedShare } = this.#options;
    if (noiseAt(seed, 1000 + index, intervalIndex) < missedShare) return false;
    if (!silentAtNight) return true;
    // They do not wake all at once.
    return this.#sunAt(this.timeSecAt(intervalIndex)) > 0.02 + 0.02 * noiseAt(seed, 23, index);
  }

  #houseKw(intervalIndex: number): number {
    const { seed, startTimeSec, solarNoonUtcHours } = this.#options;
    const hours = (startTimeSec + intervalIndex * intervalSec) / 3600 - solarNoonUtcHours + 12;
    const hour = ((hours % 24) + 24) % 24;
    const bump = (at: number, width: number): number => Math.exp(-(((hour - at) / width) ** 2));
    const appliance = noiseAt(seed, 25, Math.floor(intervalIndex / 4)) > 0.9 ? 1.8 : 0;
    const basic = 0.28 + 0.1 * smoothNoiseAt(seed, 24, intervalIndex / 3);
    return basic + 0.7 * bump(7.5, 1.5) + 1.6 * bump(19.5, 2.2) + appliance;
  }

  #countEnergyUpTo(intervalIndex: number): void {
    if (intervalIndex < this.#energyUpTo) {
      let day = Math.floor((intervalIndex + 1) / intervalsPerDay) * intervalsPerDay - 1;
      while (!this.#snapshots.has(day)) day -= intervalsPerDay;
      const snapshot = this.#snapshots.get(day);
      if (snapshot === undefined) return;
      this.#energy = snapshot.slice();
      this.#energyUpTo = day;
    }
    while (this.#energyUpTo < intervalIndex) {
      this.#energyUpTo += 1;
      const now = this.#energyUpTo;
      const perKw = (tenthsOfWhPerKwh * intervalSec) / 3600;
      for (const [index, inverter] of this.#inverters.entries()) {
        // Counted in the middle of the interval, while the record shows the power at its end: as on
        // real devices, the power does not integrate to the energy.
        const energy = this.#powerKw(index, inverter, now, -0.5) * perKw;
        this.#energy[index] = (this.#energy[index] ?? 0) + energy;
      }
      const house = this.#inverters.length;
      this.#energy[house] = (this.#energy[house] ?? 0) + this.#houseKw(now) * perKw;
      if ((now + 1) % intervalsPerDay === 0 && !this.#snapshots.has(now)) {
        this.#snapshots.set(now, this.#energy.slice());
        if (this.#snapshots.size > snapshotLimit) {
          for (const day of this.#snapshots.keys()) {
            // The start stays, so that every interval can still be worked out.
            if (day === -1) continue;
            this.#snapshots.delete(day);
            break;
          }
        }
      }
    }
  }

  #healthLine(intervalIndex: number, time: string, untransmitted: number): string {
    const { seed } = this.#options;
    const scanSec = 3 + Math.floor(3 * noiseAt(seed, 30, intervalIndex));
    const uptimeSec = 518_400 + intervalIndex * intervalSec;
    const load = measured(0.15 + 0.3 * noiseAt(seed, 31, intervalIndex), 2);
    const memoryKib = 8000 + Math.floor(400 * smoothNoiseAt(seed, 32, intervalIndex / 9));
    return `120\t${time}\t${this.supervisorSerial}\t0\t0\t0\t${scanSec}\t${untransmitted}\t${uptimeSec}\t${load}\t${memoryKib}\t4568`;
  }

  #inverterLine(
    index: number,
    inverter: Inverter,
    intervalIndex: number,
    time: string,
    powerKw: number,
    frequencyHz: number,
  ): string {
    const { seed } = this.#options;
    const { serial, model, unknown, kind, firstLifetime, significantDigits } = inverter;
    const lifetime = lifetimeText(firstLifetime + (this.#energy[index] ?? 0), significantDigits);
    const chance = noiseAt(seed, 200 + index, intervalIndex);
    const acV = 243 + 5 * chance;
    const dcV = kind === 'micro' ? 53 + 5 * chance : 305 + 30 * chance;
    const dcKw = powerKw / 0.962;
    // The sensor of every ninth microinverter has never said anything.
    const hasTemperature = kind === 'string' || index % 9 !== 8;
    const temperature = hasTemperature ? measured(12 + 5 * chance + 90 * powerKw, 2) : '';
    return [
      `130\t${time}\t${serial}\t${model}\t${unknown}\t${lifetime}`,
      measured(powerKw, 4),
      measured(acV, 4),
      measured((powerKw * 1000) / acV, 4),
      kind === 'micro' ? measured(dcKw, 4) : '',
      measured(dcV, 4),
      measured((dcKw * 1000) / dcV, 4),
      kind === 'micro' ? temperature : measured(28 + 5 * powerKw, 2),
      measured(frequencyHz, 3),
      '0',
    ].join('\t');
  }

  #pushMeterLines(
    lines: string[],
    intervalIndex: number,
    time: string,
    productionKw: number,
    frequencyHz: number,
  ): void {
    const { seed } = this.#options;
    const house = this.#inverters.length;
    const used = this.#energy[house] ?? 0;
    let made = 0;
    for (let index = 0; index < house; index += 1) made += this.#energy[index] ?? 0;
    const push = (suffix: string, ctScaleA: number, lifetime: number, realKw: number): void => {
      const reactive =
        0.05 + 0.5 * noiseAt(seed, 33 + ctScaleA, intervalIndex) * (suffix === 'c' ? 1 : 0.1);
      const apparent = Math.hypot(realKw, reactive);
      lines.push(
        `140\t${time}\t${this.#meterSerial}${suffix}\tPVS5M0400${suffix}\t${ctScaleA}\t${lifetimeText(lifetime, 7)}\t${measured(realKw, 4)}\t${measured(reactive, 4)}\t${measured(apparent, 4)}\t${measured(realKw / apparent, 4)}\t${measured(frequencyHz, 2)}\t0`,
      );
    };
    push('p', 50, 4210.77 * tenthsOfWhPerKwh + made * 0.997, productionKw * 0.997);
    // Net of the house: negative means export, as on the PVS5 and PVS6.
    const netKw = this.#houseKw(intervalIndex) - productionKw;
    push('c', 125, -640.39 * tenthsOfWhPerKwh + used - made, netKw);
  }

  #pushRareLines(lines: string[], intervalIndex: number, time: string): void {
    const { seed } = this.#options;
    const small = (stream: number, limit: number): number =>
      Math.floor(noiseAt(seed, stream, intervalIndex) * limit);
    const inverter = this.#inverters[intervalIndex % Math.max(1, this.#inverters.length)];
    if (intervalIndex % 12 === 3 && inverter !== undefined) {
      lines.push(
        `131\t${time}\t${inverter.serial}\t${inverter.model}\t0\t${small(34, 4)}\t0\t${small(35, 200)}\t1`,
      );
    }
    if (intervalIndex % 6 === 5) {
      lines.push(
        `141\t${time}\t${this.#meterSerial}c\tPVS5M0400c\t${small(36, 3000)}\t${small(37, 3000)}\t\t${small(38, 100)}`,
      );
    }
    if (intervalIndex % 24 === 11) {
      lines.push(
        `199\t${time}\t${this.supervisorSerial}\tnobody knows this type\t\t${small(39, 9)}`,
      );
    }
  }
}
