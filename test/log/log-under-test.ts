/** A log in a file system in memory: opens it, writes lines of text to it and reads it as text. */
import assert from 'node:assert/strict';
import type { LogDamage } from '../../src/log/log-fault.ts';
import { LogReader } from '../../src/log/log-reader.ts';
import { RecordLog, type LogEvent, type RecordLogOptions } from '../../src/log/record-log.ts';
import type { Row } from '../../src/log/frame-codec.ts';
import { identityAt, type KnownRow } from '../../src/log/identity.ts';
import { readTimeSec } from '../../src/log/record-time.ts';
import type { SegmentSort } from '../../src/log/segment-name.ts';
import { latin1 as text } from '../../src/base/ascii.ts';
import { recordOf, tabbed } from '../record/lines.ts';
import { Random } from '../tools/random.ts';
import type { Choose, MemoryFiles } from './memory-files.ts';

export const DIRECTORY = '/log';
/** Days of UTC. */
export const utcDayEnd = (timeSec: number): number => Math.ceil(timeSec / 86_400) * 86_400;

export interface LogUnderTest {
  log: RecordLog;
  events: LogEvent[];
  /** Lines that the log has called durable, in order. */
  durable: string[];
}

export function openLog(files: MemoryFiles, options: Partial<RecordLogOptions> = {}): LogUnderTest {
  const events: LogEvent[] = [];
  const durable: string[] = [];
  const opened = RecordLog.open({
    files,
    directory: DIRECTORY,
    sizeLimitBytes: 64 << 20,
    freeFloorBytes: 0,
    dayEnd: utcDayEnd,
    event: (event) => events.push(event),
    durable: (rows) => durable.push(...rows.map(lineOf)),
    ...options,
  });
  assert.ok(opened.ok, opened.ok ? '' : `refused: ${opened.fault.reason}`);
  return { log: opened.log, events, durable };
}

/** Adds the lines and commits them; they must all be taken, and written. */
export function store({ log }: LogUnderTest, lines: readonly string[]): void {
  for (const line of lines) assert.notEqual(log.add(recordOf(line)), 'repeat', line);
  assert.ok(log.commit(), 'written');
}

export interface WholeLog {
  lines: string[];
  /** Both what was found when it was opened and what was found when it was read. */
  damage: LogDamage[];
}

/** Everything that anyone can read. */
export function readLog(files: MemoryFiles, sort: SegmentSort = 'records'): WholeLog {
  const opened = LogReader.open(files, DIRECTORY);
  assert.ok(opened.ok, opened.ok ? '' : `refused: ${opened.fault.reason}`);
  const { reader } = opened;
  const lines: string[] = [];
  const damage: LogDamage[] = [...reader.damage];
  for (const rows of reader.records({}, (found) => damage.push(found), sort)) {
    lines.push(...rows.map(lineOf));
  }
  return { lines, damage };
}

/** One character a byte. */
export function lineOf({ data, start, end }: Row): string {
  return text(data, start, end);
}

export function rowOf(line: string): KnownRow {
  const record = recordOf(line);
  const timeSec = readTimeSec(record.data, record.timeAt);
  return { ...record, timeSec, identity: identityAt(record, timeSec) };
}

/** 2026-05-09T11:05:00Z. */
export const T = 1_778_324_700;
export const STEP_SEC = 300;

export function digitsOf(timeSec: number): string {
  return new Date(timeSec * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
}

/** A reading of an inverter, as they come every five minutes. */
export function reading(serial: string, timeSec: number, counter: number | string): string {
  const values = '0.1134|247.3326|0.4554|0.1193|56.2324|2.0239|31.5|60.042|0';
  return tabbed(`130|${digitsOf(timeSec)}|${serial}|PV Module||${counter}|${values}`);
}

/** `count` times `devices` inverters, five minutes apart. */
export function readings(count: number, devices: number, from = T): string[] {
  return Array.from({ length: count * devices }, (_, i) => {
    const step = Math.floor(i / devices);
    const device = i % devices;
    return reading(`E0010${device}`, from + step * STEP_SEC, (1000 * device + step / 8).toFixed(4));
  });
}

/** Bytes that cannot be made smaller. */
const NOISE = Array.from(new Random(1).bytes(64 << 10), (byte) =>
  String.fromCharCode(0x21 + (byte % 0xde)),
).join('');

/** A record of a type that nobody knows; nine fill a segment. */
export function bulky(number: number, bytes = 7500): string {
  const from = (number * 977) % (NOISE.length - bytes);
  return tabbed(`777|${digitsOf(T + number * STEP_SEC)}|BULK|`) + NOISE.slice(from, from + bytes);
}

/** Files and directories of the log by name. */
export function namesIn(files: MemoryFiles): string[] {
  return files.list(DIRECTORY).sort();
}

/** Bytes of all files of the log. */
export function bytesIn(files: MemoryFiles): number {
  return namesIn(files).reduce((sum, name) => sum + files.sizeBytes(`${DIRECTORY}/${name}`), 0);
}

/** Chooses at random what a power cut leaves. */
export function chooser(seed: number): Choose {
  const random = new Random(seed);
  return (n) => random.int(0, n - 1);
}
