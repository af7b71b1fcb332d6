/** One opening of an interface by the addon, up to the moment it has to be opened anew. */
import type { CapAddon, CapHandle } from './cap-addon.ts';
import { newPacket } from './format-reader.ts';
import { linkTypeOf, LINKTYPE_ETHERNET, LINKTYPE_RAW } from './link-type.ts';
import { checkInterface, type InterfaceState } from './network-interface.ts';
import type { CaptureFault, PacketSink } from './packet-source.ts';
import { PollWatch } from './poll-watch.ts';

/** How often the interface is looked at. */
export const WATCH_MS = 2000;

/** What the addon sets as snap length. */
const SNAP_LENGTH_BYTES = 65535;

/**
 * Objects of the addon cannot be freed (see `cap-addon.ts`). One that was closed costs about 1 KiB;
 * one whose opening failed may hold a socket and its ring. Past either number in one process no
 * more are made: a new process begins at zero.
 */
const MAX_CLOSED = 1024;
const MAX_FAILED = 16;
const kept: CapHandle[] = [];
let failedCount = 0;

/** Where the addon puts a packet. One for the process, as it must never be freed either. */
const buffer = new Uint8Array(SNAP_LENGTH_BYTES);

/** Milliseconds since the epoch that never step back, whatever is done to the system's clock. */
const clockStartMs = Date.now() - performance.now();

export interface CapSessionOptions {
  addon: CapAddon;
  interface: string;
  filter: string;
  ringBytes: number;
  turnLimitMs: number;
  sink: PacketSink;
}

/** Undefined: aborted. 'overrun': packets came without a pause for too long. */
export type CapSessionEnd = CaptureFault | 'overrun' | undefined;

export class CapSession {
  readonly #interface: string;
  readonly #sink: PacketSink;
  readonly #turnLimitMs: number;
  readonly #packet = newPacket();
  readonly #handle: CapHandle;
  readonly #pollWatch: PollWatch;
  readonly #state: InterfaceState;
  readonly #ended: Promise<CapSessionEnd>;
  #end: (end: CapSessionEnd) => void = () => undefined;
  #open = true;
  #turnStartMs: number | undefined;

  /** @throws Error with libpcap's words */
  constructor(options: CapSessionOptions, state: InterfaceState) {
    this.#interface = options.interface;
    this.#sink = options.sink;
    this.#turnLimitMs = options.turnLimitMs;
    this.#state = state;
    this.#packet.data = buffer;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#handle = new options.addon.Cap();
    kept.push(this.#handle);
    this.#handle.onPacket = (capturedBytes, truncated) => {
      this.#deliver(capturedBytes, truncated);
    };
    this.#pollWatch = new PollWatch();
    failedCount += 1;
    const name = this.#handle.open(options.interface, options.filter, options.ringBytes, buffer);
    failedCount -= 1;
    this.#pollWatch.opened();
    this.#packet.linkType = linkTypeByName(name);
  }

  /** Whether this process has opened so often that it should be replaced. */
  static get exhausted(): boolean {
    return kept.length >= MAX_CLOSED || failedCount >= MAX_FAILED;
  }

  /** Delivers packets until something ends it. Never rejects. */
  async run(signal: AbortSignal): Promise<CapSessionEnd> {
    const onAbort = (): void => {
      this.#close(undefined);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const watch = setInterval(() => {
      const fault = this.#look();
      if (fault !== undefined) this.#close(fault);
    }, WATCH_MS);
    const end = await this.#ended;
    clearInterval(watch);
    signal.removeEventListener('abort', onAbort);
    return end;
  }

  #look(): CaptureFault | undefined {
    const check = checkInterface(this.#interface);
    if (!check.ok) return check.fault;
    const replaced = check.state.index !== this.#state.index;
    const detail = replaced
      ? 'replaced'
      : this.#pollWatch.isPolled()
        ? undefined
        : 'down for a moment';
    if (detail === undefined) return undefined;
    return { layer: 'capture', reason: 'interface-down', subject: this.#interface, detail };
  }

  /** Also from within `#deliver`: the addon then ends its turn after that packet. */
  #close(end: CapSessionEnd): void {
    if (!this.#open) return;
    this.#open = false;
    this.#handle.close();
    this.#end(end);
  }

  #deliver(capturedBytes: number, truncated: boolean): void {
    if (!this.#open) return;
    const nowMs = performance.now();
    if (this.#turnStartMs === undefined) {
      this.#turnStartMs = nowMs;
      setImmediate(() => {
        this.#turnStartMs = undefined;
      });
    } else if (nowMs - this.#turnStartMs > this.#turnLimitMs) {
      this.#close('overrun');
    }
    const packet = this.#packet;
    packet.timeMs = clockStartMs + nowMs;
    packet.end = capturedBytes;
    // The addon does not say how long it was; one that fills the snap length was hardly whole.
    const snapped = truncated || capturedBytes >= SNAP_LENGTH_BYTES;
    packet.originalBytes = snapped ? capturedBytes + 1 : capturedBytes;
    this.#sink.packet(packet);
  }
}

/** The addon names link types by libpcap's DLT_ values, which are LINKTYPE_ values but for a few. */
export function linkTypeByName(name: string): number {
  switch (name) {
    case 'ETHERNET':
      return LINKTYPE_ETHERNET;
    case 'NULL':
      return 0;
    case 'RAW':
      return LINKTYPE_RAW;
    case 'LINKTYPE_LINUX_SLL':
      return 113;
    case 'IEEE802_11_RADIO':
      return 127;
    default:
      // "Unknown linktype 276"; a number that no reader knows if even that has changed.
      return linkTypeOf(Number(/\d+$/.exec(name)?.[0] ?? 0xffff));
  }
}
