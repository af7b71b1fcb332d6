/** Every case of `cases/*.md`: whole, byte by byte and cut at every offset, with the same events. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Conversation } from '../../src/http/conversation.ts';
import { zeroHttpCounters, type HttpCounters } from '../../src/http/message.ts';
import { pieceOf } from '../base/cuttings.ts';
import { joined, readCases, type Direction, type HttpCase, type Item } from './case-file.ts';
import { Recorder } from './recorder.ts';

const DIRECTORY = join(import.meta.dirname, 'cases');
/** Cases with more bytes than this are not cut at every one of them. */
const MAX_CUTS = 3000;

/** Counters that a case may end its events with: `counters framingLost=1`. */
function countersOf(counters: HttpCounters, wanted: string): string {
  const names = wanted
    .split(' ')
    .slice(1)
    .map((pair) => pair.split('=')[0] ?? '');
  const counted = new Map(Object.entries(counters) as [string, number][]);
  return `counters ${names.map((name) => `${name}=${counted.get(name) ?? '?'}`).join(' ')}`;
}

function run({ items, heard, events: expected }: HttpCase, pieces: readonly Item[]): string[] {
  const recorder = new Recorder();
  const counters = zeroHttpCounters();
  let nowMs = 0;
  const conversation = new Conversation(recorder, counters, { framing: 'unknown' }, () => nowMs++);
  const streamOf = (direction: Direction) =>
    direction === 'to-collector' ? conversation.forward : conversation.backward;
  const ended = new Set<Direction>();
  for (const item of pieces) {
    const stream = streamOf(item.direction);
    if (item.kind === 'gap') {
      stream.gap(item.gapBytes);
    } else if (item.kind === 'end') {
      ended.add(item.direction);
      stream.end();
    } else if (item.bytes.length > 0) {
      const { data, start, end } = pieceOf(item.bytes);
      stream.bytes(data, start, end);
      data.fill(0x21);
    }
  }
  for (const direction of ['to-collector', 'to-supervisor'] as const) {
    if (!ended.has(direction)) streamOf(direction).end();
  }
  assert.equal(items.length > 0, true);
  conversation.closed(heard.size === 2);
  const wanted = expected.findLast((event) => event.startsWith('counters '));
  return wanted === undefined
    ? recorder.events
    : [...recorder.events, countersOf(counters, wanted)];
}

function* cuttings(items: readonly Item[]): Generator<{ name: string; pieces: Item[] }> {
  const whole = joined(items);
  yield { name: 'whole', pieces: whole };
  yield {
    name: 'byte by byte',
    pieces: whole.flatMap((item): Item[] =>
      item.kind === 'bytes'
        ? Array.from(item.bytes, (byte) => ({ ...item, bytes: Uint8Array.of(byte) }))
        : [item],
    ),
  };
  for (const [place, item] of whole.entries()) {
    if (item.kind !== 'bytes') continue;
    const step = Math.ceil(item.bytes.length / MAX_CUTS);
    for (let at = 1; at < item.bytes.length; at += step) {
      const halves = [item.bytes.subarray(0, at), item.bytes.subarray(at)];
      const cut = halves.map((bytes) => ({ ...item, bytes }));
      yield {
        name: `block ${place} cut at ${at}`,
        pieces: [...whole.slice(0, place), ...cut, ...whole.slice(place + 1)],
      };
    }
  }
}

for (const file of readdirSync(DIRECTORY).sort()) {
  const cases = readCases(readFileSync(join(DIRECTORY, file), 'utf8'));
  test(`${file} has cases`, () => {
    assert.ok(cases.length > 0);
  });
  for (const httpCase of cases) {
    test(`${file}: ${httpCase.name}`, () => {
      for (const { name, pieces } of cuttings(httpCase.items)) {
        assert.deepEqual(run(httpCase, pieces), httpCase.events, name);
      }
    });
  }
}
