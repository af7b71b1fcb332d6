/** Record lines, made up but true to form, each with an identity of its own. */
import type { Random } from './random.ts';

const MODELS = ['AC_Module_Type_C', 'SPR-5000m-x', 'PV Module 2', ''];
const FIRST_INTERVAL_MS = Date.UTC(2026, 4, 9, 22, 55);
const INTERVAL_MS = 300_000;

export function utcDigits(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\D/g, '').slice(0, 14);
}

function decimal(random: Random, high: number, places: number): string {
  return (random.next() * high).toFixed(places);
}

/** The serial of every line begins with this, so that a found record names its case. */
export function serialPrefix(caseNumber: number): string {
  return String(100_000 + caseNumber);
}

export class LineMaker {
  readonly supervisorSerial: string;
  readonly #random: Random;
  readonly #prefix: string;
  #count = 0;

  constructor(caseNumber: number, random: Random) {
    this.#prefix = serialPrefix(caseNumber);
    this.supervisorSerial = `${this.#prefix}TACLC`;
    this.#random = random;
  }

  next(): string {
    const device = this.#count % 7;
    const time = utcDigits(FIRST_INTERVAL_MS + Math.floor(this.#count / 7) * INTERVAL_MS);
    this.#count += 1;
    return this.#line(device, time).join('\t');
  }

  many(count: number): string[] {
    return Array.from({ length: count }, () => this.next());
  }

  #line(device: number, time: string): string[] {
    const random = this.#random;
    const serial = `${this.#prefix}${device}`;
    const integers = (count: number): string[] =>
      Array.from({ length: count }, () =>
        random.chance(0.2) ? '' : String(random.int(-9, 99_999)),
      );
    switch (device) {
      case 0:
        return ['120', time, this.supervisorSerial, ...integers(9)];
      case 1:
        return ['131', time, serial, random.pick(MODELS), ...integers(random.int(1, 30))];
      case 2: {
        const meter = ['50', decimal(random, 9e4, 2), decimal(random, 9, 4), '0.0612', '3.4026'];
        return ['140', time, `${serial}p`, 'PVS5M0400p', ...meter, '0.9998', '60.03', '0'];
      }
      case 3:
        return [random.pick(['141', '199', '777']), time, `${serial}c`, ...integers(3), ''];
      default: {
        const head = ['130', time, serial, random.pick(MODELS), random.pick(['', '4'])];
        const power = [decimal(random, 9e3, 4), decimal(random, 1, 4), '247.3326', '0.4554'];
        return [
          ...head,
          ...power,
          random.pick(['', '0.112']),
          '56.2324',
          '2.0239',
          '',
          '60.042',
          '0',
        ];
      }
    }
  }
}
