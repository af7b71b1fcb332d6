/** Text in bytes, looked at without making strings. */

const DIGIT_0 = 0x30;

/** Whether `data[start..end)` is `text` (ASCII, given in lower case), whatever the case. */
export function equalsIgnoringCase(
  data: Uint8Array,
  start: number,
  end: number,
  text: string,
): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = data[start + i] ?? 0;
    const lower = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
    if (lower !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** undefined: there is no byte. */
export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= DIGIT_0 && byte <= 0x39;
}

/** The decimal number `data[start..end)`; undefined unless it is 1 to `maxDigits` digits. */
export function parseDecimal(
  data: Uint8Array,
  start: number,
  end: number,
  maxDigits: number,
): number | undefined {
  if (end <= start || end - start > maxDigits) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (data[at] ?? 0) - DIGIT_0;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** The hexadecimal number `data[start..end)`; undefined unless it is 1 to `maxDigits` digits. */
export function parseHex(
  data: Uint8Array,
  start: number,
  end: number,
  maxDigits: number,
): number | undefined {
  if (end <= start || end - start > maxDigits) return undefined;
  let value = 0;
  for (let at = start; at < end; at++) {
    const byte = data[at] ?? 0;
    const lower = byte | 0x20;
    if (byte >= DIGIT_0 && byte <= 0x39) value = value * 16 + byte - DIGIT_0;
    else if (lower >= 0x61 && lower <= 0x66) value = value * 16 + lower - 0x57;
    else return undefined;
  }
  return value;
}

/** The bytes as a string, one character a byte. For short pieces of heads and messages. */
export function latin1(data: Uint8Array, start: number, end: number): string {
  return Buffer.from(data.buffer, data.byteOffset + start, end - start).toString('latin1');
}
