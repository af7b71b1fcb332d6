/** Spoils bytes: single bits, extreme values, cuts, doubled and missing stretches, tokens of the protocols. */
import type { Random } from './random.ts';
import { concatBytes, latin1 } from './bytes.ts';

const EXTREMES = [0x00, 0x01, 0x0a, 0x0d, 0x09, 0x20, 0x30, 0x7f, 0x80, 0xfe, 0xff];

/** What a stream parser has opinions about. */
const TOKENS = [
  '\r\n',
  '\n',
  '\r',
  '\t',
  '\0',
  '\r\n\r\n',
  'Content-Length: 0\r\n',
  'Content-Length: 99999999999999999999\r\n',
  'Content-Length: -1\r\n',
  'Content-Length: 1, 1\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'Expect: 100-continue\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\n\r\n',
  'POST /Data/SMS2DataCollector.aspx HTTP/1.1\r\n',
  'ffffffffffffffff\r\n',
  '0\r\n\r\n',
  '7;x="\r\n',
  '100\tSPMS\t10\tX\t20260510000000\r\n',
  '130\t20260510000000\tX\r\n',
  '130\t99999999999999\tX\t1\r\n',
  '102\t\r\n',
  ' \r\n folded\r\n',
];

function stretch(bytes: Uint8Array, random: Random): { start: number; end: number } {
  const start = random.int(0, bytes.length);
  return { start, end: Math.min(bytes.length, start + random.int(0, random.pick([4, 40, 400]))) };
}

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array;

const flipBit: Mutation = (bytes, random) => {
  const changed = bytes.slice();
  const at = random.int(0, Math.max(0, bytes.length - 1));
  if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << random.int(0, 7));
  return changed;
};

const setByte: Mutation = (bytes, random) => {
  const changed = bytes.slice();
  // Half of the time among the first bytes, where headers are.
  const near = random.chance(0.5) ? Math.min(80, bytes.length) : bytes.length;
  if (near > 0) changed[random.int(0, near - 1)] = random.pick(EXTREMES);
  return changed;
};

const cutShort: Mutation = (bytes, random) => bytes.slice(0, random.int(0, bytes.length));

const grow: Mutation = (bytes, random) => concatBytes([bytes, random.bytes(random.int(1, 60))]);

const remove: Mutation = (bytes, random) => {
  const { start, end } = stretch(bytes, random);
  return concatBytes([bytes.subarray(0, start), bytes.subarray(end)]);
};

const double: Mutation = (bytes, random) => {
  const { start, end } = stretch(bytes, random);
  return concatBytes([bytes.subarray(0, end), bytes.subarray(start)]);
};

const insertToken: Mutation = (bytes, random) => {
  const at = random.int(0, bytes.length);
  const token = latin1(random.pick(TOKENS));
  return concatBytes([bytes.subarray(0, at), token, bytes.subarray(at)]);
};

const insertNoise: Mutation = (bytes, random) => {
  const at = random.int(0, bytes.length);
  return concatBytes([bytes.subarray(0, at), random.bytes(random.int(1, 30)), bytes.subarray(at)]);
};

const PACKET_MUTATIONS = [flipBit, flipBit, setByte, setByte, cutShort, grow, remove, double];
const STREAM_MUTATIONS = [...PACKET_MUTATIONS, insertToken, insertToken, insertToken, insertNoise];

export function mutatePacket(bytes: Uint8Array, random: Random): Uint8Array {
  let changed = bytes;
  for (let count = random.int(1, 4); count > 0; count--) {
    changed = random.pick(PACKET_MUTATIONS)(changed, random);
  }
  return changed;
}

export function mutateStream(bytes: Uint8Array, random: Random): Uint8Array {
  let changed = bytes;
  for (let count = random.int(1, 6); count > 0; count--) {
    changed = random.pick(STREAM_MUTATIONS)(changed, random);
  }
  return changed;
}
