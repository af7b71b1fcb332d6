/** IP fragments as the decoder gives them, in a buffer of their own. */
import { emptyIpPacket, type IpPacket } from '../../src/wire/ip.ts';
import { parseAddress } from '../tools/bytes.ts';

export interface FragmentSpec {
  version?: 4 | 6;
  id?: number;
  source?: string;
  protocol?: number;
  offset: number;
  text: string | Uint8Array;
  more: boolean;
  /** Bytes on the wire, when fewer were captured. */
  wireBytes?: number;
  damaged?: boolean;
}

const ADDRESSES = {
  4: { source: '192.0.2.1', destination: '192.0.2.2' },
  6: { source: '2001:db8::1', destination: '2001:db8::2' },
};

export function fragmentOf(spec: FragmentSpec): IpPacket {
  const { version = 4, id = 7, protocol = 6, offset, text, more, damaged = false } = spec;
  const payload = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const source = parseAddress(spec.source ?? ADDRESSES[version].source);
  const destination = parseAddress(ADDRESSES[version].destination);
  const payloadStart = source.length + destination.length;
  return {
    ...emptyIpPacket(),
    data: Uint8Array.from([...source, ...destination, ...payload]),
    version,
    sourceAt: 0,
    destinationAt: source.length,
    protocol,
    payloadStart,
    payloadEnd: payloadStart + payload.length,
    payloadBytes: spec.wireBytes ?? payload.length,
    damaged,
    isFragment: true,
    fragmentOffsetBytes: offset,
    moreFragments: more,
    fragmentId: id,
  };
}
