/** Times on the command line, for `--from` and `--to`. */
import { isTime } from '../record/record-line.ts';
import { printable, type Parsed } from './usage.ts';

/** RFC 3339, of which the time of day and what is smaller may be left out; no zone means UTC. */
const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i;
/** As the supervisor sends it, UTC. */
const ON_THE_WIRE = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;

/** Seconds since 1970, parts of one dropped. `name` is the option's, for what is wrong. */
export function parseTimeArgument(name: string, text: string): Parsed<number> {
  const fields = ON_THE_WIRE.exec(text) ?? RFC_3339.exec(text);
  if (fields === null) {
    return wrong(name, text, 'no time; write it like 2026-05-09 or 2026-05-09T12:00:00Z');
  }
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] = fields;
  if (!isTime(Buffer.from(year + month + day + hour + minute + second), 0)) {
    return wrong(name, text, 'no time that calendar and clock have');
  }
  const offsetSec = zoneOffsetSec(fields[7]);
  if (offsetSec === undefined) return wrong(name, text, 'no time: there is no such zone');
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return { ok: true, value: timeMs / 1000 - offsetSec };
}

/** How far a zone is ahead of UTC; undefined for one that cannot be. */
function zoneOffsetSec(zone = 'Z'): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2}):(\d{2})$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60);
}

function wrong(name: string, text: string, what: string): Parsed<number> {
  return { ok: false, problem: `--${name} is '${printable(text)}', which is ${what}.` };
}
