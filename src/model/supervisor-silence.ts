/** Whether the supervisor is heard at all. Only here ages count, by a monotonic clock: nobody records silence. */
import type { HealthFindings } from './health-condition.ts';

/**
 * Heard again, and once more at least so much later, silence is over: a supervisor that is well speaks
 * every five minutes, and one that spoke a single time in an hour is not.
 */
const HEARD_AGAIN_MS = 4 * 60_000;

export class SupervisorSilence {
  readonly #silentAfterMs: number;
  /** While it is silent, what was the newest record when that began. */
  #since: { sec: number; wasHeard: boolean } | undefined;
  /** When it was first heard again; undefined: not yet. */
  #backMs: number | undefined;

  constructor(silentAfterSec: number) {
    this.#silentAfterMs = silentAfterSec * 1000;
  }

  /**
   * @param sinceHeardMs age of what was heard last; before that, of the program
   * @param newestSec time of the newest record; -Infinity: there is none
   */
  update(nowMs: number, sinceHeardMs: number, newestSec: number): HealthFindings {
    if (sinceHeardMs >= this.#silentAfterMs) {
      this.#backMs = undefined;
      const wasHeard = Number.isFinite(newestSec);
      this.#since ??= { sec: wasHeard ? newestSec : 0, wasHeard };
    } else if (this.#since !== undefined) {
      const heardMs = nowMs - sinceHeardMs;
      this.#backMs ??= heardMs;
      if (heardMs - this.#backMs >= HEARD_AGAIN_MS) {
        this.#since = undefined;
        this.#backMs = undefined;
      }
    }
    if (this.#since === undefined) return { conditions: [], asOfSec: newestSec };
    const { sec: sinceSec, wasHeard } = this.#since;
    const silentForSec = Math.floor(sinceHeardMs / 1000);
    return {
      conditions: [{ kind: 'supervisor-silent', subject: '', sinceSec, wasHeard, silentForSec }],
      asOfSec: newestSec,
    };
  }
}
