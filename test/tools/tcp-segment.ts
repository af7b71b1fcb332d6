/** TCP segments (RFC 9293 section 3.1), with right or deliberately wrong checksums. */
import type { Random } from './random.ts';
import { concatBytes, internetChecksum, onesSum, uint16, uint32, writeUint16 } from './bytes.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;
export const URG = 0x20;

export const TCP_PROTOCOL = 6;
const CHECKSUM_OFFSET = 16;

/** `pseudo-only` is what a host that leaves the sum to its network card shows to a local capture. */
export type ChecksumKind = 'right' | 'pseudo-only' | 'zero' | 'random';

export interface TcpHeader {
  sourcePort: number;
  destinationPort: number;
  sequence: number;
  acknowledgement: number;
  flags: number;
  window: number;
  urgentPointer: number;
  /** Options as they stand in the header; padded here to a multiple of 4. */
  options: Uint8Array;
}

export function mssOption(mss: number): Uint8Array {
  return concatBytes([Uint8Array.of(2, 4), uint16(mss)]);
}

export function timestampOption(value: number, echo: number): Uint8Array {
  return concatBytes([Uint8Array.of(1, 1, 8, 10), uint32(value), uint32(echo)]);
}

export const SACK_PERMITTED = Uint8Array.of(4, 2);
export const WINDOW_SCALE_7 = Uint8Array.of(1, 3, 3, 7);

export function sackOption(left: number, right: number): Uint8Array {
  return concatBytes([Uint8Array.of(1, 1, 5, 10), uint32(left), uint32(right)]);
}

function pseudoHeader(source: Uint8Array, destination: Uint8Array, length: number): Uint8Array {
  return source.length === 4
    ? concatBytes([source, destination, Uint8Array.of(0, TCP_PROTOCOL), uint16(length)])
    : concatBytes([source, destination, uint32(length), uint32(TCP_PROTOCOL)]);
}

export function tcpSegment(
  header: TcpHeader,
  payload: Uint8Array,
  source: Uint8Array,
  destination: Uint8Array,
  checksum: ChecksumKind,
  random: Random,
): Uint8Array {
  const optionBytes = Math.ceil(header.options.length / 4) * 4;
  const options = new Uint8Array(optionBytes);
  options.set(header.options);
  const segment = concatBytes([
    uint16(header.sourcePort),
    uint16(header.destinationPort),
    uint32(header.sequence),
    uint32(header.acknowledgement),
    Uint8Array.of(((20 + optionBytes) / 4) << 4, header.flags),
    uint16(header.window),
    uint16(0),
    uint16(header.urgentPointer),
    options,
    payload,
  ]);
  const pseudo = pseudoHeader(source, destination, segment.length);
  const right = internetChecksum(concatBytes([pseudo, segment]));
  let value = right;
  if (checksum === 'pseudo-only') value = onesSum(pseudo);
  if (checksum === 'zero') value = 0;
  if (checksum === 'random') value = (right + random.int(1, 0xfffe)) & 0xffff;
  writeUint16(segment, CHECKSUM_OFFSET, value);
  return segment;
}
