/** One FILE of the command line, or standard input as it grows, read into records. */
import { FileSource } from '../capture/file-source.ts';
import { describeInput } from '../capture/input-description.ts';
import type { CaptureEnd, PacketSink } from '../capture/packet-source.ts';
import { StreamSource } from '../capture/stream-source.ts';
import { Pipeline } from '../pipeline.ts';
import { DEFAULT_REASSEMBLY_LIMITS, FILE_REASSEMBLY_LIMITS } from '../reassembly/limits.ts';
import type { RecordTaker } from '../record/telemetry-reader.ts';
import { TextLog } from '../record/text-log.ts';
import type { IpAddress } from '../wire/ip-address.ts';

/** A pipe may be silent for long: what has waited long enough is looked for this often. */
const TICK_MS = 5_000;

export interface RecordInputOptions {
  /** `-`: standard input. */
  path: string;
  supervisor?: IpAddress | undefined;
  refuseWrongChecksums?: boolean;
  /** Takes each record in order of arrival, repeats included. */
  record: RecordTaker;
}

export class RecordInput {
  readonly pipeline: Pipeline;
  readonly #textLog: TextLog;
  readonly #source: FileSource | StreamSource;
  readonly #isGrowing: boolean;
  /** What the text that came instead of packets looks like. */
  #textLooks: string | undefined;

  constructor({ path, record, supervisor, refuseWrongChecksums = false }: RecordInputOptions) {
    this.#isGrowing = path === '-';
    this.#source = this.#isGrowing
      ? new StreamSource({ stream: process.stdin, name: 'standard input' })
      : new FileSource({ path });
    this.pipeline = new Pipeline({
      supervisor,
      limits: this.#isGrowing ? DEFAULT_REASSEMBLY_LIMITS : FILE_REASSEMBLY_LIMITS,
      refuseWrongChecksums,
      record,
    });
    this.#textLog = new TextLog(this.pipeline.telemetry);
  }

  /** What a person would call it. */
  get name(): string {
    return this.#source.name;
  }

  /** Bytes of the file so far; undefined for standard input. */
  get readBytes(): number | undefined {
    return this.#source instanceof FileSource ? this.#source.readBytes : undefined;
  }

  /** Lines of text that hold no telemetry. */
  get otherLines(): number {
    return this.#textLog.otherLines;
  }

  /**
   * Reads to the end, or until `signal` is aborted. Call once.
   * @param settled called after each piece of input; a promise means that it is to be waited for
   */
  async run(settled: () => Promise<void> | undefined, signal: AbortSignal): Promise<CaptureEnd> {
    const { pipeline } = this;
    let latestMs = performance.now();
    const sink: PacketSink = {
      packet: (packet) => {
        pipeline.packet(packet);
      },
      ready: () => {
        latestMs = performance.now();
        return settled();
      },
      text: (chunk) => {
        this.#textLooks ??= describeInput(chunk).detail;
        this.#textLog.push(chunk);
      },
    };
    const tick = () => {
      const nowMs = performance.now();
      pipeline.tick(nowMs - latestMs);
      latestMs = nowMs;
      void settled();
    };
    const ticking = this.#isGrowing ? setInterval(tick, TICK_MS) : undefined;
    const end = await this.#source.run(sink, signal);
    clearInterval(ticking);
    pipeline.finish();
    this.#textLog.end();
    const isOtherText = this.#textLooks !== undefined && pipeline.telemetry.counters.records === 0;
    return isOtherText ? notACapture(this.name, this.#textLooks) : end;
  }
}

/** Text without a single record in it. */
function notACapture(subject: string, detail: string | undefined): CaptureEnd {
  const fault = { layer: 'capture', reason: 'not-a-capture', subject } as const;
  return { ok: false, fault: detail === undefined ? fault : { ...fault, detail } };
}
