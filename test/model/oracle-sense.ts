/** The oracle's view of what the grid meter measures. */
import type { GridSense } from '../../src/model/grid-sense.ts';
import type { LocalDay } from './days.ts';
import { countedIn, type Group } from './oracle-slots.ts';

export function oracleSense(days: readonly LocalDay[], made: Group, counted: Group): GridSense {
  const points: { produced: bigint; counts: bigint }[] = [];
  let nights = 0n;
  let nightSlots = 0;
  let bigDays = 0;
  for (const { startSec, endSec } of days) {
    let daily = 0n;
    for (let number = startSec / 300 + 1; number <= endSec / 300; number++) {
      const slot = made.slots.get(number);
      const counts = countedIn(number, counted);
      if (slot === undefined || counts === undefined) continue;
      if (slot.known.size === 0 || slot.missing.size > 0) continue;
      if (slot.milliWh === 0n) {
        nights += counts;
        nightSlots++;
        continue;
      }
      points.push({ produced: slot.milliWh, counts });
      daily += slot.milliWh;
    }
    if (daily >= 1_000_000n) bigDays++;
  }
  const size = nights < 0n ? -nights : nights;
  if (size < 50_000n || nightSlots < 12) return { measures: 'unknown' };
  const sign = nights > 0n ? 1 : -1;
  const isFall = ({ counts }: { counts: bigint }): boolean => counts * BigInt(sign) < -1000n;
  if (points.some(isFall)) return { measures: 'net', sign };
  if (bigDays < 3) return { measures: 'unknown' };
  return { measures: sign * slope(points) < -0.5 ? 'net' : 'load', sign };
}

/** Of the line that runs closest to the points: deviations from the means, multiplied out exactly. */
function slope(points: readonly { produced: bigint; counts: bigint }[]): number {
  const count = BigInt(points.length);
  const sumX = points.reduce((sum, { produced }) => sum + produced, 0n);
  const sumY = points.reduce((sum, { counts }) => sum + counts, 0n);
  let spread = 0n;
  let common = 0n;
  for (const { produced, counts } of points) {
    const x = produced * count - sumX;
    spread += x * x;
    common += x * (counts * count - sumY);
  }
  return spread === 0n ? 0 : Number(common) / Number(spread);
}
