/** Frames, and what is found of them in bytes that were cut, filled with zeros or garbled. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ByteWriter } from '../../src/base/byte-writer.ts';
import {
  HEADER,
  readFrame,
  RECORDS,
  REFERENCE,
  SEAL,
  walkFrames,
  writeFrame,
  type FrameKind,
} from '../../src/log/frame.ts';
import { forSeeds } from '../base/seeds.ts';
import { concatBytes, latin1 } from '../tools/bytes.ts';

function frame(kind: FrameKind, payload: Uint8Array): Uint8Array {
  const out = new ByteWriter();
  writeFrame(kind, payload, out);
  return out.finish().slice();
}

const ONE = frame(HEADER, latin1('one'));
const TWO = frame(RECORDS, latin1('two two'));
const LONG = frame(RECORDS, new Uint8Array(300).fill(0x44));
const NONE = frame(REFERENCE, new Uint8Array(0));
const ALL = concatBytes([ONE, TWO, LONG, NONE]);

type Found = [string, number, number];

/** Kind or reason, begin and end of each piece. */
function walk(data: Uint8Array): Found[] {
  return [...walkFrames(data, 0)].map((piece) =>
    'frame' in piece
      ? [String.fromCharCode(piece.frame.kind), piece.frame.at, piece.frame.end]
      : [piece.damage.reason, piece.damage.at, piece.damage.end],
  );
}

const WHOLE: Found[] = [];
for (const [kind, bytes] of [
  ['H', ONE],
  ['D', TWO],
  ['D', LONG],
  ['R', NONE],
] as const) {
  const at = WHOLE.at(-1)?.[2] ?? 0;
  WHOLE.push([kind, at, at + bytes.length]);
}

test('what was written is read again', () => {
  for (const kind of [HEADER, REFERENCE, RECORDS, SEAL] as const) {
    for (const length of [0, 1, 127, 128, 70_000]) {
      const payload = new Uint8Array(length).fill(7);
      const data = frame(kind, payload);
      const found = readFrame(data, 0);
      assert.equal(found?.kind, kind);
      assert.deepEqual(data.subarray(found.start, found.end), payload);
      assert.equal(found.end, data.length);
    }
  }
  assert.deepEqual(walk(ALL), WHOLE);
});

test('a frame as bytes', () => {
  assert.equal(
    Buffer.from(frame(SEAL, latin1('ab')))
      .toString('hex')
      .slice(0, 4),
    '5302',
  );
  assert.equal(frame(SEAL, latin1('ab')).length, 1 + 1 + 4 + 2);
});

test('cut at every offset: the whole frames before it, and the rest is torn', () => {
  for (let end = 0; end < ALL.length; end++) {
    const before = WHOLE.filter((found) => found[2] <= end);
    const at = before.at(-1)?.[2] ?? 0;
    const expected: Found[] = at < end ? [...before, ['torn', at, end]] : before;
    assert.deepEqual(walk(ALL.subarray(0, end)), expected, `cut at ${end}`);
  }
});

test('cut at every offset and filled with zeros', () => {
  for (let end = 0; end < ALL.length; end++) {
    const data = new Uint8Array(ALL.length);
    data.set(ALL.subarray(0, end));
    const before = WHOLE.filter((found) => found[2] <= end);
    const at = before.at(-1)?.[2] ?? 0;
    const found = walk(data);
    // Zeros that were there before look like those of the cut.
    if (found.length > before.length && found[before.length]?.[0] === 'R') continue;
    const reason = end === at ? 'zeros' : 'torn';
    assert.deepEqual(found, [...before, [reason, at, data.length]], `cut at ${end}`);
  }
});

test('each byte wrong in turn: the other frames are found', () => {
  for (let at = 0; at < ALL.length; at++) {
    const data = ALL.slice();
    data[at]! ^= 0xff;
    const hit = WHOLE.find((found) => at < found[2])!;
    const found = walk(data);
    for (const other of WHOLE) {
      if (other === hit) continue;
      assert.ok(
        found.some((one) => one.join() === other.join()),
        `byte ${at}: ${other.join()} is lost`,
      );
    }
    const wrong = found.filter(([kind]) => kind.length > 1);
    assert.deepEqual(
      wrong.map(([, from, to]) => [from, to]),
      [[hit[1], hit[2]]],
      `byte ${at}`,
    );
  }
});

describe('what lies between frames', () => {
  const CASES: { name: string; data: Uint8Array[]; reason: string }[] = [
    { name: 'one byte', data: [ONE, new Uint8Array(1), TWO], reason: 'garbled' },
    { name: 'zeros', data: [ONE, new Uint8Array(50), TWO], reason: 'garbled' },
    { name: 'text', data: [ONE, latin1('HRDS all kinds'), TWO], reason: 'garbled' },
    { name: 'half a frame', data: [ONE, LONG.subarray(0, 100), TWO], reason: 'garbled' },
    {
      name: 'a length beyond all',
      data: [ONE, latin1('D\xff\xff\xff\xff\xff\xff\xff\x0f'), TWO],
      reason: 'garbled',
    },
    { name: 'text at the end', data: [ONE, TWO, latin1('good morning')], reason: 'garbled' },
    { name: 'zeros at the end', data: [ONE, TWO, new Uint8Array(50)], reason: 'zeros' },
    { name: 'half a frame at the end', data: [ONE, TWO, LONG.subarray(0, 100)], reason: 'torn' },
    { name: 'one byte of a kind', data: [ONE, TWO, latin1('D')], reason: 'torn' },
    {
      name: 'a frame garbled at the end',
      data: [ONE, TWO, LONG.map((b) => (b === 0x44 ? b : 0x21))],
      reason: 'garbled',
    },
  ];
  for (const { name, data, reason } of CASES) {
    test(`${name}: ${reason}`, () => {
      const found = walk(concatBytes(data));
      assert.deepEqual(
        found.filter(([kind]) => kind.length > 1).map(([kind]) => kind),
        [reason],
      );
      assert.equal(found.filter(([kind]) => kind.length === 1).length, 2);
    });
  }
});

test('any bytes: every one is in one piece, in order, and nothing throws', () => {
  forSeeds(300, (random) => {
    const pieces = Array.from({ length: random.int(0, 8) }, () =>
      random.chance(0.5)
        ? frame(random.pick([HEADER, REFERENCE, RECORDS, SEAL]), random.bytes(random.int(0, 40)))
        : random.bytes(random.int(0, 60)),
    );
    const data = concatBytes(pieces);
    let at = 0;
    for (const [, from, to] of walk(data)) {
      assert.equal(from, at);
      assert.ok(to > from, `nothing at ${from}`);
      at = to;
    }
    assert.equal(at, data.length);
  });
});
