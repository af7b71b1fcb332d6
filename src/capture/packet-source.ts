/**
 * One interface for everything packets can come from: a live interface through libpcap, a
 * tcpdump child process, a capture file, standard input.
 */

/**
 * One captured packet. The object and the bytes it points at are only valid until the call that
 * hands it over returns: sources reuse both. Copy what must outlive the call.
 */
export interface Packet {
  /** Milliseconds since the Unix epoch, with a fraction where the source knows more. */
  timeMs: number;
  /** LINKTYPE_ value as written in pcap files (1 Ethernet, 113 Linux cooked, ...). */
  linkType: number;
  /** Holds the packet; usually a larger buffer that holds many. */
  data: Uint8Array;
  /** Offset in `data` of the first captured byte. */
  start: number;
  /** Offset in `data` just behind the last captured byte; `end - start` bytes were captured. */
  end: number;
  /** Bytes the packet had on the wire. More than were captured means it was snapped. */
  originalBytes: number;
}

/** Where a source delivers. */
export interface PacketSink {
  packet(packet: Packet): void;
  /**
   * Asked by sources that can wait (files, pipes) after each chunk they have handed over: a
   * promise means "do not go on before this settles", undefined means "go on".
   */
  ready(): Promise<void> | undefined;
  /**
   * Takes input that turned out to be text, such as a log of raw records, piece by piece. A sink
   * without it makes text a fault (`not-a-capture`).
   */
  text?(chunk: Uint8Array): void;
}

/** Why capturing could not start or go on. Facts only; `cli/explain.ts` has the sentences. */
export type CaptureFaultReason =
  | 'file-missing'
  | 'file-unreadable'
  | 'not-a-capture'
  | 'unsupported-capture'
  | 'no-such-interface'
  | 'interface-down'
  | 'no-permission'
  | 'bad-filter'
  | 'addon-missing'
  | 'addon-failed'
  | 'tcpdump-missing'
  | 'tcpdump-failed';

export interface CaptureFault {
  layer: 'capture';
  reason: CaptureFaultReason;
  /** The file, interface or program concerned. */
  subject: string;
  /** What the system or the program said of it, or what the file looks like. */
  detail?: string;
  /** For `no-such-interface`: the ones that do exist. */
  alternatives?: string[];
}

/** Something odd about a capture that was nevertheless read as far as it goes. */
export interface CaptureWarning {
  layer: 'capture';
  reason: 'cut-short' | 'damaged';
  subject: string;
  /**
   * Offset in the (uncompressed) capture of what was cut or damaged; as a rule where reading ended.
   */
  offsetBytes: number;
  needBytes?: number;
  haveBytes?: number;
  detail?: string;
}

/** A live source's interruption, reported once when it begins and once when it ends. */
export type CaptureEvent =
  { kind: 'interrupted'; fault: CaptureFault } | { kind: 'resumed'; subject: string };

export type CaptureEnd =
  { ok: true; warnings: CaptureWarning[] } | { ok: false; fault: CaptureFault };

export interface PacketSource {
  /** What a person would call this source: "capture.pcap", "interface suntap0". */
  readonly name: string;
  /**
   * Delivers packets until the source ends, fails, or `signal` is aborted (which is an `ok` end).
   * Never rejects. Call once.
   */
  run(sink: PacketSink, signal: AbortSignal): Promise<CaptureEnd>;
}
