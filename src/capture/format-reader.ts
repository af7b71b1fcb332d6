/** What the readers of the capture formats have in common. */
import type { CaptureFault, CaptureWarning, Packet, PacketSink } from './packet-source.ts';

/** Reads one capture format out of pieces of any size. Never throws on bad input. */
export interface FormatReader {
  /** No further packet will come: damage, a fault, `end` or `stop`. More input is ignored. */
  readonly finished: boolean;
  /** Set when the input cannot be read at all. */
  readonly fault: CaptureFault | undefined;
  /** At most a handful, whatever the input. */
  readonly warnings: readonly CaptureWarning[];
  /** Delivers every packet that is complete by now. Keeps no reference to `chunk`. */
  push(chunk: Uint8Array): void;
  /** Call when the input has ended: tells a cut capture from a whole one. */
  end(): void;
  /** Delivers nothing more, not even what has been pushed; may be called out of `packet`. */
  stop(): void;
}

export interface FormatReaderOptions {
  /** The file or program, for warnings and faults. */
  subject: string;
  sink: Pick<PacketSink, 'packet' | 'text'>;
}

/**
 * The one packet object of a reader. All fields get values of the kind they keep, so that the
 * engine never changes its layout.
 */
export function newPacket(): Packet {
  return { timeMs: 0.5, linkType: 0, data: new Uint8Array(0), start: 0, end: 0, originalBytes: 0 };
}
