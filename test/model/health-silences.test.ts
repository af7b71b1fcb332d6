/** The two silences that no record tells of: rows of what is seen, minute by minute. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CollectorSilence } from '../../src/model/collector-silence.ts';
import { SupervisorSilence } from '../../src/model/supervisor-silence.ts';

const MINUTE_MS = 60_000;
const NEWEST_SEC = 1_780_000_000;

/** When it is active, in minutes, as [from, to) pairs. */
function stretches(isActive: readonly boolean[]): number[][] {
  const found: number[][] = [];
  for (const [minute, active] of isActive.entries()) {
    const last = found.at(-1);
    if (active && last?.length === 1) continue;
    if (active) found.push([minute]);
    else if (last?.length === 1) last.push(minute);
  }
  return found;
}

const UNTIL = 400;

/** Minutes in which the supervisor is heard, and when it is silent for us. */
const HEARD: Record<string, { at: (minute: number) => boolean; silent: number[][] }> = {
  'every five minutes': { at: (minute) => minute % 5 === 0, silent: [] },
  'every fifty minutes': { at: (minute) => minute % 50 === 0, silent: [] },
  'never at all': { at: () => false, silent: [[60]] },
  'away from 100 to 300': {
    at: (minute) => minute % 5 === 0 && (minute <= 100 || minute >= 300),
    silent: [[160, 305]],
  },
  'a single time in between': {
    at: (minute) => minute <= 100 || minute === 200,
    silent: [[160]],
  },
  'every seventy minutes': { at: (minute) => minute % 70 === 0, silent: [[60]] },
  'twice within a minute, and then away again': {
    at: (minute) => minute <= 10 || minute === 100 || minute === 101,
    silent: [[70]],
  },
};

for (const [what, { at, silent }] of Object.entries(HEARD)) {
  test(`supervisor heard: ${what}`, () => {
    const silence = new SupervisorSilence(3600);
    let heardMinute = 0;
    const isActive: boolean[] = [];
    for (let minute = 0; minute < UNTIL; minute++) {
      if (at(minute)) heardMinute = minute;
      const sinceHeardMs = (minute - heardMinute) * MINUTE_MS;
      const { conditions } = silence.update(
        minute * MINUTE_MS,
        sinceHeardMs,
        NEWEST_SEC + heardMinute,
      );
      isActive.push(conditions.length === 1);
    }
    assert.deepEqual(stretches(isActive), silent);
  });
}

test('supervisor: since the newest record, whatever comes late meanwhile', () => {
  const silence = new SupervisorSilence(600);
  assert.deepEqual(silence.update(0, 600_500, NEWEST_SEC).conditions, [
    {
      kind: 'supervisor-silent',
      subject: '',
      sinceSec: NEWEST_SEC,
      wasHeard: true,
      silentForSec: 600,
    },
  ]);
  const [later] = silence.update(MINUTE_MS, 660_500, NEWEST_SEC + 900).conditions;
  assert.equal(later?.sinceSec, NEWEST_SEC);
});

test('supervisor: never heard of, without a time', () => {
  const [condition] = new SupervisorSilence(600).update(0, 700_000, -Infinity).conditions;
  assert.deepEqual(condition, {
    kind: 'supervisor-silent',
    subject: '',
    sinceSec: 0,
    wasHeard: false,
    silentForSec: 700,
  });
});

interface Traffic {
  /** Requests and answers of each minute. */
  at: (minute: number) => readonly [requests: number, answers: number];
  silent: number[][];
}

const every = (minutes: number, minute: number): number => (minute % minutes === 0 ? 1 : 0);

const TRAFFIC: Record<string, Traffic> = {
  'all answered': { at: (minute) => [every(5, minute), every(5, minute)], silent: [] },
  'answers come a minute later': {
    at: (minute) => [every(5, minute), every(5, minute - 1)],
    silent: [],
  },
  nothing: { at: () => [0, 0], silent: [] },
  'no answer from 101 on, tried again every two minutes': {
    at: (minute) => (minute <= 100 ? [every(5, minute), every(5, minute)] : [every(2, minute), 0]),
    // Requests at 102, 104, 106.
    silent: [[106]],
  },
  'no answer from 101 on, heartbeats alone': {
    at: (minute) => (minute <= 100 ? [every(5, minute), every(5, minute)] : [every(30, minute), 0]),
    // Requests at 120 and 150.
    silent: [[150]],
  },
  'answered again from 200 on': {
    at: (minute) => {
      const isBack = minute <= 100 || minute >= 200;
      return [every(5, minute), isBack ? every(5, minute) : 0];
    },
    silent: [[115, 205]],
  },
  'one answer in between': {
    at: (minute) => {
      const isBack = minute <= 100 || minute === 200;
      return [every(5, minute), isBack ? every(5, minute) : 0];
    },
    silent: [[115]],
  },
  'every second one is answered': {
    at: (minute) => [every(5, minute), every(10, minute)],
    silent: [],
  },
  'gives up after some tries': {
    at: (minute) => {
      if (minute <= 100) return [every(5, minute), every(5, minute)];
      return [minute <= 120 ? every(5, minute) : 0, 0];
    },
    silent: [[115]],
  },
  'a backlog in one go': {
    at: (minute) => (minute === 100 ? [40, 38] : [every(5, minute), every(5, minute)]),
    silent: [],
  },
  'three at once, answered a minute later': {
    at: (minute) => [minute % 10 === 0 ? 3 : 0, minute % 10 === 1 ? 3 : 0],
    silent: [],
  },
  'never an answer': { at: (minute) => [every(5, minute), 0], silent: [[10]] },
};

for (const [what, { at, silent }] of Object.entries(TRAFFIC)) {
  test(`collector: ${what}`, () => {
    const silence = new CollectorSilence();
    const counts = { requests: 0, answers: 0 };
    const isActive: boolean[] = [];
    for (let minute = 0; minute < UNTIL; minute++) {
      const [requests, answers] = at(minute);
      counts.requests += requests;
      counts.answers += answers;
      const { conditions } = silence.update(minute * MINUTE_MS, { ...counts }, NEWEST_SEC + minute);
      isActive.push(conditions.length === 1);
    }
    assert.deepEqual(stretches(isActive), silent);
  });
}

test('collector: facts; and counting begins anew with a restart of the stage', () => {
  const silence = new CollectorSilence();
  silence.update(0, { requests: 7, answers: 7 }, NEWEST_SEC);
  silence.update(MINUTE_MS, { requests: 8, answers: 7 }, NEWEST_SEC + 60);
  const { conditions } = silence.update(
    10 * MINUTE_MS,
    { requests: 11, answers: 7 },
    NEWEST_SEC + 99,
  );
  assert.deepEqual(conditions, [
    {
      kind: 'collector-silent',
      subject: '',
      sinceSec: NEWEST_SEC + 60,
      unansweredRequests: 4,
      wasHeard: true,
    },
  ]);
  const anew = silence.update(11 * MINUTE_MS, { requests: 1, answers: 1 }, NEWEST_SEC + 120);
  assert.equal(anew.conditions.length, 1);
  const over = silence.update(12 * MINUTE_MS, { requests: 2, answers: 2 }, NEWEST_SEC + 180);
  assert.deepEqual(over, { conditions: [], asOfSec: NEWEST_SEC + 180 });
});
