/**
 * Reads pcapng files (draft-ietf-opsawg-pcapng) pushed in pieces of any size: sections of either
 * byte order, several interfaces with their own link types and clocks, enhanced, simple and
 * obsolete packet blocks. Blocks of other types, and what follows a packet in its block, are
 * passed over without being held.
 */
import { Carry, MAX_CAPTURED_BYTES } from './carry.ts';
import { newPacket, type FormatReader, type FormatReaderOptions } from './format-reader.ts';
import { uint16, uint32 } from './integers.ts';
import type { CaptureFault, CaptureWarning, PacketSink } from './packet-source.ts';
import { readInterface, type PcapngInterface } from './pcapng-interface.ts';

/** The type of a section header block; reads the same in both byte orders. */
export const PCAPNG_MAGIC = 0x0a0d0d0a;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const BYTE_ORDER_MAGIC_SWAPPED = 0x4d3c2b1a;

const INTERFACE_BLOCK = 1;
const OBSOLETE_PACKET_BLOCK = 2;
const SIMPLE_PACKET_BLOCK = 3;
const ENHANCED_PACKET_BLOCK = 6;

/** Type and total length, with which every block begins. */
const BLOCK_HEADER_BYTES = 8;
/** The total length again, with which every block ends. */
const TRAILER_BYTES = 4;
/** Block header and fixed part of the body. */
const SECTION_BYTES = BLOCK_HEADER_BYTES + 16;
const INTERFACE_BYTES = BLOCK_HEADER_BYTES + 8;
const SIMPLE_PACKET_BYTES = BLOCK_HEADER_BYTES + 4;
/** The enhanced and the obsolete packet block alike. */
const PACKET_BYTES = BLOCK_HEADER_BYTES + 20;

/** Interfaces that one section may declare, a few numbers each; more is damage. */
const MAX_INTERFACES = 4096;
/** So much of an interface block is looked at; options further on are left out. */
const MAX_INTERFACE_BLOCK_BYTES = 65536;

export class PcapngReader implements FormatReader {
  finished = false;
  fault: CaptureFault | undefined;
  readonly warnings: CaptureWarning[] = [];

  readonly #subject: string;
  readonly #sink: Pick<PacketSink, 'packet'>;
  readonly #packet = newPacket();
  /** Holds at most `PACKET_BYTES + MAX_CAPTURED_BYTES`. */
  readonly #carry = new Carry();
  #littleEndian = true;
  #inSection = false;
  #interfaces: PcapngInterface[] = [];
  #undeclaredInterfaceSeen = false;
  /** What is to be passed over before the trailer; undefined between blocks. */
  #restBytes: number | undefined;
  #blockBytes = BLOCK_HEADER_BYTES;
  #blockOffsetBytes = 0;
  /** Offset in the capture of the first byte not yet consumed. */
  #offsetBytes = 0;

  constructor(options: FormatReaderOptions) {
    this.#subject = options.subject;
    this.#sink = options.sink;
    this.#packet.timeMs = 0;
  }

  push(chunk: Uint8Array): void {
    if (!this.finished) this.#carry.feed(chunk, this.#take);
  }

  end(): void {
    if (!this.finished && (this.#restBytes !== undefined || this.#carry.length > 0)) {
      this.warnings.push({
        layer: 'capture',
        reason: 'cut-short',
        subject: this.#subject,
        offsetBytes: this.#blockOffsetBytes,
        needBytes: this.#blockBytes,
        haveBytes: this.#offsetBytes + this.#carry.length - this.#blockOffsetBytes,
      });
    }
    this.finished = true;
  }

  stop(): void {
    this.finished = true;
  }

  readonly #take = (data: Uint8Array, at: number, limit: number): number => {
    this.#packet.data = data;
    while (!this.finished) {
      const taken =
        this.#restBytes === undefined
          ? this.#takeBlock(data, at, limit)
          : this.#takeRest(data, at, limit, this.#restBytes);
      if (taken === 0) break;
      at += taken;
      this.#offsetBytes += taken;
    }
    return this.finished ? limit : at;
  };

  /** Passes over what is left of a block and checks its trailer; returns the bytes consumed. */
  #takeRest(data: Uint8Array, at: number, limit: number, restBytes: number): number {
    const skipped = Math.min(restBytes, limit - at);
    this.#restBytes = restBytes - skipped;
    const trailer = at + skipped;
    if (this.#restBytes > 0 || limit - trailer < TRAILER_BYTES) {
      this.#carry.needBytes = TRAILER_BYTES;
      return skipped;
    }
    const blockBytes = uint32(data, trailer, this.#littleEndian);
    if (blockBytes !== this.#blockBytes) {
      this.#damaged(`a block of ${this.#blockBytes} bytes ends as one of ${blockBytes}`);
    }
    this.#restBytes = undefined;
    return skipped + TRAILER_BYTES;
  }

  /**
   * Consumes the part of a block that matters, once it is there, and leaves the rest to
   * `#takeRest`. Returns the bytes consumed, 0 if `needBytes` must come first.
   */
  #takeBlock(data: Uint8Array, at: number, limit: number): number {
    this.#blockOffsetBytes = this.#offsetBytes;
    this.#blockBytes = BLOCK_HEADER_BYTES;
    if (limit - at < BLOCK_HEADER_BYTES) return this.#need(BLOCK_HEADER_BYTES);
    const littleEndian = this.#littleEndian;
    const type = uint32(data, at, littleEndian);
    if (type === PCAPNG_MAGIC) return this.#takeSection(data, at, limit);
    if (!this.#inSection) return this.#refuse('not-a-capture', 'no pcapng section header');
    this.#blockBytes = uint32(data, at + 4, littleEndian);
    switch (type) {
      case ENHANCED_PACKET_BLOCK:
      case OBSOLETE_PACKET_BLOCK:
        return this.#takePacket(data, at, limit, type === OBSOLETE_PACKET_BLOCK);
      case SIMPLE_PACKET_BLOCK:
        return this.#takeSimplePacket(data, at, limit);
      case INTERFACE_BLOCK:
        return this.#takeInterface(data, at, limit);
      default:
        return this.#consume(BLOCK_HEADER_BYTES);
    }
  }

  #takePacket(data: Uint8Array, at: number, limit: number, obsolete: boolean): number {
    if (limit - at < PACKET_BYTES) return this.#need(PACKET_BYTES);
    const littleEndian = this.#littleEndian;
    const capturedBytes = uint32(data, at + 20, littleEndian);
    const taken = PACKET_BYTES + capturedBytes;
    if (capturedBytes > MAX_CAPTURED_BYTES || taken + TRAILER_BYTES > this.#blockBytes) {
      return this.#damaged(`a packet of ${capturedBytes} in a block of ${this.#blockBytes} bytes`);
    }
    if (limit - at < taken) return this.#need(taken);
    const id = obsolete ? uint16(data, at + 8, littleEndian) : uint32(data, at + 8, littleEndian);
    const from = this.#interfaces[id];
    if (from === undefined) {
      this.#undeclaredInterface(id);
    } else {
      const ticks =
        uint32(data, at + 12, littleEndian) * 2 ** 32 + uint32(data, at + 16, littleEndian);
      const packet = this.#packet;
      packet.timeMs = ticks / from.ticksPerMs + from.offsetMs;
      const originalBytes = uint32(data, at + 24, littleEndian);
      this.#hand(from, at + PACKET_BYTES, capturedBytes, originalBytes);
    }
    return this.#consume(taken);
  }

  /** Such a packet belongs to the first interface and has no time: it gets the last one's. */
  #takeSimplePacket(data: Uint8Array, at: number, limit: number): number {
    if (limit - at < SIMPLE_PACKET_BYTES) return this.#need(SIMPLE_PACKET_BYTES);
    const from = this.#interfaces[0];
    const originalBytes = uint32(data, at + 8, this.#littleEndian);
    const capturedBytes = Math.min(
      originalBytes,
      from?.snapLengthBytes ?? 0,
      this.#blockBytes - SIMPLE_PACKET_BYTES - TRAILER_BYTES,
    );
    if (capturedBytes < 0 || capturedBytes > MAX_CAPTURED_BYTES) {
      return this.#damaged(`a packet of ${capturedBytes} in a block of ${this.#blockBytes} bytes`);
    }
    const taken = SIMPLE_PACKET_BYTES + capturedBytes;
    if (limit - at < taken) return this.#need(taken);
    if (from === undefined) this.#undeclaredInterface(0);
    else this.#hand(from, at + SIMPLE_PACKET_BYTES, capturedBytes, originalBytes);
    return this.#consume(taken);
  }

  #hand(from: PcapngInterface, start: number, capturedBytes: number, originalBytes: number): void {
    const packet = this.#packet;
    packet.linkType = from.linkType;
    packet.start = start;
    packet.end = start + capturedBytes;
    packet.originalBytes = originalBytes > capturedBytes ? originalBytes : capturedBytes;
    this.#sink.packet(packet);
  }

  #takeInterface(data: Uint8Array, at: number, limit: number): number {
    const taken = Math.min(this.#blockBytes - TRAILER_BYTES, MAX_INTERFACE_BLOCK_BYTES);
    if (taken < INTERFACE_BYTES) {
      return this.#damaged(`an interface block of ${this.#blockBytes} bytes`);
    }
    if (this.#interfaces.length >= MAX_INTERFACES) {
      return this.#damaged(`more than ${MAX_INTERFACES} interfaces`);
    }
    if (limit - at < taken) return this.#need(taken);
    this.#interfaces.push(
      readInterface(data, at + BLOCK_HEADER_BYTES, at + taken, this.#littleEndian),
    );
    return this.#consume(taken);
  }

  /** A section may change the byte order and forgets all interfaces. */
  #takeSection(data: Uint8Array, at: number, limit: number): number {
    if (limit - at < SECTION_BYTES) return this.#need(SECTION_BYTES);
    const order = uint32(data, at + BLOCK_HEADER_BYTES, true);
    if (order !== BYTE_ORDER_MAGIC && order !== BYTE_ORDER_MAGIC_SWAPPED) {
      const detail = 'a section without a byte order';
      return this.#inSection ? this.#damaged(detail) : this.#refuse('not-a-capture', detail);
    }
    const littleEndian = order === BYTE_ORDER_MAGIC;
    const majorVersion = uint16(data, at + BLOCK_HEADER_BYTES + 4, littleEndian);
    if (majorVersion !== 1) {
      const detail = `pcapng version ${majorVersion}`;
      return this.#inSection ? this.#damaged(detail) : this.#refuse('unsupported-capture', detail);
    }
    this.#littleEndian = littleEndian;
    this.#blockBytes = uint32(data, at + 4, littleEndian);
    this.#inSection = true;
    this.#interfaces = [];
    return this.#consume(SECTION_BYTES);
  }

  #need(bytes: number): number {
    this.#carry.needBytes = bytes;
    if (this.#blockBytes < bytes) this.#blockBytes = bytes;
    return 0;
  }

  /** Ends the part of the block that matters; what it claims to be in all must hold it. */
  #consume(bytes: number): number {
    const restBytes = this.#blockBytes - bytes - TRAILER_BYTES;
    if (restBytes < 0 || this.#blockBytes % 4 !== 0) {
      return this.#damaged(`a block of ${this.#blockBytes} bytes`);
    }
    this.#restBytes = restBytes;
    return bytes;
  }

  /** The packet is left out, those of other interfaces are read on. */
  #undeclaredInterface(id: number): void {
    if (this.#undeclaredInterfaceSeen) return;
    this.#undeclaredInterfaceSeen = true;
    this.#warn(`a packet of an undeclared interface ${id}`);
  }

  #damaged(detail: string): number {
    this.#warn(detail);
    this.finished = true;
    return 0;
  }

  #warn(detail: string): void {
    this.warnings.push({
      layer: 'capture',
      reason: 'damaged',
      subject: this.#subject,
      offsetBytes: this.#blockOffsetBytes,
      detail,
    });
  }

  #refuse(reason: 'not-a-capture' | 'unsupported-capture', detail: string): number {
    this.fault = { layer: 'capture', reason, subject: this.#subject, detail };
    this.finished = true;
    return 0;
  }
}
