/**
 * Takes out of headers, in place, whatever may hold an address or identify somebody: options of IPv4
 * (RFC 791 section 3.1), extension headers of IPv6 (RFC 8200 section 4), options of TCP (RFC 9293
 * section 3.1). Lengths and the order of headers stay.
 */

const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;

/** Router alert (RFC 2113) holds one number that says nothing. */
const IPV4_KEPT = new Set([148]);
/** Segment size, window scale, selective acknowledgements and timestamps. */
const TCP_KEPT = new Set([2, 3, 4, 5, 8]);

export function neutraliseIpv4Options(data: Uint8Array, start: number, end: number): void {
  neutraliseOptions(data, start, end, IPV4_KEPT);
}

export function neutraliseTcpOptions(data: Uint8Array, start: number, end: number): void {
  neutraliseOptions(data, start, end, TCP_KEPT);
}

/** IPv4 and TCP options have the same form: kind, length, value. */
function neutraliseOptions(
  data: Uint8Array,
  start: number,
  end: number,
  kept: ReadonlySet<number>,
): void {
  for (let at = start; at < end;) {
    const kind = data[at] ?? 0;
    if (kind === END_OF_OPTIONS) {
      data.fill(0, at, end);
      return;
    }
    const bytes = kind === NO_OPERATION ? 1 : (data[at + 1] ?? 0);
    const next = at + bytes;
    const malformed = kind !== NO_OPERATION && (bytes < 2 || at + 1 >= end || next > end);
    if (malformed || !kept.has(kind)) data.fill(NO_OPERATION, at, malformed ? end : next);
    at = malformed ? end : next;
  }
}

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;

const PAD_1 = 0;
const PAD_N = 1;

/**
 * Neutralises the extension headers from `at` on, which lie within the data (`decodeIpv6` has gone
 * over them). Stops at `until`, where what follows them begins.
 * @param next type of the first one
 */
export function neutraliseIpv6Extensions(
  data: Uint8Array,
  at: number,
  until: number,
  next: number,
): void {
  while (at < until) {
    const end = at + extensionBytes(data, at, next);
    switch (next) {
      case HOP_BY_HOP:
      case DESTINATION_OPTIONS:
        padOptions(data, at + 2, end);
        break;
      case ROUTING:
        // No segments left: the checksum then covers the destination that the packet shows.
        data.fill(0, at + 3, end);
        break;
      case AUTHENTICATION:
        data.fill(0, at + 12, end);
        break;
      default:
        break;
    }
    next = data[at] ?? 0;
    at = end;
  }
}

function extensionBytes(data: Uint8Array, at: number, type: number): number {
  if (type === FRAGMENT) return 8;
  const length = data[at + 1] ?? 0;
  return type === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8;
}

/** Padding instead of options, of the same length. */
function padOptions(data: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end;) {
    const type = data[at] ?? 0;
    const bytes = type === PAD_1 ? 1 : 2 + (data[at + 1] ?? 0);
    const next = at + 1 < end ? Math.min(at + bytes, end) : end;
    if (type !== PAD_1) {
      data[at] = next - at === 1 ? PAD_1 : PAD_N;
      if (next - at >= 2) data[at + 1] = next - at - 2;
      data.fill(0, at + 2, next);
    }
    at = next;
  }
}
