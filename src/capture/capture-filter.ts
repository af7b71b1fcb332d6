/**
 * The BPF filter (pcap-filter(7)) for one supervisor.
 *
 * `host A and tcp port 80` would lose frames with VLAN tags, PPPoE sessions and all IP fragments
 * but the first. The keywords `vlan` and `pppoes` are no help: each moves the offsets of everything
 * to its right, across `or` as well, many link types refuse them, and the kernel has usually taken
 * the outermost tag off before the filter sees the frame. So the tagged forms are written as
 * comparisons at fixed offsets, for none, one and two tags in the bytes; that is right with and
 * without the kernel's help.
 */

export interface CaptureFilterOptions {
  /** Only packets from and to this address; 4 or 16 bytes. Without it those of all hosts. */
  address?: Uint8Array;
  /**
   * Only TCP from or to this port, and whatever could be part of it: fragments without a port,
   * IPv6 with extension headers. Without it everything the host says.
   */
  port?: number;
}

/** Which of the two applies is up to the link type of the interface. */
export interface CaptureFilter {
  ethernet: string;
  /** For all others, such as raw IP and Linux cooked captures. */
  other: string;
}

/** 802.1Q, 802.1ad and the two values in use for stacked tags before it. */
const TAG_TYPES = ['0x8100', '0x88a8', '0x9100', '0x9200'];
const PPPOE_SESSION = '0x8864';
/** Offset of the type field of an Ethernet frame. */
const TYPE_AT = 12;
const TAG_BYTES = 4;

interface Version {
  etherType: string;
  pppProtocol: string;
  /** Conditions on the IP header that begins at offset `at`. */
  header: (at: number) => string[];
}

/** Both filters are empty, which lets everything through, if neither option is given. */
export function captureFilter(options: CaptureFilterOptions): CaptureFilter {
  const { address, port } = options;
  if (address === undefined && port === undefined) return { ethernet: '', other: '' };
  const other: string[] = [];
  const versions: Version[] = [];
  if (address?.length !== 16) {
    other.push(untaggedIpv4(address, port));
    versions.push({
      etherType: '0x0800',
      pppProtocol: '0x0021',
      header: (at) => ipv4Header(at, address, port),
    });
  }
  if (address?.length !== 4) {
    other.push(untaggedIpv6(address, port));
    versions.push({
      etherType: '0x86dd',
      pppProtocol: '0x0057',
      header: (at) => ipv6Header(at, address, port),
    });
  }
  const twice = and([tagAt(TYPE_AT + TAG_BYTES), or(payloads(TYPE_AT + 2 * TAG_BYTES, versions))]);
  const tagged = and([tagAt(TYPE_AT), or([...payloads(TYPE_AT + TAG_BYTES, versions), twice])]);
  const ethernet = or([...other, ...versions.map((version) => pppoe(TYPE_AT, version)), tagged]);
  return { ethernet, other: or(other) };
}

/** What may follow the tags: IP itself or in a PPPoE session (RFC 2516, section 4). */
function payloads(typeAt: number, versions: readonly Version[]): string[] {
  return versions.flatMap((version) => [
    and([`link[${typeAt}:2] = ${version.etherType}`, ...version.header(typeAt + 2)]),
    pppoe(typeAt, version),
  ]);
}

function pppoe(typeAt: number, version: Version): string {
  return and([
    `link[${typeAt}:2] = ${PPPOE_SESSION}`,
    `link[${typeAt + 8}:2] = ${version.pppProtocol}`,
    ...version.header(typeAt + 10),
  ]);
}

function tagAt(typeAt: number): string {
  return or(TAG_TYPES.map((type) => `link[${typeAt}:2] = ${type}`));
}

function untaggedIpv4(address: Uint8Array | undefined, port: number | undefined): string {
  const host = address === undefined ? 'ip' : `ip host ${address.join('.')}`;
  if (port === undefined) return host;
  return and([host, or([`tcp port ${port}`, and(['ip[9] = 6', 'ip[6:2] & 0x1fff != 0'])])]);
}

function untaggedIpv6(address: Uint8Array | undefined, port: number | undefined): string {
  const host = address === undefined ? 'ip6' : `ip6 host ${ipv6Text(address)}`;
  if (port === undefined) return host;
  return and([host, or([`tcp port ${port}`, ...EXTENSIONS.map((next) => `ip6[6] = ${next}`)])]);
}

/** Hop-by-hop, routing, fragment, destination options: a TCP header may come behind them. */
const EXTENSIONS = [0, 43, 44, 60];

function ipv4Header(
  at: number,
  address: Uint8Array | undefined,
  port: number | undefined,
): string[] {
  const conditions: string[] = [];
  if (address !== undefined) conditions.push(hostAt(at + 12, at + 16, address));
  if (port !== undefined) {
    const length = `((link[${at}] & 15) << 2)`;
    conditions.push(`link[${at + 9}] = 6`);
    conditions.push(
      or([
        `link[${at + 6}:2] & 0x1fff != 0`,
        `link[${at} + ${length}:2] = ${port}`,
        `link[${at + 2} + ${length}:2] = ${port}`,
      ]),
    );
  }
  return conditions;
}

function ipv6Header(
  at: number,
  address: Uint8Array | undefined,
  port: number | undefined,
): string[] {
  const conditions: string[] = [];
  if (address !== undefined) conditions.push(hostAt(at + 8, at + 24, address));
  if (port !== undefined) {
    const ports = or([`link[${at + 40}:2] = ${port}`, `link[${at + 42}:2] = ${port}`]);
    conditions.push(
      or([
        ...EXTENSIONS.map((next) => `link[${at + 6}] = ${next}`),
        and([`link[${at + 6}] = 6`, ports]),
      ]),
    );
  }
  return conditions;
}

function hostAt(sourceAt: number, destinationAt: number, address: Uint8Array): string {
  const hex = Buffer.from(address).toString('hex');
  const words = hex.match(/.{8}/g) ?? [];
  const equal = (at: number): string =>
    and(words.map((word, i) => `link[${at + 4 * i}:4] = 0x${word}`));
  return or([equal(sourceAt), equal(destinationAt)]);
}

function ipv6Text(address: Uint8Array): string {
  return (Buffer.from(address).toString('hex').match(/.{4}/g) ?? []).join(':');
}

function and(parts: readonly string[]): string {
  return joined(parts, ' and ');
}

function or(parts: readonly string[]): string {
  return joined(parts, ' or ');
}

function joined(parts: readonly string[], word: string): string {
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(word)})`;
}
