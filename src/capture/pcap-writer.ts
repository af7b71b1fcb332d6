/**
 * Writes classic pcap files (draft-ietf-opsawg-pcap), little endian: the file header and one
 * record at a time, as bytes. What becomes of the bytes is the caller's business.
 */

/** "No packet was cut shorter than this" as tcpdump writes it by default. */
const SNAP_LENGTH_BYTES = 262144;

export interface PcapResolution {
  /** Nanoseconds in the records' times instead of microseconds; header and records must agree. */
  nanoseconds?: boolean;
}

/** The 24 bytes in front of all records. `linkType` is a LINKTYPE_ value. */
export function pcapHeader(linkType: number, resolution: PcapResolution = {}): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(resolution.nanoseconds === true ? 0xa1b23c4d : 0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(SNAP_LENGTH_BYTES, 16);
  header.writeUInt32LE(linkType, 20);
  return header;
}

/**
 * One record: 16 bytes of header, then `data`. `timeMs` is rounded to the resolution;
 * `originalBytes` is the packet's length on the wire, more than `data` holds if it was snapped.
 */
export function pcapRecord(
  timeMs: number,
  data: Uint8Array,
  originalBytes: number = data.length,
  resolution: PcapResolution = {},
): Buffer {
  const perSecond = resolution.nanoseconds === true ? 1e9 : 1e6;
  let seconds = Math.floor(timeMs / 1000);
  let fraction = Math.round(((timeMs - seconds * 1000) * perSecond) / 1000);
  if (fraction >= perSecond) {
    seconds += 1;
    fraction -= perSecond;
  }
  const record = Buffer.allocUnsafe(16 + data.length);
  record.writeUInt32LE(seconds, 0);
  record.writeUInt32LE(fraction, 4);
  record.writeUInt32LE(data.length, 8);
  record.writeUInt32LE(originalBytes, 12);
  record.set(data, 16);
  return record;
}
