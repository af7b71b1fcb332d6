/** What becomes of a log when its directory, or a whole file in it, is not what it was. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LogLock } from '../../src/log/log-lock.ts';
import { LogReader } from '../../src/log/log-reader.ts';
import { RecordLog, type LogEvent } from '../../src/log/record-log.ts';
import { recordOf } from '../record/lines.ts';
import { latin1 } from '../tools/bytes.ts';
import {
  bulky,
  DIRECTORY,
  namesIn,
  openLog,
  readings,
  readLog,
  store,
  T,
  utcDayEnd,
} from './log-under-test.ts';
import { MemoryFiles } from './memory-files.ts';
import { FIRST, LAST, smallLog } from './small-log.ts';

const SOME = readings(2, 2);
const MORE = readings(2, 2, T + 86_400);

function kindsIn(events: readonly LogEvent[]): string[] {
  return events.map((event) => (event.kind === 'broken' ? event.fault.reason : event.kind));
}

function withSome(): { files: MemoryFiles; opened: ReturnType<typeof openLog> } {
  const files = new MemoryFiles();
  const opened = openLog(files);
  store(opened, SOME);
  return { files, opened };
}

function add(log: RecordLog, lines: readonly string[]): void {
  for (const line of lines) log.add(recordOf(line));
}

function refusal(files: MemoryFiles, directory = DIRECTORY): string {
  const opened = RecordLog.open({
    files,
    directory,
    sizeLimitBytes: 1 << 20,
    freeFloorBytes: 0,
    dayEnd: utcDayEnd,
    event: () => undefined,
  });
  return opened.ok ? 'opened' : opened.fault.reason;
}

describe('the directory', () => {
  test('is made, and outlives a power cut with what is in it', () => {
    const { files } = withSome();
    assert.deepEqual(readLog(files.crash(() => 0)).lines, SOME);
  });

  test('is made by another and not synced, and outlives a power cut all the same', () => {
    const files = new MemoryFiles();
    files.makeDirectory(DIRECTORY);
    store(openLog(files), SOME);
    assert.deepEqual(readLog(files.crash(() => 0)).lines, SOME);
  });

  test('is not made below one that is not there', () => {
    assert.equal(refusal(new MemoryFiles(), '/mnt/usb/log'), 'no-directory');
  });

  test('is a file', () => {
    const files = new MemoryFiles();
    files.put(DIRECTORY, latin1('x'));
    assert.equal(refusal(files), 'not-a-directory');
  });

  test('vanishes and comes back: what waited is written', () => {
    const { files, opened } = withSome();
    files.vanish(DIRECTORY);
    add(opened.log, MORE);
    assert.equal(opened.log.commit(), false);
    assert.equal(opened.log.commit(), false);
    assert.deepEqual(kindsIn(opened.events), ['vanished']);
    files.makeDirectory(DIRECTORY);
    assert.equal(opened.log.commit(), true);
    assert.deepEqual(kindsIn(opened.events), ['vanished', 'restored']);
    assert.deepEqual(readLog(files).lines, MORE);
  });

  test('vanishes before a segment is begun', () => {
    const files = new MemoryFiles();
    const { log, events } = openLog(files);
    files.vanish(DIRECTORY);
    add(log, SOME);
    assert.equal(log.commit(), false);
    assert.deepEqual(kindsIn(events), ['vanished']);
  });

  test('can only be read: what comes is written when it can be written again', () => {
    const { files, opened } = withSome();
    opened.log.close();
    files.readOnly = true;
    const again = openLog(files);
    add(again.log, [...SOME, ...MORE]);
    assert.equal(again.log.commit(), false);
    assert.deepEqual(kindsIn(again.events), ['read-only']);
    files.readOnly = false;
    assert.equal(again.log.commit(), true);
    assert.deepEqual(readLog(files).lines, [...SOME, ...MORE]);
    assert.deepEqual(kindsIn(again.events), ['read-only', 'restored']);
  });
});

test('the segment that grows is deleted: what was not acknowledged comes into another', () => {
  const { files, opened } = withSome();
  files.remove(`${DIRECTORY}/00000001.log`);
  add(opened.log, MORE);
  assert.equal(opened.log.commit(), false);
  assert.deepEqual(kindsIn(opened.events), ['vanished']);
  assert.equal(opened.log.commit(), true);
  assert.deepEqual(readLog(files).lines, MORE);
});

describe('a later version', () => {
  for (const name of [FIRST, LAST]) {
    test(`wrote ${name}: refused, and nothing is changed`, () => {
      const { files, segments } = smallLog();
      const data = segments[name]!.data.slice();
      data[6] = 2;
      if (name === LAST) data[8] = 0x49;
      else data[data.length - 1] = 2;
      files.put(`${DIRECTORY}/${name}`, data);
      const before = files.operations;
      assert.equal(refusal(files), 'newer-version');
      const opened = LogReader.open(files, DIRECTORY);
      assert.ok(!opened.ok, 'refused');
      assert.equal(opened.fault.version, 2);
      assert.equal(opened.fault.detail, name);
      assert.deepEqual(files.read(`${DIRECTORY}/${name}`, 0, data.length), data);
      // The directory that the log is in may have been synced.
      assert.ok(files.operations - before <= 1, `${files.operations - before} operations`);
    });
  }
});

/** Some files cannot be read, as on flash that is worn out. */
class WornFiles extends MemoryFiles {
  readonly worn = new Map<string, number>();

  override read(path: string, offset: number, length: number): Uint8Array {
    const from = this.worn.get(path);
    if (from !== undefined && offset + length > from) {
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    }
    return super.read(path, offset, length);
  }
}

function wornLog(): { files: WornFiles; lines: string[] } {
  const files = new WornFiles();
  const { log } = openLog(files);
  const lines = Array.from({ length: 40 }, (_, i) => bulky(i));
  add(log, lines);
  log.close();
  return { files, lines };
}

describe('a segment that cannot be read', () => {
  test('is told, and the others are read and written', () => {
    const { files, lines } = wornLog();
    const name = namesIn(files)[1]!;
    files.worn.set(`${DIRECTORY}/${name}`, 0);
    const found = readLog(files);
    assert.deepEqual(
      found.damage.map(({ segment, reason }) => ({ segment, reason })),
      [{ segment: name, reason: 'unreadable' }],
    );
    const lost = lines.length - found.lines.length;
    assert.ok(lost >= 8 && lost < 20, `${lost} lost`);
    assert.equal(found.damage[0]?.records, lost);
    store(openLog(files), MORE);
    assert.deepEqual(readLog(files).lines, [...found.lines, ...MORE]);
  });

  test('is told by whoever reads it, where its end can be read', () => {
    const { files } = wornLog();
    const name = namesIn(files)[1]!;
    files.read = (path, offset, length) => {
      if (path.endsWith(name) && offset === 0)
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      return MemoryFiles.prototype.read.call(files, path, offset, length);
    };
    const found = readLog(files);
    assert.deepEqual(
      found.damage.map(({ segment, reason }) => ({ segment, reason })),
      [{ segment: name, reason: 'unreadable' }],
    );
  });

  test('is removed when it is the oldest and room is needed', () => {
    const { files } = wornLog();
    const name = namesIn(files)[0]!;
    files.read = (path, offset, length) => {
      if (path.endsWith(name) && offset === 0)
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      return MemoryFiles.prototype.read.call(files, path, offset, length);
    };
    const opened = openLog(files, { sizeLimitBytes: 256 << 10 });
    store(opened, MORE);
    assert.ok(!files.exists(`${DIRECTORY}/${name}`), 'removed');
    assert.deepEqual(kindsIn(opened.events), []);
  });
});

test('a power cut while a segment is begun leaves nothing that is told a second time', () => {
  const { files: whole } = withSome();
  const name = '00000001.log';
  const path = `${DIRECTORY}/${name}`;
  const data = whole.read(path, 0, whole.sizeBytes(path));
  for (let end = 0; end < data.length; end++) {
    for (const isFilled of [false, true]) {
      const files = new MemoryFiles();
      files.makeDirectory(DIRECTORY);
      const left = isFilled ? new Uint8Array(data.length) : new Uint8Array(end);
      left.set(data.subarray(0, end));
      files.put(path, left);
      const opened = openLog(files);
      const where = `${end} bytes${isFilled ? ' and zeros' : ''}`;
      store(opened, SOME);
      opened.log.close();
      assert.deepEqual(namesIn(files), [name], where);
      assert.deepEqual(readLog(files), { lines: SOME, damage: [] }, where);
    }
  }
});

test('what is wrong in a segment is told once, however often the log is opened anew', () => {
  const { files, segments } = smallLog();
  const data = segments[LAST]!.data.slice();
  data[segments[LAST]!.frames[2]!.start]! ^= 1;
  files.put(`${DIRECTORY}/${LAST}`, data);
  const { log, events } = openLog(files);
  add(log, MORE);
  for (let i = 0; i < 3; i++) {
    files.failAt(files.operations + 1, 'EIO', 'before');
    assert.equal(log.commit(), false);
  }
  assert.equal(log.commit(), true);
  assert.deepEqual(kindsIn(events), ['damage', 'failed', 'restored']);
});

test('a lock that cannot be released is no reason to fail', () => {
  // A directory is in the place of its file.
  const lock = new LogLock('/', 'proc');
  const { log } = openLog(new MemoryFiles(), { lock });
  add(log, SOME);
  assert.equal(log.close(), true);
});
