/** A recipe drawn at random: any conversation, any disturbances on top of each other. */
import type { Connecting, ConversationOptions, Ending } from './conversation.ts';
import type { Frame } from './frame.ts';
import type { Random } from './random.ts';
import type { Recipe } from './recipe.ts';
import type { Segment } from './segment.ts';
import { RST, SYN } from './tcp-segment.ts';
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

function randomConversation(random: Random): Partial<ConversationOptions> {
  const connecting = random.pick<Connecting>(['kept', 'each-request', 'pipelined']);
  const tiny = random.chance(0.15);
  // The same ISN twice on one port pair has recipes of its own; it does not stand every disturbance.
  const portReuse = random.pick<ConversationOptions['portReuse']>(['none', 'other-isn']);
  return {
    connecting,
    portReuse,
    ending: random.pick<Ending>(['fin', 'fin-collector', 'rst', 'rst-collector', 'open']),
    requests: tiny ? 2 : random.int(1, 6),
    maxRecords: tiny ? 4 : random.pick([2, 10, 40]),
    framing: random.pick<ConversationOptions['framing']>(['length', 'length', 'chunked', 'either']),
    segmentBytes: tiny ? 'tiny' : random.pick([64, 300, 536, 536, 1200]),
    isn: random.pick<ConversationOptions['isn']>(['random', 'near-wrap']),
    oddities: random.chance(0.3),
    expectContinue: random.chance(0.2),
    unansweredShare: random.pick([0, 0, 0.4]),
    timestamps: random.chance(0.4),
    pauseMs: random.pick([50, 1000]),
  };
}

/** Shares of packets, such that about one in five meets with something when all apply. */
interface Shares {
  overlap: number;
  retransmit: number;
  lateMs: number;
  late: number;
  duplicate: number;
  reorder: number;
  contradict: number;
  fragment: number;
  damage: number;
  drop: number;
  snap: number;
}

function randomShares(random: Random, lossless: boolean): Shares {
  const share = (high: number): number => (random.chance(0.5) ? random.next() * high : 0);
  return {
    overlap: share(0.2),
    retransmit: share(0.2),
    late: share(0.03),
    // Delays add up; all of them together stay below what a listener can be asked to wait.
    lateMs: random.pick([200, 600]),
    duplicate: share(0.2),
    reorder: share(0.2),
    contradict: share(0.1),
    fragment: share(0.3),
    damage: 0,
    drop: lossless ? 0 : random.pick([0, 0.02, 0.02, 0.1]),
    snap: lossless ? 0 : share(0.03),
  };
}

/** The packets that begin and break off a connection. */
function isEdge({ flags }: Segment): boolean {
  return (flags & (SYN | RST)) !== 0;
}

/**
 * Displaces packets, but none over an edge: a connection of a dozen packets whose SYN/ACK comes
 * after its end is nothing a network does.
 */
function reorderInside(
  list: Segment[],
  share: number,
  distance: number,
  random: Random,
): Segment[] {
  const runs: Segment[][] = [[]];
  for (const segment of list) {
    if (isEdge(segment)) runs.push([segment], []);
    else runs.at(-1)?.push(segment);
  }
  return runs.flatMap((run) => reorder(run, share, distance, random));
}

/** Loses packets, but no edge: on a port pair used again they tell one connection from the next. */
function dropInside(list: Segment[], share: number, random: Random): Segment[] {
  return list.filter((segment) => isEdge(segment) || drop([segment], share, random).length > 0);
}

/**
 * What is contradicted must have been captured before, so nothing is reordered, lost or snapped
 * behind `contradict`; recipes with loss in frames leave it out.
 */
export function randomRecipe(random: Random): Recipe {
  const lossless = random.chance(0.5);
  const shares = randomShares(random, lossless);
  const middle = !lossless && random.chance(0.3);
  const oneWay = random.chance(0.15);
  const reuse = randomConversation(random);
  // A SYN that overtakes the end of the connection before it does not happen to one port pair.
  const distance = reuse.portReuse === 'none' || reuse.connecting !== 'each-request' ? 8 : 1;
  return {
    name: `random ${random.seed}`,
    conversation: reuse,
    isComplete: lossless,
    segments: (sent: Segment[], draw: Random): Segment[] => {
      let list = oneWay ? oneDirection(sent, 'toCollector') : sent;
      list = overlap(list, shares.overlap, draw);
      list = retransmit(list, shares.retransmit, draw);
      list = loseAndResend(list, shares.late, shares.lateMs, draw);
      if (distance > 1) list = duplicate(list, shares.duplicate, distance, draw);
      if (distance > 1) list = reorderInside(list, shares.reorder, distance, draw);
      list = dropInside(list, shares.drop, draw);
      if (middle) list = startInMiddle(list, draw);
      if (shares.snap === 0) list = contradict(list, shares.contradict, draw);
      list = damage(list, shares.damage, draw);
      return fragment(list, shares.fragment, false, draw);
    },
    frames: (frames: Frame[], draw: Random): Frame[] => snap(frames, shares.snap, draw),
    encoding: {
      ipv4Options: random.chance(0.2) ? ROUTER_ALERT_OPTIONS : new Uint8Array(0),
      ipv6Extensions: random.pick([[], [], [0], [60, 43]]),
    },
  };
}
