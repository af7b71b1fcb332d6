/** How many cuts of which kind, and in which order. */

import type { Random } from '../../../scripts/sim/noise.ts';
import type { CopiedKind, CutKind } from './moment.ts';

/** On each file system. */
export const usualCuts: Record<CutKind, number> = {
  load: 8,
  commit: 14,
  segment: 5,
  retention: 5,
  start: 10,
  reboot: 8,
};

/**
 * The cuts by copying in some order, but each at the change of a segment right behind one at
 * retention: both moments come together, and only every so often.
 */
export function copiesInOrder(count: (kind: CutKind) => number, random: Random): CopiedKind[] {
  const repeat = (kind: CopiedKind, times = count(kind)): CopiedKind[] =>
    Array.from({ length: Math.max(0, times) }, () => kind);
  const order = [
    ...repeat('load'),
    ...repeat('commit'),
    ...repeat('start'),
    ...repeat('retention'),
    ...repeat('segment', count('segment') - count('retention')),
  ];
  random.shuffle(order);
  let segments = count('segment') - order.filter((kind) => kind === 'segment').length;
  return order.flatMap((kind): CopiedKind[] => {
    if (kind !== 'retention' || segments === 0) return [kind];
    segments -= 1;
    return [kind, 'segment'];
  });
}
