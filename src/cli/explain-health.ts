/** What is wrong with the site, as sentences for its owner: what it is, then what to do. */
import type { HealthCondition } from '../model/health-condition.ts';
import { rfc3339 } from './time-text.ts';
import { printable } from './usage.ts';

/** @param timeText how a time of a record is written, in seconds since 1970 */
export function healthSentence(
  condition: HealthCondition,
  timeText: (timeSec: number) => string = rfc3339,
): string {
  const name = printable(condition.subject);
  const since = `since ${timeText(condition.sinceSec)}`;
  switch (condition.kind) {
    case 'supervisor-silent': {
      const age = duration(condition.silentForSec);
      const what = condition.wasHeard
        ? `Nothing has been heard of the supervisor for ${age} (${since})`
        : `Nothing has been heard of the supervisor yet, for ${age}`;
      return `${what}. See that it has power, that its network cable is in, and that the internet works: without it, it says nothing.`;
    }
    case 'collector-silent': {
      const requests = `${condition.unansweredRequests} requests`;
      return condition.wasHeard
        ? `SunPower's server has not answered the supervisor ${since} (${requests}). See that the internet works; if it does, wait: nothing is lost here, and the supervisor tries again.`
        : `No answer of SunPower's server to the supervisor has been seen (${requests}). See that the internet works; if it does, the router captures only one direction of the traffic.`;
    }
    case 'backlog-growing':
      return `Supervisor ${name} has ${condition.untransmittedRecords} records that SunPower's server has not taken, more and more ${since}. See that the internet works, then switch the supervisor off and on: when its memory is full, SunPower's records of your site are lost.`;
    case 'inverter-silent': {
      const { siblings } = condition;
      const others = siblings === 1 ? 'the other one makes' : `most of the ${siblings} others make`;
      return `Inverter ${name} has been silent ${since}, although ${others} power. See that no snow lies on its panel and that its breaker is on; if so, call your installer.`;
    }
    case 'inverter-weak': {
      const { sharePercent, weakDays } = condition;
      return `Inverter ${name} makes only ${sharePercent} % of what it should next to the others, each measured by its own best day: on ${weakDays} sunny days ${since}. Look for dirt or new shade on its panels; if there is none, call your installer.`;
    }
  }
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** In the largest unit of which there are two. */
function duration(seconds: number): string {
  const [name, size] = UNITS.find(([, unitSec]) => seconds >= 2 * unitSec) ?? ['second', 1];
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
