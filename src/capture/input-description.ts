/** What input that is no pcap or pcapng looks like, for the person who gave it to us. */
import type { CaptureFault } from './packet-source.ts';

/** So many bytes are looked at to tell text from binary. */
const TEXT_SAMPLE_BYTES = 4096;
const QUOTE_CHARACTERS = 40;

interface Signature {
  bytes: string;
  atByte?: number;
  name: string;
}

/** Captures, but of formats we do not read. `bytes` are Latin-1. */
const OTHER_CAPTURES: readonly Signature[] = [
  { bytes: 'snoop\0\0\0', name: 'a snoop capture' },
  { bytes: 'btsnoop\0', name: 'a Bluetooth (btsnoop) capture' },
  { bytes: '\xa1\xb2\xcd\x34', name: 'a capture in a modified pcap format' },
  { bytes: '\x34\xcd\xb2\xa1', name: 'a capture in a modified pcap format' },
  { bytes: 'RTSS', name: 'a Network Monitor capture' },
  { bytes: 'GMBU', name: 'a Network Monitor capture' },
  { bytes: 'TRSNIFF data', name: 'a Sniffer capture' },
  { bytes: 'XCP\0', name: 'a NetXRay capture' },
  { bytes: 'iptrace ', name: 'an AIX iptrace capture' },
];

/** What has to be unpacked first. */
const PACKED: readonly Signature[] = [
  { bytes: '\xfd7zXZ\0', name: 'xz-compressed data' },
  { bytes: 'BZh', name: 'bzip2-compressed data' },
  { bytes: '\x28\xb5\x2f\xfd', name: 'zstd-compressed data' },
  { bytes: '\x04\x22\x4d\x18', name: 'lz4-compressed data' },
  { bytes: '\x1f\x9d', name: 'compress-ed (.Z) data' },
  { bytes: '\x1f\x8b', name: 'gzip-compressed data' },
  { bytes: 'PK\x03\x04', name: 'a zip archive' },
  { bytes: '7z\xbc\xaf\x27\x1c', name: 'a 7z archive' },
  { bytes: 'ustar', atByte: 257, name: 'a tar archive' },
];

const OTHER_FILES: readonly Signature[] = [
  { bytes: '\x7fELF', name: 'an ELF program or library' },
  { bytes: '%PDF-', name: 'a PDF document' },
  { bytes: '\x89PNG', name: 'a PNG image' },
  { bytes: '\xff\xd8\xff', name: 'a JPEG image' },
  { bytes: 'SQLite format 3\0', name: 'an SQLite database' },
  { bytes: '\xff\xfe', name: 'UTF-16 text' },
  { bytes: '\xfe\xff', name: 'UTF-16 text' },
];

/** `bytes` is the beginning of the input, all of it if that is short. */
export function describeInput(bytes: Uint8Array): Required<Pick<CaptureFault, 'detail'>> & {
  reason: 'not-a-capture' | 'unsupported-capture';
} {
  const capture = find(OTHER_CAPTURES, bytes);
  if (capture !== undefined) return { reason: 'unsupported-capture', detail: capture };
  if (looksLikeErf(bytes)) return { reason: 'unsupported-capture', detail: 'an ERF capture' };
  return { reason: 'not-a-capture', detail: describeOther(bytes) };
}

/** Whether the beginning of the input reads as lines of text, such as a log of raw records. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, TEXT_SAMPLE_BYTES);
  let foreign = 0;
  for (const byte of sample) {
    if (byte === 0) return false;
    const isText = (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
    if (!isText) foreign += 1;
  }
  return sample.length > 0 && foreign * 4 <= sample.length;
}

function describeOther(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'empty';
  const known = find(PACKED, bytes) ?? find(OTHER_FILES, bytes);
  if (known !== undefined) return known;
  if (looksLikeText(bytes)) return `text that begins with "${quote(bytes)}"`;
  const hex = Buffer.from(bytes.subarray(0, 8))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
  return `binary data that begins with ${hex}`;
}

function find(signatures: readonly Signature[], bytes: Uint8Array): string | undefined {
  return signatures.find((signature) => {
    const at = signature.atByte ?? 0;
    const part = bytes.subarray(at, at + signature.bytes.length);
    return Buffer.from(part).toString('latin1') === signature.bytes;
  })?.name;
}

/**
 * ERF has no magic number: a first record whose time (seconds in bytes 4 to 7, little endian) lies
 * between 1996 and 2106, whose type is a known one and whose lengths fit each other passes for one.
 */
function looksLikeErf(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, 16);
  const type = view.readUInt8(8) & 0x7f;
  const recordBytes = view.readUInt16BE(10);
  const wireBytes = view.readUInt16BE(14);
  return (
    view.readUInt32LE(4) > 820_454_400 &&
    type >= 1 &&
    type <= 27 &&
    recordBytes >= 16 + 20 &&
    recordBytes % 8 === 0 &&
    wireBytes >= 20 &&
    wireBytes <= 16384 &&
    recordBytes <= wireBytes + 64
  );
}

/** Safe to print anywhere: ASCII without control characters and double quotes. */
function quote(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 4 * QUOTE_CHARACTERS)).toString('latin1');
  const printable = text
    .replace(/[\s\0]+/g, ' ')
    .trim()
    .replace(/[^ -~]/g, '?')
    .replace(/"/g, "'");
  return printable.length > QUOTE_CHARACTERS
    ? `${printable.slice(0, QUOTE_CHARACTERS)}...`
    : printable;
}
