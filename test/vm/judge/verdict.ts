/** What a power cut has done to the log: what was promised against what is there. */

export interface Evidence {
  /** Records said to be durable before the cut, in the order of commit. */
  acknowledged: readonly string[];
  /** Records that the log gives after it. */
  exported: readonly string[];
  /** All of these may have been sent; no others. */
  wasSent: (line: string) => boolean;
  /** Whether the log is as full as it may get, so that the oldest records have made room. */
  mayHaveForgotten: boolean;
}

export interface Verdict {
  lost: string[];
  twice: string[];
  invented: string[];
}

export function judge(evidence: Evidence): Verdict {
  const { acknowledged, exported, wasSent, mayHaveForgotten } = evidence;
  const present = new Set(exported);
  const seen = new Set<string>();
  const twice = exported.filter((line) => seen.size === seen.add(line).size);
  const invented = exported.filter((line) => !wasSent(line));
  // What made room is a beginning of what was committed: everything behind the first that is there
  // has to be there. Where the log is far from full, everything has.
  const firstKept = acknowledged.findIndex((line) => present.has(line));
  const owed = mayHaveForgotten && firstKept > 0 ? acknowledged.slice(firstKept) : acknowledged;
  return { lost: owed.filter((line) => !present.has(line)), twice, invented };
}
