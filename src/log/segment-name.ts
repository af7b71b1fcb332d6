/** Names of the files of a log. */

/** Records. `days`: the last counter of each device and day, of segments that are gone. */
export type SegmentSort = 'records' | 'days';

const DIGITS = 8;
const PREFIX: Readonly<Record<SegmentSort, string>> = { records: '', days: 'days-' };
const SUFFIX = '.log';

export function segmentName(sort: SegmentSort, number: number): string {
  return `${PREFIX[sort]}${String(number).padStart(DIGITS, '0')}${SUFFIX}`;
}

/** The number in the name of a segment; undefined for any other file. */
export function segmentNumber(sort: SegmentSort, name: string): number | undefined {
  const digits = name.slice(PREFIX[sort].length, -SUFFIX.length);
  if (!/^\d{8,12}$/.test(digits)) return undefined;
  const number = Number(digits);
  return segmentName(sort, number) === name ? number : undefined;
}
