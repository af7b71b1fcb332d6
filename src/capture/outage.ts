/** A live source's interruption: told once when it begins and once when it ends. */
import type { CaptureEvent, CaptureFault } from './packet-source.ts';

export class Outage {
  readonly #subject: string;
  readonly #report: (event: CaptureEvent) => void;
  #ongoing = false;

  constructor(subject: string, report: (event: CaptureEvent) => void) {
    this.#subject = subject;
    this.#report = report;
  }

  /** Further faults of an interruption that is already told are not. */
  begin(fault: CaptureFault): void {
    if (this.#ongoing) return;
    this.#ongoing = true;
    this.#report({ kind: 'interrupted', fault });
  }

  end(): void {
    if (!this.#ongoing) return;
    this.#ongoing = false;
    this.#report({ kind: 'resumed', subject: this.#subject });
  }
}
