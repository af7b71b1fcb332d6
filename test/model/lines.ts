/** Lines of telemetry as the log gives them to the model. */
import { readTimeSec } from '../../src/log/record-time.ts';
import type { TimedLine } from '../../src/model/site-model.ts';
import { recordOf, tabbed } from '../record/lines.ts';

const parsed = new Map<string, TimedLine>();
const MOST_PARSED = 200_000;

/** The line read, and its time; `|` stands for TAB. The same text gives the same object. */
export function timed(text: string): TimedLine {
  let line = parsed.get(text);
  if (line === undefined) {
    const record = recordOf(tabbed(text));
    line = { ...record, timeSec: readTimeSec(record.data, record.timeAt) };
    if (parsed.size === MOST_PARSED) parsed.clear();
    parsed.set(text, line);
  }
  return line;
}

/** `20260509230000` */
export function digitsOf(timeSec: number): string {
  return new Date(timeSec * 1000).toISOString().slice(0, 19).replace(/\D/g, '');
}

export function atSec(text: string): number {
  return Date.parse(text) / 1000;
}

/** A reading of an inverter; `kWh` is the text of its counter. */
export function inverterLine(
  timeSec: number,
  serial: string,
  kWh: string,
  model = 'AC_Module_Type_C',
): string {
  return `130|${digitsOf(timeSec)}|${serial}|${model}||${kWh}|0.107|247.3|0.45||56.2|2.02|30.7|60.0|0`;
}

export function meterLine(
  timeSec: number,
  serial: string,
  kWh: string,
  model = `PVS5M0400${serial.slice(-1)}`,
): string {
  return `140|${digitsOf(timeSec)}|${serial}|${model}|50|${kWh}|3.4021|0.0612|3.4026|0.9998|60.03|0`;
}

/** A record of the supervisor, which says that the site is alive and nothing more. */
export function healthLine(timeSec: number, serial = 'TACLC1009999'): string {
  return `120|${digitsOf(timeSec)}|${serial}|0|0|0|4|12|518400|0.27|8180|4568`;
}

/** Whole milliwatt-hours as the text of a counter, with so many decimals, the rest cut off. */
export function kWhText(milliWh: number, decimals: number): string {
  const sign = milliWh < 0 ? '-' : '';
  const digits = String(Math.abs(milliWh)).padStart(7, '0');
  const fraction = digits.slice(-6).slice(0, decimals);
  return `${sign}${digits.slice(0, -6)}${fraction === '' ? '' : `.${fraction}`}`;
}
