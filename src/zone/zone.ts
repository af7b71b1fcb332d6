/** A time zone, as far as suntap needs one: how far its clocks are from UTC. */

export interface Zone {
  /** As it was asked for: an IANA name or a POSIX rule. */
  readonly name: string;
  /**
   * Seconds east of UTC at that time, less than 26 hours either way. Any number gets an answer; the
   * same answer each time.
   */
  offsetSec(timeSec: number): number;
}

/** No zone is as far as that from UTC (RFC 9636, 3.2); what says so is not believed. */
export const OFFSET_LIMIT_SEC = 26 * 3600;

/** A zone whose clocks are never changed. */
export function fixedZone(name: string, offsetSec: number): Zone {
  return { name, offsetSec: () => offsetSec };
}

export const UTC: Zone = fixedZone('UTC', 0);
