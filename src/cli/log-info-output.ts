/** What `suntap log info` prints. */
import { textOfBinary } from '../base/byte-text.ts';
import { sizeText } from '../base/quantity.ts';
import {
  fittingDays,
  flashBytesPerDay,
  flashKind,
  flashYears,
  type LogInfo,
} from '../log/log-info.ts';
import { group } from './count-table.ts';
import { rfc3339 } from './time-text.ts';
import { printable } from './usage.ts';

export interface LogPlace {
  directory: string;
  sizeLimitBytes: number;
  fileSystemBytes: number;
  fileSystemMagic: number;
}

/** Of the serials in a line of the table; `--json` has all. */
const SERIALS_WIDTH = 52;
/** Beyond this the number says nothing. */
const MANY_YEARS = 1000;
const UNKNOWN = 'known when there is half a day of records';

/** For a program. Units are in the names; null: there is none, or it is not known yet. */
export function logInfoJson(info: LogInfo, place: LogPlace): Record<string, unknown> {
  const { perDay, dayTotals, written } = info;
  const kind = flashKind(place.fileSystemMagic);
  return {
    directory: place.directory,
    records: info.records,
    devices: info.devices.length,
    from: timeOrNull(info.fromSec),
    to: timeOrNull(info.toSec),
    segments: info.segments,
    bytes: info.bytes,
    sizeLimitBytes: place.sizeLimitBytes,
    bytesPerRecord: info.bytesPerRecord ?? null,
    heldDays: info.heldDays,
    fittingDays: fittingDays(info, place.sizeLimitBytes) ?? null,
    dayTotals: dayTotals.records,
    dayTotalsFrom: timeOrNull(dayTotals.fromSec),
    dayTotalsBytes: dayTotals.bytes,
    writtenBytes: written.bytes,
    writtenBytesPerDay: perDay?.bytes ?? null,
    commits: written.commits,
    commitsPerDay: perDay?.commits ?? null,
    flash: kind.name,
    flashBytes: place.fileSystemBytes,
    flashEraseCycles: Number.isFinite(kind.eraseCycles) ? kind.eraseCycles : null,
    flashBytesPerDay: flashBytesPerDay(info, kind) ?? null,
    flashLifeYears: flashYears(info, kind, place.fileSystemBytes) ?? null,
    deviceList: info.devices.map(({ serial, types, records, fromSec, toSec }) => ({
      serial: textOfBinary(serial),
      types,
      records,
      from: timeOrNull(fromSec),
      to: timeOrNull(toSec),
    })),
  };
}

/** For a person. */
export function logInfoTable(info: LogInfo, place: LogPlace): string {
  const { bytes, perDay, dayTotals, written, heldDays } = info;
  const fitting = fittingDays(info, place.sizeLimitBytes);
  const percent = ((bytes / place.sizeLimitBytes) * 100).toFixed(1);
  const perRecord =
    info.bytesPerRecord === undefined ? '' : `, ${info.bytesPerRecord.toFixed(1)} a record`;
  const rows: [name: string, value: string][] = [
    ['directory', printable(place.directory)],
    ['records', group(info.records)],
    ['devices', devicesText(info)],
    ['from', info.fromSec === undefined ? '-' : rfc3339(info.fromSec)],
    ['to', info.toSec === undefined ? '-' : rfc3339(info.toSec)],
    ['segments', group(info.segments)],
    ['bytes', `${group(bytes)}${perRecord}; ${percent} % of ${sizeText(place.sizeLimitBytes)}`],
    ['held in detail', `${heldDays.toFixed(1)} days`],
    ['room in detail', fitting === undefined ? UNKNOWN : `for ${group(fitting)} days at this rate`],
    [
      'day totals',
      dayTotals.fromSec === undefined
        ? 'none yet: all detail is there'
        : `${group(dayTotals.records)} since ${rfc3339(dayTotals.fromSec).slice(0, 10)}`,
    ],
    [
      'written',
      `${group(written.bytes)} bytes in ${group(written.commits)} commits since it was begun`,
    ],
    [
      '  a day',
      perDay === undefined
        ? UNKNOWN
        : `${group(perDay.bytes)} bytes in ${group(perDay.commits)} commits`,
    ],
    ['flash life', flashText(info, place)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}

function devicesText({ devices }: LogInfo): string {
  let text = '';
  for (const { serial } of devices) {
    const longer = `${text === '' ? '' : `${text}, `}${printable(textOfBinary(serial))}`;
    if (longer.length > SERIALS_WIDTH)
      return `${group(devices.length)}: ${text}${text === '' ? '' : ', '}...`;
    text = longer;
  }
  return `${group(devices.length)}: ${text}`;
}

/** The number with what it assumes. */
function flashText(info: LogInfo, { fileSystemBytes, fileSystemMagic }: LogPlace): string {
  const kind = flashKind(fileSystemMagic);
  if (kind.commitBytes === undefined) return 'none is worn: the log is in memory';
  const years = flashYears(info, kind, fileSystemBytes);
  if (years === undefined) return UNKNOWN;
  const yearsText = years > MANY_YEARS ? `> ${group(MANY_YEARS)}` : group(years);
  return `${yearsText} years if all ${sizeWords(fileSystemBytes)} of ${kind.name} bear ${group(kind.eraseCycles)} erases`;
}

/** To three digits: `7.63 GB`. */
function sizeWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let [amount, unit] = [bytes, 0];
  for (; amount >= 1000 && unit < units.length - 1; unit++) amount /= 1000;
  return `${Number(amount.toPrecision(3))} ${units[unit] ?? ''}`;
}

function timeOrNull(timeSec: number | undefined): string | null {
  return timeSec === undefined ? null : rfc3339(timeSec);
}
