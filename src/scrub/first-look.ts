/**
 * The first reading of a capture: which connections carry telemetry, which serials there are, and
 * which addresses.
 */
import { zeroHttpCounters, type Habits } from '../http/message.ts';
import type { Packet } from '../capture/packet-source.ts';
import type { ConversationSink } from '../reassembly/stream-sink.ts';
import type { TcpConnection } from '../reassembly/tcp-connection.ts';
import { TelemetryReader } from '../record/telemetry-reader.ts';
import { addressKey } from './addresses.ts';
import type { CaptureVisitor, PacketKind, SeenSegment } from './capture-walk.ts';
import { HeadScrubber } from './head-scrubber.ts';
import { LineScrubber } from './line-scrubber.ts';
import { macPlaces } from './link-addresses.ts';
import { Masker } from './mask.ts';
import { SerialCollector, type NameHandler } from './names.ts';
import type { OutsideScrubbers } from './outside-lines.ts';
import { ScrubbedConversation } from './scrubbed-conversation.ts';
import type { StreamTaker } from './stream-scrubber.ts';

/** Addresses remembered; those of further ones are replaced, but not looked for in text. */
const MAX_ADDRESSES = 100_000;

const IGNORE: StreamTaker = { delivered: () => undefined, text: () => undefined };

export function outsideScrubbers(names: NameHandler, mask: Masker): OutsideScrubbers {
  return { lines: new LineScrubber(names, mask), heads: new HeadScrubber(mask), mask };
}

export class FirstLook implements CaptureVisitor {
  /** Connections that carry telemetry. */
  connections = 0;
  /** Addresses and ports of those, as `keyOf` puts them. */
  readonly keys = new Set<string>();
  /** By `addressKey`: IP addresses of those connections, hardware addresses of all. */
  readonly addresses = new Set<string>();
  readonly collector = new SerialCollector();
  /** Some time needs more than microseconds. */
  nanoseconds = false;
  readonly #ipAddresses = new WeakMap<TcpConnection, readonly string[]>();
  readonly #reader = new TelemetryReader(() => undefined);
  readonly #http = zeroHttpCounters();
  readonly #scrubbers = outsideScrubbers(this.collector, new Masker());

  get records(): number {
    return this.#scrubbers.lines.records;
  }

  open(connection: TcpConnection, habits: Habits, nowMs: () => number): ConversationSink {
    const addresses = this.#ipAddresses.get(connection) ?? [];
    return new ScrubbedConversation({
      connection,
      handler: this.#reader,
      counters: this.#http,
      habits,
      nowMs,
      scrubbers: this.#scrubbers,
      takeForward: IGNORE,
      takeBackward: IGNORE,
      closed: (proven) => {
        if (!proven) return;
        this.connections++;
        this.keys.add(connection.key);
        for (const address of addresses) this.#noteAddress(address);
      },
    });
  }

  segment({ segment, attached }: SeenSegment): void {
    if (attached === undefined) return;
    const { connection } = attached;
    if (this.#ipAddresses.has(connection)) return;
    const { data, sourceAt, destinationAt } = segment;
    const bytes = segment.ipVersion === 4 ? 4 : 16;
    this.#ipAddresses.set(connection, [
      addressKey(data, sourceAt, bytes),
      addressKey(data, destinationAt, bytes),
    ]);
  }

  packet(packet: Packet, kind: PacketKind): void {
    // A double holds times of this century to a quarter of a microsecond, whole ones exactly.
    const microseconds = packet.timeMs * 1000;
    if (Math.abs(microseconds - Math.round(microseconds)) > 0.2) this.nanoseconds = true;
    if (kind === 'other') return;
    for (const at of macPlaces(packet)) this.#noteAddress(addressKey(packet.data, at, 6));
  }

  #noteAddress(key: string): void {
    if (this.addresses.size < MAX_ADDRESSES) this.addresses.add(key);
  }
}
