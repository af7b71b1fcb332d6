/** The end of the line for records when there is no log: each new one printed once. */
import type { ByteOutput } from '../base/byte-output.ts';
import { writeRecordJson } from '../record/record-json.ts';
import type { RecordLine } from '../record/record-line.ts';
import { RecentRecords } from '../record/recent-records.ts';
import type { NoveltyCounts } from './summary.ts';

export class RecordOutput {
  readonly counts: NoveltyCounts = { new: 0, repeat: 0, revision: 0 };
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
    if (novelty !== 'repeat' && this.#output !== undefined) writeRecordJson(line, this.#output);
  }
}
