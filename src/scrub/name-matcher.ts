/** Finds known names (serials, addresses as text) wherever they stand in other text. */
import { isWordByte } from './character-class.ts';
import { isDigit } from './mask.ts';

/** Shorter names are replaced only where a serial belongs: they could be any number. */
export const MIN_NAME_BYTES = 6;
/** Names from this length on are found inside words, too. */
const MIN_BYTES_WITHIN_WORD = 9;
const DOT = 0x2e;
/** Bytes at the beginning of a name by which candidates are found. */
const PREFIX_BYTES = 4;
const TABLE_SIZE = 65_536;

export class NameMatcher {
  /** By hash of the first bytes, longest first. */
  readonly #candidates = new Map<number, Uint8Array[]>();
  /** Whether a hash has candidates: looked at for every byte of text. */
  readonly #table = new Uint8Array(TABLE_SIZE);

  /** @param names one byte a character; those shorter than `MIN_NAME_BYTES` are left */
  constructor(names: Iterable<string>) {
    for (const name of names) {
      if (name.length < MIN_NAME_BYTES) continue;
      const bytes = Uint8Array.from(Buffer.from(name, 'latin1'));
      const hash = hashAt(bytes, 0);
      const others = this.#candidates.get(hash);
      if (others === undefined) this.#candidates.set(hash, [bytes]);
      else others.push(bytes);
      this.#table[hash] = 1;
    }
    for (const list of this.#candidates.values()) list.sort((a, b) => b.length - a.length);
  }

  /** Calls `found` for each name in `data[start..end)`, which may change it. */
  scan(
    data: Uint8Array,
    start: number,
    end: number,
    found: (start: number, end: number) => void,
  ): void {
    const last = end - MIN_NAME_BYTES;
    for (let at = start; at <= last; at++) {
      const hash = hashAt(data, at);
      if (this.#table[hash] === 0) continue;
      const name = this.#candidates.get(hash)?.find((bytes) => isAt(bytes, data, at, start, end));
      if (name === undefined) continue;
      found(at, at + name.length);
      at += name.length - 1;
    }
  }
}

function hashAt(data: Uint8Array, at: number): number {
  let hash = 0;
  for (let i = 0; i < PREFIX_BYTES; i++) hash = Math.imul(hash, 0x01000193) ^ (data[at + i] ?? 0);
  return (hash ^ (hash >>> 16)) & (TABLE_SIZE - 1);
}

function isAt(name: Uint8Array, data: Uint8Array, at: number, start: number, end: number): boolean {
  const stop = at + name.length;
  if (stop > end) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== data[at + i]) return false;
  if (name.length >= MIN_BYTES_WITHIN_WORD) return true;
  const byteAt = (place: number) => (place >= start && place < end ? data[place] : undefined);
  return !joins(byteAt(at - 1), byteAt(at - 2)) && !joins(byteAt(stop), byteAt(stop + 1));
}

/** Whether the byte beside a word, with the one beyond it, makes it part of a longer word or of a
 * decimal number. */
function joins(beside: number | undefined, beyond: number | undefined): boolean {
  return isWordByte(beside) || (beside === DOT && isDigit(beyond));
}
