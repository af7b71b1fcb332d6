/** "Did you mean ...?" */

/**
 * The word of `known` that `word` was most likely meant to be: fewest edits (insert, delete, replace,
 * swap of neighbours), at most a third of its length and at least one allowed; undefined if none is
 * that near.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const beginning = word.slice(0, 64);
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(beginning.length / 3)) + 1;
  for (const candidate of known) {
    const edits = editDistance(beginning, candidate);
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

/** Optimal string alignment distance. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(edits);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
