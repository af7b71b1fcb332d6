/** Which records a replay prints, in which order, and which it must never take for telemetry. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../tools/message.ts';
import type { Segment } from '../tools/segment.ts';
import {
  failuresOf,
  failuresText,
  makeCase,
  mergedFrames,
  pcapOfCases,
} from '../tools/capture-case.ts';
import { Dialogue } from '../tools/dialogue.ts';
import { drop, oneDirection } from '../tools/disturb.ts';
import { PLAIN, encodeFrames, pcapOf } from '../tools/frame.ts';
import { latin1 } from '../tools/bytes.ts';
import { collectorAnswer, otherPost, supervisorRequest } from '../tools/message.ts';
import { Random } from '../tools/random.ts';
import type { ReplayRun } from '../tools/replay-run.ts';
import { foundRecords, recordLine, replayBytes, runSuntap } from '../tools/replay-run.ts';
import { truthOf } from '../tools/truth.ts';

const FRAME = { supervisorSerial: 'TACLC1009999', sentDigits: '20260510000003' };
const STRING_INVERTER =
  '130\t20260510000000\t1913009999\tSPR-5000m-x\t4\t12345.6789\t3.412\t243.1\t14.03\t\t318\t11.2\t41.5\t59.98\t0';
const METER =
  '140\t20260510000000\tPVS5M500001c\tPVS5M0400c\t125\t-640.39\t-1.8784\t0.5875\t2.0794\t-0.9033\t60.02\t0';
const METER_REVISED = METER.replace('-640.39', '-640.40');
const UNKNOWN = '987\t20260510000000\tX1\t\t';

interface Spoken {
  supervisor?: string;
  collector?: string;
  port?: number;
  startMs?: number;
}

function dialogueWith(messages: readonly Message[], spoken: Spoken = {}): Segment[] {
  const dialogue = new Dialogue({
    supervisor: { address: spoken.supervisor ?? '192.168.1.50', port: spoken.port ?? 40_000 },
    collector: { address: spoken.collector ?? '203.0.113.9', port: 80 },
    isn: { toCollector: 7, toSupervisor: 9 },
    timestamps: false,
    startMs: spoken.startMs ?? Date.UTC(2026, 4, 10),
    nextSegmentBytes: () => 536,
    ackEvery: 2,
    stepMs: 1,
  });
  dialogue.handshake();
  for (const message of messages) {
    dialogue.message('toCollector', message);
    dialogue.message('toSupervisor', collectorAnswer(FRAME.sentDigits));
  }
  dialogue.finish('toCollector');
  return dialogue.close().segments;
}

function replaySegments(segments: readonly Segment[], extra: readonly string[] = []): ReplayRun {
  const frames = encodeFrames(segments, PLAIN, new Random(1));
  return replayBytes(pcapOf(frames, 'ethernet'), extra);
}

function linesOf(run: ReplayRun): string[] {
  return foundRecords(run.stdout).map(recordLine);
}

function request(...lines: string[]): Message {
  return supervisorRequest(lines, FRAME);
}

test('a printed record has exactly the documented members', () => {
  const run = replaySegments(dialogueWith([request(STRING_INVERTER)]));
  assert.deepEqual(JSON.parse(run.stdout), {
    type: 130,
    time: '2026-05-10T00:00:00Z',
    serial: '1913009999',
    fields: STRING_INVERTER.split('\t'),
  });
});

test('interleaved connections print in order of arrival', () => {
  const recipe = { name: 'interleaved', conversation: { maxRecords: 30 } };
  const cases = Array.from({ length: 40 }, (_, number) =>
    makeCase(
      { recipe, seed: 500 + number, family: number % 2 === 0 ? 4 : 6, link: 'ethernet' },
      number,
    ),
  );
  // All at once: the connections of the 40 supervisors run side by side.
  const together = cases.map((one) => ({
    ...one,
    frames: one.frames.map((frame, place) => ({ ...frame, timeMs: 1_778_000_000_000 + place * 5 })),
  }));
  const frames = mergedFrames(together);
  const truth = truthOf(
    cases.flatMap(({ connections }) => connections),
    frames,
  );
  const inOrder = [...truth.completedAt].sort(([, one], [, other]) => one - other);
  const run = replayBytes(pcapOf(frames, 'ethernet'));
  assert.deepEqual(
    linesOf(run),
    inOrder.map(([line]) => line),
  );
});

test('equal repeats are dropped, a different record of the same identity is printed', () => {
  const sent = [
    request(STRING_INVERTER, METER),
    request(METER, STRING_INVERTER, UNKNOWN),
    request(METER_REVISED),
    request(METER_REVISED, UNKNOWN),
  ];
  const run = replaySegments(dialogueWith(sent));
  assert.deepEqual(linesOf(run), [STRING_INVERTER, METER, UNKNOWN, METER_REVISED]);
});

test('one device may report several types at the same time', () => {
  const status = STRING_INVERTER.replace('130', '131');
  const run = replaySegments(dialogueWith([request(STRING_INVERTER, status)]));
  assert.deepEqual(linesOf(run), [STRING_INVERTER, status]);
});

test('what is not a record is left out and spoils nothing beside it', () => {
  const odd = [
    '',
    'no record',
    '\t',
    '130',
    '130\t20260510000000',
    '130\tnot a time\tS',
    '-1\t20260510000000\tS',
    '130 20260510000000 S',
  ];
  const lines = odd.flatMap((line, place) => [line, METER.replace('PVS5M500001c', `M${place}`)]);
  const run = replaySegments(dialogueWith([request(...lines)]));
  assert.deepEqual(
    linesOf(run),
    lines.filter((line) => line.startsWith('140')),
  );
});

const NEVER: { name: string; segments: () => Segment[] }[] = [
  { name: 'a POST to another path', segments: () => dialogueWith([otherPost([METER])]) },
  {
    name: 'records in an answer',
    segments: () => {
      const all = dialogueWith([request()]);
      const answer = latin1(
        `HTTP/1.1 200 OK\r\nContent-Length: ${METER.length + 4}\r\n\r\n\r\n${METER}\r\n`,
      );
      return all.map((one) =>
        one.direction === 'toSupervisor' && one.payload.length > 0
          ? { ...one, payload: answer }
          : one,
      );
    },
  },
  {
    name: 'the collector heard alone',
    segments: () => oneDirection(dialogueWith([request(METER)]), 'toSupervisor'),
  },
  { name: 'a heartbeat', segments: () => dialogueWith([request()]) },
];

for (const { name, segments } of NEVER) {
  test(`nothing found: ${name}`, () => {
    const run = replaySegments(segments());
    assert.equal(run.stdout, '');
    assert.equal(run.code, 1, run.stderr);
  });
}

test('--supervisor takes only that host', () => {
  const mine = dialogueWith([request(METER)], { supervisor: '192.168.1.50' });
  const other = dialogueWith([request(STRING_INVERTER)], { supervisor: '192.168.1.51' });
  const all = [...mine, ...other];
  assert.deepEqual(linesOf(replaySegments(all)), [METER, STRING_INVERTER]);
  assert.deepEqual(linesOf(replaySegments(all, ['--supervisor', '192.168.1.51'])), [
    STRING_INVERTER,
  ]);
  const none = replaySegments(all, ['--supervisor', '192.168.1.52']);
  assert.equal(none.code, 1);
  assert.equal(none.stdout, '');
});

test('--supervisor takes IPv6 in any spelling', () => {
  const all = dialogueWith([request(METER)], {
    supervisor: '2001:db8::50',
    collector: '2001:db8:1::9',
  });
  for (const spelling of ['2001:db8::50', '2001:0db8:0:0:0:0:0:50', '2001:DB8::0:50']) {
    assert.deepEqual(linesOf(replaySegments(all, ['--supervisor', spelling])), [METER], spelling);
  }
});

test('standard input reads as a file does', () => {
  const one = makeCase({ recipe: { name: 'plain' }, seed: 3, family: 4, link: 'vlan' }, 0);
  const capture = pcapOfCases([one], 'vlan');
  const fromFile = replayBytes(capture);
  const fromInput = runSuntap(['replay', '-', '--output', 'records'], capture);
  assert.equal(fromInput.stdout, fromFile.stdout);
  assert.equal(fromInput.code, 0);
  assert.notEqual(fromFile.stdout, '');
});

test('--output summary --json is one JSON value on standard output', () => {
  const one = makeCase({ recipe: { name: 'plain' }, seed: 3, family: 4, link: 'ethernet' }, 0);
  const capture = pcapOfCases([one], 'ethernet');
  const run = runSuntap(['replay', '-', '--output', 'summary', '--json'], capture);
  assert.equal(run.code, 0, run.stderr);
  assert.equal(typeof JSON.parse(run.stdout), 'object');
});

test('a supervisor without chunks beside one with them: nothing of the first is doubted', () => {
  const chunked = { name: 'chunked', conversation: { framing: 'chunked' as const } };
  const lossy = {
    name: 'lossy',
    conversation: { maxRecords: 30 },
    segments: (list: Segment[], random: Random) => drop(list, 0.15, random),
  };
  const recipes = [chunked, ...Array.from({ length: 20 }, () => lossy)];
  const cases = recipes.map((recipe, number) =>
    makeCase({ recipe, seed: 40 + number, family: 4, link: 'ethernet' }, number),
  );
  const run = replayBytes(pcapOfCases(cases, 'ethernet'));
  const failures = failuresOf(cases, linesOf(run));
  assert.ok(failures.length === 0, failuresText(failures, 'ethernet'));
});
