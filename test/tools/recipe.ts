/** Named ways of making a capture: what was said, what happened to it on the way, how it was taken. */
import type { ConversationOptions } from './conversation.ts';
import type { Encoding, Frame } from './frame.ts';
import type { Random } from './random.ts';
import type { Segment } from './segment.ts';
import type { ChecksumKind } from './tcp-segment.ts';
import {
  contradict,
  damage,
  drop,
  duplicate,
  fragment,
  loseAndResend,
  oneDirection,
  overlap,
  reorder,
  retransmit,
  snap,
  startInMiddle,
} from './disturb.ts';
import { ROUTER_ALERT_OPTIONS } from './ip-packet.ts';

export interface Recipe {
  name: string;
  conversation?: Partial<ConversationOptions>;
  segments?: (segments: Segment[], random: Random) => Segment[];
  encoding?: Partial<Encoding>;
  frames?: (frames: Frame[], random: Random) => Frame[];
  /** IPv6 has no such thing, or forbids it (overlapping fragments: RFC 5722). */
  ipv4Only?: boolean;
  /** Every byte was captured: the truth must come out to be all that was sent. */
  isComplete?: boolean;
}

function checksums(kind: ChecksumKind): NonNullable<Recipe['segments']> {
  return (segments) =>
    segments.map((segment) =>
      segment.direction === 'toCollector' ? { ...segment, checksum: kind } : segment,
    );
}

/** One in five packets meets with something; nothing is lost. */
function disturbed(segments: Segment[], random: Random): Segment[] {
  let list = overlap(segments, 0.05, random);
  list = retransmit(list, 0.05, random);
  list = loseAndResend(list, 0.02, 250, random);
  list = duplicate(list, 0.04, 6, random);
  list = reorder(list, 0.06, 6, random);
  return contradict(list, 0.03, random);
}

const COMPLETE: Recipe[] = [
  { name: 'plain' },
  { name: 'kept connection', conversation: { connecting: 'kept' } },
  { name: 'kept connection, never closed', conversation: { connecting: 'kept', ending: 'open' } },
  { name: 'pipelined', conversation: { connecting: 'pipelined' } },
  { name: 'closed by the collector', conversation: { ending: 'fin-collector' } },
  { name: 'reset', conversation: { ending: 'rst' } },
  { name: 'reset by the collector', conversation: { ending: 'rst-collector' } },
  { name: 'chunked', conversation: { framing: 'chunked', connecting: 'kept' } },
  { name: 'chunked and pipelined', conversation: { framing: 'either', connecting: 'pipelined' } },
  {
    name: '100-continue',
    conversation: { expectContinue: true, framing: 'either', connecting: 'kept' },
  },
  {
    name: 'other HTTP between',
    conversation: { otherTraffic: true, connecting: 'kept', requests: 6 },
  },
  { name: 'tiny segments', conversation: { segmentBytes: 'tiny', requests: 2, maxRecords: 5 } },
  {
    name: 'tiny segments, chunked',
    conversation: { segmentBytes: 'tiny', framing: 'chunked', requests: 2, maxRecords: 4 },
  },
  {
    name: 'full segments, timestamps',
    conversation: { segmentBytes: 1448, timestamps: true, maxRecords: 60 },
  },
  {
    name: 'larger than any MTU',
    conversation: { segmentBytes: 20_000, maxRecords: 400, requests: 2 },
  },
  { name: 'sequence wrap', conversation: { isn: 'near-wrap', connecting: 'kept', maxRecords: 20 } },
  {
    name: 'probes, zero windows, urgent data',
    conversation: { oddities: true, connecting: 'kept', requests: 8 },
  },
  {
    name: 'probes at the wrap',
    conversation: { oddities: true, connecting: 'kept', requests: 8, isn: 'near-wrap' },
  },
  { name: 'port reused, other ISN', conversation: { portReuse: 'other-isn', pauseMs: 100 } },
  {
    name: 'port reused, other ISN, never closed',
    conversation: { portReuse: 'other-isn', ending: 'open' },
  },
  { name: 'port reused, same ISN', conversation: { portReuse: 'same-isn' } },
  {
    name: 'port reused, same ISN, after reset',
    conversation: { portReuse: 'same-isn', ending: 'rst' },
  },
  { name: 'unanswered, sent again', conversation: { unansweredShare: 0.5 } },
  { name: 'sums left to the card', segments: checksums('pseudo-only') },
  { name: 'sums of zero', segments: checksums('zero') },
  { name: 'wrong sums throughout', segments: checksums('random') },
  {
    name: 'IP options and extension headers',
    encoding: { ipv4Options: ROUTER_ALERT_OPTIONS, ipv6Extensions: [0, 43, 60] },
  },
  {
    name: 'reordered',
    conversation: { connecting: 'kept' },
    segments: (list, random) => reorder(list, 0.2, 8, random),
  },
  {
    name: 'reordered, times as taken',
    conversation: { connecting: 'kept' },
    segments: (list, random) =>
      reorder(list, 0.2, 8, random).map((one, place) => ({
        ...one,
        timeMs: one.timeMs - (place % 3),
      })),
  },
  {
    name: 'reordered, one connection a request',
    segments: (list, random) => reorder(list, 0.2, 5, random),
  },
  {
    name: 'reordered tiny segments',
    conversation: { segmentBytes: 'tiny', requests: 2, maxRecords: 4 },
    segments: (list, random) => reorder(list, 0.3, 8, random),
  },
  {
    name: 'reordered across five minutes',
    conversation: { connecting: 'kept', pauseMs: 300_000 },
    segments: (list, random) => reorder(list, 0.2, 8, random),
  },
  {
    name: 'reordered across five minutes, one connection a request',
    conversation: { pauseMs: 300_000 },
    segments: (list, random) => reorder(list, 0.2, 8, random),
  },
  { name: 'duplicated', segments: (list, random) => duplicate(list, 0.2, 10, random) },
  { name: 'duplicated frames', frames: (list, random) => duplicate(list, 0.2, 10, random) },
  {
    name: 'retransmitted, other boundaries',
    segments: (list, random) => retransmit(list, 0.3, random),
  },
  { name: 'overlapping', segments: (list, random) => overlap(list, 0.4, random) },
  {
    name: 'contradicted later',
    conversation: { maxRecords: 30 },
    segments: (list, random) => contradict(list, 0.3, random),
  },
  {
    name: 'lost on the way, sent again',
    conversation: { maxRecords: 40 },
    segments: (list, random) => loseAndResend(list, 0.1, 300, random),
  },
  {
    name: 'lost on the way, sent again after seconds',
    conversation: { maxRecords: 40 },
    segments: (list, random) => loseAndResend(list, 0.1, 3000, random),
  },
  { name: 'damaged, then right', segments: (list, random) => damage(list, 0.2, random) },
  { name: 'fragments', segments: (list, random) => fragment(list, 0.5, false, random) },
  {
    name: 'fragments interleaved',
    segments: (list, random) => fragment(list, 0.7, false, random),
    frames: (list, random) => reorder(list, 0.2, 6, random),
  },
  {
    name: 'fragments doubled',
    segments: (list, random) => fragment(list, 0.5, false, random),
    frames: (list, random) => duplicate(list, 0.3, 4, random),
  },
  {
    name: 'fragments overlapping',
    segments: (list, random) => fragment(list, 0.6, true, random),
    ipv4Only: true,
  },
  { name: 'one direction', segments: (list) => oneDirection(list, 'toCollector') },
  {
    name: 'one direction, kept, reordered',
    conversation: { connecting: 'kept' },
    segments: (list, random) => reorder(oneDirection(list, 'toCollector'), 0.2, 4, random),
  },
  {
    name: 'a fifth disturbed',
    conversation: { maxRecords: 30, connecting: 'kept' },
    segments: disturbed,
  },
  {
    name: 'a fifth disturbed, chunked',
    conversation: { framing: 'chunked', maxRecords: 30 },
    segments: disturbed,
  },
  {
    name: 'a fifth disturbed, at the wrap',
    conversation: { isn: 'near-wrap', maxRecords: 30 },
    segments: disturbed,
  },
];

const LOSSY: Recipe[] = [
  { name: 'start in the middle', segments: startInMiddle },
  {
    name: 'start in the middle, kept',
    conversation: { connecting: 'kept', maxRecords: 30 },
    segments: startInMiddle,
  },
  {
    name: 'start in the middle, reordered',
    conversation: { connecting: 'kept', maxRecords: 30 },
    segments: (list, random) => reorder(startInMiddle(list, random), 0.3, 5, random),
  },
  {
    name: 'start in the middle, one direction',
    conversation: { connecting: 'kept' },
    segments: (list, random) => startInMiddle(oneDirection(list, 'toCollector'), random),
  },
  {
    name: 'start in the middle, chunked',
    conversation: { connecting: 'kept', framing: 'chunked' },
    segments: startInMiddle,
  },
  {
    name: 'start in the middle, probes',
    conversation: { connecting: 'kept', oddities: true, requests: 8 },
    segments: startInMiddle,
  },
  {
    name: 'end in the middle',
    segments: (list, random) => list.slice(0, random.int(5, list.length - 1)),
  },
  {
    name: '2 % lost',
    conversation: { maxRecords: 60 },
    segments: (list, random) => drop(list, 0.02, random),
  },
  {
    name: '2 % lost, kept',
    conversation: { connecting: 'kept', maxRecords: 60 },
    segments: (list, random) => drop(list, 0.02, random),
  },
  {
    name: '20 % lost',
    conversation: { connecting: 'kept', maxRecords: 40 },
    segments: (list, random) => drop(list, 0.2, random),
  },
  {
    name: '20 % lost, one direction',
    conversation: { maxRecords: 40 },
    segments: (list, random) => drop(oneDirection(list, 'toCollector'), 0.2, random),
  },
  {
    name: '20 % lost, chunked',
    conversation: { framing: 'chunked', connecting: 'kept' },
    segments: (list, random) => drop(list, 0.2, random),
  },
  {
    name: '20 % lost, pipelined',
    conversation: { connecting: 'pipelined', maxRecords: 30 },
    segments: (list, random) => drop(list, 0.2, random),
  },
  {
    name: '20 % lost of tiny segments',
    conversation: { segmentBytes: 'tiny', requests: 2, maxRecords: 8 },
    segments: (list, random) => drop(list, 0.02, random),
  },
  {
    name: '5 % lost at the wrap',
    conversation: { connecting: 'kept', isn: 'near-wrap', maxRecords: 40 },
    segments: (list, random) => drop(list, 0.05, random),
  },
  {
    name: '10 % lost, port reused',
    conversation: { portReuse: 'other-isn' },
    segments: (list, random) => drop(list, 0.1, random),
  },
  {
    name: '10 % lost, reordered',
    conversation: { connecting: 'kept', maxRecords: 40 },
    segments: (list, random) => reorder(drop(list, 0.1, random), 0.2, 6, random),
  },
  {
    name: 'fragments, 5 % lost',
    segments: (list, random) => fragment(list, 0.3, false, random),
    frames: (list, random) => drop(list, 0.05, random),
  },
  { name: 'snapped', frames: (list, random) => snap(list, 0.1, random) },
  {
    name: 'snapped all',
    frames: (list) =>
      list.map((one) => ({ ...one, capturedBytes: Math.min(one.bytes.length, 400) })),
  },
  {
    name: 'a fifth disturbed, 2 % lost',
    conversation: { connecting: 'kept', maxRecords: 40 },
    segments: (list, random) => drop(disturbed(list, random), 0.02, random),
  },
  {
    name: 'a fifth disturbed, 2 % lost, middle',
    conversation: { connecting: 'kept', maxRecords: 40 },
    segments: (list, random) => startInMiddle(drop(disturbed(list, random), 0.02, random), random),
  },
];

export const RECIPES: Recipe[] = [
  ...COMPLETE.map((recipe) => ({ ...recipe, isComplete: true })),
  ...LOSSY,
];
