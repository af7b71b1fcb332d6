/**
 * Reads classic pcap files (draft-ietf-opsawg-pcap) pushed in pieces of any size: both byte
 * orders, times in microseconds or nanoseconds.
 */
import { Carry, MAX_CAPTURED_BYTES } from './carry.ts';
import { newPacket, type FormatReader, type FormatReaderOptions } from './format-reader.ts';
import { uint16, uint32 } from './integers.ts';
import { linkTypeOf } from './link-type.ts';
import type { CaptureFault, CaptureWarning, PacketSink } from './packet-source.ts';

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

/** By the first four bytes read as a big-endian number. */
export const PCAP_MAGICS: ReadonlyMap<number, { littleEndian: boolean; ticksPerMs: number }> =
  new Map([
    [0xa1b2c3d4, { littleEndian: false, ticksPerMs: 1e3 }],
    [0xd4c3b2a1, { littleEndian: true, ticksPerMs: 1e3 }],
    [0xa1b23c4d, { littleEndian: false, ticksPerMs: 1e6 }],
    [0x4d3cb2a1, { littleEndian: true, ticksPerMs: 1e6 }],
  ]);

export class PcapReader implements FormatReader {
  finished = false;
  fault: CaptureFault | undefined;
  readonly warnings: CaptureWarning[] = [];

  readonly #subject: string;
  readonly #sink: Pick<PacketSink, 'packet'>;
  readonly #packet = newPacket();
  /** Holds at most a record header and `MAX_CAPTURED_BYTES`. */
  readonly #carry = new Carry();
  #littleEndian = true;
  #ticksPerMs = 1e3;
  #headerRead = false;
  /** Offset in the capture of the first byte not yet consumed. */
  #offsetBytes = 0;

  constructor(options: FormatReaderOptions) {
    this.#subject = options.subject;
    this.#sink = options.sink;
  }

  push(chunk: Uint8Array): void {
    if (!this.finished) this.#carry.feed(chunk, this.#take);
  }

  end(): void {
    if (!this.finished && this.#carry.length > 0) {
      this.warnings.push({
        layer: 'capture',
        reason: 'cut-short',
        subject: this.#subject,
        offsetBytes: this.#offsetBytes,
        needBytes: this.#carry.needBytes,
        haveBytes: this.#carry.length,
      });
    }
    this.finished = true;
  }

  stop(): void {
    this.finished = true;
  }

  readonly #take = (data: Uint8Array, at: number, limit: number): number => {
    if (this.#headerRead) return this.#takePackets(data, at, limit);
    if (limit - at < FILE_HEADER_BYTES) {
      this.#carry.needBytes = FILE_HEADER_BYTES;
      return at;
    }
    this.#readHeader(data, at);
    this.#offsetBytes = FILE_HEADER_BYTES;
    return this.#takePackets(data, at + FILE_HEADER_BYTES, limit);
  };

  #readHeader(data: Uint8Array, at: number): void {
    this.#headerRead = true;
    const magic = PCAP_MAGICS.get(uint32(data, at, false));
    if (magic === undefined) {
      this.#refuse('not-a-capture', 'no pcap magic number');
      return;
    }
    this.#littleEndian = magic.littleEndian;
    this.#ticksPerMs = magic.ticksPerMs;
    this.#packet.linkType = linkTypeOf(uint32(data, at + 20, magic.littleEndian));
    const majorVersion = uint16(data, at + 4, magic.littleEndian);
    if (majorVersion !== 2) this.#refuse('unsupported-capture', `pcap version ${majorVersion}`);
  }

  #refuse(reason: 'not-a-capture' | 'unsupported-capture', detail: string): void {
    this.fault = { layer: 'capture', reason, subject: this.#subject, detail };
    this.finished = true;
  }

  /** Delivers all packets that lie whole in `data`; returns where the first other one begins. */
  #takePackets(data: Uint8Array, at: number, limit: number): number {
    const from = at;
    const packet = this.#packet;
    const littleEndian = this.#littleEndian;
    const ticksPerMs = this.#ticksPerMs;
    packet.data = data;
    while (!this.finished) {
      const start = at + RECORD_HEADER_BYTES;
      if (start > limit) {
        this.#carry.needBytes = RECORD_HEADER_BYTES;
        break;
      }
      const capturedBytes = uint32(data, at + 8, littleEndian);
      if (capturedBytes > MAX_CAPTURED_BYTES) {
        this.#damaged(this.#offsetBytes + at - from, capturedBytes);
        break;
      }
      const end = start + capturedBytes;
      if (end > limit) {
        this.#carry.needBytes = RECORD_HEADER_BYTES + capturedBytes;
        break;
      }
      const originalBytes = uint32(data, at + 12, littleEndian);
      packet.timeMs =
        uint32(data, at, littleEndian) * 1000 + uint32(data, at + 4, littleEndian) / ticksPerMs;
      packet.start = start;
      packet.end = end;
      // Some writers leave the original length 0.
      packet.originalBytes = originalBytes > capturedBytes ? originalBytes : capturedBytes;
      at = end;
      this.#sink.packet(packet);
    }
    this.#offsetBytes += at - from;
    return this.finished ? limit : at;
  }

  #damaged(offsetBytes: number, capturedBytes: number): void {
    this.warnings.push({
      layer: 'capture',
      reason: 'damaged',
      subject: this.#subject,
      offsetBytes,
      detail: `a packet of ${capturedBytes} bytes`,
    });
    this.finished = true;
  }
}
