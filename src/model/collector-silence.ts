/** Whether the collector answers, by nothing but how many requests and answers there have been. */
import type { HealthFindings } from './health-condition.ts';

/** As they add up since the start. A number that falls says that counting has begun anew. */
export interface CollectorCounts {
  requests: number;
  /** Answers with which the collector takes what it was sent (status 200). */
  answers: number;
}

/** So many requests in a row without an answer are no accident: the supervisor has tried again twice. */
const UNANSWERED = 3;
/** The last of them may still be under way for so long after the first. */
const UNDER_WAY_MS = 2 * 60_000;
/** Fewer are enough after this time: heartbeats come no more often. */
const LONG_MS = 30 * 60_000;
const UNANSWERED_LONG = 2;
/** Answers without a new silence in between, before it is over: one alone may be luck. */
const ANSWERS_BACK = 2;

const NONE: CollectorCounts = { requests: 0, answers: 0 };

export class CollectorSilence {
  #last = NONE;
  /** Requests up to the latest answer. */
  #requestsAnswered = 0;
  /** Of the first request without an answer; undefined: the latest one had one. */
  #unanswered: { sinceMs: number; sinceSec: number } | undefined;
  #sinceSec: number | undefined;
  #answersBack = 0;
  #wasHeard = false;

  /** @param newestSec time of the newest record; -Infinity: there is none */
  update(nowMs: number, counts: CollectorCounts, newestSec: number): HealthFindings {
    const { requests, answers } = counts;
    if (requests < this.#last.requests || answers < this.#last.answers) {
      this.#last = NONE;
      this.#requestsAnswered = 0;
    }
    if (answers > this.#last.answers) {
      // Where requests and answers have both come, the latest one is taken for answered.
      this.#answersBack += answers - this.#last.answers;
      this.#requestsAnswered = requests;
      this.#unanswered = undefined;
      this.#wasHeard = true;
    } else if (requests > this.#requestsAnswered) {
      const sinceSec = Number.isFinite(newestSec) ? newestSec : 0;
      this.#unanswered ??= { sinceMs: nowMs, sinceSec };
    }
    this.#last = { requests, answers };
    const unansweredRequests = requests - this.#requestsAnswered;
    if (this.#isSilent(nowMs, unansweredRequests)) {
      this.#sinceSec ??= this.#unanswered?.sinceSec;
      this.#answersBack = 0;
    } else if (this.#answersBack >= ANSWERS_BACK) {
      this.#sinceSec = undefined;
    }
    if (this.#sinceSec === undefined) return { conditions: [], asOfSec: newestSec };
    const facts = { sinceSec: this.#sinceSec, unansweredRequests, wasHeard: this.#wasHeard };
    return {
      conditions: [{ kind: 'collector-silent', subject: '', ...facts }],
      asOfSec: newestSec,
    };
  }

  #isSilent(nowMs: number, unansweredRequests: number): boolean {
    if (this.#unanswered === undefined) return false;
    const ageMs = nowMs - this.#unanswered.sinceMs;
    return (
      (unansweredRequests >= UNANSWERED && ageMs >= UNDER_WAY_MS) ||
      (unansweredRequests >= UNANSWERED_LONG && ageMs >= LONG_MS)
    );
  }
}
