import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Handshakes } from '../../src/reassembly/handshakes.ts';
import { emptyTcpSegment, type TcpSegment } from '../../src/wire/tcp.ts';
import { parseAddress } from '../tools/bytes.ts';

const ENTRIES = 64;

/** A segment from `source` to `destination`, as `address/port`. */
function between(source: string, destination: string): TcpSegment {
  const [sourceAddress = '', sourcePort] = source.split('/');
  const [destinationAddress = '', destinationPort] = destination.split('/');
  const ends = [parseAddress(sourceAddress), parseAddress(destinationAddress)] as const;
  return {
    ...emptyTcpSegment(),
    data: Uint8Array.from([...ends[0], ...ends[1]]),
    ipVersion: ends[0].length === 4 ? 4 : 6,
    destinationAt: ends[0].length,
    sourcePort: Number(sourcePort),
    destinationPort: Number(destinationPort),
  };
}

const OUT = between('192.0.2.1/40000', '192.0.2.2/80');
const BACK = between('192.0.2.2/80', '192.0.2.1/40000');
const NOTED = { seq: 0xfffffffe, checksumRight: true, heard: true, notedMs: 5 };

test('what was noted is found once', () => {
  const handshakes = new Handshakes(ENTRIES);
  assert.equal(handshakes.take(OUT, true), undefined);
  handshakes.note(OUT, true, NOTED);
  assert.deepEqual(handshakes.take(OUT, true), NOTED);
  assert.equal(handshakes.take(OUT, true), undefined);
});

test('a stream is the same seen from its segments and from those of the other direction', () => {
  const handshakes = new Handshakes(ENTRIES);
  handshakes.note(OUT, true, NOTED);
  handshakes.note(OUT, false, { seq: 7, checksumRight: false, heard: false, notedMs: 5 });
  assert.deepEqual(handshakes.take(BACK, false), NOTED);
  assert.deepEqual(handshakes.take(BACK, true), {
    seq: 7,
    checksumRight: false,
    heard: false,
    notedMs: 5,
  });
});

test('other ports, other addresses and the other direction are other streams', () => {
  const handshakes = new Handshakes(ENTRIES);
  handshakes.note(OUT, true, NOTED);
  for (const other of [
    BACK,
    between('192.0.2.1/40001', '192.0.2.2/80'),
    between('192.0.2.1/40000', '192.0.2.2/81'),
    between('192.0.2.1/80', '192.0.2.2/40000'),
    between('192.0.2.3/40000', '192.0.2.2/80'),
    between('192.0.2.2/40000', '192.0.2.1/80'),
    between('2001:db8::1/40000', '2001:db8::2/80'),
  ]) {
    assert.equal(handshakes.take(other, true), undefined);
  }
  assert.deepEqual(handshakes.take(OUT, true), NOTED);
});

test('IPv6', () => {
  const handshakes = new Handshakes(ENTRIES);
  handshakes.note(between('2001:db8::1/40000', '2001:db8::2/80'), true, NOTED);
  const back = between('2001:db8::2/80', '2001:db8::1/40000');
  assert.deepEqual(handshakes.take(back, false), NOTED);
});

test('noted again, the later note counts', () => {
  const handshakes = new Handshakes(ENTRIES);
  handshakes.note(OUT, true, NOTED);
  handshakes.note(OUT, true, { ...NOTED, seq: 5 });
  assert.equal(handshakes.take(OUT, true)?.seq, 5);
  assert.equal(handshakes.take(OUT, true), undefined);
});

test('a flood replaces entries and never mixes them up; the latest are still there', () => {
  const handshakes = new Handshakes(ENTRIES);
  const stream = (port: number) => between(`192.0.2.1/${port}`, '192.0.2.2/80');
  const count = 5000;
  for (let port = 1; port <= count; port++) {
    handshakes.note(stream(port), true, { ...NOTED, seq: port * 1000 });
  }
  const found: number[] = [];
  for (let port = 1; port <= count; port++) {
    const handshake = handshakes.take(stream(port), true);
    if (handshake === undefined) continue;
    assert.equal(handshake.seq, port * 1000);
    found.push(port);
  }
  assert.ok(found.length <= ENTRIES);
  for (let port = count - 3; port <= count; port++) assert.ok(found.includes(port), `${port}`);
});
