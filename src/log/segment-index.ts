/**
 * Which records a log segment holds, by identity. The segment that is being written has a
 * `SegmentIndex`; a sealed one has it encoded at its end, and is asked in that form, which is a tenth
 * of the size. FORMAT.md draws it.
 */
import { ByteCursor } from '../base/byte-cursor.ts';
import { ByteWriter } from '../base/byte-writer.ts';
import type { Identity } from './identity.ts';
import { TimeSet } from './time-set.ts';

/** What is known of a whole segment. Times are seconds since the epoch; undefined: there are none. */
export interface SegmentExtent {
  /** Revisions included. */
  records: number;
  /** Of the ordinary times. */
  fromSec: number | undefined;
  toSec: number | undefined;
  /** Some times are not ordinary (`Identity`). */
  odd: boolean;
}

export class SegmentIndex {
  readonly extent: SegmentExtent = {
    records: 0,
    fromSec: undefined,
    toSec: undefined,
    odd: false,
  };
  readonly #times = new Map<string, TimeSet>();

  /** Records of one identity count each: revisions. */
  add({ device, timeSec, ordinary }: Identity): void {
    let times = this.#times.get(device);
    if (times === undefined) this.#times.set(device, (times = new TimeSet()));
    times.add(timeSec);
    const { extent } = this;
    extent.records++;
    if (!ordinary) {
      extent.odd = true;
      return;
    }
    extent.fromSec = Math.min(extent.fromSec ?? timeSec, timeSec);
    extent.toSec = Math.max(extent.toSec ?? timeSec, timeSec);
  }

  has({ device, timeSec }: Identity): boolean {
    return this.#times.get(device)?.has(timeSec) ?? false;
  }

  devices(): Iterable<readonly [device: string, times: TimeSet]> {
    return this.#times;
  }

  encode(out: ByteWriter): void {
    const { records, fromSec, toSec, odd } = this.extent;
    out.varint(records);
    out.byte((odd ? ODD : 0) | (fromSec === undefined ? 0 : ORDINARY));
    if (fromSec !== undefined && toSec !== undefined) {
      out.varint(fromSec);
      out.varint(toSec - fromSec);
    }
    out.varint(this.#times.size);
    for (const [device, times] of this.#times) {
      out.varint(device.length);
      for (let i = 0; i < device.length; i++) out.byte(device.charCodeAt(i));
      const encoded = new ByteWriter();
      times.encode(encoded);
      const bytes = encoded.finish();
      out.varint(bytes.length);
      out.bytes(bytes, 0, bytes.length);
    }
  }
}

const ODD = 1;
const ORDINARY = 2;

/** Undefined where it makes no sense. Leaves the cursor at the devices. */
export function readExtent(cursor: ByteCursor): SegmentExtent | undefined {
  const records = cursor.varint();
  const flags = cursor.byte();
  let fromSec: number | undefined;
  let toSec: number | undefined;
  if ((flags & ORDINARY) !== 0) {
    fromSec = cursor.varint();
    toSec = fromSec + cursor.varint();
  }
  return cursor.failed ? undefined : { records, fromSec, toSec, odd: (flags & ODD) !== 0 };
}

/** Passes over the devices of an encoded index; false where they make no sense. */
export function skipDevices(cursor: ByteCursor): boolean {
  for (let left = cursor.varint(); left > 0; left--) {
    cursor.bytes(cursor.varint());
    cursor.bytes(cursor.varint());
    if (cursor.failed) return false;
  }
  return !cursor.failed;
}

/** Whether the encoded index `data[start..end)` has the identity. */
export function encodedIndexHas(
  data: Uint8Array,
  start: number,
  end: number,
  of: Identity,
): boolean {
  for (const device of encodedDevices(data, start, end)) {
    if (!isDevice(data, device.nameAt, device.nameBytes, of.device)) continue;
    return TimeSet.hasEncoded(data, device.timesAt, device.timesEnd, of.timeSec);
  }
  return false;
}

/** The devices of an encoded index with their times. */
export function* decodedDevices(
  data: Uint8Array,
  start: number,
  end: number,
): Generator<readonly [device: string, times: TimeSet], void> {
  for (const { nameAt, nameBytes, timesAt, timesEnd } of encodedDevices(data, start, end)) {
    const times = TimeSet.decode(data, timesAt, timesEnd);
    if (times === undefined) return;
    yield [Buffer.from(data.buffer, data.byteOffset + nameAt, nameBytes).toString('latin1'), times];
  }
}

interface EncodedDevice {
  nameAt: number;
  nameBytes: number;
  timesAt: number;
  timesEnd: number;
}

function* encodedDevices(
  data: Uint8Array,
  start: number,
  end: number,
): Generator<EncodedDevice, void> {
  const cursor = new ByteCursor(data, start, end);
  if (readExtent(cursor) === undefined) return;
  for (let left = cursor.varint(); left > 0; left--) {
    const nameBytes = cursor.varint();
    const nameAt = cursor.bytes(nameBytes);
    const timesBytes = cursor.varint();
    const timesAt = cursor.bytes(timesBytes);
    if (cursor.failed) return;
    yield { nameAt, nameBytes, timesAt, timesEnd: timesAt + timesBytes };
  }
}

function isDevice(data: Uint8Array, at: number, bytes: number, device: string): boolean {
  if (bytes !== device.length) return false;
  for (let i = bytes - 1; i >= 0; i--) if (data[at + i] !== device.charCodeAt(i)) return false;
  return true;
}
