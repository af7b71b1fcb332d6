/** A day as a table that a person can check by eye: an hour a line, in watt-hours, and every gap. */
import type { DayTotals } from '../../src/model/day-summary.ts';
import { wattHours } from '../../src/model/energy-text.ts';
import { siteReadings, type SiteReading } from '../../src/model/site-day.ts';
import type { SiteModel } from '../../src/model/site-model.ts';
import { dayOf } from './site-view.ts';

const HOUR = 3600;
const SLOTS_PER_HOUR = 12;

const COLUMNS = ['production', 'net', 'import', 'export', 'consumption'] as const;
const CELL_CHARS = 17;

/** Hours with what was made in them, gaps behind the hour in which they end, and the sums of the day. */
export function dayTable(model: SiteModel, name: string, timeZone: string): string {
  const summary = model.days.find((day) => day.name === name);
  if (summary === undefined) return `${name}: no records\n`;
  const day = dayOf(model, summary);
  const readings = [...siteReadings(day, model.sense)];
  const { sense } = model;
  const meaning =
    sense.measures === 'unknown' ? 'unknown' : `${sense.measures}, sign ${sense.sign}`;
  const hours = (day.endSec - day.startSec) / HOUR;
  const lines = [
    `${name} in ${timeZone}: ${hours} hours. Production by ${model.source}; the meter is ${meaning}.`,
    '',
    line('local time', COLUMNS, 'inverters'),
  ];
  for (let startSec = day.startSec; startSec < day.endSec; startSec += HOUR) {
    const ofHour = readings.filter((reading) => {
      return reading.endSec > startSec && reading.endSec <= startSec + HOUR;
    });
    const slots = ofHour.filter(({ kind }) => kind === 'interval');
    lines.push(hourLine(startSec, slots, timeZone));
    for (const gap of ofHour.filter(({ kind }) => kind === 'gap')) {
      lines.push(gapLine(gap, timeZone));
    }
  }
  return [...lines, '', totalsLine(model.totals(summary)), ''].join('\n');
}

function hourLine(startSec: number, slots: readonly SiteReading[], timeZone: string): string {
  const counts = (of: (reading: SiteReading) => number): string => {
    const values = slots.map(of);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least === most ? `${most}` : `${least} to ${most}`;
  };
  const missing = slots.length === 0 ? '' : counts((reading) => reading.missing);
  const lacking = missing === '0' || missing === '' ? '' : `, ${missing} missing`;
  const known = slots.length === 0 ? '' : counts((reading) => reading.producers);
  const sums = COLUMNS.map((column) => {
    const values = slots.flatMap((reading) => reading[`${column}MilliWh`] ?? []);
    if (values.length === 0) return '-';
    const sum = wattHours(values.reduce((all, value) => all + value, 0));
    return values.length === SLOTS_PER_HOUR ? sum : `${values.length} of 12: ${sum}`;
  });
  return line(timeText(startSec, startSec + HOUR, timeZone), sums, `${known}${lacking}`);
}

function gapLine(gap: SiteReading, timeZone: string): string {
  const values = COLUMNS.map((column) => gap[`${column}MilliWh`]);
  const texts = values.map((value) => (value === undefined ? '-' : wattHours(value)));
  return line(timeText(gap.startSec, gap.endSec, timeZone), texts, `gap of ${gap.producers}`);
}

function totalsLine(totals: DayTotals): string {
  const values = COLUMNS.map((column) => totals[`${column}MilliWh`]);
  return line(
    'the day',
    values.map((value) => (value === undefined ? '-' : wattHours(value))),
    '',
  );
}

function line(time: string, values: readonly string[], inverters: string): string {
  const cells = values.map((value) => value.padStart(CELL_CHARS));
  return `${time.padEnd(18)}${cells.join('')}   ${inverters}`.trimEnd();
}

/** `01:00+02 02:00+02`: with the difference from UTC, since it changes. */
function timeText(startSec: number, endSec: number, timeZone: string): string {
  const text = (timeSec: number): string => {
    const format = new Intl.DateTimeFormat('sv-SE', {
      ...{ timeZone, hour: '2-digit', minute: '2-digit', timeZoneName: 'longOffset' },
    });
    const parts = format.formatToParts(timeSec * 1000);
    const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
    const offset = part('timeZoneName').replace('GMT', '').replace('\u2212', '-');
    return `${part('hour')}:${part('minute')}${offset.replace(':00', '')}`;
  };
  return `${text(startSec)} ${text(endSec)}`;
}
