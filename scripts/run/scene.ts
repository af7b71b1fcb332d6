/**
 * The whole line in one place: the network, the simulated supervisor and collector on it, suntap
 * on the mirror, and the ledger that sets against each other what was sent and what was read.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CollectorFault } from '../sim/collector.ts';
import type { CollectorCommand, SupervisorCommand } from '../sim/control.ts';
import type { SupervisorEvent } from '../sim/supervisor.ts';
import { parseTruth } from '../sim/truth.ts';
import type { TruthEntry } from '../sim/truth.ts';
import { runCommand } from './command.ts';
import { Ledger, readRecord } from './ledger.ts';
import type { ReadRecord } from './ledger.ts';
import { collectorAddress, makeNetwork, mirrorInterface, supervisorAddress } from './network.ts';
import type { Network } from './network.ts';
import { Part } from './part.ts';
import type { PartEnd } from './part.ts';

export type CaptureKind = 'libpcap' | 'tcpdump';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** The program under test as `make build` leaves it: the launcher, with its Node flags. */
export const suntapProgram = join(root, 'dist', 'suntap');

const startTimeoutMs = 20_000;
/** Between the binding of a capture socket and its filter a packet may be lost. */
const filterGraceMs = 200;

export interface SceneOptions {
  capture: CaptureKind;
  seed: number;
  /** How long a cycle of five minutes lasts. */
  cycleMs: number;
  keepAlive: boolean;
  firstInterval: number;
  /** When interval 0 begins. */
  start?: string;
  inverters?: number;
  stringInverter?: boolean;
  rareTypes?: boolean;
  /** Default: `dist/suntap`. */
  reader?: readonly string[];
  onEvent?: (event: SupervisorEvent) => void;
  onRecord?: (record: ReadRecord) => void;
  onTalk?: (text: string) => void;
}

export function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

export class Scene {
  readonly network: Network;
  readonly ledger = new Ledger();
  readonly #options: SceneOptions;
  readonly #supervisor: Part;
  readonly #collector: Part;
  #reader: Part | undefined;
  /** Wall clock since which suntap reads; what was sent before is not asked of it. */
  #readingSinceMs = Infinity;
  /** Records of requests that are under way. */
  readonly #underWay = new Map<number, { atMs: number; lines: string[] }>();

  private constructor(network: Network, options: SceneOptions) {
    this.network = network;
    this.#options = options;
    const tool = (name: string): string[] => [
      process.execPath,
      '--import',
      'tsx',
      join(root, 'scripts', 'sim', name),
      '--control',
    ];
    this.#collector = new Part({
      name: 'the simulated collector',
      namespace: network.namespace('collector'),
      command: [...tool('run-collector.ts'), '--host', collectorAddress],
    });
    this.#supervisor = new Part({
      name: 'the simulated supervisor',
      namespace: network.namespace('supervisor'),
      command: [
        ...tool('run-supervisor.ts'),
        ...['--host', collectorAddress],
        ...['--seed', String(options.seed)],
        ...['--inverters', String(options.inverters ?? 24)],
        ...['--first-interval', String(options.firstInterval)],
        ...['--speed', String(300_000 / options.cycleMs)],
        ...['--truth', join(network.directory, 'truth.jsonl')],
        ...(options.start === undefined ? [] : ['--start', options.start]),
        ...(options.keepAlive ? [] : ['--no-keep-alive']),
        ...(options.stringInverter === true ? ['--string-inverter'] : []),
        ...(options.rareTypes === true ? ['--rare-types'] : []),
      ],
      onLine: (fields) => {
        // Our own program's lines: control.ts writes nothing else.
        this.#take(fields as unknown as SupervisorEvent);
      },
    });
  }

  /**
   * Makes the network and starts the collector and the supervisor, which waits for `go`.
   *
   * @throws CommandError where the system refuses, Error where a part does not start.
   */
  static async open(options: SceneOptions): Promise<Scene> {
    const network = makeNetwork();
    const scene = new Scene(network, options);
    // Whatever happens to this process, but SIGKILL, nothing of it stays.
    process.once('exit', network.remove);
    try {
      const ready = scene.#supervisor.next(
        'the start',
        ({ event }) => event === 'ready',
        startTimeoutMs,
      );
      const listening = scene.#collector.next(
        'the start',
        ({ event }) => event === 'listening',
        startTimeoutMs,
      );
      await Promise.all([ready, listening]);
    } catch (error) {
      scene.close();
      throw error;
    }
    return scene;
  }

  /** Where suntap keeps what it reads; removed with the network. */
  get logDirectory(): string {
    return join(this.network.directory, 'log');
  }

  /** Where suntap tells what it knows. */
  get statusFile(): string {
    return join(this.network.directory, 'status.json');
  }

  get readerPid(): number {
    return this.#reader?.pid ?? 0;
  }

  /** Settles when suntap has ended, whoever ended it. */
  get readerEnded(): Promise<PartEnd> | undefined {
    return this.#reader?.ended;
  }

  /** What suntap has said on standard error. */
  get readerTalk(): string {
    return this.#reader?.talk ?? '';
  }

  /**
   * Starts suntap; settles when it listens.
   *
   * @param log what it shall do with what it reads
   */
  async startReader(
    log: readonly string[] = ['--log', this.logDirectory, '--commit-interval', '5'],
  ): Promise<void> {
    const { capture, reader = [suntapProgram], onRecord, onTalk } = this.#options;
    const socketsBefore = this.#captureSockets();
    const part = new Part({
      name: 'suntap',
      namespace: this.network.namespace('router'),
      command: [
        ...reader,
        'run',
        ...['--interface', mirrorInterface],
        ...['--supervisor', supervisorAddress],
        ...['--capture', capture],
        ...['--status-file', this.statusFile],
        ...log,
      ],
      onLine: (fields) => {
        const record = readRecord(fields);
        if (record === undefined) return;
        this.ledger.countRead(record);
        onRecord?.(record);
      },
      ...(onTalk === undefined ? {} : { onTalk }),
    });
    this.#reader = part;
    let end: PartEnd | undefined;
    void part.ended.then((how) => {
      end = how;
    });
    const deadlineMs = performance.now() + startTimeoutMs;
    while (this.#captureSockets() <= socketsBefore) {
      if (end !== undefined || performance.now() > deadlineMs) {
        const how = end === undefined ? 'does not listen' : `ended with ${end.signal ?? end.code}`;
        throw new Error(`suntap ${how}\n${part.talk.trimEnd()}`);
      }
      await sleep(20);
    }
    await sleep(filterGraceMs);
    this.#readingSinceMs = Date.now();
  }

  /** Ends suntap by SIGTERM and gives how it ended. */
  async stopReader(): Promise<PartEnd> {
    if (this.#reader === undefined) return { code: undefined, signal: undefined };
    this.#reader.kill('SIGTERM');
    return this.#reader.ended;
  }

  /** A command to the supervisor. */
  tell(command: SupervisorCommand): void {
    this.#supervisor.send(command);
  }

  /** Sets the collector's fault; settles when it is in force. */
  async setFault(fault: CollectorFault): Promise<void> {
    const done = this.#collector.next(
      `fault ${fault}`,
      (fields) => fields['event'] === 'fault' && fields['fault'] === fault,
      startTimeoutMs,
    );
    const command: CollectorCommand = { command: 'fault', fault };
    this.#collector.send(command);
    await done;
  }

  /** Settles with the next event of the supervisor for which `matches` holds. */
  async event(
    what: string,
    matches: (event: SupervisorEvent) => boolean,
    timeoutMs: number,
  ): Promise<void> {
    await this.#supervisor.next(
      what,
      (fields) => matches(fields as unknown as SupervisorEvent),
      timeoutMs,
    );
  }

  /** Lets the supervisor deliver all it has; settles when the collector has taken the last of it. */
  async drain(timeoutMs = 60_000): Promise<void> {
    const drained = this.event('the last request', ({ event }) => event === 'drained', timeoutMs);
    this.tell({ command: 'drain' });
    await drained;
  }

  /** Settles when suntap has read all that was sent, or `timeoutMs` are over: true or false. */
  async caughtUp(timeoutMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + timeoutMs;
    while (this.ledger.totals().missing > 0) {
      if (performance.now() > deadlineMs) return false;
      await sleep(100);
    }
    return true;
  }

  /** Ends the supervisor and gives what it noted of its sending. */
  async endSupervisor(): Promise<TruthEntry[]> {
    this.tell({ command: 'end' });
    await this.#supervisor.ended;
    return parseTruth(readFileSync(join(this.network.directory, 'truth.jsonl'), 'utf8'));
  }

  /** Removes everything. Safe to call again. */
  close(): void {
    process.removeListener('exit', this.network.remove);
    this.network.remove();
  }

  #take(event: SupervisorEvent): void {
    if (event.event === 'begin') {
      this.#underWay.set(event.request, { atMs: event.atMs, lines: event.lines });
    }
    if (event.event === 'end') {
      const begun = this.#underWay.get(event.request);
      this.#underWay.delete(event.request);
      if (begun !== undefined && event.outcome !== 'refused') {
        const whole = event.outcome === 'answered' && begun.atMs >= this.#readingSinceMs;
        for (const line of begun.lines) {
          this.ledger.countSent(line);
          if (whole) this.ledger.countAcknowledged(line);
        }
      }
    }
    this.#options.onEvent?.(event);
  }

  /** Capture sockets bound to the mirror's interface (proc(5), net/packet). */
  #captureSockets(): number {
    const router = this.network.namespace('router');
    const script = `cat /sys/class/net/${mirrorInterface}/ifindex /proc/net/packet`;
    const [index = '', , ...sockets] = runCommand('ip', [
      'netns',
      'exec',
      router,
      'sh',
      '-c',
      script,
    ]).split('\n');
    return sockets.filter((line) => line.trim().split(/\s+/)[4] === index).length;
  }
}
