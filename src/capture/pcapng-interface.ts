/** The interface description block of pcapng (draft-ietf-opsawg-pcapng, section 4.2). */
import { uint16, uint32 } from './integers.ts';
import { linkTypeOf } from './link-type.ts';

/** What the packets of one interface have in common. */
export interface PcapngInterface {
  /** LINKTYPE_ value. */
  linkType: number;
  /** No packet was captured longer; `Infinity` where no limit is declared. */
  snapLengthBytes: number;
  /** Units of the packets' times in one millisecond. */
  ticksPerMs: number;
  /** To be added to the packets' times. */
  offsetMs: number;
}

const FIXED_BYTES = 8;
const OPTION_END = 0;
const OPTION_TIME_RESOLUTION = 9;
const OPTION_TIME_OFFSET = 14;

/**
 * Reads the body of the block, from `at` up to `limit`, of which at least `FIXED_BYTES` must be
 * there. Options that do not fit are left out.
 */
export function readInterface(
  data: Uint8Array,
  at: number,
  limit: number,
  littleEndian: boolean,
): PcapngInterface {
  const snapLengthBytes = uint32(data, at + 4, littleEndian);
  const result: PcapngInterface = {
    linkType: linkTypeOf(uint16(data, at, littleEndian)),
    snapLengthBytes: snapLengthBytes === 0 ? Infinity : snapLengthBytes,
    ticksPerMs: 1e3,
    offsetMs: 0,
  };
  let option = at + FIXED_BYTES;
  while (option + 4 <= limit) {
    const code = uint16(data, option, littleEndian);
    const length = uint16(data, option + 2, littleEndian);
    const value = option + 4;
    if (code === OPTION_END || value + length > limit) break;
    if (code === OPTION_TIME_RESOLUTION && length >= 1) {
      result.ticksPerMs = ticksPerSecond(data[value] ?? 0) / 1000;
    } else if (code === OPTION_TIME_OFFSET && length >= 8) {
      result.offsetMs = int64(data, value, littleEndian) * 1000;
    }
    option = value + length + (-length & 3);
  }
  return result;
}

/** A negative power of two where the highest bit is set, of ten where it is not. */
function ticksPerSecond(resolution: number): number {
  return resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
}

/** Seconds; exact up to 2^53, which no calendar reaches. */
function int64(data: Uint8Array, at: number, littleEndian: boolean): number {
  const high = uint32(data, littleEndian ? at + 4 : at, littleEndian) | 0;
  const low = uint32(data, littleEndian ? at : at + 4, littleEndian);
  return high * 2 ** 32 + low;
}
