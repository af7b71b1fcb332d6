/**
 * Bytes as strings, without loss: what is UTF-8 is decoded, and any other byte 0x80..0xff becomes the
 * lone surrogate U+DC80..U+DCFF. No valid UTF-8 decodes to one, so `bytesOfText` gives the bytes of
 * every such string back; JSON keeps them as `\udcxx`.
 */
import { utf8SequenceBytes } from './utf8.ts';

const ESCAPED_BYTE = 0xdc00;

/** `binary`: one character a byte. */
export function textOfBinary(binary: string): string {
  const bytes = Buffer.from(binary, 'latin1');
  let text = '';
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const length = byte < 0x80 ? 1 : utf8SequenceBytes(bytes, at, bytes.length);
    if (length > 0) {
      at += length;
      continue;
    }
    text += bytes.toString('utf8', start, at) + String.fromCharCode(ESCAPED_BYTE + byte);
    start = ++at;
  }
  return text + bytes.toString('utf8', start, at);
}

export function bytesOfText(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/u.test(text)) return Buffer.from(text);
  // The pieces with even index are text, the others one escaped byte each.
  const pieces = text.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    pieces.map((piece, index) =>
      index % 2 === 0 ? Buffer.from(piece) : Buffer.of(piece.charCodeAt(0) - ESCAPED_BYTE),
    ),
  );
}
