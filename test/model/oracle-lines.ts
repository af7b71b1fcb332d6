/**
 * The oracle's reading of lines: text split at tabs, decimals as BigInt. It shares no code with
 * `src/model`, and is slow.
 */
import type { DeviceKind } from '../../src/model/device.ts';

export interface OracleReading {
  timeSec: number;
  milliWh: bigint;
  /** Of the last digit. */
  step: bigint;
}

export interface OracleDevice {
  serial: string;
  kind: DeviceKind;
  model: string;
  limitW: bigint;
  firstSec: number;
  lastSec: number;
  /** By time, the newest revision of each. */
  readings: OracleReading[];
}

export interface OracleRecords {
  devices: OracleDevice[];
  /** Times of all records that belong to a device. */
  times: number[];
  newestSec: number;
  refused: Record<string, number>;
}

const KINDS: readonly DeviceKind[] = [
  'unknown',
  'supervisor',
  'meter',
  'gridMeter',
  'productionMeter',
  'inverter',
];
const NAME_CHARS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const JOINING_CHARS = ' ._:-';
const NO_NAMES = ['n/a', 'na', 'nan', 'nil', 'none', 'null', 'undefined', 'unknown'];

/** @param lines with `|` for TAB, in the order of arrival */
export function readLines(lines: readonly string[]): OracleRecords {
  const bySerial = new Map<string, OracleDevice & { modelSec: number }>();
  const byTime = new Map<string, Map<number, OracleReading>>();
  const times: number[] = [];
  const refused: Record<string, number> = {};
  const refuse = (reason: string): void => {
    refused[reason] = (refused[reason] ?? 0) + 1;
  };
  for (const line of lines) {
    const fields = line.replaceAll('|', '\t').split('\t');
    const [type = '', digits = '', serial = ''] = fields;
    const timeSec = secOf(digits);
    if (timeSec <= 0 || timeSec >= 2 ** 32) {
      refuse('odd-time');
      continue;
    }
    const fault = nameFault(serial);
    if (fault !== undefined) {
      refuse(fault);
      continue;
    }
    times.push(timeSec);
    let device = bySerial.get(serial);
    if (device === undefined) {
      device = {
        serial,
        kind: 'unknown',
        model: '',
        modelSec: -Infinity,
        limitW: 0n,
        firstSec: timeSec,
        lastSec: timeSec,
        readings: [],
      };
      bySerial.set(serial, device);
      byTime.set(serial, new Map());
    }
    device.firstSec = Math.min(device.firstSec, timeSec);
    device.lastSec = Math.max(device.lastSec, timeSec);
    const hasModel = type === '122' || type === '130' || type === '140';
    const model = hasModel ? printable(fields[3] ?? '') : '';
    const kind = kindOf(type, serial, model);
    if (KINDS.indexOf(kind) > KINDS.indexOf(device.kind)) device.kind = kind;
    if (model !== '') {
      const limitW = powerLimit(model);
      if (limitW > device.limitW) device.limitW = limitW;
      if (timeSec >= device.modelSec) [device.model, device.modelSec] = [model, timeSec];
    }
    const counter = type === '130' || type === '140' ? (fields[5] ?? '') : '';
    if (counter === '') continue;
    const energy = decimal(counter);
    if (energy === undefined) refuse('bad-counter');
    else byTime.get(serial)?.set(timeSec, { timeSec, ...energy });
  }
  const devices = [...bySerial.values()];
  for (const { serial, readings } of devices) {
    readings.push(...(byTime.get(serial)?.values() ?? []));
    readings.sort((a, b) => a.timeSec - b.timeSec);
  }
  return { devices, times, newestSec: Math.max(-Infinity, ...times), refused };
}

function secOf(digits: string): number {
  const part = (from: number, to: number): number => Number(digits.slice(from, to));
  const [year, month, day] = [part(0, 4), part(4, 6), part(6, 8)];
  return Date.UTC(year, month - 1, day, part(8, 10), part(10, 12), part(12, 14)) / 1000;
}

/** A serial that no device has. */
function nameFault(serial: string): string | undefined {
  if (serial.length > 64) return 'too-long';
  const isMadeOf = (text: string, characters: string): boolean =>
    Array.from(text).every((character) => characters.includes(character));
  const isZero = isMadeOf(serial, '0');
  if (isZero || NO_NAMES.includes(serial.toLowerCase())) return 'placeholder';
  const isFine = isMadeOf(serial, NAME_CHARS + JOINING_CHARS);
  const ends = serial.slice(0, 1) + serial.slice(-1);
  return isFine && isMadeOf(ends, NAME_CHARS) && !serial.includes('..') ? undefined : 'odd';
}

function printable(text: string): string {
  let model = '';
  for (const character of text.slice(0, 64)) {
    model += character >= ' ' && character <= '~' ? character : '?';
  }
  return model;
}

function kindOf(type: string, serial: string, model: string): DeviceKind {
  if (type === '120' || type === '122') return 'supervisor';
  if (type === '130') return 'inverter';
  if (type !== '140') return 'unknown';
  const ends = ['p', 'c'];
  const letter = [serial.slice(-1), model.slice(-1)].find((end) => ends.includes(end));
  if (letter === undefined) return 'meter';
  return letter === 'p' ? 'productionMeter' : 'gridMeter';
}

/** More than an inverter of this name can make. */
function powerLimit(model: string): bigint {
  if (model.toLowerCase().startsWith('ac_module')) return 1000n;
  const watts = model.startsWith('SPR-') ? /^[0-9]{3,5}(?=[a-z])/.exec(model.slice(4))?.[0] : '';
  return watts === undefined || BigInt(watts) === 0n ? 100_000n : 2n * BigInt(watts);
}

/** kWh as mWh. Only what the random sites send: no more than six decimals, and no exponents. */
export function decimal(text: string): { milliWh: bigint; step: bigint } | undefined {
  const parts = /^(-?)(\d{1,9})(?:\.(\d{0,6}))?$/.exec(text);
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = parts;
  const milliWh = BigInt(whole + fraction.padEnd(6, '0'));
  return { milliWh: sign === '-' ? -milliWh : milliWh, step: 10n ** BigInt(6 - fraction.length) };
}
