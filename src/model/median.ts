/** Medians, of an even number of values the lower one: a value that there is. */

/** Undefined of nothing. */
export function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[middleOf(values.length)];
}

/** For each value the median of all others; undefined where there are none. */
export function mediansOfOthers(values: readonly number[]): (number | undefined)[] {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const middle = middleOf(values.length - 1);
  const medians = new Array<number | undefined>(values.length).fill(undefined);
  for (const [rank, at] of order.entries()) {
    const other = order[middle < rank ? middle : middle + 1];
    medians[at] = other === undefined ? undefined : values[other];
  }
  return medians;
}

function middleOf(count: number): number {
  return Math.floor((count - 1) / 2);
}
