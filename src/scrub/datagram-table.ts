/**
 * What must be known to rewrite the fragments of a datagram one by one: the bytes before its TCP
 * payload, which any number of fragments may share, and what the checksum covers.
 */
import { int32List } from './number-list.ts';

/** Parts of an incomplete datagram that were captured, counted from its first byte. */
export interface CapturedPart {
  from: number;
  to: number;
}

/** A datagram that was not captured in one piece from its first byte to its last. */
export interface IncompleteDatagram {
  parts: readonly CapturedPart[];
  /** Ones' complement sum of what was captured; undefined when nothing is missing of what the TCP
   * checksum covers, because the other parts lie beyond the end. */
  sum: number | undefined;
}

export interface KnownDatagram {
  /** Index of its segment in the plan. */
  segment: number;
  /** As its last fragment tells. */
  totalBytes: number;
  /** Up to the TCP payload, options and extension headers already neutral, checksum as sent. */
  lead: Uint8Array;
  /** Where in `lead` the TCP header begins. */
  tcpAt: number;
  incomplete: IncompleteDatagram | undefined;
}

const NO_SEGMENT = -1;
const FIRST_LEAD_BYTES = 4096;

/** Some 60 bytes for each datagram. */
export class DatagramTable {
  /** By number of the datagram. */
  readonly #segments = int32List();
  readonly #totalBytes = int32List();
  readonly #leadAt = int32List();
  readonly #leadBytes = int32List();
  readonly #tcpAt = int32List();
  readonly #incomplete = new Map<number, IncompleteDatagram>();
  #leads = new Uint8Array(FIRST_LEAD_BYTES);
  #leadsBytes = 0;

  add(number: number, datagram: KnownDatagram): void {
    const { lead } = datagram;
    this.#segments.set(number, datagram.segment, NO_SEGMENT);
    this.#totalBytes.set(number, datagram.totalBytes);
    this.#leadAt.set(number, this.#leadsBytes);
    this.#leadBytes.set(number, lead.length);
    this.#tcpAt.set(number, datagram.tcpAt);
    if (datagram.incomplete !== undefined) this.#incomplete.set(number, datagram.incomplete);
    if (this.#leadsBytes + lead.length > this.#leads.length) {
      const grown = new Uint8Array(2 * (this.#leadsBytes + lead.length));
      grown.set(this.#leads);
      this.#leads = grown;
    }
    this.#leads.set(lead, this.#leadsBytes);
    this.#leadsBytes += lead.length;
  }

  /** `number` stands for fragments of the datagram `known` that came once more. */
  addRepeat(number: number, known: number): void {
    this.#segments.set(number, this.#segments.at(known, NO_SEGMENT), NO_SEGMENT);
    this.#totalBytes.set(number, this.#totalBytes.at(known, 0));
    this.#leadAt.set(number, this.#leadAt.at(known, 0));
    this.#leadBytes.set(number, this.#leadBytes.at(known, 0));
    this.#tcpAt.set(number, this.#tcpAt.at(known, 0));
  }

  /** Undefined for one that never led to a segment. */
  get(number: number): KnownDatagram | undefined {
    const segment = this.#segments.at(number, NO_SEGMENT);
    if (segment === NO_SEGMENT) return undefined;
    const leadAt = this.#leadAt.at(number, 0);
    return {
      segment,
      totalBytes: this.#totalBytes.at(number, 0),
      lead: this.#leads.subarray(leadAt, leadAt + this.#leadBytes.at(number, 0)),
      tcpAt: this.#tcpAt.at(number, 0),
      incomplete: this.#incomplete.get(number),
    };
  }
}
