/**
 * Makes a capture that can be shown to others: the telemetry in it stays, packet for packet, and
 * whatever tells whose it is goes. The input is read three times: for the names in it, for the text
 * of its streams, and to write its packets anew.
 *
 * What is written never holds a byte of the payload that was captured. Payload comes from the
 * scrubbed streams, by connection and offset, so retransmissions, overlaps and fragments with other
 * boundaries all show the same; bytes that no stream ever took are masked.
 *
 * A replay of the result finds the same records, but for names, each supervisor's in the same order.
 * Exceptions, all of them where the capture is not as it should be:
 * - Those of several supervisors may change places where a gap was waited for: how long that takes is
 *   looked at with every packet, also with those that are left out.
 * - All checksums are right afterwards. Damaged segments that were not used are left out for that; of
 *   those that were, a reader now believes the flags and numbers, too.
 * - Whether two hosts use chunks is learned from all their messages, also from those left out.
 */
import { FileSource } from '../capture/file-source.ts';
import type { CaptureWarning, Packet, PacketSink } from '../capture/packet-source.ts';
import { systemCode } from '../capture/system-error.ts';
import type { IpAddress } from '../wire/ip-address.ts';
import { AddressPseudonyms, addressTexts } from './addresses.ts';
import { CaptureWalk, type CaptureVisitor } from './capture-walk.ts';
import { checkFiles, scrubFault } from './file-checks.ts';
import { FirstLook } from './first-look.ts';
import { KeyedBytes } from './keyed-bytes.ts';
import { Masker } from './mask.ts';
import { Pseudonyms } from './names.ts';
import { PacketScrubber } from './packet-scrubber.ts';
import { PacketWriting } from './packet-writing.ts';
import { Planner } from './planner.ts';
import { ScratchFile } from './scratch-file.ts';
import { ScrubbedText } from './scrubbed-text.ts';
import type { ScrubResult } from './scrub-report.ts';

export interface ScrubOptions {
  input: string;
  output: string;
  /** Replaces an output that exists. */
  force: boolean;
  /** Only packets from or to this address are read. */
  supervisor: IpAddress | undefined;
  /** The same key gives the same pseudonyms. Undefined: a random one. */
  key: string | undefined;
  signal: AbortSignal;
  /** Told now and then which of the three readings is under way, and how far it is. */
  progress: (reading: number, packets: number) => void;
}

/** Ends a scrub from within; `scrub` makes a result of it. */
class Failure extends Error {
  readonly result: ScrubResult;

  constructor(result: ScrubResult) {
    super('scrub failed');
    this.result = result;
  }
}

/** Without `ok` nothing was written. */
export async function scrub(options: ScrubOptions): Promise<ScrubResult> {
  const { input, output, force } = options;
  const fault = checkFiles(input, output, force);
  if (fault !== undefined) return { ok: false, fault };
  let scratch: ScratchFile | undefined;
  try {
    // At once, so that a place where nothing can be written is told before anything is read.
    scratch = new ScratchFile(`${output}.text.tmp`);
    return await readThrice(options, new ScrubbedText(scratch));
  } catch (error) {
    if (error instanceof Failure) return error.result;
    if (systemCode(error) === undefined) throw error;
    return { ok: false, fault: scrubFault('output-unwritable', output, error) };
  } finally {
    scratch?.close();
  }
}

async function readThrice(options: ScrubOptions, text: ScrubbedText): Promise<ScrubResult> {
  const { input, output, supervisor } = options;
  const first = new FirstLook();
  const counted = await walk(options, 1, first, Infinity);
  if (first.connections === 0) {
    return { ok: false, fault: scrubFault('nothing-found', input) };
  }

  const keyed = new KeyedBytes(options.key);
  const texts = [...first.addresses].flatMap((key) => addressTexts(Buffer.from(key, 'latin1')));
  const names = new Pseudonyms(keyed, first.collector.serials, texts);
  const mask = new Masker();
  const planner: Planner = new Planner({
    keys: first.keys,
    names,
    mask,
    text,
    doubtfulBytes: () => second.tcp.counters.doubtfulBytes,
  });
  const second: CaptureWalk = newWalk(supervisor, planner, counted.packets);
  await read(options, 2, second);
  second.finish();
  checkSame(input, counted, second);

  const addresses = new AddressPseudonyms(keyed, first.addresses);
  const writing = new PacketWriting({
    path: output,
    nanoseconds: first.nanoseconds,
    plan: planner.plan,
    scrubber: new PacketScrubber(text, addresses, planner.plan.datagrams),
    maxPackets: counted.packets,
  });
  try {
    await read(options, 3, writing);
    if (writing.severalLinkTypes) {
      return { ok: false, fault: scrubFault('several-link-types', input) };
    }
    checkSame(input, counted, writing);
    const late = checkFiles(input, output, options.force);
    if (late !== undefined) return { ok: false, fault: late };
    writing.finish();
  } finally {
    writing.discard();
  }
  return {
    ok: true,
    warnings: counted.warnings,
    report: {
      packets: counted.packets,
      written: writing.written,
      leftOut: writing.leftOut,
      connections: first.connections,
      records: first.records,
      serials: names.serialCount,
      ipAddresses: addresses.ipCount,
      macAddresses: addresses.macCount,
      tokens: names.replacedTokens,
      maskedBytes: mask.maskedBytes,
    },
  };
}

interface Counted {
  packets: number;
  capturedBytes: number;
}

async function walk(
  options: ScrubOptions,
  reading: number,
  visitor: CaptureVisitor,
  maxPackets: number,
): Promise<Counted & { warnings: readonly CaptureWarning[] }> {
  const sink = newWalk(options.supervisor, visitor, maxPackets);
  const warnings = await read(options, reading, sink);
  sink.finish();
  return { packets: sink.packets, capturedBytes: sink.capturedBytes, warnings };
}

function newWalk(
  supervisor: IpAddress | undefined,
  visitor: CaptureVisitor,
  maxPackets: number,
): CaptureWalk {
  return new CaptureWalk({ supervisor, visitor, maxPackets });
}

/** Reads all of the input once. Throws a `Failure`, or what `sink` throws. */
async function read(
  options: ScrubOptions,
  reading: number,
  sink: PacketSink & { packets: number },
): Promise<readonly CaptureWarning[]> {
  const { input, signal, progress } = options;
  const ended = new AbortController();
  const stop = () => {
    ended.abort();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const thrown: unknown[] = [];
  const guarded: PacketSink = {
    // An error must not reach the source: some sources call this where nobody catches it.
    packet: (packet: Packet) => {
      if (thrown.length > 0) return;
      try {
        sink.packet(packet);
      } catch (error) {
        thrown.push(error);
        stop();
      }
    },
    ready: () => {
      progress(reading, sink.packets);
      return sink.ready();
    },
  };
  const end = await new FileSource({ path: input }).run(guarded, ended.signal);
  signal.removeEventListener('abort', stop);
  if (thrown.length > 0) throw thrown[0];
  if (signal.aborted) throw new Failure({ ok: false, fault: scrubFault('interrupted', input) });
  if (!end.ok) throw new Failure({ ok: false, fault: end.fault });
  return end.warnings;
}

function checkSame(input: string, before: Counted, now: Counted): void {
  if (before.packets === now.packets && before.capturedBytes === now.capturedBytes) return;
  throw new Failure({ ok: false, fault: scrubFault('input-changed', input) });
}
