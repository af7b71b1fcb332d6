/**
 * Records may come in any order, more than once, and be settled in any portions; whatever was forgotten
 * meanwhile is read again. In the end it is as if all had come in order. And every reading that became
 * another on the way was said to have changed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelChanges, SiteModel, TimedLine } from '../../src/model/site-model.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';
import { timed } from './lines.ts';
import { randomSite, type RandomSite } from './random-site.ts';
import { difference, siteModel, viewOfModel, type DayView, type SiteView } from './site-view.ts';

/** What revises one another comes in its order, which is what tells a revision. */
function identityOf(line: string): string {
  return line.split('|', 3).slice(1).join('|');
}

type Disorder = (random: Random, lines: readonly string[]) => string[];

const DISORDERS: Record<string, Disorder> = {
  'in order': (_, lines) => [...lines],
  'one block late, as after an outage': (random, lines) => {
    const from = random.int(0, lines.length);
    const to = random.int(from, lines.length);
    const back = random.int(to, lines.length);
    return [
      ...lines.slice(0, from),
      ...lines.slice(to, back),
      ...lines.slice(from, to),
      ...lines.slice(back),
    ];
  },
  'some of them late': (random, lines) => {
    const isLate = lines.map(() => random.chance(0.1));
    const late = lines.filter((_, index) => isLate[index]);
    return [...lines.filter((_, index) => !isLate[index]), ...random.shuffle(late)];
  },
  'the newest first': (_, lines) => [...lines].reverse(),
  'one device after the other': (random, lines) => {
    const serialOf = (line: string): string => line.split('|')[2] ?? '';
    const serials = random.shuffle([...new Set(lines.map(serialOf))]);
    return serials.flatMap((serial) => lines.filter((line) => serialOf(line) === serial));
  },
  shuffled: (random, lines) => random.shuffle(lines),
};

function arrivals(random: Random, { lines }: RandomSite, disorder: Disorder): string[] {
  const queues = new Map<string, string[]>();
  for (const line of lines) {
    const queue = queues.get(identityOf(line));
    if (queue === undefined) queues.set(identityOf(line), [line]);
    else queue.push(line);
  }
  const isRevised = new Set([...queues].filter(([, { length }]) => length > 1).map(([key]) => key));
  const repeats = random.pick([0, 0, 0.1]);
  const arrived: string[] = [];
  for (const line of disorder(random, lines)) {
    const next = queues.get(identityOf(line))?.shift();
    if (next !== undefined) arrived.push(next);
    if (!random.chance(repeats)) continue;
    const again = random.pick(arrived);
    if (!isRevised.has(identityOf(again))) arrived.push(again);
  }
  return arrived;
}

/** A model that forgets days, and a log from which it reads them again. */
function forgetful(site: RandomSite, residentDays: number): { model: SiteModel; log: TimedLine[] } {
  const log: TimedLine[] = [];
  const load = (fromSec: number, toSec: number): TimedLine[] =>
    log.filter(({ timeSec }) => timeSec > fromSec && timeSec <= toSec);
  return { model: siteModel(site, { residentDays, load }), log };
}

function checkChanges(before: SiteView | undefined, after: SiteView, changes: ModelChanges): void {
  const byName = new Map(before?.days.map((day) => [day.name, day]));
  const isSense = difference(after.sense, before?.sense ?? { measures: 'unknown' }) !== undefined;
  assert.equal(difference(changes.sense, isSense ? after.sense : undefined), undefined);
  for (const day of after.days) {
    const change = changes.days.find(({ name }) => name === day.name);
    const isCovered = (endSec: number): boolean => {
      // A slot that ends behind the day is not there, and a gap ends where its last slot does.
      const slotSec = Math.ceil(endSec / 300) * 300;
      return change !== undefined && change.fromSec <= slotSec && endSec <= change.toSec;
    };
    for (const endSec of differingEnds(byName.get(day.name), day, isSense)) {
      const when = new Date(endSec * 1000).toISOString();
      assert.ok(
        isCovered(endSec),
        `${day.name}: ${when} has changed, said ${JSON.stringify(change)}`,
      );
    }
  }
}

/** Ends of all that one view of a day has and the other has not. */
function differingEnds(before: DayView | undefined, after: DayView, isSense: boolean): number[] {
  const entries = (day: DayView | undefined): Map<string, number> => {
    const found = new Map<string, number>();
    for (const reading of day?.readings ?? []) {
      const { startSec, endSec, productionMilliWh, producers, missing } = reading;
      // A new sense says for itself that everything else is another, and that there may be more of it.
      const made = { startSec, endSec, productionMilliWh, producers, missing };
      if (isSense && productionMilliWh === undefined) continue;
      found.set(JSON.stringify(isSense ? made : reading), endSec);
    }
    for (const [serial, { spans, baselines, mistaken }] of Object.entries(day?.devices ?? {})) {
      for (const span of spans) found.set(JSON.stringify([serial, span]), span.endSec);
      for (const one of baselines) found.set(JSON.stringify([serial, one]), one.at.timeSec);
      for (const one of mistaken) found.set(JSON.stringify([serial, one]), one.timeSec);
    }
    return found;
  };
  const [old, now] = [entries(before), entries(after)];
  return [
    ...[...old].filter(([key]) => !now.has(key)),
    ...[...now].filter(([key]) => !old.has(key)),
  ].map(([, endSec]) => endSec);
}

function check(random: Random, disorder: Disorder): void {
  const site = randomSite(random);
  const sorted = siteModel(site);
  for (const line of site.lines) sorted.take(timed(line));
  sorted.settle();
  const { model, log } = forgetful(site, random.pick([1, 2, 3, Infinity]));
  let view: SiteView | undefined;
  // Looking at days that are out of memory reads them again; so in some runs nobody looks.
  const isWatched = random.chance(0.7);
  const settle = (): void => {
    if (!isWatched) {
      model.settle({ late: random.chance(0.5) });
      return;
    }
    const changes = model.settle();
    const after = viewOfModel(model);
    checkChanges(view, after, changes);
    view = after;
  };
  const lines = arrivals(random, site, disorder);
  const portions = random.int(1, 6) / lines.length;
  for (const line of lines) {
    log.push(timed(line));
    model.take(timed(line));
    if (random.chance(portions)) settle();
  }
  settle();
  model.settle();
  assert.ok(!model.hasLate);
  assert.equal(difference(viewOfModel(model), viewOfModel(sorted)), undefined);
}

for (const [name, disorder] of Object.entries(DISORDERS)) {
  test(name, () => {
    forSeeds(150, (random) => {
      check(random, disorder);
    });
  });
}
