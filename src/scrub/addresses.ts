/**
 * Addresses that stand for the real ones: IPv4 in 10.0.0.0/8, IPv6 in 2001:db8::/32 (RFC 3849), and
 * locally administered MAC addresses. Equal ones stay equal, different ones different.
 */
import type { KeyedBytes } from './keyed-bytes.ts';

const MAX_ATTEMPTS = 1000;
/** Of each kind, some 100 bytes an address. Full: further ones are not checked against each other. */
const MAX_ADDRESSES = 100_000;
const MAC_BYTES = 6;

type Shape = (random: Uint8Array, original: Uint8Array) => Uint8Array;

export class AddressPseudonyms {
  readonly #kinds: Readonly<Record<4 | 6 | 16, AddressKind>>;

  /** @param originals addresses of the capture, by `addressKey`: none of them becomes a pseudonym */
  constructor(keyed: KeyedBytes, originals: ReadonlySet<string>) {
    this.#kinds = {
      4: new AddressKind(keyed, 'ipv4', ipv4Shape, originals),
      6: new AddressKind(keyed, 'mac', macShape, originals),
      16: new AddressKind(keyed, 'ipv6', ipv6Shape, originals),
    };
  }

  /** Different IP addresses replaced so far. */
  get ipCount(): number {
    return this.#kinds[4].count + this.#kinds[16].count;
  }

  get macCount(): number {
    return this.#kinds[MAC_BYTES].count;
  }

  /** Replaces the address of `bytes` bytes (4: IPv4, 6: MAC, 16: IPv6) at `at`. */
  replace(data: Uint8Array, at: number, bytes: 4 | 6 | 16): void {
    if (bytes === MAC_BYTES && isNobodysMac(data, at)) return;
    this.#kinds[bytes].replace(data, at, bytes);
  }
}

/** What tells an address from others of its length; one byte a character. */
export function addressKey(data: Uint8Array, at: number, bytes: number): string {
  return Buffer.from(data.buffer, data.byteOffset + at, bytes).toString('latin1');
}

class AddressKind {
  readonly #keyed: KeyedBytes;
  readonly #name: string;
  readonly #shape: Shape;
  readonly #originals: ReadonlySet<string>;
  readonly #known = new Map<string, Uint8Array>();
  readonly #taken = new Set<string>();

  constructor(keyed: KeyedBytes, name: string, shape: Shape, originals: ReadonlySet<string>) {
    this.#keyed = keyed;
    this.#name = name;
    this.#shape = shape;
    this.#originals = originals;
  }

  get count(): number {
    return this.#known.size;
  }

  replace(data: Uint8Array, at: number, bytes: number): void {
    const key = addressKey(data, at, bytes);
    data.set(this.#known.get(key) ?? this.#find(key, data.slice(at, at + bytes)), at);
  }

  #find(key: string, original: Uint8Array): Uint8Array {
    let pseudonym = original;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const random = this.#keyed.of(this.#name, original, attempt, original.length);
      pseudonym = this.#shape(random, original);
      const found = addressKey(pseudonym, 0, pseudonym.length);
      if (!this.#taken.has(found) && !this.#originals.has(found)) break;
    }
    if (this.#known.size < MAX_ADDRESSES) {
      this.#known.set(key, pseudonym);
      this.#taken.add(addressKey(pseudonym, 0, pseudonym.length));
    }
    return pseudonym;
  }
}

function ipv4Shape(random: Uint8Array): Uint8Array {
  const [, b = 0, c = 0, d = 0] = random;
  // Neither 0 nor 255 at the end, so that it looks like a host's.
  return Uint8Array.of(10, b, c, 1 + (d % 254));
}

function ipv6Shape(random: Uint8Array): Uint8Array {
  const address = Uint8Array.from(random);
  address.set([0x20, 0x01, 0x0d, 0xb8]);
  return address;
}

/** All zeros (loopback) or all ones (broadcast). */
function isNobodysMac(data: Uint8Array, at: number): boolean {
  const first = data[at] ?? 0;
  if (first !== 0 && first !== 0xff) return false;
  return data.subarray(at, at + MAC_BYTES).every((byte) => byte === first);
}

/** The bit for groups stays. */
function macShape(random: Uint8Array, original: Uint8Array): Uint8Array {
  const address = Uint8Array.from(random);
  address[0] = ((random[0] ?? 0) & 0xfc) | 0x02 | ((original[0] ?? 0) & 0x01);
  return address;
}

/** An address as people and programs write it. `data` holds nothing else. */
export function addressTexts(data: Uint8Array): string[] {
  if (data.length === 4) return [data.join('.')];
  const hex = [...data].map((byte) => byte.toString(16).padStart(2, '0'));
  if (data.length === MAC_BYTES) {
    return [':', '-', ''].flatMap((separator) => bothCases(hex.join(separator)));
  }
  const groups = hex.flatMap((byte, at) => (at % 2 === 0 ? [byte + (hex[at + 1] ?? '')] : []));
  // The URL parser gives the canonical form (RFC 5952).
  const canonical = new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
  return [canonical, groups.join(':')].flatMap(bothCases);
}

function bothCases(text: string): string[] {
  return [...new Set([text, text.toUpperCase()])];
}
