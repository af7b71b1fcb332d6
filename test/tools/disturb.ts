/**
 * What can happen to packets between two hosts and a listener, as functions from list to list.
 * Each draws from the generator it is given and from nothing else, so a seed repeats it.
 */
import type { Random } from './random.ts';
import type { Frame } from './frame.ts';
import type { FragmentRange } from './ip-packet.ts';
import type { Segment } from './segment.ts';
import { evenRanges } from './ip-packet.ts';
import { opposite, segmentEnd } from './segment.ts';
import { ACK, RST, SYN } from './tcp-segment.ts';

interface Timed {
  timeMs: number;
}

/** Gives the list the times of its packets in rising order, wherever they have come to stand. */
function inTimeOrder<T extends Timed>(items: readonly T[]): T[] {
  const times = items.map((item) => item.timeMs).sort((one, other) => one - other);
  return items.map((item, place) => ({ ...item, timeMs: times[place] ?? item.timeMs }));
}

/** Lets items fall back by 1 to `distance` places. */
export function reorder<T extends Timed>(
  items: readonly T[],
  share: number,
  distance: number,
  random: Random,
): T[] {
  const keyed = items.map((item, place) => ({
    item,
    key: place + (random.chance(share) ? random.int(1, distance) + 0.5 : 0),
  }));
  keyed.sort((one, other) => one.key - other.key);
  return inTimeOrder(keyed.map(({ item }) => item));
}

/** Repeats items up to `distance` places later. As frames: the same IP identification. */
export function duplicate<T extends Timed>(
  items: readonly T[],
  share: number,
  distance: number,
  random: Random,
): T[] {
  const keyed = items.flatMap((item, place) => {
    const copies = random.chance(share) ? [place + random.int(0, distance) + 0.5] : [];
    return [{ item, key: place }, ...copies.map((key) => ({ item: { ...item }, key }))];
  });
  keyed.sort((one, other) => one.key - other.key);
  return inTimeOrder(keyed.map(({ item }) => item));
}

/** Packets the capture missed; the peers did get them. */
export function drop<T>(items: readonly T[], share: number, random: Random): T[] {
  return items.filter(() => !random.chance(share));
}

export function startInMiddle<T>(items: readonly T[], random: Random): T[] {
  return items.slice(random.int(1, Math.max(1, Math.floor(items.length * 0.8))));
}

export function hasData(segment: Segment): boolean {
  return segment.payload.length > 0 && (segment.flags & (SYN | RST)) === 0;
}

/** A segment of the connection with any bytes of one direction's stream, sent up to `endOffset`. */
function resent(like: Segment, start: number, endOffset: number): Segment {
  const stream = like.connection.streams[like.direction];
  return {
    ...like,
    offset: start,
    payload: stream.subarray(start, endOffset),
    flags: ACK,
    urgentPointer: 0,
  };
}

/** Sends ranges of what was sent before once more, cut elsewhere than the first time. */
export function retransmit(segments: readonly Segment[], share: number, random: Random): Segment[] {
  const out: Segment[] = [];
  for (const segment of segments) {
    out.push(segment);
    if (!hasData(segment) || !random.chance(share)) continue;
    const end = Math.max(1, segmentEnd(segment) - random.int(0, 40));
    const start = Math.max(0, end - random.int(1, 1400));
    out.push(resent(segment, start, end));
  }
  return inTimeOrder(out);
}

/** Lets segments begin earlier, or end earlier and be followed by an overlapping rest. */
export function overlap(segments: readonly Segment[], share: number, random: Random): Segment[] {
  return segments.flatMap((segment) => {
    if (!hasData(segment) || segment.payload.length > 1400 || !random.chance(share))
      return [segment];
    const end = segmentEnd(segment);
    if (random.chance(0.5))
      return [resent(segment, Math.max(0, segment.offset - random.int(1, 60)), end)];
    const cut = random.int(segment.offset, end);
    const back = random.int(Math.max(0, segment.offset - 20), cut);
    return [resent(segment, segment.offset, cut), resent(segment, back, end)].filter(hasData);
  });
}

/** Turns letters and digits into others; the shape of lines and fields stays. */
function contradicted(bytes: Uint8Array): Uint8Array {
  const isWord = (byte: number): boolean => /[0-9A-Za-z]/.test(String.fromCharCode(byte));
  return bytes.map((byte) => (isWord(byte) ? (byte === 0x37 ? 0x38 : 0x37) : byte));
}

/**
 * Repeats earlier bytes with OTHER content, alone or in front of the next new bytes. What a
 * listener captured first is what counts, so only bytes that all came before are contradicted.
 */
export function contradict(segments: readonly Segment[], share: number, random: Random): Segment[] {
  const out: Segment[] = [];
  const captured = new Map<Uint8Array, Uint8Array>();
  for (const segment of segments) {
    const stream = segment.connection.streams[segment.direction];
    const seen = captured.get(stream) ?? new Uint8Array(stream.length);
    captured.set(stream, seen);
    const wanted = hasData(segment) && random.chance(share);
    const back = random.int(1, 200);
    const alone = random.chance(0.5);
    const start = Math.max(0, segment.offset - back);
    const before = seen.subarray(start, Math.max(start, segment.offset));
    seen.fill(1, Math.max(0, segment.offset), Math.max(0, segmentEnd(segment)));
    if (!wanted || before.length === 0 || before.includes(0) || segment.payload.length > 1250) {
      out.push(segment);
      continue;
    }
    const wrong = { ...resent(segment, start, segment.offset) };
    wrong.payload = contradicted(wrong.payload);
    if (alone) {
      out.push(wrong, segment);
    } else {
      const joined = new Uint8Array(wrong.payload.length + segment.payload.length);
      joined.set(wrong.payload);
      joined.set(segment.payload, wrong.payload.length);
      out.push({ ...segment, offset: start, payload: joined, flags: ACK, urgentPointer: 0 });
    }
  }
  return inTimeOrder(out);
}

/**
 * Data lost on its way and sent again `delayMs` later or more. Until then the receiver
 * acknowledges only what came before, as a receiver does.
 */
export function loseAndResend(
  segments: readonly Segment[],
  share: number,
  delayMs: number,
  random: Random,
): Segment[] {
  let list = segments.map((segment) => ({ original: segment, segment }));
  for (const lost of segments) {
    if (!hasData(lost) || !random.chance(share)) continue;
    const isSameSide = ({ segment }: { segment: Segment }): boolean =>
      segment.connection === lost.connection && segment.direction === lost.direction;
    const from = list.findIndex(({ original }) => original === lost);
    const last = list.findLastIndex((entry) => isSameSide(entry) && hasData(entry.segment));
    const to = Math.min(last, from + random.int(1, 20));
    if (to <= from) continue;
    const between = list.slice(from + 1, to + 1).map((entry) => {
      const { original, segment } = entry;
      const tooMuch =
        segment.connection === lost.connection &&
        segment.direction === opposite(lost.direction) &&
        segment.ackOffset > lost.offset;
      return { original, segment: tooMuch ? { ...segment, ackOffset: lost.offset } : segment };
    });
    const againMs = (list[to]?.segment.timeMs ?? lost.timeMs) + delayMs;
    const again = { original: lost, segment: { ...lost, timeMs: againMs } };
    const after = list.slice(to + 1).map(({ original, segment }) => ({
      original,
      segment: { ...segment, timeMs: segment.timeMs + delayMs },
    }));
    list = [...list.slice(0, from), ...between, again, ...after];
  }
  return list.map(({ segment }) => segment);
}

/** A damaged copy (its checksum tells), then the right segment. */
export function damage(segments: readonly Segment[], share: number, random: Random): Segment[] {
  return segments.flatMap((segment) => {
    if (!hasData(segment) || !random.chance(share)) return [segment];
    const flip = { at: random.int(0, segment.payload.length - 1), mask: 1 << random.int(0, 7) };
    return [{ ...segment, damage: [flip] }, segment];
  });
}

/** Cuts IP datagrams with payload into fragments, in order, shuffled, doubled or overlapping. */
export function fragment(
  segments: readonly Segment[],
  share: number,
  overlaps: boolean,
  random: Random,
): Segment[] {
  return segments.map((segment) => {
    if (!hasData(segment) || !random.chance(share)) return segment;
    const pieceBytes = random.pick([8, 64, 200, 256]);
    const style = random.fork(segment.offset);
    return { ...segment, fragments: (total) => fragmentRanges(total, pieceBytes, overlaps, style) };
  });
}

function fragmentRanges(
  total: number,
  pieceBytes: number,
  overlaps: boolean,
  random: Random,
): FragmentRange[] {
  let ranges = evenRanges(total, Math.max(pieceBytes, 8 * Math.ceil(total / 256)));
  if (overlaps && random.chance(0.5)) {
    ranges = ranges.map(({ start, end }) => ({
      start: Math.max(0, start - 8 * random.int(0, 2)),
      end,
    }));
  }
  if (random.chance(0.4)) ranges = [...ranges, random.pick(ranges)];
  const order = random.int(0, 2);
  if (order === 0) return ranges;
  return order === 1 ? [...ranges].reverse() : random.shuffle(ranges);
}

/** Frames the capture kept only the beginning of. */
export function snap(frames: readonly Frame[], share: number, random: Random): Frame[] {
  return frames.map((frame) =>
    random.chance(share)
      ? {
          ...frame,
          capturedBytes: random.int(Math.min(14, frame.bytes.length), frame.bytes.length),
        }
      : frame,
  );
}

export function oneDirection(
  segments: readonly Segment[],
  direction: Segment['direction'],
): Segment[] {
  return segments.filter((segment) => segment.direction === direction);
}
