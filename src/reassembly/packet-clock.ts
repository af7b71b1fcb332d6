/**
 * The clock of the pipeline: packet time that never runs backwards and never leaps.
 *
 * Packets carry the wall clock of whoever captured them, which may be set at any moment, and a
 * capture may hold them a little out of order. Waits are measured with differences: a small step
 * back is disorder and passes over, a larger one is a clock that was set and counts as no time at all.
 * A step ahead counts as an hour at most: enough to end every wait, as a night without traffic does.
 */

const MAX_STEP_MS = 3_600_000;
const MAX_DISORDER_MS = 3_600_000;

export class PacketClock {
  /** Monotonic; only differences mean anything. */
  nowMs = 0;
  #packetMs: number | undefined;
  /** Already added by `advanceBy` since the latest packet. */
  #addedMs = 0;

  /** A packet with this time was captured. */
  advanceTo(packetMs: number): void {
    const stepMs = packetMs - (this.#packetMs ?? packetMs);
    if (stepMs < 0 && stepMs > -MAX_DISORDER_MS) return;
    this.#add(stepMs - this.#addedMs);
    this.#packetMs = packetMs;
    this.#addedMs = 0;
  }

  /** So much time went by without a packet. */
  advanceBy(elapsedMs: number): void {
    this.#add(elapsedMs);
    this.#addedMs += elapsedMs;
  }

  #add(elapsedMs: number): void {
    if (elapsedMs > 0) this.nowMs += Math.min(elapsedMs, MAX_STEP_MS);
  }
}
