/** IP addresses as bytes. */
import { isIPv4, isIPv6 } from 'node:net';

export interface IpAddress {
  version: 4 | 6;
  /** 4 or 16 bytes. */
  bytes: Uint8Array;
}

/** Reads an address as text; undefined when it is none. A zone (`%eth0`) is not accepted. */
export function parseIpAddress(text: string): IpAddress | undefined {
  if (isIPv4(text)) return { version: 4, bytes: Uint8Array.from(text.split('.').map(Number)) };
  if (!isIPv6(text) || text.includes('%')) return undefined;
  // The URL parser gives the canonical form (RFC 5952) without an embedded IPv4 part.
  const canonical = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  const bytes = [...before, ...zeros, ...after].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
  return { version: 6, bytes: Uint8Array.from(bytes) };
}

/** Whether the address at `at` in `data` is `address`. */
export function addressMatches(
  address: IpAddress,
  version: 4 | 6,
  data: Uint8Array,
  at: number,
): boolean {
  if (address.version !== version) return false;
  for (let i = 0; i < address.bytes.length; i++) {
    if (address.bytes[i] !== data[at + i]) return false;
  }
  return true;
}
