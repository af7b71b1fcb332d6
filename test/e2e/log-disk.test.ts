import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { Scene, suntapProgram } from '../../scripts/run/scene.ts';
import {
  assertOnceEach,
  exportedLines,
  keptLines,
  lineOf,
  suntap,
  timesIn,
  until,
} from './kept.ts';
import { fakeTime, setClock, skipFakeTime } from './fake-time.ts';
import { MountSpace, skipMounts } from './mount-space.ts';
import { skipLive } from './needs.ts';

const live = skipLive();
const timeout = 60_000;
const memoryWarning = 'is on a file system in memory';
const restored = 'The log can be written again. Nothing was lost.';

/** A scene whose log is on a file system of its own. */
interface Trouble {
  scene: Scene;
  space: MountSpace;
  printed: string[];
  /** Where it is mounted, in `space`. */
  disk: string;
  /** An image for it, on the disk of this machine. */
  image: string;
  log: string;
  /** Starts suntap and the supervisor; settles when something is in the log. */
  begin: () => Promise<void>;
  start: () => Promise<void>;
  /** Settles when `count` more records came in. */
  more: (count: number) => Promise<void>;
  /** Settles when suntap has said something `times` times. */
  said: (sentence: string, times?: number) => Promise<void>;
  /** Lets all come, ends suntap, and holds what is in the log against what came. */
  end: () => Promise<void>;
}

/** @param environment of suntap: `NAME=value` */
async function inTrouble(
  seed: number,
  use: (trouble: Trouble) => Promise<void>,
  environment: readonly string[] = [],
): Promise<void> {
  const printed: string[] = [];
  const space = await MountSpace.open();
  let scene: Scene | undefined;
  try {
    // Interfaces are looked up in /sys, which shows those of the namespace in which it was mounted.
    const shell = ['sh', '-c', 'mount -t sysfs none /sys && exec "$@"', 'sh'];
    scene = await Scene.open({
      capture: 'libpcap',
      seed,
      cycleMs: 100,
      keepAlive: false,
      firstInterval: 150,
      reader: [...space.entering, ...shell, 'env', ...environment, suntapProgram],
      onRecord: (record) => {
        printed.push(lineOf(record));
      },
    });
    await use(troubleOf(scene, space, printed));
  } finally {
    scene?.close();
    space.close();
  }
}

function troubleOf(scene: Scene, space: MountSpace, printed: string[]): Trouble {
  const { directory } = scene.network;
  const disk = join(directory, 'disk');
  const config = join(directory, 'suntap.config');
  const log = join(disk, 'log');
  mkdirSync(disk);
  writeFileSync(
    config,
    `config suntap 'main'\n\toption enabled '1'\nconfig log 'log'\n` +
      `\toption directory '${log}'\n\toption commit_interval '1'\n\toption free_floor '0'\n`,
  );
  const start = () => scene.startReader(['--config', config]);
  const more = async (count: number) => {
    const before = printed.length;
    await until(`${count} records`, () => printed.length >= before + count);
  };
  return {
    ...{ scene, space, printed, disk, log, start, more },
    image: join(directory, 'image'),
    begin: async () => {
      await start();
      scene.tell({ command: 'go' });
      await until('a commit', () => isKept(space.seen(log)));
    },
    said: (sentence, times = 1) =>
      until(sentence, () => timesIn(scene.readerTalk, sentence) >= times),
    end: async () => {
      await scene.drain();
      const isAll = await scene.caughtUp(5000);
      const { code } = await scene.stopReader();
      assert.ok(isAll, scene.readerTalk + scene.ledger.missing(3).join('\n'));
      assert.equal(code, 0, scene.readerTalk);
      assertOnceEach(exportedLines(space.seen(log)), printed);
    },
  };
}

function isKept(directory: string): boolean {
  return existsSync(join(directory, '00000001.log')) && keptLines(directory).length > 0;
}

function mountImage({ space, image, disk }: Trouble, size: string): void {
  space.run('truncate', '-s', size, image);
  space.run('mkfs.ext4', '-q', '-m', '0', image);
  space.run('mount', '-o', 'loop', image, disk);
}

for (const [kind, seed, rounds] of [
  ['tmpfs', 31, 2],
  ['ext4', 32, 1],
] as const) {
  const skip = live === false ? skipMounts(kind) : live;
  test(`${kind} that others fill, and make room on again`, { skip, timeout }, () =>
    inTrouble(seed, async (trouble) => {
      const { scene, space, disk, log, more, said } = trouble;
      if (kind === 'ext4') mountImage(trouble, '600K');
      else space.run('mount', '-t', 'tmpfs', '-o', 'size=300k', 'none', disk);
      await trouble.begin();
      const full = `The log in '${log}' cannot be written: the disk is full.`;
      for (let times = 1; times <= rounds; times++) {
        // To the last byte; dd says that it could not write all.
        space.tries('dd', 'if=/dev/zero', `of=${disk}/other`, 'bs=1k');
        await said(full, times);
        // It is tried again meanwhile, and not talked of.
        await more(300);
        space.run('rm', join(disk, 'other'));
        await said(restored, times);
        await more(100);
        assert.equal(timesIn(scene.readerTalk, 'cannot be written'), times, scene.readerTalk);
        assert.equal(timesIn(scene.readerTalk, 'The log can be'), times, scene.readerTalk);
      }
      await trouble.end();
      const warnings = timesIn(scene.readerTalk, memoryWarning);
      assert.equal(warnings, kind === 'tmpfs' ? 1 : 0);
    }),
  );
}

const skipImage = live === false ? skipMounts('ext4') : live;

test(
  'mounted read-only at the start, and to be written to later',
  { skip: skipImage, timeout },
  () =>
    inTrouble(33, async (trouble) => {
      const { scene, space, disk, log, more, said } = trouble;
      mountImage(trouble, '1M');
      space.run('mkdir', log);
      space.run('mount', '-o', 'remount,ro', disk);
      await trouble.start();
      scene.tell({ command: 'go' });
      await said(`The log in '${log}' cannot be written: the file system is read-only.`);
      await more(300);
      space.run('mount', '-o', 'remount,rw', disk);
      await said(restored);
      assert.equal(timesIn(scene.readerTalk, 'cannot be written'), 1, scene.readerTalk);
      assertInUse(trouble);
      await trouble.end();
    }),
);

test(
  'the kernel gives up on the file system, and it is mounted anew',
  { skip: skipImage, timeout },
  () =>
    inTrouble(34, async (trouble) => {
      const { scene, space, disk, image, log, more, said } = trouble;
      mountImage(trouble, '1M');
      await trouble.begin();
      // As when the flash fails: reading goes on, and every write is refused until the next mount.
      space.run('mount', '-o', 'remount,abort', disk);
      await said(`The log in '${log}' cannot be written`);
      await more(300);
      space.run('umount', disk);
      await more(300);
      space.run('mount', '-o', 'loop', image, disk);
      await said(restored);
      assert.equal(timesIn(scene.readerTalk, 'The log'), 2, scene.readerTalk);
      assertInUse(trouble);
      await trouble.end();
    }),
);

test('unmounted and mounted again while it is written to', { skip: skipImage, timeout }, () =>
  inTrouble(35, async (trouble) => {
    const { scene, space, disk, image, more } = trouble;
    mountImage(trouble, '1M');
    await trouble.begin();
    // The segment that grows stays within reach until it is full.
    space.run('umount', '--lazy', disk);
    await more(500);
    space.run('mount', '-o', 'loop', image, disk);
    await more(300);
    assert.equal(timesIn(scene.readerTalk, 'The log'), 0, scene.readerTalk);
    assertInUse(trouble);
    await trouble.end();
  }),
);

test('removed, and made again', { skip: live, timeout }, () =>
  inTrouble(36, async (trouble) => {
    const { scene, space, log, printed, more, said } = trouble;
    await trouble.begin();
    const before = keptLines(space.seen(log)).length;
    space.run('rm', '-r', log);
    await said(`The log in '${log}' is not there any more.`);
    await more(300);
    assert.ok(!existsSync(space.seen(log)));
    space.run('mkdir', log);
    await said(restored);
    assert.equal(timesIn(scene.readerTalk, 'The log'), 2, scene.readerTalk);
    assertInUse(trouble);
    // What was in it when it was removed is gone, and nothing else.
    const after = keptLines(space.seen(log));
    const lost = printed.filter((line) => !after.includes(line));
    assert.ok(before > 0 && lost.length < printed.length - 300, `${lost.length} lost`);
  }),
);

test(
  'a clock that jumps years back and forth',
  { skip: live === false ? skipFakeTime() : live, timeout },
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'suntap-clock-'));
    const clock = join(directory, 'clock');
    try {
      setClock(clock, '+0');
      await inTrouble(
        37,
        async (trouble) => {
          const { scene, space, log } = trouble;
          await trouble.begin();
          for (const jump of ['-3650d', '+3650d', '+0']) {
            setClock(clock, jump);
            const before = keptLines(space.seen(log)).length;
            await until('two commits', () => keptLines(space.seen(log)).length > before + 300);
          }
          assert.equal(timesIn(scene.readerTalk, 'The log'), 0, scene.readerTalk);
          assertInUse(trouble);
          await trouble.end();
        },
        fakeTime(clock),
      );
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
);

/** The log belongs to the daemon still, or again. */
function assertInUse({ scene, space, log }: Trouble): void {
  const capture = fileURLToPath(new URL('../captures/day.pcap', import.meta.url));
  const { code, talk } = suntap(['import', capture, '--log', log], space.entering);
  assert.match(talk, new RegExp(`in use by process ${scene.readerPid}`));
  assert.equal(code, 2);
}
