/**
 * Reads a log whole: every checksum, every frame, and whether what the segments say of themselves is
 * what is in them.
 */
import { ByteWriter } from '../base/byte-writer.ts';
import { isUnreadable, type LogDamage } from './log-fault.ts';
import type { LogFiles } from './log-files.ts';
import type { LogReader } from './log-reader.ts';
import { indexOf, readIndexAgain, type SegmentSummary } from './segment-catalog.ts';
import type { SegmentContents } from './segment-contents.ts';
import type { SegmentHeader } from './segment-format.ts';
import { segmentNumber } from './segment-name.ts';

/** Something that every checksum allows, and that is wrong all the same. */
export interface LogContradiction {
  segment: string;
  reason:
    /** Not the last one, and it has no end. */
    | 'no-end'
    /** Its own number is not that of its name. */
    | 'misnamed'
    /** Its records are not numbered one after the other. */
    | 'wrong-numbers'
    /** What its end says of it is not what is in it. */
    | 'wrong-end';
  /** That are missing for it, where that can be known. */
  records?: number;
}

export type LogProblem = LogDamage | LogContradiction;

export interface VerifiedLog {
  segments: number;
  frames: number;
  /** Revisions and day totals included. */
  records: number;
  bytes: number;
  problems: LogProblem[];
  /** Of the problems, those that the next start of the daemon mends by cutting off what is not whole. */
  unfinished: number;
}

/** What a power cut leaves at the end of a log, and a write that is under way, too. */
const UNFINISHED = new Set<LogDamage['reason']>(['torn', 'zeros', 'empty']);

/**
 * @param isBeingWritten whether another process writes to the log now: then an end that is not whole
 * yet is no problem
 */
export function verifyLog(
  files: LogFiles,
  reader: LogReader,
  isBeingWritten: boolean,
): VerifiedLog {
  const unfinished = reader.damage.filter((damage) => isUnfinishedEnd(damage, reader));
  const known = isBeingWritten
    ? reader.damage.filter((damage) => !unfinished.includes(damage))
    : reader.damage;
  const found: VerifiedLog = {
    segments: 0,
    frames: 0,
    records: 0,
    bytes: 0,
    problems: [...known],
    unfinished: isBeingWritten ? 0 : unfinished.length,
  };
  for (const segments of [reader.days, reader.segments]) {
    segments.forEach((segment, i) => {
      const contents = contentsOf(reader, segment);
      // Removed meanwhile, as the oldest are.
      if (contents === undefined) return;
      if (contents === 'unreadable') {
        found.problems.push(unreadable(segment));
        return;
      }
      found.segments++;
      found.frames += contents.frames.length;
      found.records += segment.extent.records;
      found.bytes += segment.bytes;
      const damage = damageOf(segment, contents);
      found.problems.push(...damage.filter((one) => !isAmong(one, reader.damage)));
      // What is damaged contradicts itself in many ways.
      if (damage.length > 0 || reader.damage.some(({ segment: name }) => name === segment.name)) {
        return;
      }
      for (const contradiction of contradictions(files, reader, segment, contents)) {
        found.problems.push({ segment: segment.name, ...contradiction });
      }
      const next = segments[i + 1];
      if (next !== undefined) found.problems.push(...seamProblems(segment, next));
    });
  }
  return found;
}

function contentsOf(
  reader: LogReader,
  segment: SegmentSummary,
): SegmentContents | undefined | 'unreadable' {
  try {
    return reader.contents(segment);
  } catch (error) {
    if (isUnreadable(error)) return 'unreadable';
    throw error;
  }
}

function unreadable({ name, bytes, extent }: SegmentSummary): LogDamage {
  const { records } = extent;
  return { layer: 'log', segment: name, offset: 0, bytes, reason: 'unreadable', records };
}

function damageOf(segment: SegmentSummary, { damage, frames }: SegmentContents): LogDamage[] {
  const undecodable = frames.filter(({ head, rows }) => {
    return rows()?.length !== head.seriesNumbers.length;
  });
  return [
    ...damage.map((one) => ({ layer: 'log' as const, segment: segment.name, ...one })),
    ...undecodable.map(({ at, end, head }) => ({
      layer: 'log' as const,
      segment: segment.name,
      offset: at,
      bytes: end - at,
      reason: 'malformed' as const,
      records: head.seriesNumbers.length,
    })),
  ];
}

/** Of a segment without damage. */
function* contradictions(
  files: LogFiles,
  reader: LogReader,
  segment: SegmentSummary,
  contents: SegmentContents,
): Generator<Omit<LogContradiction, 'segment'>, void> {
  const { header, nextOrdinal } = segment;
  if (header.number !== segment.number) yield { reason: 'misnamed' };
  let ordinal = header.firstOrdinal;
  for (const { head } of contents.frames) {
    if (head.ordinal !== ordinal) {
      yield { reason: 'wrong-numbers' };
      return;
    }
    ordinal += head.seriesNumbers.length;
  }
  if (!segment.sealed) return;
  const { seal } = contents;
  const isTrue =
    seal !== undefined &&
    ordinal === nextOrdinal &&
    segment.commits === contents.frames.length &&
    isSameHeader(contents.header, seal.header) &&
    isSameIndex(readIndexAgain(files, reader.directory, segment), contents);
  if (!isTrue) yield { reason: 'wrong-end' };
}

/** What is wrong between a segment without damage and the next one. */
function seamProblems(segment: SegmentSummary, next: SegmentSummary): LogContradiction[] {
  const { name } = segment;
  const records = next.header.firstOrdinal - segment.nextOrdinal;
  if (!segment.sealed) return [{ segment: name, reason: 'no-end', records: Math.max(0, records) }];
  // Segments between the two are missing, which has been found.
  if (next.number > segment.number + 1 || records === 0) return [];
  return [{ segment: next.name, reason: 'wrong-numbers' }];
}

function isUnfinishedEnd({ segment: name, reason }: LogDamage, reader: LogReader): boolean {
  const sort = segmentNumber('days', name) === undefined ? 'records' : 'days';
  const last = (sort === 'days' ? reader.days : reader.segments).at(-1);
  return UNFINISHED.has(reason) && (segmentNumber(sort, name) ?? 0) >= (last?.number ?? 0);
}

function isAmong(damage: LogDamage, known: readonly LogDamage[]): boolean {
  return known.some(
    ({ segment, offset }) => segment === damage.segment && offset === damage.offset,
  );
}

function isSameHeader(one: SegmentHeader | undefined, other: SegmentHeader): boolean {
  return (
    one?.number === other.number &&
    one.firstOrdinal === other.firstOrdinal &&
    one.bytesBefore === other.bytesBefore &&
    one.commitsBefore === other.commitsBefore
  );
}

function isSameIndex(encoded: Uint8Array | undefined, contents: SegmentContents): boolean {
  const out = new ByteWriter();
  indexOf(contents).encode(out);
  return encoded !== undefined && Buffer.compare(encoded, out.finish()) === 0;
}
