/** Appends frames to one segment: gathers them, and writes them with one write and one fsync. */
import { join } from 'node:path';
import { ByteWriter } from '../base/byte-writer.ts';
import { bytesToLeave } from './file-blocks.ts';
import { paddingFrame, RECORDS, REFERENCE, writeFrame } from './frame.ts';
import { encodeFrame } from './frame-codec.ts';
import { parentIndex, type FrameState } from './frame-state.ts';
import type { KnownRow } from './identity.ts';
import type { LogFile, LogFiles } from './log-files.ts';
import { ReferenceLines } from './reference-lines.ts';
import type { SegmentSummary } from './segment-catalog.ts';
import { stateAt, type SegmentContents } from './segment-contents.ts';
import { writeSeal, writeSegmentStart, type SegmentHeader } from './segment-format.ts';
import { SegmentIndex } from './segment-index.ts';
import { segmentName, type SegmentSort } from './segment-name.ts';

export interface SegmentPlace {
  files: LogFiles;
  directory: string;
  sort: SegmentSort;
  /** `f_type` of statfs(2). */
  fileSystemMagic: number;
}

/** Thrown where the file that is written to has no name any more. */
export class VanishedError extends Error {}

export class SegmentWriter {
  readonly header: SegmentHeader;
  readonly index: SegmentIndex;
  nextOrdinal: number;
  commits: number;
  readonly #place: SegmentPlace;
  readonly name: string;
  #latest: FrameState;
  /** The latest line of each device: what the next segment's reference is made of. */
  readonly #lines: ReferenceLines;
  readonly #reference: Uint8Array;
  /** Not yet written. */
  #waiting = new ByteWriter();
  #writtenBytes: number;
  #file: LogFile | undefined;
  #sealed = false;

  private constructor(
    place: SegmentPlace,
    begun: {
      name: string;
      header: SegmentHeader;
      index: SegmentIndex;
      nextOrdinal: number;
      commits: number;
      latest: FrameState;
      lines: ReferenceLines;
      reference: Uint8Array;
      writtenBytes: number;
    },
  ) {
    this.#place = place;
    this.header = begun.header;
    this.index = begun.index;
    this.nextOrdinal = begun.nextOrdinal;
    this.commits = begun.commits;
    this.name = begun.name;
    this.#latest = begun.latest;
    this.#lines = begun.lines;
    this.#reference = begun.reference;
    this.#writtenBytes = begun.writtenBytes;
  }

  /** A new segment; its file is made by the first `write`. */
  static create(place: SegmentPlace, header: SegmentHeader, lines: ReferenceLines): SegmentWriter {
    const { payload, state } = encodeFrame(lines.rows(), header.firstOrdinal, 0, undefined);
    const writer = new SegmentWriter(place, {
      name: segmentName(place.sort, header.number),
      header,
      index: new SegmentIndex(),
      nextOrdinal: header.firstOrdinal,
      commits: 0,
      latest: state,
      lines,
      reference: payload.slice(),
      writtenBytes: 0,
    });
    writeSegmentStart(header, writer.#waiting);
    writeFrame(REFERENCE, payload, writer.#waiting);
    return writer;
  }

  /**
   * Goes on with a segment that was not sealed. Undefined when the frames that the next one would
   * stand on cannot be decoded.
   * @param data the bytes of the file, of which `contents` were read
   */
  static resume(
    place: SegmentPlace,
    summary: SegmentSummary,
    contents: SegmentContents,
    index: SegmentIndex,
    data: Uint8Array,
  ): SegmentWriter | undefined {
    const { latest, reference } = contents;
    if (latest?.whole !== true || reference === undefined) return undefined;
    const { name, header, nextOrdinal, commits, bytes } = summary;
    return new SegmentWriter(place, {
      name,
      header,
      index,
      nextOrdinal,
      commits,
      latest,
      lines: ReferenceLines.of(latest),
      reference: data.slice(reference.start, reference.end),
      writtenBytes: bytes,
    });
  }

  get lines(): ReferenceLines {
    return this.#lines;
  }

  /** Some of it is on the flash. */
  get isBegun(): boolean {
    return this.#writtenBytes > 0;
  }

  /** What is written and what waits. */
  get bytes(): number {
    return this.#writtenBytes + this.#waiting.length;
  }

  /** Takes one frame of records, numbered from `ordinal` on. */
  add(rows: readonly KnownRow[], ordinal: number): void {
    const index = this.#latest.index + 1;
    const parent = stateAt(this.#latest, parentIndex(index));
    const { payload, state } = encodeFrame(rows, ordinal, index, parent);
    writeFrame(RECORDS, payload, this.#waiting);
    this.#latest = state;
    this.nextOrdinal = ordinal + rows.length;
    this.commits++;
    for (const { identity } of rows) this.index.add(identity);
    this.#lines.note(state);
  }

  /** Closes the segment; `write` comes after it. */
  seal(): void {
    const index = new ByteWriter();
    this.index.encode(index);
    const { nextOrdinal, commits } = this;
    writeSeal(
      this.header,
      { nextOrdinal, commits },
      index.finish(),
      this.#reference,
      this.#waiting,
    );
    this.#sealed = true;
  }

  /**
   * Writes what waits. Throws what the system throws; after that the segment must not be written to
   * any more, for nobody knows how much of it is there.
   */
  write(): void {
    if (this.#waiting.length === 0) return;
    const { files, directory, fileSystemMagic } = this.#place;
    const isNew = this.#writtenBytes === 0;
    const file = this.#file ?? files.openAppend(join(directory, this.name), isNew);
    this.#file = file;
    let bytes = this.#waiting.finish();
    const hole = bytesToLeave(this.#writtenBytes, bytes.length, fileSystemMagic);
    if (hole > 0) bytes = Buffer.concat([paddingFrame(hole), bytes]);
    file.append(bytes, hole);
    file.sync();
    if (isNew) files.syncDirectory(directory);
    else if (!file.linked()) throw new VanishedError(this.name);
    this.#writtenBytes += hole + bytes.length;
    this.#waiting = new ByteWriter();
  }

  summary(): SegmentSummary {
    const encoded = new ByteWriter();
    this.index.encode(encoded);
    return {
      name: this.name,
      number: this.header.number,
      bytes: this.#writtenBytes,
      header: this.header,
      extent: this.index.extent,
      nextOrdinal: this.nextOrdinal,
      commits: this.commits,
      sealed: this.#sealed,
      index: encoded.finish(),
    };
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
