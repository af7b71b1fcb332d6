/** Records of a random site, and the frames of a segment made of them. */
import assert from 'node:assert/strict';
import { encodeFrame, openFrame, type OpenFrame, type Row } from '../../src/log/frame-codec.ts';
import { parentIndex, type FrameState } from '../../src/log/frame-state.ts';
import {
  MAX_TIME_SEC,
  MIN_TIME_SEC,
  printTimeSec,
  readTimeSec,
} from '../../src/log/record-time.ts';
import { recordOf } from '../record/lines.ts';
import type { Random } from '../tools/random.ts';

const TAB = 0x09;
const NOON_SEC = 1_778_324_400;

export function rowOf(line: string | Uint8Array): Row {
  const record = recordOf(line);
  return { ...record, timeSec: readTimeSec(record.data, record.timeAt) };
}

export function lineOf({ data, start, end }: Row): string {
  return Buffer.from(data.subarray(start, end)).toString('latin1');
}

export function linesOf(rows: readonly Row[] | undefined): string[] | undefined {
  return rows?.map(lineOf);
}

/** Type and serial, as `Series` have them. */
export function keyOf(row: Row): string {
  const [type = '', , serial = ''] = lineOf(row).split('\t', 3);
  return `${type}\t${serial}`;
}

interface Device {
  type: string;
  serial: string;
  fields: string[];
}

/** Devices whose fields go on from record to record, most of them as those of real ones do. */
export class RandomSite {
  readonly #random: Random;
  readonly #devices: Device[];
  #timeSec = NOON_SEC;

  constructor(random: Random) {
    this.#random = random;
    this.#devices = Array.from({ length: random.int(1, 12) }, () => this.#anyDevice());
  }

  /** The rows of a frame: some intervals, mostly in the same order. */
  rows(): Row[] {
    const random = this.#random;
    const rows: Row[] = [];
    for (let interval = random.int(1, 3); interval > 0; interval--) {
      this.#timeSec = this.#nextTimeSec();
      if (random.chance(0.05)) this.#devices.push(this.#anyDevice());
      const devices = random.chance(0.1) ? random.shuffle(this.#devices) : this.#devices;
      for (const device of devices) {
        for (let times = random.pick([0, 1, 1, 1, 1, 1, 1, 2]); times > 0; times--) {
          this.#goOn(device);
          rows.push(this.#rowOf(device));
        }
      }
    }
    return rows;
  }

  #nextTimeSec(): number {
    const random = this.#random;
    if (random.chance(0.03)) return random.pick([MIN_TIME_SEC, MAX_TIME_SEC, 0, -1, NOON_SEC]);
    const later = this.#timeSec + random.pick([300, 300, 300, 1, 0, -300, 86_400]);
    return Math.min(MAX_TIME_SEC, Math.max(MIN_TIME_SEC, later));
  }

  #anyDevice(): Device {
    const random = this.#random;
    const fields = random.pick([0, 1, 2, 9, 12, 12, 12, 30]);
    return {
      type: random.pick(['130', '130', '140', '120', '00130', '0', '00', '5', '65535', '99999']),
      serial: random.chance(0.8) ? String(random.int(0, 999_999)) : `\xff${this.#anyText(20)}`,
      fields: Array.from({ length: random.chance(0.01) ? 4000 : fields }, () => this.#anyText(8)),
    };
  }

  #goOn(device: Device): void {
    const random = this.#random;
    if (random.chance(0.02)) device.fields.push(this.#anyText(8));
    if (random.chance(0.02)) device.fields.pop();
    device.fields = device.fields.map((field, column) => {
      if (random.chance(0.02)) return this.#anyText(random.pick([8, 8, 8, 200]));
      if (column % 4 === 0) return field;
      const next = Number(field) + random.next();
      return column % 2 === 0 ? next.toFixed(3) : String(Number(next.toFixed(column % 5)));
    });
  }

  #rowOf({ type, serial, fields }: Device): Row {
    const time = Buffer.alloc(14);
    assert.ok(printTimeSec(this.#timeSec, time, 0));
    const text = [type, time.toString(), serial, ...fields].join('\t').slice(0, 8192);
    return rowOf(Buffer.from(text, 'latin1'));
  }

  /** Anything that a field can be. */
  #anyText(maxBytes: number): string {
    const random = this.#random;
    if (random.chance(0.7)) return String(random.int(-99_999, 99_999) / 10 ** random.int(0, 4));
    const bytes = random.bytes(random.int(0, maxBytes));
    return Buffer.from(bytes.filter((byte) => ![TAB, 0x0a, 0x0d].includes(byte))).toString(
      'latin1',
    );
  }
}

export interface Written {
  payload: Uint8Array;
  rows: Row[];
}

/** The frames of a segment, written one after another; the first is the reference. */
export class WrittenSegment {
  readonly frames: Written[] = [];
  readonly states = new Map<number, FrameState>();
  #ordinal = 1000;

  add(rows: Row[]): Uint8Array {
    const index = this.frames.length;
    const parent = index === 0 ? undefined : this.states.get(parentIndex(index));
    const { payload, state } = encodeFrame(rows, this.#ordinal, index, parent);
    if (index > 0) this.#ordinal += rows.length;
    this.frames.push({ payload: payload.slice(), rows });
    this.states.set(index, state);
    return payload;
  }
}

export function anySegment(random: Random, frames: number): WrittenSegment {
  const site = new RandomSite(random);
  const segment = new WrittenSegment();
  while (segment.frames.length < frames) segment.add(site.rows());
  return segment;
}

/** Opens one frame after another. What cannot be opened has no state, as in a damaged segment. */
export class ReadSegment {
  readonly states: Map<number, FrameState>;

  /** @param states of frames that were opened already */
  constructor(states: Iterable<[number, FrameState]> = []) {
    this.states = new Map(states);
  }

  open(payload: Uint8Array): ReturnType<typeof openFrame> {
    // Other bytes stand around a payload in a file.
    const data = Uint8Array.from([0xff, 0xff, ...payload, 0xff, 0xff, 0xff]);
    const opened = openFrame(data, 2, 2 + payload.length, (index) => this.states.get(index));
    if (typeof opened !== 'string') this.states.set(opened.head.index, opened.state);
    return opened;
  }

  /** Opens a frame that must be whole. */
  openWhole(payload: Uint8Array): OpenFrame {
    const opened = this.open(payload);
    if (typeof opened === 'string') assert.fail(opened);
    return opened;
  }
}
