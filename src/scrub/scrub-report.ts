/** What came of scrubbing a capture: numbers and facts; the command has the sentences. */
import type { CaptureFault, CaptureWarning } from '../capture/packet-source.ts';
import type { LeftOutReason } from './plan.ts';

export interface ScrubReport {
  packets: number;
  written: number;
  leftOut: Record<LeftOutReason, number>;
  connections: number;
  /** Lines that were read as records, repeats included. */
  records: number;
  serials: number;
  ipAddresses: number;
  macAddresses: number;
  /** Tokens replaced, each as often as it occurs. */
  tokens: number;
  maskedBytes: number;
}

export type ScrubFaultReason =
  | 'not-a-file' // the input can be read only once
  | 'same-file'
  | 'output-exists'
  | 'output-unwritable'
  | 'several-link-types' // pcap can hold only one
  | 'input-changed' // between two readings
  | 'interrupted'
  | 'nothing-found';

export interface ScrubFault {
  layer: 'scrub';
  reason: ScrubFaultReason;
  /** The file concerned. */
  subject: string;
  /** What the system said of it. */
  detail?: string;
}

export type ScrubResult =
  | { ok: true; report: ScrubReport; warnings: readonly CaptureWarning[] }
  | { ok: false; fault: ScrubFault | CaptureFault };
