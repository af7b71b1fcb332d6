/** The end of the line for records when there is no log: each new one printed once. */
import type { ByteOutput } from '../base/byte-output.ts';
import { writeRecordJson } from '../record/record-json.ts';
import type { RecordLine } from '../record/record-line.ts';
import { TypeCounts } from '../record/type-counts.ts';
import { RecentRecords } from '../record/recent-records.ts';
import type { NoveltyCounts } from './summary.ts';

export class RecordOutput {
  readonly counts: NoveltyCounts = { new: 0, repeat: 0, revision: 0 };
  /** Of new records and revisions. */
  readonly types = new TypeCounts();
  readonly #recent: RecentRecords;
  readonly #output: ByteOutput | undefined;

  /**
   * @param remembered records per generation, see `RecentRecords`
   * @param output where new records and revisions are printed; undefined: nowhere
   */
  constructor(remembered: number, output: ByteOutput | undefined) {
    this.#recent = new RecentRecords(remembered);
    this.#output = output;
  }

  take(line: RecordLine): void {
    const novelty = this.#recent.note(line);
    this.counts[novelty]++;
    if (novelty === 'repeat') return;
    this.types.count(line.type);
    if (this.#output !== undefined) writeRecordJson(line, this.#output);
  }
}
