/** Captures that the recipes do not make: what comes too late, what fits nowhere, odd headers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap-writer.ts';
import { Doubts } from '../../src/scrub/doubts.ts';
import { makeCase, pcapOfCases, type CaptureCase } from '../tools/capture-case.ts';
import { concatBytes, parseAddress } from '../tools/bytes.ts';
import { damage, drop, hasData, loseAndResend, oneDirection } from '../tools/disturb.ts';
import { evenRanges, ipFragments } from '../tools/ip-packet.ts';
import type { Recipe } from '../tools/recipe.ts';
import { ACK, SYN } from '../tools/tcp-segment.ts';
import { assertNothingPrivate, privateParts } from './private-parts.ts';
import {
  assertSameButForSerials,
  packetsOf,
  replayed,
  scrubBytes,
  type Replayed,
} from './scrubbed.ts';

const SECRET = Buffer.from('key under the mat, 173951TACLC');

function caseOf(recipe: Omit<Recipe, 'name'>, seed: number, family: 4 | 6 = 4): CaptureCase {
  return makeCase({ recipe: { name: 'odd', ...recipe }, seed, family, link: 'raw' }, 73_951);
}

async function check(one: CaptureCase, extra: readonly Uint8Array[] = []) {
  const capture = Buffer.concat([pcapOfCases([one], 'raw'), ...extra]);
  const before = await replayed(capture);
  const { bytes, report } = await scrubBytes(capture);
  const after = await replayed(bytes);
  assertSameButForSerials(before.lines, after.lines);
  await assertNothingPrivate(bytes, privateParts([one]));
  assert.equal(bytes.indexOf(SECRET.subarray(0, 8)), -1);
  return { before, after, bytes, report };
}

const lateBytes = ({ pipeline }: Replayed): number => pipeline.tcp.counters.lateBytes;

describe('scrub: odd captures', () => {
  test('bytes that come when nobody waits for them any more are masked', async () => {
    let late = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const recipe: Omit<Recipe, 'name'> = {
        conversation: { connecting: 'kept', maxRecords: 30 },
        segments: (list, random) => loseAndResend(list, 0.1, 200_000, random),
      };
      const { before, after } = await check(caseOf(recipe, seed));
      assert.equal(lateBytes(after), lateBytes(before));
      late += lateBytes(before);
    }
    assert.ok(late > 500, `${late} bytes too late`);
  });

  test('segments that fit nowhere are masked', async () => {
    const recipe: Omit<Recipe, 'name'> = {
      conversation: { connecting: 'kept' },
      segments: (list) =>
        list.flatMap((segment, index) => {
          const stray = { ...segment, offset: segment.offset + 40_000_000, payload: SECRET };
          return hasData(segment) && index % 5 === 0 ? [stray, segment] : [segment];
        }),
    };
    const { before } = await check(caseOf(recipe, 2));
    assert.ok(before.pipeline.tcp.counters.segmentsStray > 3);
  });

  test('repeats with other content show what the stream has', async () => {
    const recipe: Omit<Recipe, 'name'> = {
      segments: (list) =>
        list.flatMap((segment) =>
          hasData(segment)
            ? [segment, { ...segment, payload: SECRET.subarray(0, segment.payload.length) }]
            : [segment],
        ),
    };
    await check(caseOf(recipe, 3));
  });

  test('a handshake that brings the first bytes', async () => {
    const recipe: Omit<Recipe, 'name'> = {
      conversation: { connecting: 'kept' },
      segments: (list) => {
        const first = list.find((one) => hasData(one) && one.direction === 'toCollector');
        return list
          .filter((one) => one !== first)
          .map((one) =>
            one.flags === SYN && first !== undefined ? { ...one, payload: first.payload } : one,
          );
      },
    };
    const { before } = await check(caseOf(recipe, 4));
    assert.ok(before.pipeline.telemetry.counters.dataRequests > 1);
  });

  test('options that hold an address', async () => {
    // MP_JOIN and ADD_ADDR of RFC 8684 look like this.
    const options = concatBytes([Uint8Array.of(30, 10, 0x30, 1), SECRET.subarray(0, 6)]);
    const recipe: Omit<Recipe, 'name'> = {
      segments: (list) => list.map((one) => ({ ...one, options })),
      encoding: { ipv4Options: concatBytes([Uint8Array.of(7, 11, 4), SECRET.subarray(0, 9)]) },
    };
    const { bytes } = await check(caseOf(recipe, 5));
    assert.equal(bytes.indexOf(SECRET.subarray(0, 6)), -1);
  });

  test('an extension header within the fragments', async () => {
    const one = caseOf({ segments: (list) => oneDirection(list, 'toCollector') }, 6, 6);
    // Destination options with a home address (RFC 6275), then TCP.
    const option = concatBytes([Uint8Array.of(6, 2, 201, 16), SECRET.subarray(0, 16)]);
    const header = concatBytes([option, Uint8Array.of(1, 2, 0, 0)]);
    const records = one.frames.flatMap((frame, index) => {
      const { connection } = frame.segment;
      const path = {
        source: parseAddress(connection.supervisor.address),
        destination: parseAddress(connection.collector.address),
        ipv4Options: new Uint8Array(0),
        ipv6Extensions: [],
      };
      const payload = concatBytes([header, frame.bytes.subarray(40)]);
      const packets = ipFragments(path, 60, payload, index, evenRanges(payload.length, 64));
      return packets.map((packet) => pcapRecord(frame.timeMs, packet));
    });
    const capture = Buffer.concat([pcapHeader(101), ...records]);
    const before = await replayed(capture);
    assert.ok(before.lines.length > 0);
    const { bytes } = await scrubBytes(capture);
    const after = await replayed(bytes);
    assertSameButForSerials(before.lines, after.lines);
    assert.equal(after.pipeline.tcp.counters.checksumsWrong, 0);
    assert.equal(bytes.indexOf(SECRET.subarray(0, 6)), -1);
    await assertNothingPrivate(bytes, privateParts([one]));
  });

  test('what stands beside an address in a cooked header', async () => {
    const one = makeCase({ recipe: { name: 'x' }, seed: 9, family: 4, link: 'cooked-v1' }, 73_951);
    const junk = Uint8Array.of(0xab, 0xcd);
    const frames = one.frames.map((frame) => {
      const bytes = Uint8Array.from(frame.bytes);
      bytes.set(junk, 12);
      return { ...frame, bytes };
    });
    const { bytes } = await scrubBytes(pcapOfCases([{ ...one, frames }], 'cooked-v1'));
    for (const { data } of await packetsOf(bytes)) assert.deepEqual([data[12], data[13]], [0, 0]);
  });

  test('a datagram that the network card still has to cut', async () => {
    const one = caseOf({ conversation: { maxRecords: 60 } }, 7);
    const frames = one.frames.map((frame) => {
      const bytes = Uint8Array.from(frame.bytes);
      bytes.fill(0, 2, 4);
      return { ...frame, bytes };
    });
    const { after, bytes } = await check({ ...one, frames });
    for (const { data } of await packetsOf(bytes)) {
      assert.equal(((data[2] ?? 0) << 8) | (data[3] ?? 0), data.length, 'the length is filled in');
    }
    assert.equal(after.pipeline.packets.headersDamaged, 0);
    assert.equal(after.pipeline.tcp.counters.checksumsWrong, 0);
  });
});

describe('scrub: wrong checksums', () => {
  const checkDamaged = async (recipe: Omit<Recipe, 'name'>, seed: number) => {
    const one = caseOf(recipe, seed);
    const checked = await check(one);
    assert.equal(checked.after.pipeline.tcp.counters.checksumsWrong, 0);
    const { checksumsWrong, doubtfulBytes } = checked.before.pipeline.tcp.counters;
    return { leftOut: checked.report.leftOut.damaged, checksumsWrong, doubtfulBytes };
  };

  test('damaged segments of which a right copy came are left out', async () => {
    let all = 0;
    for (let seed = 1; seed <= 5; seed++) {
      const recipe: Omit<Recipe, 'name'> = {
        conversation: { connecting: 'kept', maxRecords: 30 },
        segments: (list, random) => damage(list, 0.2, random),
      };
      const { leftOut, checksumsWrong } = await checkDamaged(recipe, seed);
      assert.equal(leftOut, checksumsWrong);
      all += leftOut;
    }
    assert.ok(all > 5);
  });

  test('damaged segments that were used, because nothing better came, stay', async () => {
    let used = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const recipe: Omit<Recipe, 'name'> = {
        conversation: { connecting: 'kept', maxRecords: 30 },
        segments: (list, random) =>
          list.map((one) =>
            hasData(one) && random.chance(0.1)
              ? { ...one, damage: [{ at: random.int(0, one.payload.length - 1), mask: 1 }] }
              : one,
          ),
      };
      const { leftOut, doubtfulBytes } = await checkDamaged(recipe, seed);
      if (doubtfulBytes > 0) used++;
      assert.equal(leftOut, 0);
    }
    assert.ok(used > 3);
  });

  test('damaged and lost', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      await checkDamaged(
        {
          conversation: { connecting: 'kept', maxRecords: 30 },
          segments: (list, random) => drop(damage(list, 0.2, random), 0.1, random),
        },
        seed,
      );
    }
  });

  test('a SYN with a wrong checksum is left out: no stream was seen to begin there', async () => {
    const recipe: Omit<Recipe, 'name'> = {
      conversation: { connecting: 'kept' },
      segments: (list) =>
        list.map((one) => ((one.flags & SYN) === 0 ? one : { ...one, checksum: 'random' })),
    };
    const one = caseOf(recipe, 10);
    const { before, after, report } = await check(one);
    assert.equal(report.leftOut.damaged, 2);
    assert.equal(after.pipeline.tcp.counters.midstream, before.pipeline.tcp.counters.midstream);
  });

  test('a sender whose checksums are all wrong: everything stays', async () => {
    const recipe: Omit<Recipe, 'name'> = {
      conversation: { connecting: 'kept' },
      segments: (list) =>
        list.map((one) =>
          one.direction === 'toCollector' && (one.flags & (SYN | ACK)) === ACK
            ? { ...one, checksum: 'random' }
            : one,
        ),
    };
    const { leftOut, checksumsWrong } = await checkDamaged(recipe, 8);
    assert.equal(leftOut, 0);
    assert.ok(checksumsWrong > 5);
  });
});

describe('doubts', () => {
  const dropped = (use: (doubts: Doubts) => void): number[] => {
    const list: number[] = [];
    const doubts = new Doubts((segment) => list.push(segment));
    use(doubts);
    doubts.end();
    return list;
  };
  const cases: [name: string, expected: number[], use: (doubts: Doubts) => void][] = [
    [
      'no right checksum was ever seen',
      [],
      (d) => {
        d.add(1, 0, 10);
        d.delivered(0, 10, false);
      },
    ],
    [
      'a better copy came',
      [1],
      (d) => {
        d.rightChecksumSeen();
        d.add(1, 0, 10);
        d.delivered(0, 10, false);
      },
    ],
    [
      'it was used',
      [],
      (d) => {
        d.rightChecksumSeen();
        d.add(1, 0, 10);
        d.delivered(0, 10, true);
      },
    ],
    [
      'a part of it was used',
      [],
      (d) => {
        d.rightChecksumSeen();
        d.add(1, 5, 10);
        d.delivered(0, 8, true);
        d.delivered(8, 20, false);
      },
    ],
    [
      'another one was used',
      [1],
      (d) => {
        d.rightChecksumSeen();
        d.add(1, 5, 10);
        d.delivered(0, 5, true);
        d.delivered(5, 20, false);
      },
    ],
    [
      'a right checksum came later',
      [1],
      (d) => {
        d.add(1, 0, 10);
        d.rightChecksumSeen();
      },
    ],
    [
      'flags alone',
      [1, 2],
      (d) => {
        d.add(1, 5, 0);
        d.rightChecksumSeen();
        d.add(2, 5, 0);
        d.delivered(0, 20, true);
      },
    ],
  ];
  for (const [name, expected, use] of cases) {
    test(name, () => {
      assert.deepEqual(dropped(use).sort(), expected);
    });
  }
});
