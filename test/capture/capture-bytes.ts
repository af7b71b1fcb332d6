/** Capture files built byte by byte, independently of the code under test. */

export interface TestPacket {
  timeMs: number;
  linkType: number;
  bytes: Uint8Array;
  originalBytes: number;
}

/** Deterministic pseudo-random numbers in [0, 1); mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Packets of many sizes, empty ones, snapped ones and ones of one byte among them. */
export function somePackets(count: number, linkType = 1): TestPacket[] {
  const sizes = [60, 0, 1, 66, 597, 14, 1514, 3, 64, 2];
  return Array.from({ length: count }, (_, i) => {
    const length = sizes[i % sizes.length]!;
    const bytes = Uint8Array.from({ length }, (_byte, at) => (i * 31 + at * 7 + 1) & 0xff);
    const originalBytes = i % 4 === 3 ? length + 1000 : length;
    return { timeMs: 1_750_000_000_123.456 + i * 997.25, linkType, bytes, originalBytes };
  });
}

class Writer {
  readonly #parts: Buffer[] = [];
  readonly #littleEndian: boolean;

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  u16(...values: number[]): this {
    for (const value of values) {
      const bytes = Buffer.alloc(2);
      if (this.#littleEndian) bytes.writeUInt16LE(value);
      else bytes.writeUInt16BE(value);
      this.#parts.push(bytes);
    }
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) {
      const bytes = Buffer.alloc(4);
      if (this.#littleEndian) bytes.writeUInt32LE(value);
      else bytes.writeUInt32BE(value);
      this.#parts.push(bytes);
    }
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(Buffer.from(bytes));
    return this;
  }

  /** Zeros up to a multiple of four. */
  pad(): this {
    return this.raw(Buffer.alloc(-this.length & 3));
  }

  get length(): number {
    return this.#parts.reduce((sum, part) => sum + part.length, 0);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

export interface PcapShape {
  littleEndian: boolean;
  nanoseconds: boolean;
  /** What the header's link type field holds, if not just the packets' link type. */
  linkTypeField?: number;
  majorVersion?: number;
}

export function pcapFile(packets: readonly TestPacket[], shape: PcapShape): Buffer {
  const out = new Writer(shape.littleEndian);
  out.u32(shape.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4).u16(shape.majorVersion ?? 2, 4);
  out.u32(0, 0, 65535, shape.linkTypeField ?? packets[0]?.linkType ?? 1);
  for (const packet of packets) {
    const seconds = Math.floor(packet.timeMs / 1000);
    const perMs = shape.nanoseconds ? 1e6 : 1e3;
    const fraction = Math.floor((packet.timeMs - seconds * 1000) * perMs);
    out.u32(seconds, fraction, packet.bytes.length, packet.originalBytes).raw(packet.bytes);
  }
  return out.bytes();
}

export interface PcapngInterfaceShape {
  linkType: number;
  snapLengthBytes?: number;
  /** The value of the if_tsresol option; microseconds and no option if left out. */
  resolution?: number;
  /** The value of the if_tsoffset option in seconds. */
  offsetSec?: number;
}

/** Blocks of one section, to be joined by `Buffer.concat`. */
export class PcapngSection {
  readonly #littleEndian: boolean;
  readonly #interfaces: PcapngInterfaceShape[] = [];

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
  }

  header(majorVersion = 1): Buffer {
    const body = this.#writer().u32(0x1a2b3c4d).u16(majorVersion, 0).u32(0xffffffff, 0xffffffff);
    return this.block(0x0a0d0d0a, body.bytes());
  }

  interface(shape: PcapngInterfaceShape): Buffer {
    this.#interfaces.push(shape);
    const body = this.#writer()
      .u16(shape.linkType, 0)
      .u32(shape.snapLengthBytes ?? 0);
    body.u16(2, 5).raw(Buffer.from('veth0')).pad();
    if (shape.resolution !== undefined) body.u16(9, 1).raw(Uint8Array.of(shape.resolution)).pad();
    if (shape.offsetSec !== undefined) {
      const offset = Buffer.alloc(8);
      if (this.#littleEndian) offset.writeBigInt64LE(BigInt(shape.offsetSec));
      else offset.writeBigInt64BE(BigInt(shape.offsetSec));
      body.u16(14, 8).raw(offset);
    }
    return this.block(1, body.u16(0, 0).bytes());
  }

  enhanced(id: number, packet: TestPacket, options: Uint8Array = new Uint8Array(0)): Buffer {
    const body = this.#writer().u32(id, ...this.#ticks(id, packet.timeMs));
    body.u32(packet.bytes.length, packet.originalBytes).raw(packet.bytes).pad().raw(options);
    return this.block(6, body.bytes());
  }

  obsolete(id: number, packet: TestPacket): Buffer {
    const body = this.#writer()
      .u16(id, 7)
      .u32(...this.#ticks(id, packet.timeMs));
    body.u32(packet.bytes.length, packet.originalBytes).raw(packet.bytes).pad();
    return this.block(2, body.bytes());
  }

  simple(packet: TestPacket): Buffer {
    return this.block(3, this.#writer().u32(packet.originalBytes).raw(packet.bytes).pad().bytes());
  }

  block(type: number, body: Uint8Array): Buffer {
    const length = 12 + body.length;
    return this.#writer().u32(type, length).raw(body).u32(length).bytes();
  }

  #ticks(id: number, timeMs: number): [number, number] {
    const { resolution = 6, offsetSec = 0 } = this.#interfaces[id] ?? {};
    const exponent = BigInt(resolution & 0x7f);
    const perSecond = resolution & 0x80 ? 2n ** exponent : 10n ** exponent;
    const nanoseconds = BigInt(Math.floor(timeMs * 1000)) * 1000n;
    const ticks = ((nanoseconds - BigInt(offsetSec) * 1_000_000_000n) * perSecond) / 1_000_000_000n;
    return [Number(ticks >> 32n), Number(ticks & 0xffffffffn)];
  }

  #writer(): Writer {
    return new Writer(this.#littleEndian);
  }
}

/** One section, one interface, every packet in an enhanced packet block. */
export function pcapngFile(packets: readonly TestPacket[], littleEndian: boolean): Buffer {
  const section = new PcapngSection(littleEndian);
  const blocks = [section.header(), section.interface({ linkType: packets[0]?.linkType ?? 1 })];
  for (const packet of packets) blocks.push(section.enhanced(0, packet));
  return Buffer.concat(blocks);
}

/**
 * Two sections of either byte order, interfaces with clocks and link types of their own, packet
 * blocks of all three kinds and blocks that nobody knows. Returns what a reader must find in it.
 */
export function pcapngMixture(
  packets: readonly TestPacket[],
  littleEndian: boolean,
): { bytes: Buffer; packets: TestPacket[] } {
  const blocks: Buffer[] = [];
  const found: TestPacket[] = [];
  const half = Math.ceil(packets.length / 2);
  for (const [order, part] of [
    [littleEndian, packets.slice(0, half)],
    [!littleEndian, packets.slice(half)],
  ] as const) {
    const section = new PcapngSection(order);
    const shapes: PcapngInterfaceShape[] = [
      { linkType: 1, snapLengthBytes: 65535 },
      { linkType: 113, resolution: 9 },
      { linkType: 101, resolution: 0x80 | 20, offsetSec: -3600 },
      { linkType: 276, resolution: 3, offsetSec: 1_700_000_000 },
    ];
    blocks.push(section.header(), section.block(0x0badcafe, Buffer.alloc(72, 0xee)));
    blocks.push(...shapes.map((shape) => section.interface(shape)));
    part.forEach((packet, i) => {
      const id = i % shapes.length;
      const linkType = shapes[id]!.linkType;
      if (i % 7 === 6) {
        // It has no time, no interface and no captured length of its own.
        const timeMs = found.at(-1)!.timeMs;
        found.push({ ...packet, linkType: 1, timeMs, originalBytes: packet.bytes.length });
        blocks.push(section.simple(found.at(-1)!));
      } else {
        found.push({ ...packet, linkType });
        if (i % 7 === 5) blocks.push(section.obsolete(id, packet));
        else blocks.push(section.enhanced(id, packet, Buffer.alloc(i % 3 === 0 ? 24 : 0)));
      }
      if (i % 5 === 4) blocks.push(section.block(5, Buffer.alloc(44, i)));
    });
  }
  return { bytes: Buffer.concat(blocks), packets: found };
}
