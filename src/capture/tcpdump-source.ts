/**
 * Packets from a program that writes a capture to its standard output: tcpdump here, or whatever
 * runs it elsewhere, such as `ssh router tcpdump -U -w -`. The program is started anew when it
 * ends.
 */
import { isAborted, sleep } from './abortable.ts';
import { CaptureChild, type CaptureChildEnd } from './capture-child.ts';
import type { CaptureFilter } from './capture-filter.ts';
import { reasonOfWords } from './libpcap-words.ts';
import { ANY_INTERFACE, checkInterface, interfaceNames } from './network-interface.ts';
import { Outage } from './outage.ts';
import type {
  CaptureEnd,
  CaptureEvent,
  CaptureFault,
  PacketSink,
  PacketSource,
} from './packet-source.ts';

/** How often an interface that is missing or down is looked at. */
const WATCH_MS = 2000;
/** Before the program is started anew; doubles each time it has not lasted. */
const FIRST_PAUSE_MS = 1000;
const LAST_PAUSE_MS = 60_000;
const LASTED_MS = 60_000;

const SNAP_LENGTH_BYTES = '65535';

interface CommonOptions {
  /**
   * False: whatever keeps the program from capturing at the start ends the source with that fault.
   * True: what may pass by itself, a missing interface or a router out of reach, is reported and
   * waited for.
   */
  waitForInterface: boolean;
  report: (event: CaptureEvent) => void;
}

/** tcpdump on an interface of this machine. */
export interface TcpdumpOptions extends CommonOptions {
  interface: string;
  /** Default: everything. */
  filter?: CaptureFilter;
  /** Default: found by PATH. */
  program?: string;
}

/** Any program; without a shell. */
export interface CaptureCommandOptions extends CommonOptions {
  command: readonly [program: string, ...args: string[]];
}

export class TcpdumpSource implements PacketSource {
  readonly name: string;
  /** How often the program was started. */
  starts = 0;

  readonly #options: TcpdumpOptions | CaptureCommandOptions;
  readonly #subject: string;
  readonly #outage: Outage;
  #everStarted = false;
  /** The program that runs now has begun to capture. */
  #capturing = false;

  constructor(options: TcpdumpOptions | CaptureCommandOptions) {
    this.#options = options;
    const isLocal = 'interface' in options;
    this.#subject = isLocal ? options.interface : options.command.join(' ');
    this.name = isLocal ? `interface ${this.#subject}` : this.#subject;
    this.#outage = new Outage(this.#subject, options.report);
  }

  async run(sink: PacketSink, signal: AbortSignal): Promise<CaptureEnd> {
    let pauseMs = FIRST_PAUSE_MS;
    const onStarted = (): void => {
      this.#everStarted = true;
      this.#capturing = true;
      this.#outage.end();
    };
    while (!isAborted(signal)) {
      const plan = this.#plan();
      let fault: CaptureFault;
      let waitMs = WATCH_MS;
      if (plan.ok) {
        this.starts += 1;
        this.#capturing = false;
        const watch = setInterval(() => {
          this.#look();
        }, WATCH_MS);
        const end = await new CaptureChild({ command: plan.command, sink, onStarted }).run(signal);
        clearInterval(watch);
        if (isAborted(signal)) break;
        fault = this.#faultOf(end);
        if (end.lastedMs >= LASTED_MS) pauseMs = FIRST_PAUSE_MS;
        waitMs = pauseMs;
        pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS);
      } else {
        fault = plan.fault;
      }
      if (!this.#everStarted && !this.#isWorthWaiting(fault)) return { ok: false, fault };
      this.#outage.begin(fault);
      await sleep(waitMs, signal);
    }
    return { ok: true, warnings: [] };
  }

  /** Newer versions of libpcap sit out an interface that is down; nothing but this shows it. */
  #look(): void {
    const plan = this.#plan();
    if (!plan.ok) this.#outage.begin(plan.fault);
    else if (this.#capturing) this.#outage.end();
  }

  /** What to run, if there is any use in it now. */
  #plan():
    { ok: true; command: readonly [string, ...string[]] } | { ok: false; fault: CaptureFault } {
    const options = this.#options;
    if (!('interface' in options)) return { ok: true, command: options.command };
    let ethernet = false;
    if (options.interface !== ANY_INTERFACE) {
      const check = checkInterface(options.interface);
      if (!check.ok) return check;
      ethernet = check.state.ethernet;
    }
    const filter = (ethernet ? options.filter?.ethernet : options.filter?.other) ?? '';
    const args = ['-i', options.interface, '-n', '-U', '-s', SNAP_LENGTH_BYTES, '-w', '-'];
    if (filter !== '') args.push(filter);
    return { ok: true, command: [options.program ?? 'tcpdump', ...args] };
  }

  #faultOf(end: CaptureChildEnd): CaptureFault {
    const about = { layer: 'capture', detail: end.words } as const;
    const options = this.#options;
    if (end.spawnError !== undefined) {
      const isLocal = 'interface' in options;
      const program = isLocal ? (options.program ?? 'tcpdump') : options.command[0];
      return { ...about, reason: 'tcpdump-missing', subject: program };
    }
    const subject = this.#subject;
    // Of another machine's words only the person who set it up can make something.
    const known = 'interface' in options ? reasonOfWords(end.words) : undefined;
    const reason = known ?? 'tcpdump-failed';
    if (reason !== 'no-such-interface') return { ...about, reason, subject };
    return { ...about, reason, subject, alternatives: interfaceNames() };
  }

  /** What may pass by itself. A capture that has once begun is always worth waiting for. */
  #isWorthWaiting({ reason }: CaptureFault): boolean {
    if (!this.#options.waitForInterface) return false;
    return (
      reason === 'no-such-interface' || reason === 'interface-down' || reason === 'tcpdump-failed'
    );
  }
}
