/** Sentences for the owner: they name what they are about and say what to do, and steer no terminal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthSentence } from '../../src/cli/explain-health.ts';
import type { HealthCondition, HealthKind } from '../../src/model/health-condition.ts';

const SINCE_SEC = Date.parse('2026-06-10T07:00:00Z') / 1000;
const SINCE = '2026-06-10T07:00:00Z';

const CASES: Record<string, { condition: HealthCondition; names: readonly string[] }> = {
  'the supervisor': {
    condition: {
      ...{ kind: 'supervisor-silent', subject: '', sinceSec: SINCE_SEC },
      ...{ wasHeard: true, silentForSec: 7300 },
    },
    names: ['2 hours', SINCE, 'power', 'internet'],
  },
  'the supervisor, never heard': {
    condition: {
      ...{ kind: 'supervisor-silent', subject: '', sinceSec: 0 },
      ...{ wasHeard: false, silentForSec: 3700 },
    },
    names: ['yet', '61 minutes', 'power', 'internet'],
  },
  'the collector': {
    condition: {
      ...{ kind: 'collector-silent', subject: '', sinceSec: SINCE_SEC },
      ...{ unansweredRequests: 5, wasHeard: true },
    },
    names: ['5 requests', SINCE, 'internet'],
  },
  'the collector, never heard': {
    condition: {
      ...{ kind: 'collector-silent', subject: '', sinceSec: SINCE_SEC },
      ...{ unansweredRequests: 5, wasHeard: false },
    },
    names: ['5 requests', 'one direction'],
  },
  'the backlog': {
    condition: {
      ...{ kind: 'backlog-growing', subject: 'TACLC1009999', sinceSec: SINCE_SEC },
      untransmittedRecords: 93_234,
    },
    names: ['TACLC1009999', '93234', SINCE, 'off and on'],
  },
  'a silent inverter': {
    condition: {
      ...{ kind: 'inverter-silent', subject: '414051600000001', sinceSec: SINCE_SEC },
      siblings: 23,
    },
    names: ['414051600000001', '23 others', SINCE, 'breaker'],
  },
  'a silent inverter of two': {
    condition: {
      ...{ kind: 'inverter-silent', subject: '414051600000001', sinceSec: SINCE_SEC },
      siblings: 1,
    },
    names: ['414051600000001', 'the other one makes', 'breaker'],
  },
  'a weak inverter': {
    condition: {
      ...{ kind: 'inverter-weak', subject: '414051600000001', sinceSec: SINCE_SEC },
      ...{ sharePercent: 58, weakDays: 3 },
    },
    names: ['414051600000001', '58 %', '3 sunny days', SINCE, 'shade'],
  },
};

for (const [what, { condition, names }] of Object.entries(CASES)) {
  test(what, () => {
    const sentence = healthSentence(condition);
    assert.match(sentence, /^[A-Z].*\.$/);
    assert.doesNotMatch(sentence, /[\x00-\x1f\x7f-\x9f]|undefined|null|NaN|1970|\(\)|: \./);
    assert.ok(sentence.length <= 280, `${sentence.length}: a phone shows that much`);
    for (const name of names) assert.ok(sentence.includes(name), `${sentence} names ${name}`);
  });

  test(`${what}: times as the owner writes them; a serial that steers nothing`, () => {
    const nasty = { ...condition, subject: '\x1b[2J\r\n' };
    const sentence = healthSentence(nasty, () => 'Sunday noon');
    assert.doesNotMatch(sentence, /[\x00-\x1f\x7f-\x9f]|T07:00/);
    // What was never heard has no time.
    const hasTime = !('wasHeard' in condition) || condition.wasHeard;
    assert.equal(sentence.includes('Sunday noon'), hasTime);
  });
}

test('every kind has a case', () => {
  const kinds: Record<HealthKind, true> = {
    'supervisor-silent': true,
    'collector-silent': true,
    'backlog-growing': true,
    'inverter-silent': true,
    'inverter-weak': true,
  };
  const tried = new Set(Object.values(CASES).map(({ condition }) => condition.kind));
  assert.deepEqual([...tried].sort(), Object.keys(kinds).sort());
});

test('ages in units of which there are two', () => {
  const ages: [number, string][] = [
    [0, '0 seconds'],
    [1, '1 second'],
    [119, '119 seconds'],
    [120, '2 minutes'],
    [7199, '119 minutes'],
    [7200, '2 hours'],
    [172_799, '47 hours'],
    [900_000, '10 days'],
  ];
  for (const [silentForSec, text] of ages) {
    const sentence = healthSentence({
      ...{ kind: 'supervisor-silent', subject: '', sinceSec: SINCE_SEC },
      ...{ wasHeard: true, silentForSec },
    });
    assert.ok(sentence.includes(` for ${text} (`), sentence);
  }
});
