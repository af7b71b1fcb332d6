/** What becomes of serials and tokens, and of mentions of them. Works in place; lengths stay. */
import { latin1 } from '../base/ascii.ts';
import { classOf, otherOfClass, sameClass } from './character-class.ts';
import type { KeyedBytes } from './keyed-bytes.ts';
import { NameMatcher } from './name-matcher.ts';

/** Told of every name in a stream, as `data[start..end)`. */
export interface NameHandler {
  /** The serial of a device, where one belongs. */
  serial(data: Uint8Array, start: number, end: number): void;
  /** A token of a request's trailer. */
  token(data: Uint8Array, start: number, end: number): void;
  /** Text that is kept and may mention a name. */
  text(data: Uint8Array, start: number, end: number): void;
}

/** Serials remembered, some 100 bytes each. Full: further ones get pseudonyms that no longer are
 * checked against each other (with nine digits two agree once in 10^9). */
const MAX_SERIALS = 200_000;

/** Notes the serials and changes nothing. */
export class SerialCollector implements NameHandler {
  readonly serials = new Set<string>();

  serial(data: Uint8Array, start: number, end: number): void {
    if (this.serials.size < MAX_SERIALS) this.serials.add(latin1(data, start, end));
  }

  token(): void {
    // Pseudonyms of tokens need no knowledge of other tokens.
  }

  text(): void {
    // Mentions are looked for when all serials are known.
  }
}

/** A kept beginning tells the kind of device: PVS5M, TACLC. */
const KIND = /^(?:PVS[0-9][A-Z]?|[A-Z]{1,5})(?=[0-9]{4})/;
/** `p` or `c` behind the digits of a meter tells what it measures. */
const PURPOSE = /(?<=[0-9])[pc]$/;
/** After so many attempts a pseudonym is counted up from the last one until a free one is found. */
const MAX_ATTEMPTS = 64;

/** Replaces names. The same name always gets the same pseudonym, different serials different ones. */
export class Pseudonyms implements NameHandler {
  replacedTokens = 0;
  readonly #keyed: KeyedBytes;
  readonly #bySerial = new Map<string, Uint8Array>();
  readonly #taken = new Set<string>();
  readonly #matcher: NameMatcher;

  /**
   * @param serials all serials of the capture: no pseudonym is one of them
   * @param addresses further names to be replaced wherever they stand in text
   */
  constructor(keyed: KeyedBytes, serials: ReadonlySet<string>, addresses: Iterable<string>) {
    this.#keyed = keyed;
    // In an order that does not depend on the order of the packets.
    for (const serial of [...serials].sort()) {
      const pseudonym = this.#find(serial, serials);
      this.#taken.add(pseudonym);
      this.#bySerial.set(serial, Buffer.from(pseudonym, 'latin1'));
    }
    this.#matcher = new NameMatcher([...serials, ...addresses]);
  }

  get serialCount(): number {
    return this.#bySerial.size;
  }

  serial(data: Uint8Array, start: number, end: number): void {
    const serial = latin1(data, start, end);
    data.set(this.#bySerial.get(serial) ?? Buffer.from(this.#make(serial, 0), 'latin1'), start);
  }

  token(data: Uint8Array, start: number, end: number): void {
    if (end === start) return;
    const bytes = this.#keyed.of('token', data.subarray(start, end), 0, end - start);
    bytes.forEach((byte, index) => {
      data[start + index] = sameClass(data[start + index] ?? 0, byte);
    });
    this.replacedTokens++;
  }

  text(data: Uint8Array, start: number, end: number): void {
    this.#matcher.scan(data, start, end, (from, to) => {
      this.serial(data, from, to);
    });
  }

  #find(serial: string, serials: ReadonlySet<string>): string {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const pseudonym = this.#make(serial, attempt);
      if (!this.#taken.has(pseudonym) && !serials.has(pseudonym)) return pseudonym;
    }
    // Short serials: most of what looks like them is in use.
    let pseudonym = this.#make(serial, 0);
    for (let step = 0; step < MAX_SERIALS && this.#taken.has(pseudonym); step++) {
      pseudonym = successor(pseudonym, keptBytes(serial));
    }
    return pseudonym;
  }

  #make(serial: string, attempt: number): string {
    const { before, after } = keptBytes(serial);
    // What a `p` and a `c` meter have in common stays in common.
    const core = serial.slice(0, serial.length - after);
    const bytes = this.#keyed.of('serial', core, attempt, core.length);
    let pseudonym = serial.slice(0, before);
    for (let at = before; at < core.length; at++) {
      const byte = core.charCodeAt(at);
      const choice = bytes[at] ?? 0;
      // One character certainly differs, so that nothing is its own pseudonym.
      const next = at === before ? otherOfClass(byte, choice) : sameClass(byte, choice);
      pseudonym += String.fromCharCode(next);
    }
    return pseudonym + serial.slice(core.length);
  }
}

function keptBytes(serial: string): { before: number; after: number } {
  return {
    before: KIND.exec(serial)?.[0].length ?? 0,
    after: PURPOSE.test(serial) ? 1 : 0,
  };
}

/** Counts the part between the kept ones up by one, each character within its class. */
function successor(name: string, { before, after }: { before: number; after: number }): string {
  const bytes = Buffer.from(name, 'latin1');
  for (let at = bytes.length - after - 1; at >= before; at--) {
    const byte = bytes[at] ?? 0;
    const characters = classOf(byte);
    if (characters === '') continue;
    const next = characters.indexOf(String.fromCharCode(byte)) + 1;
    bytes[at] = characters.charCodeAt(next % characters.length);
    if (next < characters.length) break;
  }
  return bytes.toString('latin1');
}
