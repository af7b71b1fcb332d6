import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize, summaryTable, type Summary } from '../../src/cli/summary.ts';
import { RecentRecords } from '../../src/record/recent-records.ts';
import { RecordOutput } from '../../src/cli/record-output.ts';
import { TypeCounts } from '../../src/record/type-counts.ts';
import { Pipeline } from '../../src/pipeline.ts';
import { conversation } from '../tools/conversation.ts';
import { encodeFrames, PLAIN } from '../tools/frame.ts';
import { Random } from '../tools/random.ts';

/** A conversation replayed `times` times, as a supervisor does that gets no answer. */
function summaryOf(times: number): { summary: Summary; sent: number } {
  const random = new Random(4);
  const recent = new RecentRecords(10_000);
  const records = new RecordOutput((line) => recent.note(line), undefined);
  const pipeline = new Pipeline({
    record: (line) => {
      records.take(line);
    },
  });
  let sent = 0;
  for (let time = 0; time < times; time++) {
    const startMs = Date.UTC(2026, 4, 10) + time * 3_600_000;
    const { segments, connections } = conversation({ startMs, otherTraffic: true }, new Random(9));
    sent = connections.reduce((sum, { records: sentOnes }) => sum + sentOnes.length, 0);
    for (const { bytes, timeMs } of encodeFrames(segments, PLAIN, random)) {
      const packet = { timeMs, linkType: 1, data: bytes, start: 0, end: bytes.length };
      pipeline.packet({ ...packet, originalBytes: bytes.length });
    }
  }
  pipeline.finish();
  return { summary: summarize(pipeline, records.counts, records.types), sent };
}

test('counts of a capture', () => {
  const { summary, sent } = summaryOf(2);
  assert.equal(summary.records, sent);
  assert.equal(summary.duplicates, sent);
  assert.equal(summary.revisions, 0);
  assert.equal(summary.from?.slice(0, 16), '2026-05-10T00:00');
  assert.equal(summary.to?.slice(0, 13), '2026-05-10T01');
  const { requests } = summary;
  assert.equal(requests.answered, requests.data + requests.command);
  assert.ok(requests.answered > 0 && requests.unanswered === 0);
  assert.ok((requests.answerMeanMs ?? -1) >= 0 && (requests.answerMaxMs ?? -1) < 1000);
  assert.deepEqual(JSON.parse(JSON.stringify(summary)), summary);
});

test('the types add up to the records', () => {
  const { summary } = summaryOf(2);
  const byType = Object.values(summary.recordsByType).reduce((sum, count) => sum + count, 0);
  assert.equal(byType, summary.records);
});

test('a revision is a record, a repeat is none', () => {
  const pipeline = new Pipeline({ record: () => undefined });
  const summary = summarize(pipeline, { new: 5, repeat: 3, revision: 2 }, new TypeCounts());
  const { records, duplicates, revisions } = summary;
  assert.deepEqual({ records, duplicates, revisions }, { records: 7, duplicates: 3, revisions: 2 });
});

test('nothing at all', () => {
  const pipeline = new Pipeline({ record: () => undefined });
  const summary = summarize(pipeline, { new: 0, repeat: 0, revision: 0 }, new TypeCounts());
  assert.equal(summary.from, null);
  assert.equal(summary.requests.answerMeanMs, null);
  assertLinesUp(summaryTable(summary));
});

test('a time that no calendar has', () => {
  const pipeline = new Pipeline({ record: () => undefined });
  for (const timeMs of [1e17, Infinity, NaN]) {
    const packet = { timeMs, linkType: 1, data: new Uint8Array(4), start: 0, end: 4 };
    pipeline.packet({ ...packet, originalBytes: 4 });
  }
  const summary = summarize(pipeline, { new: 0, repeat: 0, revision: 0 }, new TypeCounts());
  assert.equal(summary.from, null);
  assert.equal(summary.to, null);
  assertLinesUp(summaryTable(summary));
});

/** Every count ends at the same column. */
function assertLinesUp(table: string): void {
  assert.ok(table.endsWith('\n'));
  const ends = table
    .slice(0, -1)
    .split('\n')
    .map((row) => /^(?: {2})?\S.*?\S {2,}(?:\d[\d ]*\d|\d)(?= {2}|$)/.exec(row)?.[0].length);
  assert.equal(new Set(ends).size, 1, table);
  assert.notEqual(ends[0], undefined, table);
}

test('the table lines up, with small counts and with huge ones', () => {
  const { summary } = summaryOf(1);
  assertLinesUp(summaryTable(summary));
  const huge: Summary = {
    ...summary,
    packets: 1_234_567_890,
    capturedBytes: 987_654_321_012,
    skippedPackets: { 'link/unsupported-link-type': 3, 'ipv4/bad-header': 1_000_000 },
    rejectedLines: { 'out-of-place': 7, cut: 1 },
    recordsByType: { 130: 1_000_000, 99999: 1 },
    tcp: {
      ...summary.tcp,
      gaps: 5,
      gapBytes: 123_456,
      segmentsStray: 3,
      overlapBytes: 9,
      lateBytes: 2,
      midstream: 1,
      checksumsWrong: 2,
      checksumsOffloaded: 4,
    },
    fragments: { ...summary.fragments, fragments: 12, datagrams: 3, datagramsIncomplete: 1 },
  };
  const table = summaryTable(huge);
  assertLinesUp(table);
  for (const shown of [
    '1 234 567 890',
    '987 654 321 012',
    'unsupported-link-type',
    'inverter reading',
    '123 456 bytes not captured',
    'out-of-place',
  ]) {
    assert.ok(table.includes(shown), shown);
  }
});

test('rows that would say nothing are left out', () => {
  const table = summaryTable(summaryOf(1).summary);
  for (const absent of [
    'snapped',
    'IP fragments',
    'wrong checksums',
    'stray',
    'rejected',
    'begun before',
  ]) {
    assert.ok(!table.includes(absent), absent);
  }
});
