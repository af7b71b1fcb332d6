/** Which characters may stand for which: a pseudonym looks like the name it replaces. */
import { isDigit } from './mask.ts';

const DIGITS = '0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';

/** The characters of the same class as `byte`; empty for punctuation, which stays. */
export function classOf(byte: number): string {
  if (isDigit(byte)) return DIGITS;
  if (byte >= 0x41 && byte <= 0x5a) return UPPER;
  // Bytes beyond ASCII are parts of letters that we do not know.
  if ((byte >= 0x61 && byte <= 0x7a) || byte >= 0x80) return LOWER;
  return '';
}

export function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined && classOf(byte) !== '';
}

/** The character of the class of `byte` that `choice` (any number from 0) falls on. */
export function sameClass(byte: number, choice: number): number {
  const characters = classOf(byte);
  return characters === '' ? byte : characters.charCodeAt(choice % characters.length);
}

/** The same, but never `byte` itself. */
export function otherOfClass(byte: number, choice: number): number {
  const characters = classOf(byte);
  const own = characters.indexOf(String.fromCharCode(byte));
  if (own < 0) return sameClass(byte, choice);
  const steps = 1 + (choice % (characters.length - 1));
  return characters.charCodeAt((own + steps) % characters.length);
}
