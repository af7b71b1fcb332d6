/**
 * IP fragments in, whole datagrams out (RFC 791 section 3.2, RFC 8200 section 4.5). Only TCP is put
 * together; fragments of anything else are left.
 *
 * A datagram that never becomes whole is passed on with holes when its time is over, provided that
 * its beginning is there: the bytes that were captured may well hold whole records.
 *
 * Overlaps: the first arrival wins (`held-runs.ts`), for IPv6 too, where an endpoint would drop the
 * datagram (RFC 5722). An honest sender never overlaps, and a tap has nothing to defend.
 */
import { PROTOCOL_TCP, stepOverExtensions, type IpPacket } from '../wire/ip.ts';
import { HeldRuns } from './held-runs.ts';
import type { ReassemblyLimits } from './limits.ts';
import type { CapturedRange } from './tcp-reassembler.ts';

export interface FragmentCounters {
  fragments: number;
  fragmentsRepeated: number;
  fragmentsDropped: number;
  datagrams: number;
  datagramsIncomplete: number;
}

/** A datagram as far as it was captured. */
export interface Datagram {
  /** What `fragment` returned for each of its fragments. */
  number: number;
  ip: IpPacket;
  /** When its first fragment came. */
  firstMs: number;
  /** What is there of it; undefined when it is whole. */
  captured: CapturedRange[] | undefined;
}

interface PartialDatagram {
  number: number;
  runs: HeldRuns;
  /** Source and destination, one behind the other. */
  addresses: Uint8Array;
  version: 4 | 6;
  protocol: number;
  /** Payload length, known once the last fragment is. */
  totalBytes: number | undefined;
  damaged: boolean;
  firstMs: number;
}

const MAX_DATAGRAM_BYTES = 65_535;
const NEXT_DESTINATION_OPTIONS = 60;

export class IpDefragmenter {
  readonly counters: FragmentCounters = {
    fragments: 0,
    fragmentsRepeated: 0,
    fragmentsDropped: 0,
    datagrams: 0,
    datagramsIncomplete: 0,
  };
  readonly #limits: Readonly<ReassemblyLimits>;
  readonly #deliver: (datagram: Datagram) => void;
  /** Oldest first. */
  readonly #partial = new Map<string, PartialDatagram>();
  #heldBytes = 0;
  #begun = 0;

  /** @param deliver takes each datagram, valid only during the call */
  constructor(limits: Readonly<ReassemblyLimits>, deliver: (datagram: Datagram) => void) {
    this.#limits = limits;
    this.#deliver = deliver;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Returns the number of the datagram it belongs to; undefined when it was dropped. */
  fragment(ip: IpPacket, nowMs: number): number | undefined {
    this.expire(nowMs);
    this.counters.fragments++;
    const mayBeTcp =
      ip.protocol === PROTOCOL_TCP ||
      (ip.version === 6 && ip.protocol === NEXT_DESTINATION_OPTIONS);
    const endOffset = ip.fragmentOffsetBytes + ip.payloadBytes;
    if (!mayBeTcp || endOffset > MAX_DATAGRAM_BYTES || ip.payloadBytes === 0) {
      this.counters.fragmentsDropped++;
      return undefined;
    }
    const key = keyOf(ip);
    const datagram = this.#partial.get(key) ?? this.#begin(key, ip, nowMs);
    if (!ip.moreFragments) datagram.totalBytes ??= endOffset;
    if (ip.damaged) datagram.damaged = true;
    this.#insert(datagram, ip, nowMs);
    if (isWhole(datagram)) {
      this.#drop(key, datagram);
      this.counters.datagrams++;
      this.#pass(datagram);
    } else {
      while (this.#heldBytes > this.#limits.fragmentBytesTotal) this.#giveUpOldest();
    }
    return datagram.number;
  }

  /** Gives up what has waited too long at `nowMs`. */
  expire(nowMs: number): void {
    for (const datagram of this.#partial.values()) {
      if (nowMs - datagram.firstMs < this.#limits.datagramWaitMs) return;
      this.#giveUpOldest();
    }
  }

  /** The capture is over. */
  finish(): void {
    while (this.#partial.size > 0) this.#giveUpOldest();
  }

  #begin(key: string, ip: IpPacket, nowMs: number): PartialDatagram {
    if (this.#partial.size >= this.#limits.datagrams) this.#giveUpOldest();
    const addressBytes = ip.version === 4 ? 4 : 16;
    const addresses = new Uint8Array(2 * addressBytes);
    addresses.set(ip.data.subarray(ip.sourceAt, ip.sourceAt + addressBytes));
    addresses.set(
      ip.data.subarray(ip.destinationAt, ip.destinationAt + addressBytes),
      addressBytes,
    );
    const datagram: PartialDatagram = {
      number: this.#begun++,
      runs: new HeldRuns(),
      addresses,
      version: ip.version,
      protocol: ip.protocol,
      totalBytes: undefined,
      damaged: false,
      firstMs: nowMs,
    };
    this.#partial.set(key, datagram);
    return datagram;
  }

  #insert(datagram: PartialDatagram, ip: IpPacket, nowMs: number): void {
    const { runs } = datagram;
    if (runs.count >= this.#limits.fragmentRuns) {
      this.counters.fragmentsDropped++;
      return;
    }
    const before = runs.heldBytes;
    const repeatedBytes = runs.insert(
      ip.fragmentOffsetBytes,
      ip.data,
      ip.payloadStart,
      ip.payloadEnd,
      false,
      nowMs,
    );
    if (repeatedBytes > 0) this.counters.fragmentsRepeated++;
    this.#heldBytes += runs.heldBytes - before;
  }

  #giveUpOldest(): void {
    for (const [key, datagram] of this.#partial) {
      this.#drop(key, datagram);
      this.counters.datagramsIncomplete++;
      if (datagram.runs.first?.offset === 0) this.#pass(datagram);
      return;
    }
  }

  #drop(key: string, datagram: PartialDatagram): void {
    this.#partial.delete(key);
    this.#heldBytes -= datagram.runs.heldBytes;
  }

  /** Lays the runs out at their places behind the addresses and hands the result on. */
  #pass(datagram: PartialDatagram): void {
    const { addresses, runs, version } = datagram;
    const last = runs.runs.at(-1);
    const lastEnd = last === undefined ? 0 : last.offset + last.bytes.length;
    // Not knowing its end, we miss at least a byte; so nobody judges its checksum.
    const payloadBytes = datagram.totalBytes ?? lastEnd + 1;
    const data = new Uint8Array(addresses.length + Math.max(payloadBytes, lastEnd));
    data.set(addresses);
    const captured: CapturedRange[] = [];
    for (const run of runs.runs) {
      const start = addresses.length + run.offset;
      data.set(run.bytes, start);
      const previous = captured.at(-1);
      if (previous?.end === start) previous.end = start + run.bytes.length;
      else captured.push({ start, end: start + run.bytes.length });
    }
    const wholeEnd = captured[0]?.end ?? 0;
    const whole = captured.length === 1 && wholeEnd - addresses.length === payloadBytes;
    const ip: IpPacket = {
      data,
      version,
      sourceAt: 0,
      destinationAt: addresses.length / 2,
      protocol: datagram.protocol,
      payloadStart: addresses.length,
      // Headers are only looked for in what is there without a hole.
      payloadEnd: wholeEnd,
      payloadBytes,
      damaged: datagram.damaged,
      isFragment: false,
      fragmentOffsetBytes: 0,
      moreFragments: false,
      fragmentId: 0,
    };
    if (version === 6 && stepOverExtensions(datagram.protocol, ip) !== undefined) return;
    this.#deliver({
      number: datagram.number,
      ip,
      firstMs: datagram.firstMs,
      captured: whole ? undefined : captured,
    });
  }
}

function isWhole(datagram: PartialDatagram): boolean {
  const { totalBytes, runs } = datagram;
  if (totalBytes === undefined) return false;
  let at = 0;
  for (const run of runs.runs) {
    if (run.offset > at) return false;
    at = run.offset + run.bytes.length;
  }
  return at >= totalBytes;
}

/** Addresses, protocol and identification make a datagram (RFC 791; IPv6: without protocol). */
function keyOf(ip: IpPacket): string {
  const addressBytes = ip.version === 4 ? 4 : 16;
  const protocol = ip.version === 4 ? ip.protocol : 0;
  let key = `${ip.fragmentId}/${protocol}/`;
  for (let i = 0; i < addressBytes; i++) {
    key += String.fromCharCode(ip.data[ip.sourceAt + i] ?? 0);
    key += String.fromCharCode(ip.data[ip.destinationAt + i] ?? 0);
  }
  return key;
}
