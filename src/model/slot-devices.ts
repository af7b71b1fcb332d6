/** Counts devices by slot, one device after the other: each once in a slot, however often it was heard of. */
export class SlotDevices {
  readonly known: Uint16Array;
  /** A slot in which something of a device is known is not counted as missing it. */
  readonly missing: Uint16Array;
  readonly #first: number;
  /** By slot: number of the latest device that was counted in it; the first one is 1. */
  readonly #latest: Uint16Array;
  #device = 1;
  #missed: { fromSlot: number; toSlot: number }[] = [];

  constructor(firstSlot: number, slots: number) {
    this.known = new Uint16Array(slots);
    this.missing = new Uint16Array(slots);
    this.#first = firstSlot;
    this.#latest = new Uint16Array(slots);
  }

  /** Both ends included, here as below. */
  addKnown(fromSlot: number, toSlot: number): void {
    this.#count(this.known, fromSlot, toSlot);
  }

  addMissing(fromSlot: number, toSlot: number): void {
    this.#missed.push({ fromSlot, toSlot });
  }

  /** That was all of one device. */
  end(): void {
    for (const { fromSlot, toSlot } of this.#missed) this.#count(this.missing, fromSlot, toSlot);
    this.#missed = [];
    this.#device++;
  }

  #count(counts: Uint16Array, fromSlot: number, toSlot: number): void {
    const from = Math.max(0, fromSlot - this.#first);
    const to = Math.min(counts.length - 1, toSlot - this.#first);
    for (let slot = from; slot <= to; slot++) {
      if (this.#latest[slot] === this.#device) continue;
      this.#latest[slot] = this.#device;
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
  }
}
