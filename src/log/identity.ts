/**
 * Identity of a record: (type, serial, time). An index keeps a set of times for each device, a device
 * being a type and a serial.
 */
import { latin1 } from '../base/ascii.ts';
import type { RecordLine } from '../record/record-line.ts';
import type { Row } from './frame-codec.ts';
import type { Series } from './frame-state.ts';
import { printTimeSec } from './record-time.ts';

const MAX_TIME_SEC = 0xffff_ffff;

export interface Identity {
  /** Type and serial, one character a byte. */
  device: string;
  /** Seconds since the epoch, 32 bits. */
  timeSec: number;
  /** False for times that do not fit: those are part of `device`, and `timeSec` is 0. */
  ordinary: boolean;
}

/** A record whose identity is known: it is asked for more than once. */
export interface KnownRow extends Row {
  identity: Identity;
}

export function identityOf(row: Row): Identity {
  return identityAt(row, row.timeSec);
}

export function identityAt(line: RecordLine, timeSec: number): Identity {
  const { type, data, serialStart, serialEnd } = line;
  return identify(`${type}\t${latin1(data, serialStart, serialEnd)}`, timeSec);
}

export function identityIn({ type, serial }: Series, timeSec: number): Identity {
  return identify(`${type}\t${serial}`, timeSec);
}

function identify(device: string, timeSec: number): Identity {
  if (timeSec >= 0 && timeSec <= MAX_TIME_SEC) return { device, timeSec, ordinary: true };
  // Years before 1970 and after 2106 are errors of a clock, but records all the same.
  const digits = new Uint8Array(14);
  printTimeSec(timeSec, digits, 0);
  return { device: `${device}\t${latin1(digits, 0, 14)}`, timeSec: 0, ordinary: false };
}
