/**
 * Link layers around an IP packet. The number of each kind is the LINKTYPE_ value of the capture
 * it belongs in (https://www.tcpdump.org/linktypes.html).
 */
import { concatBytes, uint16, uint32 } from './bytes.ts';

const MAC_SUPERVISOR = Uint8Array.of(0x00, 0x22, 0xf2, 0x01, 0x02, 0x03);
const MAC_ROUTER = Uint8Array.of(0x02, 0x00, 0x5e, 0x10, 0x00, 0x01);

/** The least an Ethernet frame carries without its check sequence; senders pad up to it. */
const ETHERNET_MIN_BYTES = 60;

interface LinkKindRow {
  linkType: number;
  /** Bytes before the IP packet. */
  head(isIpv6: boolean, toCollector: boolean, ipBytes: number): Uint8Array;
  padded: boolean;
}

function macs(toCollector: boolean): Uint8Array {
  return toCollector
    ? concatBytes([MAC_ROUTER, MAC_SUPERVISOR])
    : concatBytes([MAC_SUPERVISOR, MAC_ROUTER]);
}

function etherType(isIpv6: boolean): Uint8Array {
  return uint16(isIpv6 ? 0x86dd : 0x0800);
}

function ethernet(tags: readonly number[]): LinkKindRow['head'] {
  return (isIpv6, toCollector) =>
    concatBytes([macs(toCollector), ...tags.map(uint16), etherType(isIpv6)]);
}

/** RFC 2516 section 4: version and type 1, code 0 (session), session id, length, PPP protocol. */
function pppoe(tags: readonly number[]): LinkKindRow['head'] {
  return (isIpv6, toCollector, ipBytes) =>
    concatBytes([
      macs(toCollector),
      ...tags.map(uint16),
      uint16(0x8864),
      Uint8Array.of(0x11, 0x00),
      uint16(0x2a01),
      uint16(ipBytes + 2),
      uint16(isIpv6 ? 0x0057 : 0x0021),
    ]);
}

function cookedV1(tags: readonly number[]): LinkKindRow['head'] {
  return (isIpv6, toCollector) =>
    concatBytes([
      uint16(toCollector ? 0 : 4),
      uint16(1),
      uint16(6),
      toCollector ? MAC_SUPERVISOR : MAC_ROUTER,
      uint16(0),
      ...tags.map(uint16),
      etherType(isIpv6),
    ]);
}

function cookedV2(tags: readonly number[]): LinkKindRow['head'] {
  return (isIpv6, toCollector) =>
    concatBytes([
      tags[0] === undefined ? etherType(isIpv6) : uint16(tags[0]),
      uint16(0),
      uint32(7),
      uint16(1),
      Uint8Array.of(toCollector ? 0 : 4, 6),
      toCollector ? MAC_SUPERVISOR : MAC_ROUTER,
      uint16(0),
      ...tags.slice(1).map(uint16),
      ...(tags[0] === undefined ? [] : [etherType(isIpv6)]),
    ]);
}

/** A 4-byte address family; IPv6 has had the numbers 24, 28 and 30 on various systems. */
function family(ipv6Family: number, bigEndian: boolean): LinkKindRow['head'] {
  return (isIpv6) => {
    const bytes = uint32(isIpv6 ? ipv6Family : 2);
    return bigEndian ? bytes : bytes.reverse();
  };
}

const nothing: LinkKindRow['head'] = () => new Uint8Array(0);

const KINDS = {
  ethernet: { linkType: 1, head: ethernet([]), padded: true },
  vlan: { linkType: 1, head: ethernet([0x8100, 0x6014]), padded: true },
  'vlan-priority': { linkType: 1, head: ethernet([0x8100, 0xa000]), padded: true },
  qinq: { linkType: 1, head: ethernet([0x88a8, 0x0064, 0x8100, 0x0014]), padded: true },
  'qinq-9100': { linkType: 1, head: ethernet([0x9100, 0x0064, 0x8100, 0x0014]), padded: true },
  'vlan-twice': { linkType: 1, head: ethernet([0x8100, 0x0064, 0x8100, 0x0014]), padded: true },
  pppoe: { linkType: 1, head: pppoe([]), padded: true },
  'vlan-pppoe': { linkType: 1, head: pppoe([0x8100, 0x0007]), padded: true },
  'qinq-pppoe': { linkType: 1, head: pppoe([0x88a8, 2, 0x8100, 7]), padded: true },
  'cooked-v1': { linkType: 113, head: cookedV1([]), padded: true },
  'cooked-v1-vlan': { linkType: 113, head: cookedV1([0x8100, 0x0014]), padded: true },
  'cooked-v2': { linkType: 276, head: cookedV2([]), padded: true },
  'cooked-v2-vlan': { linkType: 276, head: cookedV2([0x8100, 0x0014]), padded: true },
  raw: { linkType: 101, head: nothing, padded: false },
  'raw-12': { linkType: 12, head: nothing, padded: false },
  'raw-ipv4': { linkType: 228, head: nothing, padded: false },
  'raw-ipv6': { linkType: 229, head: nothing, padded: false },
  null: { linkType: 0, head: family(30, false), padded: false },
  'null-freebsd': { linkType: 0, head: family(28, false), padded: false },
  'null-netbsd': { linkType: 0, head: family(24, false), padded: false },
  'null-big-endian': { linkType: 0, head: family(24, true), padded: false },
  loop: { linkType: 108, head: family(24, true), padded: false },
} satisfies Record<string, LinkKindRow>;

export type LinkKind = keyof typeof KINDS;

export const LINK_KINDS = Object.keys(KINDS) as LinkKind[];

/** The one family a link kind is able to carry, when it is not both. */
export function onlyFamily(kind: LinkKind): 4 | 6 | undefined {
  if (kind === 'raw-ipv4') return 4;
  return kind === 'raw-ipv6' ? 6 : undefined;
}

export function linkTypeOf(kind: LinkKind): number {
  return KINDS[kind].linkType;
}

export interface LinkFrame {
  bytes: Uint8Array;
  /** Where the IP packet begins. */
  ipStart: number;
}

/**
 * Wraps an IP packet. Short frames are padded as a sender does, with `padding`: not always zeros,
 * so that a reader which takes padding for payload is found out.
 */
export function linkFrame(
  kind: LinkKind,
  ip: Uint8Array,
  toCollector: boolean,
  padding: Uint8Array,
): LinkFrame {
  const row = KINDS[kind];
  const head = row.head((ip[0] ?? 0) >> 4 === 6, toCollector, ip.length);
  const missing = row.padded ? Math.max(0, ETHERNET_MIN_BYTES - head.length - ip.length) : 0;
  const pad = Uint8Array.from({ length: missing }, (_, at) => padding[at % padding.length] ?? 0);
  return { bytes: concatBytes([head, ip, pad]), ipStart: head.length };
}
