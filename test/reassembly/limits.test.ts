/** Every limit of `limits.ts` is reached here: its counter rises, and memory stays within it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IpDefragmenter } from '../../src/reassembly/ip-defragmenter.ts';
import {
  DEFAULT_REASSEMBLY_LIMITS,
  FILE_REASSEMBLY_LIMITS,
  type ReassemblyLimits,
} from '../../src/reassembly/limits.ts';
import { fragmentOf } from './fragments.ts';
import { Script } from './script.ts';

const LIMITS = DEFAULT_REASSEMBLY_LIMITS;

/** One test for each limit; the type sees to it that none is forgotten. */
const TESTS: Record<keyof ReassemblyLimits, () => void> = {
  handshakes: () => {
    const script = new Script({ limits: { handshakes: 16 } });
    for (let port = 1; port <= 200; port++) script.step(`${port}> S 99`);
    for (let port = 1; port <= 200; port++) script.step(`${port}> 100 "a"`);
    script.finish();
    // The others begin as if their SYN had not been captured.
    const { handshakes, midstream } = script.reassembler.counters;
    assert.equal(handshakes, 200);
    assert.ok(midstream >= 200 - 16 && midstream < 200, `${midstream}`);
  },

  connections: () => {
    const limits = { connections: 5 };
    const script = new Script({ limits });
    for (let port = 1; port <= 12; port++) {
      script.step(`${port}> S 99`);
      script.step(`${port}> 100 "abc"`);
      assert.ok(script.reassembler.connectionCount <= limits.connections);
    }
    assert.equal(script.reassembler.counters.connectionsEvicted, 7);
    script.finish();
  },

  heldBytesPerDirection: () => {
    const limits = { heldBytesPerDirection: 5000 };
    const script = new Script({ limits });
    const piece = 'x'.repeat(1000);
    script.step('> S 99');
    for (let offset = 110; offset < 30_000; offset += 1000) {
      script.step(`> ${offset} "${piece}"`);
      assert.ok(script.reassembler.heldBytes <= limits.heldBytesPerDirection);
    }
    assert.deepEqual(script.recording.events[0], '> gap 10');
    assert.equal(script.reassembler.counters.gaps, 1);
    script.finish();
  },

  heldRunsPerDirection: () => {
    const script = new Script({ limits: { heldRunsPerDirection: 8 } });
    script.step('> S 99');
    for (let offset = 110; offset < 400; offset += 10) script.step(`> ${offset} "abcde"`);
    // One gap each, as further runs come: eight are still held.
    assert.equal(script.reassembler.counters.gaps, 29 - 8);
    script.finish();
    assert.equal(script.reassembler.counters.gaps, 29);
  },

  heldBytesTotal: () => {
    const limits = { heldBytesTotal: 20_000 };
    const script = new Script({ limits });
    const piece = 'x'.repeat(1000);
    for (let port = 1; port <= 50; port++) {
      script.step(`${port}> S 99`);
      script.step(`${port}> 110 "${piece}"`);
      assert.ok(script.reassembler.heldBytes <= limits.heldBytesTotal);
    }
    assert.ok(script.reassembler.counters.connectionsEvicted >= 30);
    script.finish();
  },

  windowBytes: () => {
    const script = new Script();
    script.step('> S 99');
    script.step('> 100 "abc"');
    script.step(`> ${103 + LIMITS.windowBytes + 1} "too far"`);
    script.step('> 103 "def"');
    assert.equal(script.reassembler.counters.segmentsStray, 1);
    script.step(`> ${106 + LIMITS.windowBytes} "just"`);
    assert.equal(script.reassembler.counters.segmentsStray, 1);
    script.finish();
  },

  acknowledgedGapWaitMs: () => {
    const script = new Script();
    for (const step of ['> S 99', '> 103 "def"', '< 500 ack 106']) script.step(step);
    script.step(`wait ${LIMITS.acknowledgedGapWaitMs - 1}`);
    script.step('sweep');
    assert.equal(script.reassembler.counters.gaps, 0);
    script.step('wait 1');
    script.step('sweep');
    assert.equal(script.reassembler.counters.gaps, 1);
    assert.equal(script.reassembler.heldBytes, 0);
    script.finish();
  },

  gapWaitMs: () => {
    const script = new Script();
    for (const step of ['> S 99', '> 103 "def"']) script.step(step);
    script.step(`wait ${LIMITS.gapWaitMs - 1}`);
    script.step('sweep');
    assert.equal(script.reassembler.counters.gaps, 0);
    script.step('wait 1');
    script.step('sweep');
    assert.equal(script.reassembler.counters.gaps, 1);
    assert.equal(script.reassembler.heldBytes, 0);
    script.finish();
  },

  idleMs: () => {
    const script = new Script();
    script.step('> 100 "abc"');
    script.step('2> 100 "abc"');
    script.step(`wait ${LIMITS.idleMs - 3}`);
    script.step('2> 103 "def"');
    assert.equal(script.reassembler.counters.connectionsIdle, 0);
    script.step('wait 2');
    script.step('sweep');
    assert.equal(script.reassembler.counters.connectionsIdle, 1);
    assert.equal(script.reassembler.connectionCount, 1);
    script.finish();
  },

  closedMs: () => {
    const script = new Script();
    for (const step of ['> S 99', '> 100 "abc"', '< R 500']) script.step(step);
    script.step(`wait ${LIMITS.closedMs - 1}`);
    script.step('sweep');
    assert.equal(script.reassembler.connectionCount, 1);
    script.step('wait 1');
    script.step('sweep');
    assert.equal(script.reassembler.connectionCount, 0);
    script.finish();
  },

  datagrams: () => {
    const limits = { ...LIMITS, datagrams: 4 };
    const defragmenter = new IpDefragmenter(limits, () => undefined);
    for (let id = 0; id < 10; id++)
      defragmenter.fragment(fragmentOf({ id, offset: 8, text: 'abcdefgh', more: true }), 0);
    assert.equal(defragmenter.counters.datagramsIncomplete, 6);
    defragmenter.finish();
    assert.equal(defragmenter.counters.datagramsIncomplete, 10);
    assert.equal(defragmenter.heldBytes, 0);
  },

  fragmentBytesTotal: () => {
    const limits = { ...LIMITS, fragmentBytesTotal: 10_000 };
    const defragmenter = new IpDefragmenter(limits, () => undefined);
    const text = 'x'.repeat(1000);
    for (let id = 0; id < 30; id++) {
      defragmenter.fragment(fragmentOf({ id, offset: 8, text, more: true }), 0);
      assert.ok(defragmenter.heldBytes <= limits.fragmentBytesTotal);
    }
    assert.ok(defragmenter.counters.datagramsIncomplete >= 20);
  },

  fragmentRuns: () => {
    const limits = { ...LIMITS, fragmentRuns: 16 };
    const defragmenter = new IpDefragmenter(limits, () => undefined);
    for (let count = 0; count < 40; count++) {
      defragmenter.fragment(
        fragmentOf({ offset: 8 + 16 * count, text: 'abcdefgh', more: true }),
        0,
      );
    }
    assert.equal(defragmenter.counters.fragmentsDropped, 24);
  },

  datagramWaitMs: () => {
    const defragmenter = new IpDefragmenter(LIMITS, () => undefined);
    defragmenter.fragment(fragmentOf({ offset: 8, text: 'abcdefgh', more: true }), 0);
    defragmenter.expire(LIMITS.datagramWaitMs - 1);
    assert.equal(defragmenter.counters.datagramsIncomplete, 0);
    defragmenter.expire(LIMITS.datagramWaitMs);
    assert.equal(defragmenter.counters.datagramsIncomplete, 1);
    assert.equal(defragmenter.heldBytes, 0);
  },
};

for (const [limit, check] of Object.entries(TESTS)) test(`limit: ${limit}`, check);

for (const [name, limits] of [
  ['live', DEFAULT_REASSEMBLY_LIMITS],
  ['of files', FILE_REASSEMBLY_LIMITS],
] as const) {
  test(`the waits ${name} fit into one another`, () => {
    assert.ok(limits.datagramWaitMs < limits.acknowledgedGapWaitMs);
    assert.ok(limits.acknowledgedGapWaitMs <= limits.gapWaitMs);
    assert.ok(limits.closedMs < limits.gapWaitMs);
    assert.ok(limits.gapWaitMs < limits.idleMs);
  });
}

test('files wait longer and hold no more', () => {
  for (const [name, limit] of Object.entries(FILE_REASSEMBLY_LIMITS) as [
    keyof ReassemblyLimits,
    number,
  ][]) {
    if (name.endsWith('Ms')) assert.ok(limit >= LIMITS[name], name);
    else assert.equal(limit, LIMITS[name], name);
  }
});

test('a full table forgets the least recently heard', () => {
  const script = new Script({ limits: { connections: 3 } });
  for (const step of ['1> 100 "a"', '2> 100 "b"', '3> 100 "c"', '1> 101 "a"', '4> 100 "d"']) {
    script.step(step);
  }
  assert.deepEqual(script.recording.events, [
    '2> gap ?',
    '2> "b"',
    '2> end',
    '2< end',
    '2closed one',
  ]);
  script.finish();
});

test('connections that carried telemetry are forgotten last', () => {
  const script = new Script({ limits: { connections: 3 } });
  script.step('1> S 99');
  script.step('1> 100 "a"');
  for (const conversation of script.recording.conversations) conversation.proven = true;
  script.step('1> 101 "b"');
  for (let port = 2; port < 40; port++) script.step(`${port}> S 99`);
  script.step('1> 102 "c"');
  assert.deepEqual(script.recording.events, ['> "abc"']);
  script.finish();
});

test('bytes held back in a proven connection outlive a flood', () => {
  const script = new Script({ limits: { heldBytesTotal: 10_000 } });
  script.step('1> S 99');
  script.step('1> 100 "a"');
  for (const conversation of script.recording.conversations) conversation.proven = true;
  script.step('1> 102 "c"');
  for (let port = 2; port < 60; port++) script.step(`${port}> 500 "${'x'.repeat(1000)}"`);
  script.step('1> 101 "b"');
  assert.equal(script.recording.events[0], '> "a"');
  assert.equal(script.recording.events.at(-1), '> "bc"');
  script.finish();
});

test('memory of unfinished lines counts as held', () => {
  const script = new Script({ limits: { heldBytesTotal: 10_000 } });
  for (let port = 1; port <= 20; port++) {
    script.step(`${port}> S 99`);
    script.step(`${port}> 100 "a"`);
    for (const conversation of script.recording.conversations) conversation.heldBytes = 1000;
    script.step(`${port}> 101 "b"`);
    assert.ok(script.reassembler.heldBytes <= 10_000);
  }
  assert.equal(script.reassembler.connectionCount, 10);
  script.finish();
});

test('tens of thousands of half-open connections, some of which carry a byte', () => {
  const script = new Script();
  script.step('1> S 99');
  script.step('1> 100 "a"');
  for (const conversation of script.recording.conversations) conversation.proven = true;
  script.step('1> 101 "b"');
  for (let port = 2; port <= 20_001; port++) {
    script.step(`${port}> S ${port}`);
    if (port % 4 === 0) script.step(`${port}> ${port + 2} "x"`);
  }
  const { connectionCount, heldBytes, counters } = script.reassembler;
  assert.equal(connectionCount, LIMITS.connections);
  assert.equal(counters.handshakes, 20_001);
  assert.equal(counters.connections, 5001);
  assert.equal(counters.connectionsEvicted, 5001 - LIMITS.connections);
  assert.ok(heldBytes <= LIMITS.heldBytesTotal);
  script.step('1> 102 "c"');
  assert.equal(script.recording.events[0], '> "ab"');
  assert.equal(script.recording.events.at(-1), '> "c"');
  script.finish();
});
