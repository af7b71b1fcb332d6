/** The end of the line for records: counts them, and prints what is new. */
import type { ByteOutput } from '../base/byte-output.ts';
import { writeRecordJson } from '../record/record-json.ts';
import type { RecordLine } from '../record/record-line.ts';
import { TypeCounts } from '../record/type-counts.ts';
import type { NoveltyCounts } from './summary.ts';

export class RecordOutput {
  readonly counts: NoveltyCounts = { new: 0, repeat: 0, revision: 0 };
  /** Of new records and revisions. */
  readonly types = new TypeCounts();
  readonly #judge: (line: RecordLine) => keyof NoveltyCounts;
  readonly #output: ByteOutput | undefined;

  /**
   * @param judge says what a record is, and remembers it
   * @param output where new records and revisions are printed; undefined: nowhere
   */
  constructor(judge: (line: RecordLine) => keyof NoveltyCounts, output: ByteOutput | undefined) {
    this.#judge = judge;
    this.#output = output;
  }

  take(line: RecordLine): void {
    const novelty = this.#judge(line);
    this.counts[novelty]++;
    if (novelty === 'repeat') return;
    this.types.count(line.type);
    if (this.#output !== undefined) writeRecordJson(line, this.#output);
  }
}
