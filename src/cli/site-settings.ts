/** What the section `site` of the configuration makes of the model. */
import type { Settings } from '../config/option-definitions.ts';
import type { Calendar } from '../model/calendar.ts';
import type { GridSense } from '../model/grid-sense.ts';
import type { SiteModelOptions } from '../model/site-model.ts';
import { loadZone, systemZone } from '../zone/load-zone.ts';
import { dayName, localDayEnd, localDayStart } from '../zone/local-day.ts';
import type { ZoneFault } from '../zone/zone-fault.ts';
import type { Zone } from '../zone/zone.ts';
import { say } from './terminal.ts';
import { printable } from './usage.ts';

const GRID_SENSES: Readonly<Record<Settings['site']['gridMeter'], GridSense | 'auto'>> = {
  auto: 'auto',
  import: { measures: 'net', sign: 1 },
  export: { measures: 'net', sign: -1 },
  load: { measures: 'load', sign: 1 },
};

export type SiteOptions = Pick<SiteModelOptions, 'calendar' | 'production' | 'grid'>;

/** Undefined when the zone is not to be had; it has been said why. */
export function siteOptions({
  zone,
  production,
  gridMeter,
}: Settings['site']): SiteOptions | undefined {
  const result = zone === undefined ? systemZone() : loadZone(zone);
  if (!result.ok) {
    say(explainZoneFault(result.fault, zone !== undefined));
    return undefined;
  }
  return { calendar: calendarOf(result.zone), production, grid: GRID_SENSES[gridMeter] };
}

export function calendarOf(zone: Zone): Calendar {
  return {
    dayStart: (timeSec) => localDayStart(zone, timeSec),
    dayEnd: (timeSec) => localDayEnd(zone, timeSec),
    dayName: (timeSec) => dayName(zone, timeSec),
  };
}

function explainZoneFault({ reason, subject, detail }: ZoneFault, isConfigured: boolean): string {
  const name = `'${printable(subject)}'`;
  const what = {
    'bad-name': `${name} is no time zone`,
    unknown: `The time zone ${name} is not on this machine`,
    'not-a-zone-file': `The file of the time zone ${name} is damaged`,
    unreadable: `The file of the time zone ${name} cannot be read`,
  }[reason];
  const why = detail === undefined ? '' : ` (${printable(detail)})`;
  const remedy = isConfigured
    ? "name it like Europe/Berlin in option zone, section site, and install its file (package zoneinfo-all or the continent's), or write its rule, like CET-1CEST,M3.5.0,M10.5.0/3"
    : 'set option zone, section site, to one like Europe/Berlin';
  return `${what}${why}: ${remedy}.`;
}
