import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { acquireLock, lockHolder, type LogLock } from '../../src/log/log-lock.ts';

/** A process that takes and releases the lock as it is told, a word a line, and says what came of it. */
const HOLDER = `
  import { createInterface } from 'node:readline';
  import { acquireLock } from ${JSON.stringify(new URL('../../src/log/log-lock.ts', import.meta.url).href)};
  process.title = process.argv[2];
  let lock;
  console.log('ready');
  for await (const word of createInterface({ input: process.stdin })) {
    if (word === 'acquire') {
      const result = acquireLock(process.argv[1]);
      if (result.ok) lock = result.lock;
      console.log(result.ok ? 'has it' : String(result.pid));
    } else {
      lock?.release();
      lock = undefined;
      console.log('released');
    }
  }
`;

class Holder {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(directory: string, title = 'holder') {
    const args = ['--import', 'tsx', '--input-type=module', '-e', HOLDER, directory, title];
    this.child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async line(): Promise<string> {
    const next = await this.#lines.next();
    assert.ok(next.done !== true, 'the holder is gone');
    return next.value;
  }

  async ask(word: 'acquire' | 'release'): Promise<string> {
    this.child.stdin.write(`${word}\n`);
    return this.line();
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

async function withDirectory(use: (directory: string) => Promise<void> | void): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'suntap-lock-'));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function withHolders<Titles extends readonly string[]>(
  directory: string,
  titles: Titles,
  use: (...holders: { [I in keyof Titles]: Holder }) => Promise<void>,
): Promise<void> {
  const holders = titles.map((title) => new Holder(directory, title));
  try {
    for (const holder of holders) assert.equal(await holder.line(), 'ready');
    await use(...(holders as { [I in keyof Titles]: Holder }));
  } finally {
    await Promise.all(holders.map((holder) => holder.kill()));
  }
}

function acquired(directory: string): LogLock {
  const result = acquireLock(directory);
  assert.ok(result.ok, result.ok ? '' : `held by ${result.pid}`);
  return result.lock;
}

const BOOT = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
const START_TIME = startTimeOf(process.pid);
/** How this process says that it has the lock. */
const OURS = `${process.pid}.${START_TIME}.${BOOT}`;

/** By another way than the code that is tested: field 22 of 52, counted from the end. */
function startTimeOf(pid: number): string {
  return (
    readFileSync(`/proc/${pid}/stat`, 'latin1')
      .trim()
      .split(' ')
      .at(22 - 52 - 1) ?? ''
  );
}

function makeLock(directory: string, ...holders: string[]): void {
  mkdirSync(join(directory, 'lock'));
  for (const holder of holders) writeFileSync(join(directory, 'lock', holder), '');
}

test('one process has it, and says which it is', async () => {
  await withDirectory((directory) => {
    const lock = acquired(directory);
    assert.deepEqual(readdirSync(directory), ['lock']);
    assert.deepEqual(readdirSync(join(directory, 'lock')), [OURS]);
    assert.deepEqual(acquireLock(directory), { ok: false, pid: process.pid });
    lock.release();
    assert.deepEqual(readdirSync(directory), []);
    acquired(directory).release();
  });
});

test('another process is refused while the first lives, and not when it was killed', async () => {
  await withDirectory(async (directory) => {
    // Blanks and parentheses in the name that /proc/PID/stat shows.
    await withHolders(directory, ['a) R (1 2 3', 'other'] as const, async (first, second) => {
      assert.equal(await first.ask('acquire'), 'has it');
      assert.equal(await second.ask('acquire'), String(first.pid));
      assert.deepEqual(acquireLock(directory), { ok: false, pid: first.pid });
      const [name] = readdirSync(join(directory, 'lock'));
      assert.equal(name, `${first.pid}.${startTimeOf(first.pid)}.${BOOT}`);
      await first.kill();
      assert.ok(existsSync(join(directory, 'lock')));
      assert.equal(await second.ask('acquire'), 'has it');
      assert.deepEqual(acquireLock(directory), { ok: false, pid: second.pid });
      assert.equal(await second.ask('release'), 'released');
      assert.deepEqual(readdirSync(directory), []);
      acquired(directory).release();
    });
  });
});

test('a killed process that nobody has waited for yet is dead', async () => {
  await withDirectory(async (directory) => {
    await withHolders(directory, ['holder'] as const, async (holder) => {
      assert.equal(await holder.ask('acquire'), 'has it');
      holder.child.kill('SIGKILL');
      // Node waits for its children between two turns of its loop only.
      const isZombie = () => readFileSync(`/proc/${holder.pid}/stat`, 'latin1').includes(') Z ');
      const deadline = Date.now() + 10_000;
      while (!isZombie()) assert.ok(Date.now() < deadline, 'still alive');
      acquired(directory).release();
    });
  });
});

test('of many that find a dead one at the same moment, one gets it', async () => {
  await withDirectory(async (directory) => {
    const titles = Array.from({ length: 6 }, (_, i) => `holder ${i}`);
    await withHolders(directory, titles, async (...holders) => {
      for (let round = 0; round < 40; round++) {
        if (round % 3 === 1) writeFileSync(join(directory, 'lock'), '');
        if (round % 3 === 2) makeLock(directory, `1.1.${BOOT}`);
        const answers = await Promise.all(holders.map((holder) => holder.ask('acquire')));
        const winner = holders[answers.indexOf('has it')];
        const expected = holders.map((holder) =>
          holder === winner ? 'has it' : String(winner?.pid),
        );
        assert.deepEqual(answers, expected, `round ${round}`);
        await Promise.all(holders.map((holder) => holder.ask('release')));
        assert.deepEqual(readdirSync(directory), []);
      }
    });
  });
});

const DEAD: { name: string; holder: string }[] = [
  { name: 'a process of that number that began later', holder: `${process.pid}.1.${BOOT}` },
  { name: 'a process of that number in another boot', holder: `${process.pid}.${START_TIME}.0-1` },
  { name: 'a process number that is in no use', holder: `4194305.${START_TIME}.${BOOT}` },
];

for (const { name, holder } of DEAD) {
  test(`does not count: ${name}`, async () => {
    await withDirectory((directory) => {
      makeLock(directory, holder);
      const lock = acquired(directory);
      assert.deepEqual(readdirSync(directory), ['lock']);
      assert.deepEqual(readdirSync(join(directory, 'lock')), [OURS]);
      lock.release();
      assert.deepEqual(readdirSync(directory), []);
    });
  });
}

const IN_PLACE: { name: string; make: (path: string) => void }[] = [
  {
    name: 'an empty file',
    make: (path) => {
      writeFileSync(path, '');
    },
  },
  {
    name: 'a file of garbage',
    make: (path) => {
      writeFileSync(path, '\0\xff lock?\n');
    },
  },
  {
    name: 'a link to nowhere',
    make: (path) => {
      symlinkSync('nowhere', path);
    },
  },
  {
    name: 'an empty directory',
    make: (path) => {
      mkdirSync(path);
    },
  },
  {
    name: 'what a process of this number had prepared',
    make: (path) => {
      mkdirSync(`${path}.${process.pid}`);
      writeFileSync(`${path}.${process.pid}/${process.pid}.1.${BOOT}`, '');
    },
  },
];

for (const { name, make } of IN_PLACE) {
  test(`does not count: ${name}`, async () => {
    await withDirectory((directory) => {
      make(join(directory, 'lock'));
      const lock = acquired(directory);
      assert.deepEqual(readdirSync(directory), ['lock']);
      assert.deepEqual(acquireLock(directory), { ok: false, pid: process.pid });
      lock.release();
      assert.deepEqual(readdirSync(directory), []);
    });
  });
}

test('counts: this very process, also beside a dead one', async () => {
  await withDirectory((directory) => {
    makeLock(directory, `1.1.${BOOT}`, OURS);
    assert.deepEqual(acquireLock(directory), { ok: false, pid: process.pid });
    assert.deepEqual(readdirSync(directory), ['lock']);
  });
});

test('release leaves what is not ours, and does nothing where there is none', async () => {
  await withDirectory((directory) => {
    const path = join(directory, 'lock');
    const lock = acquired(directory);
    rmSync(path, { recursive: true });
    makeLock(directory, `1.${startTimeOf(1)}.${BOOT}`);
    lock.release();
    assert.deepEqual(acquireLock(directory), { ok: false, pid: 1 });
    rmSync(path, { recursive: true });
    lock.release();
    writeFileSync(path, '');
    lock.release();
    assert.deepEqual(readdirSync(directory), ['lock']);
  });
});

test('what the system says is thrown as it is', async () => {
  await withDirectory((directory) => {
    assert.throws(() => acquireLock(join(directory, 'missing')), { code: 'ENOENT' });
    writeFileSync(join(directory, 'file'), '');
    assert.throws(() => acquireLock(join(directory, 'file')), { code: 'ENOTDIR' });
    makeLock(directory, 'notes.txt');
    assert.throws(() => acquireLock(directory), { code: 'ENOTEMPTY' });
    assert.deepEqual(readdirSync(directory), ['file', 'lock']);
    assert.deepEqual(readdirSync(join(directory, 'lock')), ['notes.txt']);
  });
});

test('a link to a directory is no lock, and nothing in it is harmed', async () => {
  await withDirectory((directory) => {
    mkdirSync(join(directory, 'other'));
    writeFileSync(join(directory, 'other', 'notes.txt'), '');
    symlinkSync('other', join(directory, 'lock'));
    assert.throws(() => acquireLock(directory), { code: 'ENOTDIR' });
    assert.deepEqual(readdirSync(directory), ['lock', 'other']);
    assert.deepEqual(readdirSync(join(directory, 'other')), ['notes.txt']);
  });
});

test('who has the lock can be asked, and nothing is touched', async () => {
  await withDirectory(async (directory) => {
    assert.equal(lockHolder(directory), undefined);
    assert.equal(lockHolder(join(directory, 'not-there')), undefined);
    const holder = new Holder(directory);
    assert.equal(await holder.line(), 'ready');
    assert.equal(await holder.ask('acquire'), 'has it');
    assert.equal(lockHolder(directory), holder.pid);
    await holder.kill();
    const names = readdirSync(join(directory, 'lock'));
    assert.equal(lockHolder(directory), undefined);
    assert.deepEqual(readdirSync(join(directory, 'lock')), names);
    assert.equal(names.length, 1);
  });
});
