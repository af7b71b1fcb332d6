/** All of it together: each thing is said once when it begins and once when it is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../tools/random.ts';
import {
  INTERVALS_A_DAY,
  LivedSite,
  all,
  named,
  silenced,
  weakened,
  type HealthSiteOptions,
} from './health-site.ts';

const DAY = INTERVALS_A_DAY;
const HOUR_MS = 3_600_000;

test('nothing known yet: nothing said', () => {
  const lived = new LivedSite();
  assert.deepEqual(lived.look(), []);
  assert.deepEqual(lived.health.active, []);
});

/** One inverter weak, one dead, the backlog growing. */
function ill(seed: number): { options: HealthSiteOptions; weak: string; dead: string } {
  const site = { seed, inverters: 4, meters: false };
  const lived = new LivedSite({ site });
  lived.live(150, 151);
  const [weak = '', dead = ''] = lived.serials;
  const options = {
    site,
    trouble: all(
      weakened(
        (serial) => serial === weak,
        (interval) => (interval >= 8 * DAY ? 0.5 : 1),
      ),
      silenced((serial) => serial === dead, 11 * DAY + 140),
    ),
    untransmitted: (interval: number) => Math.max(0, 6 * (interval - 11 * DAY - 100)),
  };
  return { options, weak, dead };
}

test('several things at once, and over when they are', () => {
  const { options, weak, dead } = ill(1);
  const lived = new LivedSite(options);
  const { supervisorSerial } = lived.sim;
  lived.live(0, 11 * DAY + 200, 2);
  assert.deepEqual(lived.events.map(named), [
    `begin inverter-weak ${weak}`,
    `begin backlog-growing ${supervisorSerial}`,
    `begin inverter-silent ${dead}`,
  ]);
  // The most urgent first.
  assert.deepEqual(
    lived.health.active.map(({ kind }) => kind),
    ['backlog-growing', 'inverter-silent', 'inverter-weak'],
  );
  const nowMs = (11 * DAY + 200) * 300_000;
  const seen = { site: lived.model, collector: { requests: 0, answers: 0 } };
  const { health } = lived;
  const silent = health.update({ ...seen, nowMs, sinceHeardMs: HOUR_MS });
  assert.deepEqual(silent.map(named), ['begin supervisor-silent']);
  assert.deepEqual(health.update({ ...seen, nowMs: nowMs + 60_000, sinceHeardMs: HOUR_MS }), []);
  assert.equal(health.active[0]?.kind, 'supervisor-silent');
  assert.equal(health.active[0].sinceSec, lived.model.newestSec);
  health.update({ ...seen, nowMs: nowMs + 120_000, sinceHeardMs: 0 });
  const back = health.update({ ...seen, nowMs: nowMs + 420_000, sinceHeardMs: 0 });
  assert.deepEqual(back.map(named), ['end supervisor-silent']);
  assert.equal(back[0]?.endSec, lived.model.newestSec);
});

test('a model made anew of the same records: nothing begins, nothing ends', () => {
  const { options } = ill(2);
  const lived = new LivedSite(options);
  lived.live(0, 11 * DAY + 200, 4);
  const { active } = lived.health;
  assert.equal(active.length, 3);
  const again = new LivedSite(options);
  for (let interval = 0; interval < 11 * DAY + 200; interval++) {
    const lines = again.linesAt(interval);
    again.take([...lines].reverse());
  }
  again.model.settle();
  const input = { nowMs: 0, sinceHeardMs: 0, collector: { requests: 0, answers: 0 } };
  assert.deepEqual(lived.health.update({ site: again.model, ...input }), []);
  assert.deepEqual(lived.health.active, active);
});

test('any order of arrival, any portions: the same holds in the end', () => {
  for (const seed of [1, 2]) {
    const { options } = ill(seed);
    const lived = new LivedSite({ ...options, residentDays: Infinity });
    const lines: string[] = [];
    for (let interval = 0; interval < 11 * DAY + 200; interval++) {
      lines.push(...lived.linesAt(interval));
    }
    lived.take(lines);
    lived.look();
    assert.equal(lived.health.active.length, 3);
    const random = new Random(seed);
    const orders = [
      random.shuffle(lines),
      [...lines].reverse(),
      // A day late, after all the others.
      [...lines.slice(0, 8000), ...lines.slice(8500), ...lines.slice(8000, 8500)],
    ];
    for (const [at, order] of orders.entries()) {
      const other = new LivedSite({ site: { seed, inverters: 4 }, residentDays: 4 });
      for (let from = 0; from < order.length;) {
        const next = from + random.int(500, 3000);
        other.take(order.slice(from, next));
        other.look();
        from = next;
      }
      assert.deepEqual(other.health.active, lived.health.active, `seed ${seed}, order ${at}`);
    }
  }
});

test('every beginning has one end, and nothing begins twice, whatever is silent when', () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = new Random(seed);
    const site = { seed, inverters: 4, missedShare: 0.03 };
    const some = new LivedSite({ site });
    some.live(150, 151);
    const away = some.serials.flatMap((serial) =>
      [1, 2].map(() => {
        const from = random.int(2 * DAY, 9 * DAY);
        return silenced((other) => other === serial, from, from + random.int(1, 3 * DAY));
      }),
    );
    const lived = new LivedSite({ site, trouble: all(...away), residentDays: 2 });
    lived.live(0, 14 * DAY, 4);
    assert.ok(lived.events.length > 0, `seed ${seed}: something is silent`);
    const active = new Set<string>();
    for (const { change, condition, endSec } of lived.events) {
      const name = `${condition.kind} ${condition.subject}`;
      assert.equal(active.has(name), change === 'end', `seed ${seed}: ${change} ${name}`);
      if (change === 'begin') active.add(name);
      else active.delete(name);
      assert.equal(endSec === undefined, change === 'begin');
      assert.ok((endSec ?? Infinity) >= condition.sinceSec);
    }
    assert.deepEqual([...active], [], `seed ${seed}: all are back`);
  }
});
