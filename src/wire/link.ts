/**
 * From a captured packet to the IP header inside it: Ethernet (with any number of VLAN tags up to
 * four, and PPPoE session), Linux cooked v1 and v2, PPP, raw IP, null and loopback.
 *
 * Sources: IEEE 802.1Q and 802.1ad (tags), RFC 2516 (PPPoE), the tcpdump group's list of LINKTYPE_
 * values and their header layouts.
 */
import type { Packet } from '../capture/packet-source.ts';
import { u16, u32 } from './big-endian.ts';
import { truncated, type WireFault } from './wire-fault.ts';

/** Where the IP header begins. Filled by `findIp`; reused by its caller. */
export interface IpPlace {
  version: 4 | 6;
  start: number;
}

export const LINKTYPE = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  pppoe: 51,
  raw: 101,
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  linuxSll2: 276,
} as const;

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_PPPOE_SESSION = 0x8864;
/** 802.1Q, 802.1ad, and the two values that were in use for stacked tags before it. */
const VLAN_ETHERTYPES = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);
const MAX_VLAN_TAGS = 4;

const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;

/** AF_INET, and AF_INET6 as Linux, NetBSD/OpenBSD, FreeBSD and Darwin number it. */
const NULL_FAMILY_IPV4 = 2;
const NULL_FAMILIES_IPV6 = new Set([10, 24, 28, 30]);

const NOT_IP: WireFault = { layer: 'link', reason: 'not-ip' };

/** Fills `place` and returns undefined, or says why there is no IP header to be found. */
export function findIp(packet: Packet, place: IpPlace): WireFault | undefined {
  const { data, start, end, linkType } = packet;
  switch (linkType) {
    case LINKTYPE.ethernet:
      if (end - start < 14) return truncated('link', 14, end - start);
      return afterEtherType(data, u16(data, start + 12), start + 14, end, place);
    case LINKTYPE.linuxSll:
      if (end - start < 16) return truncated('link', 16, end - start);
      return afterEtherType(data, u16(data, start + 14), start + 16, end, place);
    case LINKTYPE.linuxSll2:
      if (end - start < 20) return truncated('link', 20, end - start);
      return afterEtherType(data, u16(data, start), start + 20, end, place);
    case LINKTYPE.raw:
    case LINKTYPE.ipv4:
    case LINKTYPE.ipv6:
      return byVersionNibble(data, start, end, place);
    case LINKTYPE.null:
    case LINKTYPE.loop:
      return afterFamily(data, start, end, place);
    case LINKTYPE.pppoe:
      return afterPppoe(data, start, end, place);
    case LINKTYPE.ppp: {
      // RFC 1662: address and control bytes (FF 03) may be left out.
      const framed = end - start >= 2 && data[start] === 0xff && data[start + 1] === 0x03;
      return afterPpp(data, framed ? start + 2 : start, end, place);
    }
    default:
      return { layer: 'link', reason: 'unsupported-link-type' };
  }
}

function afterEtherType(
  data: Uint8Array,
  etherType: number,
  at: number,
  end: number,
  place: IpPlace,
): WireFault | undefined {
  for (let tags = 0; tags <= MAX_VLAN_TAGS; tags++) {
    if (etherType === ETHERTYPE_IPV4 || etherType === ETHERTYPE_IPV6) {
      place.version = etherType === ETHERTYPE_IPV4 ? 4 : 6;
      place.start = at;
      return undefined;
    }
    if (etherType === ETHERTYPE_PPPOE_SESSION) return afterPppoe(data, at, end, place);
    if (!VLAN_ETHERTYPES.has(etherType)) return NOT_IP;
    if (end - at < 4) return truncated('link', 4, end - at);
    etherType = u16(data, at + 2);
    at += 4;
  }
  return NOT_IP;
}

/** RFC 2516 section 4: version and type 1, code 0, session id, length, then PPP. */
function afterPppoe(
  data: Uint8Array,
  at: number,
  end: number,
  place: IpPlace,
): WireFault | undefined {
  if (end - at < 8) return truncated('link', 8, end - at);
  if (data[at] !== 0x11 || data[at + 1] !== 0) return NOT_IP;
  return afterPpp(data, at + 6, end, place);
}

/** RFC 1661 section 2: the protocol field may be compressed to its odd low byte. */
function afterPpp(
  data: Uint8Array,
  at: number,
  end: number,
  place: IpPlace,
): WireFault | undefined {
  if (end - at < 2) return truncated('link', 2, end - at);
  const first = data[at] ?? 0;
  const compressed = (first & 1) === 1;
  const protocol = compressed ? first : u16(data, at);
  if (protocol !== PPP_IPV4 && protocol !== PPP_IPV6) return NOT_IP;
  place.version = protocol === PPP_IPV4 ? 4 : 6;
  place.start = at + (compressed ? 1 : 2);
  return undefined;
}

function byVersionNibble(
  data: Uint8Array,
  at: number,
  end: number,
  place: IpPlace,
): WireFault | undefined {
  if (end - at < 1) return truncated('link', 1, end - at);
  const version = (data[at] ?? 0) >> 4;
  if (version !== 4 && version !== 6) return NOT_IP;
  place.version = version;
  place.start = at;
  return undefined;
}

/** The family is in the byte order of whoever captured (null) or of the network (loop). */
function afterFamily(
  data: Uint8Array,
  at: number,
  end: number,
  place: IpPlace,
): WireFault | undefined {
  if (end - at < 4) return truncated('link', 4, end - at);
  const family = (data[at] ?? 0) === 0 ? u32(data, at) : (data[at] ?? 0);
  if (family === NULL_FAMILY_IPV4) place.version = 4;
  else if (NULL_FAMILIES_IPV6.has(family)) place.version = 6;
  else return NOT_IP;
  place.start = at + 4;
  return undefined;
}
