/**
 * Small sites at random, with all that may happen to one, as lines of telemetry. They report for a few
 * stretches of each day only, which is where the trouble is: around midnight, at dawn, at dusk.
 */
import type { GridSense } from '../../src/model/grid-sense.ts';
import type { ProductionSource } from '../../src/model/site-day.ts';
import type { Random } from '../tools/random.ts';
import { localDay, TEST_ZONES, type TestZone } from './days.ts';
import { atSec, digitsOf, healthLine, inverterLine, meterLine } from './lines.ts';

export interface RandomSite {
  zone: TestZone;
  production: ProductionSource | 'auto';
  grid: GridSense | 'auto';
  /** By time; of two with one identity, the older revision first. No line comes twice. */
  lines: string[];
}

type Role = 'inverter' | 'production' | 'grid' | 'load' | 'anything';

interface SimulatedDevice {
  role: Role;
  serial: string;
  model: string;
  ratedW: number;
  /** Of a meter: what makes its counter rise. */
  sign: 1 | -1;
  milliWh: number;
  printed: (milliWh: number) => string;
  silentTicks: number;
  glitch: { ticks: number; milliWh: number };
  /** What its records say before its name is known. */
  isNameless: boolean;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
const SLOT = 300;
/** mWh of a watt in a second. */
const MILLI_WH_PER_W_SEC = 1 / 3.6;
const HOSTILE = [
  'n/a',
  '0',
  '../etc',
  'a\x01b',
  'x'.repeat(80),
  ' ',
  'caf\xe9',
  'NULL',
  '-1',
  'a..b',
];

/** @param wholeDays whether the site is small and reports all day long; undefined: now and then */
export function randomSite(random: Random, wholeDays?: boolean): RandomSite {
  const zone = random.pick(TEST_ZONES);
  const all = randomDevices(random);
  const devices = wholeDays === true ? all.slice(-3) : all;
  const isThorough = wholeDays ?? (devices.length <= 3 && random.chance(0.07));
  const ticks = randomTicks(random, zone, isThorough);
  const jitterSec = random.chance(0.2) ? random.pick([5, 60, 140]) : 0;
  const trouble = random.pick([0, 0.01, 0.04, 0.15]);
  const lines = new Map<string, number>();
  let previous = ticks[0] ?? 0;
  for (const timeSec of ticks) {
    produce(random, zone, devices, previous, timeSec);
    previous = timeSec;
    for (const device of devices) {
      const text = report(random, device, timeSec + random.int(-jitterSec, jitterSec), trouble);
      for (const line of text) lines.set(line, secIn(line));
    }
    for (const line of others(random, devices, timeSec)) lines.set(line, timeSec);
  }
  return {
    zone,
    production: random.pick(['auto', 'auto', 'auto', 'inverters', 'meter']),
    grid: random.pick<GridSense | 'auto'>([
      'auto',
      'auto',
      { measures: 'net', sign: 1 },
      { measures: 'net', sign: -1 },
      { measures: 'load', sign: random.pick([1, -1]) },
    ]),
    lines: [...lines].sort(([, a], [, b]) => a - b).map(([line]) => line),
  };
}

function secIn(line: string): number {
  const digits = line.split('|')[1] ?? '';
  return atSec(digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** Times at which the supervisor sends what it has read, through one to five days. */
function randomTicks(random: Random, zone: TestZone, isThorough: boolean): number[] {
  const changes = zone.offsets.slice(1).map(({ fromUtc }) => atSec(fromUtc));
  const anyTime = atSec('2026-01-05T12:00Z') + random.int(0, 340) * DAY;
  const isChange = changes.length > 0 && random.chance(0.6);
  let day = localDay(zone, isChange ? random.pick(changes) : anyTime);
  for (let back = random.int(0, 2); back > 0; back--) day = localDay(zone, day.startSec);
  const ticks = new Set<number>();
  for (let count = random.int(isThorough ? 3 : 1, 5); count > 0; count--) {
    const stretches = isThorough ? 1 : random.int(0, 4);
    for (let stretch = 0; stretch < stretches; stretch++) {
      const hour = random.pick([0, 0, 0, 5, 7, 9, 12, 15, 18, 20]);
      const length = isThorough ? 288 : random.int(1, 14);
      const late = isThorough ? 0 : hour * 12 + random.int(-7, 7);
      const from = Math.max(day.startSec, day.startSec + late * SLOT);
      for (let tick = 0; tick < length; tick++) ticks.add(from + tick * SLOT);
    }
    for (let skip = random.chance(0.2) ? random.int(2, 4) : 1; skip > 0; skip--) {
      day = localDay(zone, day.endSec + 1);
    }
  }
  if (ticks.size === 0) ticks.add(day.endSec);
  return [...ticks].sort((a, b) => a - b);
}

function randomDevices(random: Random): SimulatedDevice[] {
  const inverters = random.chance(0.03) ? random.int(5, 40) : random.int(0, 4);
  const roles: Role[] = Array.from({ length: inverters }, () => 'inverter');
  if (random.chance(0.4)) roles.push('production');
  if (random.chance(0.7)) roles.push(random.chance(0.7) ? 'grid' : 'load');
  if (random.chance(0.07)) roles.push('grid');
  if (random.chance(0.1)) roles.push('anything');
  if (roles.length === 0) roles.push('inverter');
  const sign = random.pick([1, -1] as const);
  const isLate = random.chance(0.15);
  return roles.map((role, index) => ({
    role,
    serial: serialOf(role, index),
    sign: role === 'production' ? 1 : sign,
    ...(role === 'inverter'
      ? random.pick([
          { model: 'AC_Module_Type_C', ratedW: 320 },
          { model: 'AC_Module_Type_C', ratedW: 320 },
          { model: 'SPR-5000m-x', ratedW: 4600 },
          { model: 'PV Module 2', ratedW: 900 },
          { model: '', ratedW: 900 },
        ])
      : { model: modelOf(role), ratedW: random.pick([320, 3000]) }),
    milliWh: random.int(0, 9) * 10 ** random.int(3, 10) * (role === 'inverter' ? 1 : sign),
    printed: random.pick(PRINTS),
    silentTicks: 0,
    glitch: { ticks: 0, milliWh: 0 },
    isNameless: isLate && random.chance(0.5),
  }));
}

function serialOf(role: Role, index: number): string {
  const letters = { inverter: '', production: 'p', grid: 'c', load: 'c', anything: 'x' };
  return `${role === 'inverter' ? '4140516' : 'PVS5M5'}${1000 + index}${letters[role]}`;
}

function modelOf(role: Role): string {
  return { inverter: '', production: 'PVS5M0400p', grid: 'M400c', load: 'M400c', anything: 'M9p' }[
    role
  ];
}

/** How counters are written: fixed decimals, or fewer as they grow; cut off or rounded. */
const PRINTS: readonly ((milliWh: number) => string)[] = [
  (milliWh) => decimals(milliWh, 4, Math.trunc),
  (milliWh) => decimals(milliWh, 6, Math.trunc),
  (milliWh) => decimals(milliWh, 2, Math.trunc),
  (milliWh) => significant(milliWh, 6, Math.trunc),
  (milliWh) => significant(milliWh, 6, Math.round),
  (milliWh) => significant(milliWh, 4, Math.round),
];

function decimals(milliWh: number, count: number, whole: (value: number) => number): string {
  const units = whole(milliWh / 10 ** (6 - count));
  const digits = String(Math.abs(units)).padStart(count + 1, '0');
  const sign = units < 0 ? '-' : '';
  const [kWh, fraction] = [digits.slice(0, digits.length - count), digits.slice(-count)];
  return count === 0 ? `${sign}${digits}` : `${sign}${kWh}.${fraction}`;
}

function significant(milliWh: number, count: number, whole: (value: number) => number): string {
  const room = count - String(Math.trunc(Math.abs(milliWh) / 1e6)).length;
  const text = decimals(milliWh, Math.min(4, Math.max(0, room)), whole);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Moves all counters on, from one tick to the next. */
function produce(
  random: Random,
  zone: TestZone,
  devices: readonly SimulatedDevice[],
  fromSec: number,
  toSec: number,
): void {
  let made = 0;
  let used = 0;
  for (let timeSec = fromSec; timeSec < toSec; timeSec += SLOT) {
    const day = localDay(zone, timeSec + 1);
    const hour = (timeSec - day.startSec) / HOUR;
    const sun = Math.max(0, Math.sin(((hour - 6) / 12) * Math.PI)) * random.next();
    used += (250 + 1500 * (random.chance(0.1) ? 1 : 0)) * SLOT * MILLI_WH_PER_W_SEC;
    for (const device of devices) {
      if (device.role !== 'inverter') continue;
      const milliWh = Math.round(device.ratedW * sun * SLOT * MILLI_WH_PER_W_SEC);
      device.milliWh += milliWh;
      made += milliWh;
    }
  }
  for (const device of devices) {
    const { role, sign } = device;
    // Some production meters never count, and some are late.
    if (role === 'production' && device.ratedW > 320 && random.chance(0.9)) device.milliWh += made;
    if (role === 'grid') device.milliWh += sign * Math.round(used - made);
    if (role === 'load') device.milliWh += sign * Math.round(used);
    if (role === 'anything') device.milliWh += Math.round(made);
  }
}

/** The lines that a device has at one time: none while it is silent, two where one was revised. */
function report(
  random: Random,
  device: SimulatedDevice,
  timeSec: number,
  trouble: number,
): string[] {
  if (random.chance(trouble)) befall(random, device);
  if (device.silentTicks > 0) {
    device.silentTicks--;
    return [];
  }
  let counter = device.printed(device.milliWh);
  if (device.glitch.ticks > 0) {
    device.glitch.ticks--;
    counter = device.printed(device.glitch.milliWh);
  }
  if (random.chance(trouble / 4))
    counter = random.pick(['', 'n/a', '1.2.3', '-', '99999999999999999']);
  if (device.isNameless && random.chance(0.05)) device.isNameless = false;
  const model = device.isNameless ? '' : device.model;
  const lineOf = device.role === 'inverter' ? inverterLine : meterLine;
  const line = lineOf(timeSec, device.serial, counter, model);
  if (!random.chance(trouble / 4)) return [line];
  const revised = device.printed(device.milliWh + random.int(0, 5) * 10_000);
  return [line, lineOf(timeSec, device.serial, revised, model)];
}

function befall(random: Random, device: SimulatedDevice): void {
  switch (random.int(0, 7)) {
    case 0:
    case 1:
      device.silentTicks = random.pick([1, 1, 2, 5, 12, 60]);
      return;
    case 2:
      device.milliWh = random.pick([0, 1, 70_000]);
      return;
    case 3:
      device.glitch = { ticks: random.int(1, 4), milliWh: 0 };
      return;
    case 4:
      device.glitch = { ticks: random.int(1, 4), milliWh: random.int(0, 90_000_000_000) };
      return;
    case 5:
      device.milliWh += random.int(-5, 50) * 10 ** random.int(4, 8);
      return;
    case 6: {
      const milliWh = device.milliWh + random.int(-9, 9) * 10 ** random.int(3, 6);
      device.glitch = { ticks: random.int(1, 3), milliWh };
      return;
    }
    case 7:
      if (device.role !== 'inverter') return;
      // Not for ever: a model has room for so many devices.
      if (device.serial.length < 14) device.serial += '7';
      device.milliWh = random.int(0, 20) * 100_000;
  }
}

/** What else comes: of the supervisor, of types that nobody knows, of serials that no label has. */
function others(random: Random, devices: readonly SimulatedDevice[], timeSec: number): string[] {
  const lines: string[] = [];
  if (random.chance(0.5)) lines.push(healthLine(timeSec));
  if (random.chance(0.02)) lines.push(`122|${digitsOf(timeSec)}|TACLC1009999|PVS5M|3.3.0`);
  if (random.chance(0.03)) {
    const { serial, model } = random.pick(devices);
    lines.push(`${random.pick([131, 141, 199])}|${digitsOf(timeSec)}|${serial}|${model}|0|7|12.5`);
  }
  if (random.chance(0.02)) lines.push(inverterLine(timeSec, random.pick(HOSTILE), '1.5'));
  return lines;
}
