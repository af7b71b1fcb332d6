/**
 * What must be recovered from a capture, worked out from what was sent and which bytes of it
 * were captured. Deliberately simple: one array cell for every byte of a stream; no reassembly.
 */
import type { Frame } from './frame.ts';
import type { RecordSpan } from './message.ts';
import type { Connection, Segment } from './segment.ts';

const NOT_CAPTURED = -1;
const LINE_FEED = 10;

/** A segment's payload, or as much of it as was captured, and the frame that brought it. */
interface Arrival {
  segment: Segment;
  payloadBytes: number;
  frameNumber: number;
}

export interface Truth {
  /** Lines that must be found. */
  must: Set<string>;
  /** Lines that may be found; nothing else may. */
  may: Set<string>;
  /** Lines of each connection in the order sent. */
  sentOrder: string[][];
  /** Number of the frame that completes each line of `must` (the earliest, when sent twice). */
  completedAt: Map<string, number>;
}

function isFragment(frame: Frame): boolean {
  return frame.part.end - frame.part.start !== frame.segmentBytes;
}

/** What reaches a listener, in order. A datagram in fragments arrives with the last missing one. */
function arrivalsOf(frames: readonly Frame[]): Arrival[] {
  const arrivals: Arrival[] = [];
  const datagrams = new Map<number, Uint8Array>();
  frames.forEach((frame, frameNumber) => {
    if (frame.isForeign) return;
    const { segment } = frame;
    const capturedBytes = Math.max(0, frame.capturedBytes - frame.partStart);
    if (!isFragment(frame)) {
      const payloadBytes = Math.min(segment.payload.length, capturedBytes - frame.tcpHeaderBytes);
      arrivals.push({ segment, payloadBytes, frameNumber });
      return;
    }
    const present = datagrams.get(frame.datagram) ?? new Uint8Array(frame.segmentBytes);
    datagrams.set(frame.datagram, present);
    const wasWhole = present.every((byte) => byte === 1);
    present.fill(1, frame.part.start, Math.min(frame.part.end, frame.part.start + capturedBytes));
    if (wasWhole || present.includes(0)) return;
    arrivals.push({ segment, payloadBytes: segment.payload.length, frameNumber });
  });
  return arrivals;
}

function byConnection(arrivals: readonly Arrival[]): Map<Connection, Arrival[]> {
  const groups = new Map<Connection, Arrival[]>();
  for (const arrival of arrivals) {
    const { connection, direction } = arrival.segment;
    if (direction !== 'toCollector') continue;
    const group = groups.get(connection) ?? [];
    group.push(arrival);
    groups.set(connection, group);
  }
  return groups;
}

/** First captured value of each byte sent to the collector, and the frame that brought it. */
function captureOf(connection: Connection, arrivals: readonly Arrival[]) {
  const sentBytes = connection.streams.toCollector.length;
  const values = new Int16Array(sentBytes).fill(NOT_CAPTURED);
  const frameNumbers = new Int32Array(sentBytes);
  for (const { segment, payloadBytes, frameNumber } of arrivals) {
    for (let at = 0; at < payloadBytes; at++) {
      const offset = segment.offset + at;
      if (values[offset] !== NOT_CAPTURED) continue;
      values[offset] = segment.payload[at] ?? 0;
      frameNumbers[offset] = frameNumber;
    }
  }
  return { values, frameNumbers };
}

/** Lines that the captured bytes spell because a byte among them is not the one sent. */
function misspelt(values: Int16Array, sent: Uint8Array): string[] {
  const lines: string[] = [];
  let start = 0;
  let isWhole = true;
  let isAsSent = true;
  values.forEach((value, offset) => {
    isWhole &&= value !== NOT_CAPTURED;
    isAsSent &&= value === sent[offset];
    if (value !== LINE_FEED) return;
    if (isWhole && !isAsSent) {
      lines.push(String.fromCharCode(...values.subarray(start, offset)).replace(/\r$/, ''));
    }
    start = offset + 1;
    isWhole = true;
    isAsSent = true;
  });
  return lines;
}

/**
 * Where bodies may come in chunks and the head is lost, a line may have been cut by the header of a
 * chunk: `130 ... AC_Mod` CR LF `1f4` CR LF `ule ...`. Only the line behind it shows that it was not.
 */
function mayBeCut(
  record: RecordSpan,
  sent: Uint8Array,
  asSent: (from: number, to: number) => boolean,
): boolean {
  const nextEnd = sent.indexOf(LINE_FEED, record.end) + 1;
  if (record.straddles || nextEnd === 0 || !asSent(record.end, nextEnd)) return true;
  const next = String.fromCharCode(...sent.subarray(record.end, nextEnd));
  return /^[0-9a-f]+(;.*)?\r\n$/.test(next);
}

export function truthOf(connections: readonly Connection[], captured: readonly Frame[]): Truth {
  const arrivals = byConnection(arrivalsOf(captured));
  const truth: Truth = { must: new Set(), may: new Set(), sentOrder: [], completedAt: new Map() };
  for (const connection of connections) {
    const { values, frameNumbers } = captureOf(connection, arrivals.get(connection) ?? []);
    const sent = connection.streams.toCollector;
    const asSent = (from: number, to: number): boolean => {
      for (let at = from; at < to; at++) if (values[at] !== sent[at]) return false;
      return true;
    };
    for (const line of misspelt(values, sent)) truth.may.add(line);
    const isForeign = (value: number, at: number): boolean =>
      value !== NOT_CAPTURED && value !== sent[at];
    const foreignAt = values.findIndex(isForeign);
    const firstForeign = foreignAt < 0 ? sent.length : foreignAt;
    truth.sentOrder.push(connection.records.map((record) => record.line));
    for (const record of connection.records) {
      truth.may.add(record.line);
      if (!asSent(record.lineFeedBefore, record.end)) continue;
      // A probe's garbage that came before the true byte may have spoilt the framing before it.
      const isFramed = asSent(record.messageStart, record.end) && record.end <= firstForeign;
      if (!isFramed && connection.usesChunks && mayBeCut(record, sent, asSent)) continue;
      truth.must.add(record.line);
      const last = Math.max(...frameNumbers.subarray(record.start, record.end));
      truth.completedAt.set(
        record.line,
        Math.min(truth.completedAt.get(record.line) ?? last, last),
      );
    }
  }
  return truth;
}

/** What a replay printed, judged. Empty lists mean that it was right. */
export interface Verdict {
  missing: string[];
  invented: string[];
  repeated: string[];
  disordered: string[];
}

export function judge(truth: Truth, found: readonly string[]): Verdict {
  const places = new Map<string, number>();
  const repeated: string[] = [];
  found.forEach((line, place) => {
    if (places.has(line)) repeated.push(line);
    else places.set(line, place);
  });
  const timesSent = new Map<string, number>();
  for (const line of truth.sentOrder.flat()) timesSent.set(line, (timesSent.get(line) ?? 0) + 1);
  const disordered = truth.sentOrder.flatMap((lines) => {
    // What is saved from a datagram that never became whole comes when it is given up: late.
    const isOrdered = (line: string): boolean =>
      places.has(line) && truth.must.has(line) && timesSent.get(line) === 1;
    const once = lines.filter(isOrdered);
    return once.filter((line, at) => at > 0 && places.get(line)! < places.get(once[at - 1]!)!);
  });
  return {
    missing: [...truth.must].filter((line) => !places.has(line)),
    invented: [...places.keys()].filter((line) => !truth.may.has(line)),
    repeated,
    disordered,
  };
}

export function isRight(verdict: Verdict): boolean {
  return Object.values(verdict).every((list: string[]) => list.length === 0);
}
