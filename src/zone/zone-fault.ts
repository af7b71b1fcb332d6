/** Why there is no zone of a name, as facts; the command line makes sentences of them. */
import type { Zone } from './zone.ts';

export type ZoneFaultReason =
  | 'bad-name' // neither the name of a zone nor a POSIX rule can look like that
  | 'unknown' // no such file, and nothing else knows it
  | 'not-a-zone-file' // there, but not in the format, or it contradicts itself
  | 'unreadable'; // there, and the system does not give its bytes

export interface ZoneFault {
  readonly layer: 'zone';
  readonly reason: ZoneFaultReason;
  /** The name, or the file concerned. */
  readonly subject: string;
  /** What is wrong with the file, or what the system said. */
  readonly detail?: string;
}

export type ZoneResult =
  { readonly ok: true; readonly zone: Zone } | { readonly ok: false; readonly fault: ZoneFault };

export function found(zone: Zone): ZoneResult {
  return { ok: true, zone };
}

export function refused(reason: ZoneFaultReason, subject: string, detail?: string): ZoneResult {
  const fault = { layer: 'zone', reason, subject } as const;
  return { ok: false, fault: detail === undefined ? fault : { ...fault, detail } };
}
