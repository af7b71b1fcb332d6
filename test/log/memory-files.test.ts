import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { NODE_FILES, type LogFile, type LogFiles } from '../../src/log/log-files.ts';
import { forSeeds } from '../base/seeds.ts';
import type { Random } from '../tools/random.ts';
import { latin1 } from '../tools/bytes.ts';
import { MemoryFiles, type Choose } from './memory-files.ts';

/** A file system with the directory `/log` in it, of which power cuts leave the name. */
function withLog(capacityBytes?: number): MemoryFiles {
  const files = new MemoryFiles(capacityBytes);
  files.makeDirectory('/log');
  files.syncDirectory('/');
  return files;
}

function text(files: LogFiles, path: string): string | undefined {
  if (!files.exists(path)) return undefined;
  return Buffer.from(files.read(path, 0, files.sizeBytes(path))).toString('latin1');
}

/** All answers that `choose` can be given, one after the other. */
function everyOutcome<Outcome>(look: (choose: Choose) => Outcome): Outcome[] {
  const outcomes: Outcome[] = [];
  /** What is chosen next time, and of how many. */
  let path: { choice: number; of: number }[] = [];
  do {
    let depth = 0;
    const outcome = look((n) => {
      const step = path[depth] ?? { choice: 0, of: n };
      assert.equal(step.of, n, 'asked in another order');
      path[depth++] = step;
      return step.choice;
    });
    outcomes.push(outcome);
    path = path.slice(0, depth);
    while (path.length > 0 && path.at(-1)!.choice === path.at(-1)!.of - 1) path.pop();
    const last = path.at(-1);
    if (last !== undefined) path[path.length - 1] = { ...last, choice: last.choice + 1 };
  } while (path.length > 0);
  return outcomes;
}

/** What power cuts may leave of `/log/1`, without repetitions. */
function outcomesOf(files: MemoryFiles): (string | undefined)[] {
  const all = everyOutcome((choose) => text(files.crash(choose), '/log/1'));
  return [...new Set(all)].sort();
}

/** A file `/log/1` that holds `ab`, all of it on the flash. */
function withFile(): { files: MemoryFiles; file: LogFile } {
  const files = withLog();
  const file = files.openAppend('/log/1', true);
  file.append(latin1('ab'));
  file.sync();
  files.syncDirectory('/log');
  return { files, file };
}

const CUTS: { name: string; prepare: () => MemoryFiles; left: (string | undefined)[] }[] = [
  { name: 'all synced', prepare: () => withFile().files, left: ['ab'] },
  {
    name: 'appended, not synced: a prefix, or zeros to the full length',
    prepare: () => {
      const { files, file } = withFile();
      file.append(latin1('cd'));
      return files;
    },
    left: ['ab', 'ab\0\0', 'abc', 'abc\0', 'abcd'],
  },
  {
    name: 'made, its name not synced: missing, empty, or there',
    prepare: () => {
      const files = withLog();
      const file = files.openAppend('/log/1', true);
      file.append(latin1('a'));
      file.sync();
      file.append(latin1('b'));
      return files;
    },
    left: ['', 'a', 'a\0', 'ab', undefined],
  },
  {
    name: 'its name synced, its bytes not',
    prepare: () => {
      const files = withLog();
      files.openAppend('/log/1', true).append(latin1('a'));
      files.syncDirectory('/log');
      return files;
    },
    left: ['', '\0', 'a'],
  },
  {
    name: 'removed, not synced: gone or back',
    prepare: () => {
      const { files } = withFile();
      files.remove('/log/1');
      return files;
    },
    left: ['ab', undefined],
  },
  {
    name: 'removed and synced',
    prepare: () => {
      const { files } = withFile();
      files.remove('/log/1');
      files.syncDirectory('/log');
      return files;
    },
    left: [undefined],
  },
  {
    name: 'removed and made anew: old, new or none',
    prepare: () => {
      const { files } = withFile();
      files.remove('/log/1');
      const file = files.openAppend('/log/1', true);
      file.append(latin1('x'));
      file.sync();
      return files;
    },
    left: ['', 'ab', 'x', undefined],
  },
  {
    name: 'truncated: cannot come back',
    prepare: () => {
      const { files } = withFile();
      files.truncate('/log/1', 1);
      return files;
    },
    left: ['a'],
  },
  {
    name: 'synced with an error, though all was done',
    prepare: () => {
      const { files, file } = withFile();
      file.append(latin1('c'));
      files.failAt(files.operations + 1, 'EIO', 'after');
      assert.throws(() => {
        file.sync();
      });
      return files;
    },
    left: ['abc'],
  },
  {
    name: 'its directory not synced: all or nothing of it',
    prepare: () => {
      const files = new MemoryFiles();
      files.makeDirectory('/log');
      const file = files.openAppend('/log/1', true);
      file.append(latin1('a'));
      file.sync();
      files.syncDirectory('/log');
      return files;
    },
    left: ['a', undefined],
  },
];

describe('a power cut leaves', () => {
  for (const { name, prepare, left } of CUTS) {
    test(name, () => {
      const files = prepare();
      const before = text(files, '/log/1');
      assert.deepEqual(outcomesOf(files), left);
      assert.equal(text(files, '/log/1'), before, 'what was cut stays as it was');
      // What has survived one power cut survives the next.
      for (const crashed of everyOutcome((choose) => files.crash(choose))) {
        if (crashed.exists('/log')) {
          assert.deepEqual(outcomesOf(crashed), [text(crashed, '/log/1')]);
        }
      }
    });
  }

  test('files independently of each other', () => {
    const files = withLog();
    for (const name of ['1', '2']) {
      files.openAppend(`/log/${name}`, true).append(latin1('a'));
    }
    files.syncDirectory('/log');
    const pairs = everyOutcome((choose) => {
      const crashed = files.crash(choose);
      return `${text(crashed, '/log/1')}|${text(crashed, '/log/2')}`;
    });
    assert.equal(new Set(pairs).size, 9);
  });

  test('handles of before with what was before', () => {
    const { files, file } = withFile();
    const crashed = files.crash(() => 0);
    file.append(latin1('c'));
    assert.deepEqual([text(files, '/log/1'), text(crashed, '/log/1')], ['abc', 'ab']);
  });
});

describe('failures', () => {
  test('before, torn, after: an append', () => {
    const lengths = (['before', 'torn', 'after'] as const).map((how) => {
      const { files, file } = withFile();
      files.failAt(files.operations + 1, 'EIO', how);
      assert.throws(
        () => {
          file.append(latin1('cdef'));
        },
        { code: 'EIO', message: 'EIO: i/o error, write' },
      );
      file.append(latin1('X'));
      return text(files, '/log/1');
    });
    assert.deepEqual(lengths, ['abX', 'abcdX', 'abcdefX']);
  });

  test('before and after: names', () => {
    const files = withLog();
    const fails = (how: 'before' | 'after', act: () => void): void => {
      files.failAt(files.operations + 1, 'EIO', how);
      assert.throws(act, { code: 'EIO' });
    };
    const create = (): void => void files.openAppend('/log/1', true);
    const remove = (): void => {
      files.remove('/log/1');
    };
    const makeDirectory = (): void => {
      files.makeDirectory('/other');
    };
    fails('before', create);
    assert.ok(!files.exists('/log/1'));
    fails('after', create);
    fails('before', remove);
    assert.ok(files.exists('/log/1'));
    fails('after', remove);
    assert.ok(!files.exists('/log/1'));
    fails('before', makeDirectory);
    assert.ok(!files.exists('/other'));
    fails('after', makeDirectory);
    assert.ok(files.exists('/other'));
  });

  test('every modifying operation counts, whether it fails or not; reading does not', () => {
    const { files, file } = withFile();
    const first = files.operations;
    assert.equal(first, 6);
    files.failFrom(first + 2, 'EIO');
    file.append(latin1('c'));
    const acts: (() => void)[] = [
      () => {
        file.append(latin1('d'));
      },
      () => {
        file.sync();
      },
      () => {
        files.truncate('/log/1', 0);
      },
      () => {
        files.remove('/log/1');
      },
      () => {
        files.makeDirectory('/other');
      },
      () => {
        files.syncDirectory('/log');
      },
      () => void files.openAppend('/log/2', true),
    ];
    for (const act of acts) assert.throws(act, { code: 'EIO' });
    assert.equal(text(files, '/log/1'), 'abc');
    files.openAppend('/log/1', false).close();
    assert.equal(files.operations, first + 1 + acts.length);
    files.heal();
    for (const act of acts) if (act !== acts[3]) act();
    assert.deepEqual([files.appends, files.bytesAppended, files.syncs], [3, 4, 2]);
  });

  test('read-only', () => {
    const { files, file } = withFile();
    files.readOnly = true;
    assert.throws(
      () => {
        file.append(latin1('c'));
      },
      { code: 'EROFS', message: 'EROFS: read-only file system, write' },
    );
    for (const create of [true, false]) {
      const name = create ? '2' : '1';
      assert.throws(() => files.openAppend(`/log/${name}`, create), {
        code: 'EROFS',
        message: `EROFS: read-only file system, open '/log/${name}'`,
      });
    }
    assert.equal(text(files, '/log/1'), 'ab');
    files.readOnly = false;
    file.append(latin1('c'));
    assert.equal(text(files, '/log/1'), 'abc');
  });

  test('full: what fits is written, and removing makes room', () => {
    const files = withLog(10);
    const file = files.openAppend('/log/1', true);
    file.append(latin1('12345678'));
    assert.equal(files.room('/log').freeBytes, 2);
    assert.throws(
      () => {
        file.append(latin1('abc'));
      },
      { code: 'ENOSPC', message: 'ENOSPC: no space left on device, write' },
    );
    assert.equal(text(files, '/log/1'), '12345678ab');
    assert.deepEqual(files.room('/log'), { freeBytes: 0, totalBytes: 10, magic: 0x24051905 });
    files.truncate('/log/1', 4);
    assert.equal(files.room('/log').freeBytes, 6);
    files.remove('/log/1');
    assert.equal(files.room('/log').freeBytes, 10);
    assert.ok(!file.linked());
  });

  test('a closed handle', () => {
    const { file } = withFile();
    file.close();
    file.close();
    assert.throws(
      () => {
        file.append(latin1('c'));
      },
      { code: 'EBADF', message: 'EBADF: bad file descriptor, write' },
    );
  });

  test('a directory that vanishes', () => {
    const { files, file } = withFile();
    files.vanish('/log');
    assert.ok(!file.linked());
    assert.throws(() => files.list('/log'), { code: 'ENOENT' });
    assert.throws(() => files.openAppend('/log/2', true), { code: 'ENOENT' });
  });

  test('what is put there is on the flash', () => {
    const files = withLog();
    files.put('/log/1', latin1('forged'));
    assert.deepEqual(outcomesOf(files), ['forged']);
    assert.equal(files.operations, 2);
  });
});

/** What an operation gives, to be compared: a value, or the code of an error. */
function resultOf(act: () => unknown): unknown {
  try {
    return act() ?? 'done';
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

/** A file system, its root and the handles that are open on it. */
interface Side {
  files: LogFiles;
  root: string;
  open: LogFile[];
}

type Act = (side: Side) => unknown;

const NAMES = ['/1', '/2', '/directory', '/directory/1', '/missing/1', '/1/1'];

function randomAct(random: Random): Act {
  const name = random.pick(NAMES);
  const data = random.bytes(random.int(0, 20));
  const hole = random.pick([0, 0, 3]);
  const bytes = random.int(0, 30);
  const length = random.int(1, 30);
  const create = random.chance(0.6);
  const back = random.int(1, 3);
  const directory = random.pick(['', '/missing']);
  const handle = ({ open }: Side): LogFile | undefined => open.at(-back);
  return random.pick<Act>([
    ({ files, root, open }) => open.push(files.openAppend(root + name, create)),
    (side) => handle(side)?.append(data, hole),
    (side) => handle(side)?.sync(),
    (side) => handle(side)?.linked(),
    ({ files, root }) => {
      files.truncate(root + name, bytes);
    },
    ({ files, root }) => {
      files.remove(root + name);
    },
    ({ files, root }) => {
      files.makeDirectory(root + name);
    },
    ({ files, root }) => {
      files.syncDirectory(root + directory);
    },
    ({ files, root }) => [...files.read(root + name, bytes, length)],
  ]);
}

/** Everything that can be seen of it. */
function seen({ files, root }: Side): unknown {
  return [
    [...files.list(root)].sort(),
    ...NAMES.map((name) => [
      files.exists(root + name),
      resultOf(() => [...files.list(root + name)].sort()),
      resultOf(() => text(files, root + name)),
    ]),
  ];
}

test('does what the real one does', () => {
  forSeeds(100, (random) => {
    const real: Side = {
      files: NODE_FILES,
      root: mkdtempSync(join(tmpdir(), 'suntap-files-')),
      open: [],
    };
    const memory: Side = { files: withLog(), root: '/log', open: [] };
    try {
      for (let i = 0; i < 40; i++) {
        const act = randomAct(random);
        const expected = resultOf(() => act(real));
        assert.deepEqual(
          resultOf(() => act(memory)),
          expected,
          `step ${i}: ${act.toString()}`,
        );
        assert.deepEqual(seen(memory), seen(real), `step ${i}: ${act.toString()}`);
      }
    } finally {
      for (const file of real.open) file.close();
      rmSync(real.root, { recursive: true });
    }
  });
});
