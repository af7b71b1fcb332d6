/** The worked example of FORMAT.md: a small segment, written with its meaning beside each byte. */
import { ByteCursor } from '../../src/base/byte-cursor.ts';
import { BitReader } from '../../src/log/bit-reader.ts';

import type { ColumnForm } from '../../src/log/column-form.ts';
import { readFrame } from '../../src/log/frame.ts';
import { identityOf } from '../../src/log/identity.ts';
import { SegmentChain } from '../../src/log/segment-chain.ts';
import { MAGIC_BYTES } from '../../src/log/segment-format.ts';
import { emptyRecordLine, readIdentity, readType } from '../../src/record/record-line.ts';
import { readTimeSec } from '../../src/log/record-time.ts';
import { MemoryFiles } from './memory-files.ts';

/** By commit. */
const COMMITS = [
  ['140\t20260509120000\tPVS5M0001c\tPVS5M0400c\t125\t-640.39\t-1.878\t60.02'],
  ['140\t20260509120500\tPVS5M0001c\tPVS5M0400c\t125\t-640.54\t-1.79\t60.01'],
  ['140\t20260509121000\tPVS5M0001c\tPVS5M0400c\t125\t-640.69\t-1.79\t60.02'],
];

export function exampleRecords(): string[] {
  return COMMITS.flat();
}

/** The segment that a log has which took the records, not sealed. */
export function exampleSegment(): Uint8Array {
  const files = new MemoryFiles();
  files.makeDirectory('/log');
  const chain = SegmentChain.open({ files, directory: '/log', sort: 'records' });
  for (const lines of COMMITS) {
    const rows = lines.map((text) => {
      const data = Buffer.from(text);
      const line = emptyRecordLine();
      readType(data, 0, data.length, line);
      readIdentity(line);
      const row = { ...line, timeSec: readTimeSec(data, line.timeAt) };
      return { ...row, identity: identityOf(row) };
    });
    chain.write([rows], {});
  }
  chain.close();
  return files.read('/log/00000001.log', 0, 1000);
}

/** One line of the page: bytes in hexadecimal, padded, then what they are. */
class Page {
  readonly #data: Uint8Array;
  readonly #lines: string[] = [];
  #at = 0;
  /** By column, in the frame before. */
  readonly #forms: (ColumnForm | undefined)[] = [];

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  get text(): string {
    return this.#lines.join('\n');
  }

  take(bytes: number, meaning: string): void {
    for (let from = 0; from < bytes || from === 0; from += 16) {
      const end = this.#at + Math.min(16, bytes - from);
      const hex = Buffer.from(this.#data.subarray(this.#at, end)).toString('hex');
      const spaced = hex.replace(/..(?=.)/g, '$& ');
      this.#lines.push(`${spaced.padEnd(48)}${from === 0 ? meaning : ''}`.trimEnd());
      this.#at = end;
    }
  }

  /** Varints, with what each is. */
  numbers(...meanings: ((value: number) => string)[]): void {
    for (const meaning of meanings) {
      const cursor = new ByteCursor(this.#data, this.#at, this.#data.length);
      const value = cursor.varint();
      this.take(cursor.at - this.#at, meaning(value));
    }
  }

  words(meaning: string): void {
    const bytes = this.#data[this.#at] ?? 0;
    const text = Buffer.from(this.#data.subarray(this.#at + 1, this.#at + 1 + bytes));
    this.take(1 + bytes, `${meaning} ${text.toString('latin1')}, its length in front`);
  }

  frame(name: string): number {
    const frame = readFrame(this.#data, this.#at);
    if (frame === undefined) throw new Error(`no frame at ${this.#at}`);
    this.take(frame.start - 4 - this.#at, `frame ${name}, ${frame.end - frame.start} bytes`);
    this.take(4, '  checksum');
    return frame.end;
  }

  /** The values, to the end of a frame, of one row with these cells. */
  bits(end: number, columns: readonly string[]): void {
    const reader = new BitReader(this.#data, this.#at, end);
    this.take(end - this.#at, '  bits:');
    columns.forEach((text, column) => {
      const { parts, form } = columnBits(reader, this.#forms[column]);
      this.#forms[column] = form;
      // Of a text the letters say enough.
      const shown = parts.length > 56 ? `${parts.slice(0, 18)}... ` : parts;
      this.#lines.push(`${''.padEnd(50)}${shown}: ${text}`);
    });
  }
}

/** The bits of a column of one row, part by part. `before` is the form that it had. */
function columnBits(
  reader: BitReader,
  before: ColumnForm | undefined,
): { parts: string; form: ColumnForm | undefined } {
  const parts: string[] = [];
  const bits = (count: number): number => {
    const value = reader.bits(count);
    if (count > 0) parts.push(value.toString(2).padStart(count, '0'));
    return value;
  };
  const number = (): number => bits(bits(6));
  const mode = bits(2);
  let form = before;
  if (mode === 1) {
    // Not all the same; not as the cell referred to, and not as the one above.
    bits(1);
    bits(2);
    for (let left = number(); left > 0; left--) bits(8);
  } else if (mode > 1) {
    if (mode === 3) {
      const [scale, padding, others, guess, rice] = [bits(4), bits(2), bits(2), bits(2), bits(5)];
      form = { scale, padding, others, guess, rice };
    }
    if (form?.guess === 0 || form?.guess === 2) number();
    parts.push(`${'1'.repeat(reader.unary(24))}0`);
    bits(form?.rice ?? 0);
  }
  return { parts: parts.join(' '), form };
}

const zigzag = (value: number): number => (value % 2 === 1 ? -(value + 1) / 2 : value / 2);

export function examplePage(): string {
  const page = new Page(exampleSegment());
  page.take(MAGIC_BYTES, 'suntap, version 1, line feed');
  page.frame('H');
  page.numbers(
    (number) => `  segment ${number}`,
    (ordinal) => `  first ordinal ${ordinal}`,
    (bytes) => `  bytes before ${bytes}`,
    (commits) => `  commits before ${commits}`,
  );
  page.frame('R');
  page.numbers(
    (index) => `  frame ${index}`,
    (rows) => `  rows ${rows}: a new log knows no device`,
    () => '  ordinal 0',
    (series) => `  new series ${series}`,
  );
  page.take(1, '  columns: as the rows referred to');
  for (const [number, lines] of COMMITS.entries()) {
    const end = page.frame('D');
    page.numbers(
      (index) => `  frame ${index}, which stands on frame ${index & (index - 1)}`,
      (rows) => `  rows ${rows}`,
      (ordinal) => `  first ordinal ${zigzag(ordinal)} more than the one behind the parent's`,
      (series) => `  new series ${series}`,
    );
    // Only the third frame stands on one that knows the device.
    const isKnown = number === 2;
    if (!isKnown) {
      page.words('    type');
      page.words('    serial');
    }
    page.numbers(
      (time) => `  a run: time ${zigzag(time)} s more than the parent's first`,
      (series) => `    series ${zigzag(series)} more than expected`,
      (length) => `    of ${length} row`,
      (kind) => `  columns: ${kind === 0 ? 'as the rows referred to' : 'told'}`,
    );
    if (!isKnown) {
      page.numbers(
        (columns) => `    ${columns} columns`,
        (rows) => `    of ${rows} row`,
      );
    }
    const columns = lines[0]?.split('\t').slice(3) ?? [];
    page.bits(end, columns);
  }
  return page.text;
}
