import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IpDefragmenter, type FragmentCounters } from '../../src/reassembly/ip-defragmenter.ts';
import { DEFAULT_REASSEMBLY_LIMITS } from '../../src/reassembly/limits.ts';
import { forSeeds } from '../base/seeds.ts';
import { fragmentOf, type FragmentSpec } from './fragments.ts';

/**
 * Datagrams as text: `whole "..."`, or `holes "..."` with `_` for each byte that is missing before
 * the last captured one, and `of N` when it was longer on the wire.
 */
class Defragmented {
  readonly datagrams: string[] = [];
  readonly defragmenter = new IpDefragmenter(DEFAULT_REASSEMBLY_LIMITS, ({ ip, captured }) => {
    const { data, payloadStart, payloadEnd, payloadBytes } = ip;
    const ranges = captured ?? [{ start: payloadStart, end: payloadEnd }];
    const end = ranges.at(-1)?.end ?? payloadStart;
    const text = Array<string>(end - payloadStart).fill('_');
    for (const range of ranges) {
      for (let at = Math.max(range.start, payloadStart); at < range.end; at++) {
        text[at - payloadStart] = String.fromCharCode(data[at] ?? 0);
      }
    }
    assert.equal(
      payloadEnd,
      ranges[0]?.end,
      'headers are looked for in what is there without a hole',
    );
    const longer = payloadBytes === text.length ? '' : ` of ${payloadBytes}`;
    this.datagrams.push(
      `${captured === undefined ? 'whole' : 'holes'} "${text.join('')}"${longer}`,
    );
    assert.equal(ip.isFragment, false);
    this.protocols.push(ip.protocol);
    this.damaged.push(ip.damaged);
  });
  readonly protocols: number[] = [];
  readonly damaged: boolean[] = [];

  add(spec: FragmentSpec, nowMs = 0): void {
    const fragment = fragmentOf(spec);
    this.defragmenter.fragment(fragment, nowMs);
    fragment.data.fill(0xdd);
  }
}

const A: FragmentSpec = { offset: 0, text: 'aaaaaaaa', more: true };
const B: FragmentSpec = { offset: 8, text: 'bbbbbbbb', more: true };
const C: FragmentSpec = { offset: 16, text: 'ccc', more: false };
const WHOLE = 'whole "aaaaaaaabbbbbbbbccc"';

const CASES: {
  name: string;
  fragments: FragmentSpec[];
  datagrams: string[];
  counters?: Partial<FragmentCounters>;
}[] = [
  {
    name: 'in order',
    fragments: [A, B, C],
    datagrams: [WHOLE],
    counters: { fragments: 3, datagrams: 1, datagramsIncomplete: 0 },
  },
  { name: 'backwards', fragments: [C, B, A], datagrams: [WHOLE] },
  { name: 'the last one first', fragments: [C, A, B], datagrams: [WHOLE] },
  {
    name: 'one twice',
    fragments: [A, B, B, C],
    datagrams: [WHOLE],
    counters: { fragmentsRepeated: 1 },
  },
  {
    name: 'all twice, the repeats afterwards: a new one that never gets whole',
    fragments: [A, B, C, B],
    datagrams: [WHOLE],
    counters: { datagramsIncomplete: 1 },
  },
  {
    name: 'an overlap with other bytes: the first arrival wins',
    fragments: [
      A,
      { offset: 8, text: 'XXXXXXXXYYYYYYYY', more: true },
      { ...B },
      { offset: 24, text: 'c', more: false },
    ],
    datagrams: ['whole "aaaaaaaaXXXXXXXXYYYYYYYYc"'],
  },
  {
    name: 'an overlap held back: the first arrival wins',
    fragments: [C, { offset: 8, text: 'bbbbbbbbXXX', more: false }, A],
    datagrams: [WHOLE],
  },
  {
    name: 'two at once do not mix',
    fragments: [
      A,
      { ...A, id: 8, text: 'AAAAAAAA' },
      B,
      { ...B, id: 8, text: 'BBBBBBBB' },
      C,
      { ...C, id: 8, text: 'CCC' },
    ],
    datagrams: [WHOLE, 'whole "AAAAAAAABBBBBBBBCCC"'],
  },
  {
    name: 'the same number from another host does not mix',
    fragments: [A, { ...A, source: '192.0.2.9', text: 'XXXXXXXX' }, B, C],
    datagrams: [WHOLE, 'holes "XXXXXXXX" of 9'],
    counters: { datagramsIncomplete: 1 },
  },
  {
    name: 'the same number of another protocol is left',
    fragments: [A, { ...B, protocol: 17, text: 'XXXXXXXX' }, B, C],
    datagrams: [WHOLE],
    counters: { fragmentsDropped: 1 },
  },
  {
    name: 'never completed: what is there, with its hole',
    fragments: [A, C],
    datagrams: ['holes "aaaaaaaa________ccc"'],
    counters: { datagrams: 0, datagramsIncomplete: 1 },
  },
  {
    name: 'never completed, the end unknown: at least a byte is missing',
    fragments: [A, B],
    datagrams: ['holes "aaaaaaaabbbbbbbb" of 17'],
  },
  {
    name: 'never completed, the beginning missing: nobody knows whose it was',
    fragments: [B, C],
    datagrams: [],
    counters: { datagramsIncomplete: 1 },
  },
  {
    name: 'snapped: what was not captured is a hole',
    fragments: [{ ...A, text: 'aaaaa', wireBytes: 8 }, B, C],
    datagrams: ['holes "aaaaa___bbbbbbbbccc"'],
  },
  {
    name: 'the last one snapped',
    fragments: [A, B, { ...C, text: 'c', wireBytes: 3 }],
    datagrams: ['holes "aaaaaaaabbbbbbbbc" of 19'],
  },
  {
    name: 'longer than a datagram can be',
    fragments: [A, { offset: 65_528, text: 'xxxxxxxx', more: false }, B, C],
    datagrams: [WHOLE],
    counters: { fragmentsDropped: 1 },
  },
  {
    name: 'an empty one',
    fragments: [{ ...A, text: '' }, A, B, C],
    datagrams: [WHOLE],
    counters: { fragmentsDropped: 1 },
  },
  {
    name: 'IPv6',
    fragments: [
      { ...C, version: 6 },
      { ...A, version: 6 },
      { ...B, version: 6 },
    ],
    datagrams: [WHOLE],
  },
  {
    name: 'IPv6 with a 32-bit number',
    fragments: [
      { ...A, version: 6, id: 0xfffffffe },
      { ...A, version: 6, id: 0x1fffe },
      { ...B, version: 6, id: 0xfffffffe },
      { ...C, version: 6, id: 0xfffffffe },
    ],
    datagrams: [WHOLE, 'holes "aaaaaaaa" of 9'],
    counters: { datagramsIncomplete: 1 },
  },
];

for (const { name, fragments, datagrams, counters = {} } of CASES) {
  test(`fragments: ${name}`, () => {
    const run = new Defragmented();
    for (const fragment of fragments) run.add(fragment);
    run.defragmenter.finish();
    assert.deepEqual(run.datagrams, datagrams);
    for (const [counter, count] of Object.entries(counters)) {
      assert.equal(run.defragmenter.counters[counter as keyof FragmentCounters], count, counter);
    }
    assert.equal(run.defragmenter.heldBytes, 0);
  });
}

test('destination options behind the fragment header are stepped over (IPv6)', () => {
  const run = new Defragmented();
  const options = Uint8Array.of(6, 0, 1, 4, 0, 0, 0, 0);
  run.add({ version: 6, protocol: 60, offset: 0, text: options, more: true });
  run.add({ version: 6, protocol: 60, offset: 8, text: 'abc', more: false });
  assert.deepEqual(run.datagrams, ['whole "abc"']);
  assert.deepEqual(run.protocols, [6]);
});

test('one damaged header makes the datagram doubtful', () => {
  const run = new Defragmented();
  for (const fragment of [
    A,
    { ...B, damaged: true },
    C,
    { ...A, id: 9 },
    { ...B, id: 9 },
    { ...C, id: 9 },
  ])
    run.add(fragment);
  assert.deepEqual(run.damaged, [true, false]);
});

test('what waits too long is passed on with its holes when time goes by', () => {
  const run = new Defragmented();
  run.add(A, 1000);
  run.add({ ...A, id: 8 }, 3000);
  run.add(C, 5999);
  run.add({ ...B, id: 9 }, 6000);
  assert.deepEqual(run.datagrams, ['holes "aaaaaaaa________ccc"']);
  run.defragmenter.expire(8000);
  assert.equal(run.datagrams.length, 2);
  run.defragmenter.expire(11_000);
  assert.equal(run.defragmenter.heldBytes, 0);
  assert.equal(run.defragmenter.counters.datagramsIncomplete, 3);
});

test('other protocols are left and counted', () => {
  const run = new Defragmented();
  for (const protocol of [1, 17, 58, 50]) run.add({ ...A, protocol });
  run.add({ ...A, version: 4, protocol: 60 });
  assert.equal(run.defragmenter.counters.fragmentsDropped, 5);
  assert.equal(run.defragmenter.heldBytes, 0);
});

test('random datagrams in random pieces, in any order, some twice, come out as sent', () => {
  forSeeds(500, (random) => {
    const run = new Defragmented();
    const version = random.pick([4, 6] as const);
    const sent = Array.from({ length: random.int(1, 6) }, () => random.bytes(random.int(9, 400)));
    const fragments = sent.flatMap((bytes, id) => {
      const pieces: FragmentSpec[] = [];
      for (let offset = 0; offset < bytes.length;) {
        const end = Math.min(bytes.length, offset + 8 * random.int(1, 8));
        // Some begin before the last one ended: the bytes are the same.
        const start = Math.max(0, offset - 8 * random.int(0, 2));
        pieces.push({
          version,
          id,
          offset: start,
          text: bytes.subarray(start, end),
          more: end < bytes.length,
        });
        offset = end;
      }
      return random.chance(0.3) ? [...pieces, random.pick(pieces)] : pieces;
    });
    for (const fragment of random.shuffle(fragments)) run.add(fragment);
    run.defragmenter.finish();
    const text = (bytes: Uint8Array) => `whole "${Buffer.from(bytes).toString('latin1')}"`;
    for (const bytes of sent) assert.ok(run.datagrams.includes(text(bytes)));
    assert.equal(run.defragmenter.heldBytes, 0);
  });
});
