/**
 * Frames of somebody who wants a listener on the supervisor's line to run out of memory: flows that
 * are never more than half open, data behind holes that are never filled, bodies and fragments
 * without end, and bytes without meaning. All of them carry the supervisor's address, so that no
 * filter keeps them out.
 */

import { Random } from './noise.ts';

export interface FloodOptions {
  seed: number;
  supervisor: string;
  collector: string;
  /** Half-open flows before the first port is used again. */
  flows: number;
}

const protocolTcp = 6;
const flag = { fin: 1, syn: 2, rst: 4, push: 8, ack: 16, urgent: 32 };
const payloadBytes = 548;
/** Flows that carry a request without end. */
const endlessFlows = 40;
/** The real supervisor's system chooses its ports above these (Linux: 32768 and up). */
const firstPort = 2000;
const portCount = 30_000;

const frameKinds = ['half-open', 'behind-hole', 'endless', 'fragment', 'garbage', 'stray'] as const;
export type FloodFrameKind = (typeof frameKinds)[number];

function addressBytes(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number));
}

/** RFC 1071, over an even or odd number of bytes. */
function checksum(bytes: Uint8Array, start = 0): number {
  let sum = start;
  for (let at = 0; at < bytes.length; at += 2) {
    sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

interface Segment {
  port: number;
  sequence: number;
  flags: number;
  payload: Uint8Array;
  /** Last byte of the other side's address. */
  host: number;
}

export class Flood {
  readonly #options: FloodOptions;
  readonly #random: Random;
  readonly #supervisor: Buffer;
  readonly #collector: Buffer;
  readonly #endlessSequences = new Map<number, number>();
  #count = 0;
  #flow = 0;

  constructor(options: FloodOptions) {
    this.#options = options;
    this.#random = new Random(options.seed, 91);
    this.#supervisor = addressBytes(options.supervisor);
    this.#collector = addressBytes(options.collector);
  }

  /** The next frame: a half-open flow every other time, the other kinds in turn between. */
  next(): Buffer {
    const others = frameKinds.length - 1;
    const kind =
      this.#count % 2 === 0
        ? 'half-open'
        : (frameKinds[1 + (Math.floor(this.#count / 2) % others)] ?? 'garbage');
    this.#count += 1;
    return this.frame(kind);
  }

  frame(kind: FloodFrameKind): Buffer {
    switch (kind) {
      case 'half-open': {
        this.#flow = (this.#flow + 1) % this.#options.flows;
        return this.#tcp({ ...this.#flowSegment(), flags: flag.syn, payload: new Uint8Array() });
      }
      case 'behind-hole': {
        const segment = this.#flowSegment();
        const sequence = segment.sequence + 2 + this.#random.below(60_000);
        return this.#tcp({ ...segment, sequence, flags: flag.ack, payload: this.#bytes() });
      }
      case 'endless':
        return this.#endless();
      case 'fragment':
        return this.#fragment();
      case 'garbage':
        return this.#garbage();
      case 'stray':
        return this.#tcp({
          port: firstPort + this.#random.below(portCount),
          host: this.#random.below(256),
          sequence: this.#random.below(0x1_0000_0000),
          flags: this.#random.below(64),
          payload: this.#bytes(),
        });
    }
  }

  /** The newest half-open flow: its number gives port, host and first sequence number. */
  #flowSegment(): Pick<Segment, 'port' | 'sequence' | 'host'> {
    const number = this.#flow;
    return {
      port: firstPort + (number % portCount),
      host: 10 + (Math.floor(number / portCount) % 200),
      sequence: Math.imul(number, 0x9e3779b1) >>> 0,
    };
  }

  #endless(): Buffer {
    const number = this.#random.below(endlessFlows);
    const port = firstPort + portCount + number;
    const host = 9;
    const sequence = this.#endlessSequences.get(number);
    if (sequence === undefined) {
      this.#endlessSequences.set(number, 1);
      return this.#tcp({ port, host, sequence: 0, flags: flag.syn, payload: new Uint8Array() });
    }
    const head =
      'POST /Data/SMS2DataCollector.aspx HTTP/1.1\r\nHost: collector.sunpowermonitor.com\r\n';
    const payload =
      sequence === 1
        ? Buffer.from(
            number % 3 === 0
              ? `${head}X-Endless: `
              : `${head}Content-Length: 4294967295\r\n\r\n130\t20260509120000\t`,
          )
        : Buffer.alloc(payloadBytes, number % 2 === 0 ? 'x' : '\t');
    this.#endlessSequences.set(number, (sequence + payload.length) >>> 0);
    return this.#tcp({ port, host, sequence, flags: flag.ack | flag.push, payload });
  }

  #fragment(): Buffer {
    const payload = Buffer.alloc(payloadBytes - (payloadBytes % 8), 0x55);
    const offset = this.#random.next() < 0.5 ? 0 : this.#random.below(8000);
    // More fragments follow, and never do.
    return this.#ip(payload, { identification: this.#count, fragmentBits: 0x2000 | offset });
  }

  #garbage(): Buffer {
    const frame = this.#ip(this.#bytes(1 + this.#random.below(200)), {});
    // Header lengths, total lengths and protocols that cannot be.
    if (this.#random.next() < 0.3) frame[14] = 0x40 | this.#random.below(16);
    if (this.#random.next() < 0.3) frame.writeUInt16BE(this.#random.below(0x10000), 16);
    if (this.#random.next() < 0.3) frame[23] = this.#random.below(256);
    return frame;
  }

  #bytes(length = payloadBytes): Buffer {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at + 4 <= length; at += 4) {
      bytes.writeUInt32LE(this.#random.below(0x1_0000_0000), at);
    }
    return bytes;
  }

  #tcp(segment: Segment): Buffer {
    const { port, sequence, flags, payload, host } = segment;
    const tcp = Buffer.alloc(20 + payload.length);
    tcp.writeUInt16BE(port, 0);
    tcp.writeUInt16BE(80, 2);
    tcp.writeUInt32BE(sequence >>> 0, 4);
    tcp[12] = 0x50;
    tcp[13] = flags;
    tcp.writeUInt16BE(64_240, 14);
    tcp.set(payload, 20);
    const collector = Buffer.from(this.#collector);
    collector[3] = host;
    const pseudo = Buffer.concat([this.#supervisor, collector, Buffer.alloc(4)]);
    pseudo.writeUInt16BE(protocolTcp, 8);
    pseudo.writeUInt16BE(tcp.length, 10);
    tcp.writeUInt16BE(checksum(tcp, ~checksum(pseudo) & 0xffff), 16);
    return this.#ip(tcp, { host });
  }

  #ip(
    payload: Uint8Array,
    fields: { host?: number; identification?: number; fragmentBits?: number },
  ): Buffer {
    const frame = Buffer.alloc(34 + payload.length);
    frame.write('020000000002020000000001', 0, 'hex');
    frame.writeUInt16BE(0x0800, 12);
    frame[14] = 0x45;
    frame.writeUInt16BE(20 + payload.length, 16);
    frame.writeUInt16BE((fields.identification ?? this.#count) & 0xffff, 18);
    frame.writeUInt16BE(fields.fragmentBits ?? 0, 20);
    frame[22] = 63;
    frame[23] = protocolTcp;
    frame.set(this.#supervisor, 26);
    frame.set(this.#collector, 30);
    if (fields.host !== undefined) frame[33] = fields.host;
    frame.writeUInt16BE(checksum(frame.subarray(14, 34)), 24);
    frame.set(payload, 34);
    return frame;
  }
}
