/** The third reading of a capture: what the plan keeps is written, scrubbed. */
import type { Packet, PacketSink } from '../capture/packet-source.ts';
import { OutputFile } from './output-file.ts';
import type { PacketScrubber } from './packet-scrubber.ts';
import type { LeftOutReason, Plan } from './plan.ts';

export interface PacketWritingOptions {
  path: string;
  nanoseconds: boolean;
  plan: Plan;
  scrubber: PacketScrubber;
  maxPackets: number;
}

export class PacketWriting implements PacketSink {
  packets = 0;
  capturedBytes = 0;
  written = 0;
  severalLinkTypes = false;
  readonly leftOut: Record<LeftOutReason, number> = {
    'other-traffic': 0,
    'other-connections': 0,
    damaged: 0,
    'loose-fragments': 0,
  };
  readonly #options: PacketWritingOptions;
  #output: OutputFile | undefined;
  #linkType: number | undefined;

  constructor(options: PacketWritingOptions) {
    this.#options = options;
  }

  /** Throws the system's error when the file cannot be written, as `finish` does. */
  packet(packet: Packet): void {
    const { plan, scrubber, path, nanoseconds, maxPackets } = this.#options;
    if (this.packets >= maxPackets || this.severalLinkTypes) return;
    const planned = plan.packet(this.packets);
    this.packets++;
    this.capturedBytes += packet.end - packet.start;
    if (planned.kind === 'left-out') {
      this.leftOut[planned.reason]++;
      return;
    }
    if (this.#linkType !== undefined && this.#linkType !== packet.linkType) {
      this.severalLinkTypes = true;
      return;
    }
    this.#linkType = packet.linkType;
    this.#output ??= new OutputFile(path, packet.linkType, { nanoseconds });
    const bytes = scrubber.scrub(packet, planned);
    this.#output.packet(packet.timeMs, bytes, packet.originalBytes);
    this.written++;
  }

  ready(): undefined {
    return undefined;
  }

  finish(): void {
    this.#output?.finish();
  }

  discard(): void {
    this.#output?.discard();
  }
}
