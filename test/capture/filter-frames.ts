/** Frames of every kind the capture filter has to tell apart. */

export const SUPERVISOR = { v4: '10.20.30.40', v6: '2001:db8::40' };
const COLLECTOR = { v4: '198.51.100.7', v6: '2001:db8:ffff::7' };
const STRANGER = { v4: '10.20.30.41', v6: '2001:db8::41' };

export type IpVersion = 4 | 6;

export interface FrameCase {
  name: string;
  version: IpVersion;
  /** From the Ethernet type on, tags included. */
  frame: Buffer;
  /** From or to the supervisor. */
  ofHost: boolean;
  /** Possibly part of TCP from or to port 80. */
  ofPort: boolean;
}

export function addressBytes(text: string): Buffer {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number));
  const [head = '', tail = ''] = text.split('::');
  const words = (part: string): string =>
    part
      .split(':')
      .map((word) => word.padStart(4, '0'))
      .join('');
  const [front, back] = [words(head), words(tail)];
  return Buffer.from(front + '0'.repeat(32 - front.length - back.length) + back, 'hex');
}

interface IpOptions {
  from: string;
  to: string;
  protocol: number;
  payload: Buffer;
  /** IPv4: the 16 bits of flags and fragment offset; a number of 32-bit words of options. */
  fragment?: number;
  optionWords?: number;
}

function ipv4({ from, to, protocol, payload, fragment = 0, optionWords = 0 }: IpOptions): Buffer {
  const header = Buffer.alloc(20 + 4 * optionWords, 1);
  header[0] = 0x45 + optionWords;
  header[1] = 0;
  header.writeUInt16BE(header.length + payload.length, 2);
  header.writeUInt16BE(0x1234, 4);
  header.writeUInt16BE(fragment, 6);
  header[8] = 64;
  header[9] = protocol;
  header.writeUInt16BE(0, 10);
  addressBytes(from).copy(header, 12);
  addressBytes(to).copy(header, 16);
  return Buffer.concat([header, payload]);
}

function ipv6({ from, to, protocol, payload }: IpOptions): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(payload.length, 4);
  header[6] = protocol;
  header[7] = 64;
  addressBytes(from).copy(header, 8);
  addressBytes(to).copy(header, 24);
  return Buffer.concat([header, payload]);
}

function tcp(fromPort: number, toPort: number, length = 30): Buffer {
  const segment = Buffer.alloc(20 + length, 0x2e);
  segment.fill(0, 0, 20);
  segment.writeUInt16BE(fromPort, 0);
  segment.writeUInt16BE(toPort, 2);
  segment[12] = 0x50;
  return segment;
}

type Packet = Omit<FrameCase, 'frame'> & { bytes: Buffer };

function ipPackets(version: IpVersion): Packet[] {
  const key = version === 4 ? 'v4' : 'v6';
  const [host, peer, stranger] = [SUPERVISOR[key], COLLECTOR[key], STRANGER[key]];
  const ip = version === 4 ? ipv4 : ipv6;
  const packet = (
    name: string,
    options: IpOptions,
    is: { ofHost: boolean; ofPort: boolean },
  ): Packet => ({ name, version, bytes: ip(options), ...is });
  const out = { from: host, to: peer };
  const back = { from: peer, to: host };
  const both = { ofHost: true, ofPort: true };
  const hostOnly = { ofHost: true, ofPort: false };
  const portOnly = { ofHost: false, ofPort: true };
  const packets = [
    packet('request', { ...out, protocol: 6, payload: tcp(50000, 80) }, both),
    packet('answer', { ...back, protocol: 6, payload: tcp(80, 50000) }, both),
    packet('bare ACK', { ...out, protocol: 6, payload: tcp(50000, 80, 0) }, both),
    packet('TLS', { ...out, protocol: 6, payload: tcp(50000, 443) }, hostOnly),
    packet('port 80 of UDP', { ...out, protocol: 17, payload: tcp(50000, 80) }, hostOnly),
    packet(
      'of another host',
      { from: stranger, to: peer, protocol: 6, payload: tcp(50000, 80) },
      portOnly,
    ),
    packet(
      'to another host',
      { from: peer, to: stranger, protocol: 6, payload: tcp(80, 50000) },
      portOnly,
    ),
  ];
  if (version === 4) {
    const later = { protocol: 6, payload: Buffer.alloc(8, 0x2e), fragment: 0x2040 };
    const last = { ...later, fragment: 0x0080, payload: Buffer.alloc(1) };
    packets.push(
      packet('options', { ...out, protocol: 6, payload: tcp(5, 80), optionWords: 5 }, both),
      packet(
        'first fragment',
        { ...out, protocol: 6, payload: tcp(5, 80), fragment: 0x2000 },
        both,
      ),
      packet('middle fragment', { ...out, ...later }, both),
      packet('middle fragment of an answer', { ...back, ...later }, both),
      packet('last fragment, of one byte', { ...out, ...last }, both),
      packet('fragment of another host', { ...out, ...later, from: stranger }, portOnly),
      packet('later fragment of UDP', { ...out, ...later, protocol: 17 }, hostOnly),
      packet(
        'do not fragment',
        { ...back, protocol: 6, payload: tcp(80, 5), fragment: 0x4000 },
        both,
      ),
    );
  } else {
    const fragment = (offset: number, payload: Buffer): Buffer => {
      const header = Buffer.from([6, 0, 0, 0, 0, 0, 0, 9]);
      header.writeUInt16BE(offset, 2);
      return Buffer.concat([header, payload]);
    };
    const hop = Buffer.concat([Buffer.from([6, 0, 1, 4, 0, 0, 0, 0]), tcp(5, 80)]);
    packets.push(
      packet('first fragment', { ...out, protocol: 44, payload: fragment(1, tcp(5, 80)) }, both),
      packet('last fragment', { ...back, protocol: 44, payload: fragment(64, tcp(1, 2)) }, both),
      packet('hop-by-hop options', { ...out, protocol: 0, payload: hop }, both),
      packet('ICMPv6', { ...out, protocol: 58, payload: Buffer.alloc(16, 3) }, hostOnly),
    );
  }
  return packets;
}

const ETHER_TYPES = { 4: '0800', 6: '86dd' } as const;
const PPP_PROTOCOLS = { 4: '0021', 6: '0057' } as const;

/** Each gives what stands between the MAC addresses and the IP header. */
const encapsulations: [name: string, header: (version: IpVersion, length: number) => string][] = [];
const tagKinds: [name: string, tags: string][] = [
  ['untagged', ''],
  ['802.1Q', '81000005'],
  ['802.1Q, priority tag', '8100a000'],
  ['802.1ad', '88a80064'],
  ['tag 0x9100', '91000064'],
  ['QinQ', '88a8006481000005'],
  ['802.1Q twice', '8100006481000005'],
  ['tag 0x9200, then 802.1Q', '9200006481000fff'],
];
for (const [name, tags] of tagKinds) {
  encapsulations.push([name, (version) => tags + ETHER_TYPES[version]]);
  encapsulations.push([
    `${name}, PPPoE`,
    (version, length) => {
      const lengthHex = (length + 2).toString(16).padStart(4, '0');
      return `${tags}886411000001${lengthHex}${PPP_PROTOCOLS[version]}`;
    },
  ]);
}

const MACS = Buffer.from('ffffffffffff020000000001', 'hex');

/** Every kind of packet in every kind of frame. */
export const frameCases: FrameCase[] = encapsulations.flatMap(([encapsulation, header]) =>
  [...ipPackets(4), ...ipPackets(6)].map(({ name, bytes, ...rest }) => {
    const between = Buffer.from(header(rest.version, bytes.length), 'hex');
    const frame = Buffer.concat([MACS, between, bytes]);
    return { name: `${encapsulation}, IPv${rest.version}, ${name}`, frame, ...rest };
  }),
);

/** The same packets without any Ethernet header. */
export const rawCases: FrameCase[] = [...ipPackets(4), ...ipPackets(6)].map(
  ({ name, bytes, ...rest }) => ({
    name: `raw, IPv${rest.version}, ${name}`,
    frame: bytes,
    ...rest,
  }),
);

/** What must never be let through. */
export const foreignFrames: Buffer[] = [
  'ffffffffffff0200000000010806000108000604000102000000000a0a141e28ffffffffffff0a141e29',
  'ffffffffffff020000000001810000050806000108000604000102000000000a0a141e28ffffffffffff',
  'ffffffffffff02000000000188b50102030405',
  'ffffffffffff0200000000018863110900000000',
  'ffffffffffff0200000000018864110000010004c0210101',
  'ffffffffffff02000000000181000005',
  'ffffffffffff0200000000010800',
].map((hex) => {
  const frame = Buffer.from(hex, 'hex');
  return Buffer.concat([frame, Buffer.alloc(Math.max(0, 60 - frame.length))]);
});
