/** Packets off a network interface by libpcap, through the addon beside the bundle. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sleep } from './abortable.ts';
import { loadCapAddon, type CapAddon } from './cap-addon.ts';
import { CapSession, WATCH_MS } from './cap-session.ts';
import type { CaptureFilter } from './capture-filter.ts';
import { ANY_INTERFACE, checkInterface } from './network-interface.ts';
import { reasonOfWords } from './libpcap-words.ts';
import { Outage } from './outage.ts';
import type {
  CaptureEnd,
  CaptureEvent,
  CaptureFault,
  CaptureFaultReason,
  PacketSink,
  PacketSource,
} from './packet-source.ts';
import { systemWords } from './system-error.ts';

/**
 * Of the kernel's ring, which is mapped into the process. A packet takes one slot of it, of 64 KiB
 * where the interface offloads segmentation or reassembly (`ethtool -k`: tso, gso, gro) and of its
 * MTU where it does not, and what comes while all are taken is lost: 1 MiB is 16 packets there and
 * more than 600 of 1500 bytes here.
 */
const DEFAULT_RING_BYTES = 1024 * 1024;
/**
 * When packets have come without a pause for so long, capturing is broken off to let the event
 * loop turn. The pause before it is taken up again doubles each time, until none has been needed
 * for a while.
 */
const DEFAULT_TURN_LIMIT_MS = 200;
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 1000;
const CALM_MS = 10_000;

/** Bit of CAP_NET_RAW, capabilities(7). */
const CAP_NET_RAW = 13n;

export interface LibpcapSourceOptions {
  interface: string;
  /** Default: everything. */
  filter?: CaptureFilter;
  /** False: an interface that is missing or down at the start ends the source with that fault. */
  waitForInterface: boolean;
  report: (event: CaptureEvent) => void;
  /** Default: `cap.node` beside the running bundle. */
  addonPath?: string;
  ringBytes?: number;
  turnLimitMs?: number;
}

type Opening = { ok: true; session: CapSession } | { ok: false; fault: CaptureFault };

export class LibpcapSource implements PacketSource {
  readonly name: string;
  /** How often capturing was broken off because packets came without a pause. */
  overruns = 0;

  readonly #interface: string;
  readonly #filter: CaptureFilter;
  readonly #waitForInterface: boolean;
  readonly #outage: Outage;
  readonly #addonPath: string;
  readonly #ringBytes: number;
  readonly #turnLimitMs: number;

  constructor(options: LibpcapSourceOptions) {
    this.#interface = options.interface;
    this.name = `interface ${options.interface}`;
    this.#filter = options.filter ?? { ethernet: '', other: '' };
    this.#waitForInterface = options.waitForInterface;
    this.#outage = new Outage(options.interface, options.report);
    this.#addonPath = options.addonPath ?? fileURLToPath(new URL('cap.node', import.meta.url));
    this.#ringBytes = options.ringBytes ?? DEFAULT_RING_BYTES;
    this.#turnLimitMs = options.turnLimitMs ?? DEFAULT_TURN_LIMIT_MS;
  }

  async run(sink: PacketSink, signal: AbortSignal): Promise<CaptureEnd> {
    const loading = loadCapAddon(this.#addonPath);
    if (!loading.ok) return loading;
    let started = false;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      if (CapSession.exhausted) return this.#refuse('addon-failed', 'opened too often');
      const opening = this.#open(loading.addon, sink);
      if (!opening.ok) {
        if (!started && !this.#isWorthWaiting(opening.fault)) return opening;
        this.#outage.begin(opening.fault);
        await sleep(WATCH_MS, signal);
        continue;
      }
      started = true;
      this.#outage.end();
      const startMs = performance.now();
      const end = await opening.session.run(signal);
      if (end === 'overrun') {
        this.overruns += 1;
        if (performance.now() - startMs > CALM_MS) pauseMs = FIRST_PAUSE_MS;
        await sleep(pauseMs, signal);
        pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS);
      } else if (end !== undefined) {
        this.#outage.begin(end);
      }
    }
    return { ok: true, warnings: [] };
  }

  /** What may pass by itself; only interfaces come and go. */
  #isWorthWaiting({ reason }: CaptureFault): boolean {
    return (
      this.#waitForInterface && (reason === 'no-such-interface' || reason === 'interface-down')
    );
  }

  /** Checks first what it can: an opening that fails costs memory, see `CapSession`. */
  #open(addon: CapAddon, sink: PacketSink): Opening {
    if (!hasCapability(CAP_NET_RAW)) return this.#refuse('no-permission', 'CAP_NET_RAW is missing');
    if (this.#interface === ANY_INTERFACE) {
      return this.#refuse('addon-failed', 'all interfaces at once need tcpdump');
    }
    const check = checkInterface(this.#interface);
    if (!check.ok) return check;
    const options = {
      addon,
      interface: this.#interface,
      filter: check.state.ethernet ? this.#filter.ethernet : this.#filter.other,
      ringBytes: this.#ringBytes,
      turnLimitMs: this.#turnLimitMs,
      sink,
    };
    try {
      return { ok: true, session: new CapSession(options, check.state) };
    } catch (error) {
      const since = checkInterface(this.#interface);
      if (!since.ok) return since;
      const words = systemWords(error);
      return this.#refuse(reasonOfWords(words) ?? 'addon-failed', words);
    }
  }

  #refuse(reason: CaptureFaultReason, detail: string): { ok: false; fault: CaptureFault } {
    return { ok: false, fault: { layer: 'capture', reason, subject: this.#interface, detail } };
  }
}

/** Whether this process has a capability; true where /proc does not say. */
function hasCapability(bit: bigint): boolean {
  try {
    const status = readFileSync('/proc/self/status', 'latin1');
    const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
    return mask === undefined || ((BigInt(`0x${mask}`) >> bit) & 1n) === 1n;
  } catch {
    return true;
  }
}
