/** Zones for the tests, none of them from files of the system. */
import assert from 'node:assert/strict';
import { posixZone } from '../../src/zone/posix-rule.ts';
import { parseZoneFile } from '../../src/zone/zone-file.ts';
import type { Zone } from '../../src/zone/zone.ts';
import { zoneFile, type ZoneRecipe } from './zone-bytes.ts';

export function ruleZone(rule: string): Zone {
  const zone = posixZone(rule);
  assert.ok(zone, rule);
  return zone;
}

export function builtZone(recipe: ZoneRecipe): Zone {
  const result = parseZoneFile(zoneFile(recipe), 'built');
  assert.ok(result.ok, JSON.stringify(result));
  return result.zone;
}

/** Seconds of `2024-03-31T01:00:00Z`; the seconds may be left out. */
export function utc(text: string): number {
  const timeMs = Date.parse(text.replace(/T(\d\d:\d\d)Z$/, 'T$1:00Z'));
  assert.ok(Number.isFinite(timeMs), text);
  return timeMs / 1000;
}

/** Laws of today, and some of the past, as the files of the zones end with them. */
export const RULES = {
  berlin: 'CET-1CEST,M3.5.0,M10.5.0/3',
  newYork: 'EST5EDT,M3.2.0,M11.1.0',
  sydney: 'AEST-10AEDT,M10.1.0,M4.1.0/3',
  auckland: 'NZST-12NZDT,M9.5.0,M4.1.0/3',
  chatham: '<+1245>-12:45<+1345>,M9.5.0/2:45,M4.1.0/3:45',
  lordHowe: '<+1030>-10:30<+11>-11,M10.1.0,M4.1.0',
  dublin: 'IST-1GMT0,M10.5.0,M3.5.0/1',
  troll: '<+00>0<+02>-2,M3.5.0/1,M10.5.0/3',
  nuuk: '<-02>2<-01>,M3.5.0/-1,M10.5.0/0',
  gaza: 'EET-2EEST,M3.4.4/50,M10.4.4/50',
  havana: 'CST5CDT,M3.2.0/0,M11.1.0/1',
  beirut: 'EET-2EEST,M3.5.0/0,M10.5.0/0',
  cairo: 'EET-2EEST,M4.5.5/0,M10.5.4/24',
  azores: '<-01>1<+00>,M3.5.0/0,M10.5.0/1',
  santiago: '<-04>4<-03>,M9.1.6/24,M4.1.6/24',
  /** Until 2019. */
  saoPaulo: '<-03>3<-02>,M11.1.0/0,M2.3.0/0',
  /** Until 2011. */
  stJohns: 'NST3:30NDT,M3.2.0/0:01,M11.1.0/0:01',
  kolkata: 'IST-5:30',
  saoPauloNow: '<-03>3',
  /** Daylight time all year, as RFC 9636 writes it. */
  allYear: 'XXX3EDT4,0/0,J365/23',
} as const;

/** Apia moved to the other side of the date line: 30 December 2011 did not take place. */
export const APIA = builtZone({
  version: 2,
  offsetsSec: [-36_000, 50_400],
  changes: [[utc('2011-12-30T10:00Z'), 1]],
  rule: '<+14>-14',
});

/** Kwajalein moved the other way in 1969: at the end of 30 September, the same date began again. */
export const KWAJALEIN = builtZone({
  version: 2,
  offsetsSec: [39_600, -43_200],
  changes: [[utc('1969-09-30T13:00Z'), 1]],
  rule: '<-12>12',
});

export const ZONES: readonly Zone[] = [...Object.values(RULES).map(ruleZone), APIA, KWAJALEIN];
