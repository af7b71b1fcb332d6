/**
 * What may be wrong with the files of a log: what is said of it, which records are there all the same,
 * and that the log goes on behind it, whether a reader meets it or the writer.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogDamage } from '../../src/log/log-fault.ts';
import { readCatalog } from '../../src/log/segment-catalog.ts';
import type { LogEvent } from '../../src/log/record-log.ts';
import { concatBytes, latin1 } from '../tools/bytes.ts';
import { DIRECTORY, namesIn, openLog, readings, readLog, store, T } from './log-under-test.ts';
import type { MemoryFiles } from './memory-files.ts';
import {
  FIRST,
  LAST,
  linesWithout,
  MIDDLE,
  recordsFrame,
  smallLog,
  type SmallLog,
} from './small-log.ts';

type Told = Pick<LogDamage, 'segment' | 'offset' | 'bytes' | 'reason' | 'records'>;

interface Case {
  name: string;
  /** Changes the log, and says what must be told of it. */
  damage: (log: SmallLog) => Told[];
  /** Frames of records that are lost, by segment. */
  lost?: Readonly<Record<string, readonly number[]>>;
  /** The writer leaves the file as it is. */
  keeps?: string;
  /** Number of the segment that what comes next is written to. */
  next: string;
  /** Told once only: the writer has put it right. */
  mended?: true;
}

const FOURTH = '00000004.log';
const ALL = [1, 2, 3, 4, 5, 6, 7];

function dataOf({ segments }: SmallLog, name: string): Uint8Array {
  return segments[name]!.data.slice();
}

function put({ files }: SmallLog, name: string, data: Uint8Array): void {
  files.put(`${DIRECTORY}/${name}`, data);
}

/** Makes bytes of a frame wrong, but not those that say how long it is. */
function garble(log: SmallLog, name: string, frame: { start: number; end: number }): void {
  const data = dataOf(log, name);
  for (let at = frame.start; at < frame.end; at++) data[at]! ^= 0xa5;
  put(log, name, data);
}

function whole(log: SmallLog, name: string): { offset: number; bytes: number } {
  return { offset: 0, bytes: log.segments[name]!.data.length };
}

function placeOf({ at, end }: { at: number; end: number }): { offset: number; bytes: number } {
  return { offset: at, bytes: end - at };
}

const CASES: Case[] = [
  {
    name: 'a prefix of a frame at the end',
    damage: (log) => {
      const { at } = recordsFrame(log.segments[LAST]!, 7);
      put(log, LAST, dataOf(log, LAST).subarray(0, at + 9));
      return [{ segment: LAST, offset: at, bytes: 9, reason: 'torn', records: undefined }];
    },
    lost: { [LAST]: [7] },
    next: LAST,
    mended: true,
  },
  {
    name: 'a prefix of a frame and zeros',
    damage: (log) => {
      const { at, end } = recordsFrame(log.segments[LAST]!, 7);
      put(log, LAST, dataOf(log, LAST).fill(0, at + 9));
      const bytes = end - at;
      return [{ segment: LAST, offset: at, bytes, reason: 'torn', records: undefined }];
    },
    lost: { [LAST]: [7] },
    next: LAST,
    mended: true,
  },
  {
    name: 'zeros at the end',
    damage: (log) => {
      const data = dataOf(log, LAST);
      put(log, LAST, concatBytes([data, new Uint8Array(100)]));
      const told = { segment: LAST, offset: data.length, bytes: 100, records: undefined };
      return [{ ...told, reason: 'zeros' }];
    },
    next: LAST,
    mended: true,
  },
  {
    name: 'other bytes at the end',
    damage: (log) => {
      const data = dataOf(log, LAST);
      put(log, LAST, concatBytes([data, latin1('good morning')]));
      const told = { segment: LAST, offset: data.length, bytes: 12, records: undefined };
      return [{ ...told, reason: 'garbled' }];
    },
    next: LAST,
    mended: true,
  },
  {
    name: 'a garbled frame that none stands on',
    damage: (log) => {
      const frame = recordsFrame(log.segments[LAST]!, 3);
      garble(log, LAST, frame);
      return [{ segment: LAST, ...placeOf(frame), reason: 'garbled', records: undefined }];
    },
    lost: { [LAST]: [3] },
    next: LAST,
  },
  {
    name: 'a garbled frame that others stand on',
    damage: (log) => {
      const frame = (index: number) => recordsFrame(log.segments[FIRST]!, index);
      garble(log, FIRST, frame(4));
      const orphan = { segment: FIRST, reason: 'parent-missing', records: 2 } as const;
      return [
        { segment: FIRST, ...placeOf(frame(4)), reason: 'garbled', records: undefined },
        ...[5, 6, 7].map((index) => ({ ...orphan, ...placeOf(frame(index)) })),
      ];
    },
    lost: { [FIRST]: [4, 5, 6, 7] },
    next: LAST,
  },
  {
    name: 'a garbled frame that the next one would stand on',
    damage: (log) => {
      const frame = (index: number) => recordsFrame(log.segments[LAST]!, index);
      garble(log, LAST, frame(6));
      const orphan = { segment: LAST, reason: 'parent-missing', records: 2 } as const;
      return [
        { segment: LAST, ...placeOf(frame(6)), reason: 'garbled', records: undefined },
        { ...orphan, ...placeOf(frame(7)) },
      ];
    },
    lost: { [LAST]: [6, 7] },
    next: LAST,
  },
  ...[FIRST, LAST].flatMap((segment): Case[] => [
    {
      name: `a garbled magic in ${segment}`,
      damage: (log) => {
        garble(log, segment, { start: 0, end: 8 });
        return [{ segment, offset: 0, bytes: 8, reason: 'garbled', records: undefined }];
      },
      next: LAST,
    },
    {
      name: `a garbled header in ${segment}`,
      damage: (log) => {
        const frame = log.segments[segment]!.frames[0]!;
        garble(log, segment, frame);
        return [{ segment, ...placeOf(frame), reason: 'garbled', records: undefined }];
      },
      next: LAST,
    },
  ]),
  {
    name: 'a garbled reference in a sealed segment, which has a copy',
    damage: (log) => {
      const frame = log.segments[FIRST]!.frames[1]!;
      garble(log, FIRST, frame);
      return [{ segment: FIRST, ...placeOf(frame), reason: 'garbled', records: undefined }];
    },
    next: LAST,
  },
  {
    name: 'a garbled reference in the segment that grows',
    damage: (log) => {
      const segment = log.segments[LAST]!;
      const frame = segment.frames[1]!;
      garble(log, LAST, frame);
      return [
        { segment: LAST, ...placeOf(frame), reason: 'garbled', records: undefined },
        ...ALL.map((index): Told => {
          const place = placeOf(recordsFrame(segment, index));
          return { segment: LAST, ...place, reason: 'parent-missing', records: 2 };
        }),
      ];
    },
    lost: { [LAST]: ALL },
    keeps: LAST,
    next: FOURTH,
  },
  {
    name: 'a garbled seal',
    damage: (log) => {
      const frame = log.segments[MIDDLE]!.frames.at(-1)!;
      garble(log, MIDDLE, frame);
      const bytes = log.segments[MIDDLE]!.data.length - frame.at;
      const told = { segment: MIDDLE, offset: frame.at, bytes, records: undefined };
      return [{ ...told, reason: 'garbled' }];
    },
    keeps: MIDDLE,
    next: LAST,
  },
  {
    name: 'a garbled trailer',
    damage: (log) => {
      const end = log.segments[MIDDLE]!.data.length;
      garble(log, MIDDLE, { start: end - 8, end });
      const told = { segment: MIDDLE, offset: end - 8, bytes: 8, records: undefined };
      return [{ ...told, reason: 'garbled' }];
    },
    keeps: MIDDLE,
    next: LAST,
  },
  {
    name: 'a missing segment',
    damage: (log) => {
      log.files.remove(`${DIRECTORY}/${MIDDLE}`);
      return [{ segment: MIDDLE, offset: 0, bytes: 0, reason: 'missing', records: 14 }];
    },
    lost: { [MIDDLE]: ALL },
    next: LAST,
  },
  {
    name: 'two segments of the same number, the later one a copy',
    damage: (log) => {
      put(log, FOURTH, dataOf(log, FIRST));
      return [{ segment: FOURTH, ...whole(log, FIRST), reason: 'copy', records: 14 }];
    },
    keeps: FOURTH,
    next: '00000005.log',
  },
  {
    name: 'a copy of which the original is gone',
    damage: (log) => {
      put(log, FOURTH, dataOf(log, LAST));
      log.files.remove(`${DIRECTORY}/${LAST}`);
      return [];
    },
    next: FOURTH,
  },
  {
    name: 'an empty file at the end',
    damage: (log) => {
      put(log, FOURTH, new Uint8Array(0));
      return [{ segment: FOURTH, offset: 0, bytes: 0, reason: 'empty', records: undefined }];
    },
    next: FOURTH,
    mended: true,
  },
  {
    name: 'an empty file in the middle',
    damage: (log) => {
      put(log, MIDDLE, new Uint8Array(0));
      return [{ segment: MIDDLE, offset: 0, bytes: 0, reason: 'empty', records: 14 }];
    },
    lost: { [MIDDLE]: ALL },
    keeps: MIDDLE,
    next: LAST,
  },
  {
    name: 'an empty file and a missing segment behind it',
    damage: (log) => {
      put(log, MIDDLE, new Uint8Array(0));
      put(log, FOURTH, dataOf(log, LAST));
      log.files.remove(`${DIRECTORY}/${LAST}`);
      return [
        { segment: MIDDLE, offset: 0, bytes: 0, reason: 'empty', records: undefined },
        { segment: LAST, offset: 0, bytes: 0, reason: 'missing', records: 14 },
      ];
    },
    lost: { [MIDDLE]: ALL },
    keeps: MIDDLE,
    next: FOURTH,
  },
  {
    name: 'a file of zeros at the end',
    damage: (log) => {
      put(log, FOURTH, new Uint8Array(5000));
      return [{ segment: FOURTH, offset: 0, bytes: 5000, reason: 'empty', records: undefined }];
    },
    next: FOURTH,
    mended: true,
  },
  {
    name: 'a file of zeros in the middle',
    damage: (log) => {
      put(log, MIDDLE, new Uint8Array(5000));
      return [{ segment: MIDDLE, offset: 0, bytes: 5000, reason: 'empty', records: 14 }];
    },
    lost: { [MIDDLE]: ALL },
    keeps: MIDDLE,
    next: LAST,
  },
  {
    name: 'a file of something else with the name of a segment',
    damage: (log) => {
      put(log, FOURTH, latin1('Dear diary, today the sun was out.'));
      return [{ segment: FOURTH, offset: 0, bytes: 34, reason: 'foreign', records: undefined }];
    },
    keeps: FOURTH,
    next: '00000005.log',
  },
  {
    name: 'a large file with the name of a segment far behind',
    damage: (log) => {
      const data = new Uint8Array((1 << 20) + 1).fill(0x48);
      put(log, '00777777.log', data);
      const told = { segment: '00777777.log', offset: 0, bytes: data.length, records: undefined };
      return [{ ...told, reason: 'foreign' }];
    },
    keeps: '00777777.log',
    next: '00777778.log',
  },
  {
    name: 'a segment of which only the magic is right',
    damage: (log) => {
      const data = dataOf(log, LAST);
      for (let at = 8; at < data.length; at++) data[at]! ^= 0xa5;
      put(log, FOURTH, data);
      return [{ segment: FOURTH, ...whole(log, LAST), reason: 'foreign', records: undefined }];
    },
    keeps: FOURTH,
    next: '00000005.log',
  },
  {
    name: 'a directory with the name of a segment',
    damage: (log) => {
      log.files.makeDirectory(`${DIRECTORY}/${FOURTH}`);
      return [{ segment: FOURTH, offset: 0, bytes: 0, reason: 'unreadable', records: undefined }];
    },
    next: '00000005.log',
  },
  {
    name: 'files with other names',
    damage: (log) => {
      for (const name of [
        '4.log',
        '00000004.log.bak',
        'lock',
        '000000004.log',
        '9007199254740991.log',
      ]) {
        put(log, name, latin1('x'));
      }
      return [];
    },
    keeps: '9007199254740991.log',
    next: LAST,
  },
];

/** What came after the damage, of another device. */
const MORE = readings(2, 3, T - 86_400).slice(2);

function plain({ segment, offset, bytes, reason, records }: LogDamage): Told {
  return { segment, offset, bytes, reason, records };
}

function damageIn(events: readonly LogEvent[]): Told[] {
  return events.flatMap((event) => (event.kind === 'damage' ? [plain(event.damage)] : []));
}

function contentOf(files: MemoryFiles, name: string): Uint8Array | undefined {
  const path = `${DIRECTORY}/${name}`;
  return files.exists(path) ? files.read(path, 0, files.sizeBytes(path)) : undefined;
}

for (const { name, damage, lost = {}, keeps, next, mended = false } of CASES) {
  test(name, () => {
    const log = smallLog();
    const { files, segments } = log;
    const told = damage(log);
    const there = Object.entries(segments).flatMap(([segment, one]) =>
      linesWithout(one, lost[segment] ?? []),
    );
    const found = readLog(files);
    assert.deepEqual(found.lines, there, 'what a reader finds');
    assert.deepEqual(found.damage.map(plain), told, 'what a reader is told');

    const keptBefore = keeps === undefined ? undefined : contentOf(files, keeps);
    const nextBefore = contentOf(files, next);
    // Sealed segments are not read when a log is opened.
    const atOpen = readCatalog(files, DIRECTORY, 'records').damage;
    const opened = openLog(files);
    const toldToWriter = damageIn(opened.events);
    assert.deepEqual(toldToWriter, atOpen.map(plain), 'what the writer is told');
    store(opened, MORE);
    assert.notDeepEqual(contentOf(files, next), nextBefore, namesIn(files).join());
    opened.log.close();
    if (keeps !== undefined) assert.deepEqual(contentOf(files, keeps), keptBefore);
    const after = readLog(files);
    assert.deepEqual(after.lines, [...there, ...MORE], 'what is there in the end');
    assert.deepEqual(after.damage.map(plain), mended ? [] : told, 'what is told in the end');
  });
}
