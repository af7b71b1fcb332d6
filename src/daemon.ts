/**
 * The daemon: one capture source through the pipeline, for years. Settings can change while it runs;
 * what has been read stays read.
 */
import type { CaptureEnd, PacketSink, PacketSource } from './capture/packet-source.ts';
import { Pipeline } from './pipeline.ts';
import type { RecordTaker } from './record/telemetry-reader.ts';
import type { IpAddress } from './wire/ip-address.ts';

/** Gaps and idle connections are looked after this often while no packet comes. */
const TICK_MS = 5_000;

/** A source that has not failed by then is capturing, or waits for its interface. */
const ANNOUNCE_MS = 250;

/** What the daemon captures. */
export interface CaptureSettings {
  supervisor: IpAddress | undefined;
  refuseWrongChecksums: boolean;
  /** Makes the source; called once for each start of a capture. */
  open: () => Promise<PacketSource>;
  /** Called once the capture has begun. */
  announce: () => void;
}

export interface DaemonOptions {
  record: RecordTaker;
  /** Called after each turn of the event loop in which packets came. */
  settled: () => void;
}

export class Daemon {
  readonly #options: DaemonOptions;
  #abort = new AbortController();
  #next: CaptureSettings | undefined;
  #stopped = false;
  #pipeline: Pipeline | undefined;

  constructor(options: DaemonOptions) {
    this.#options = options;
  }

  /**
   * Captures until `stop` is called or the source fails for good. `reported` is given the pipeline of
   * each capture that ends as it was told to.
   */
  async run(
    settings: CaptureSettings,
    reported: (pipeline: Pipeline) => void,
  ): Promise<CaptureEnd> {
    this.#next = settings;
    let end: CaptureEnd = { ok: true, warnings: [] };
    while (this.#next !== undefined && !this.#stopped && end.ok) {
      const current: CaptureSettings = this.#next;
      this.#next = undefined;
      this.#abort = new AbortController();
      end = await this.#capture(current, reported);
    }
    return end;
  }

  /** Of the capture that runs; undefined before the first one. */
  get pipeline(): Pipeline | undefined {
    return this.#pipeline;
  }

  /** Goes on with other settings. */
  change(settings: CaptureSettings): void {
    this.#next = settings;
    this.#abort.abort();
  }

  /** Ends the capture; what was held comes out before `run` returns. */
  stop(): void {
    this.#stopped = true;
    this.#abort.abort();
  }

  async #capture(
    settings: CaptureSettings,
    reported: (pipeline: Pipeline) => void,
  ): Promise<CaptureEnd> {
    const pipeline = new Pipeline({
      supervisor: settings.supervisor,
      refuseWrongChecksums: settings.refuseWrongChecksums,
      record: this.#options.record,
    });
    this.#pipeline = pipeline;
    let latestMs = performance.now();
    let settling = false;
    const settle = () => {
      settling = false;
      latestMs = performance.now();
      this.#options.settled();
    };
    const sink: PacketSink = {
      packet: (packet) => {
        pipeline.packet(packet);
        if (settling) return;
        settling = true;
        setImmediate(settle);
      },
      ready: () => undefined,
    };
    const ticking = setInterval(() => {
      const nowMs = performance.now();
      pipeline.tick(nowMs - latestMs);
      latestMs = nowMs;
      this.#options.settled();
    }, TICK_MS);
    const source = await settings.open();
    const announcing = setTimeout(settings.announce, ANNOUNCE_MS);
    const end = await source.run(sink, this.#abort.signal);
    clearTimeout(announcing);
    clearInterval(ticking);
    pipeline.finish();
    if (end.ok) reported(pipeline);
    return end;
  }
}
