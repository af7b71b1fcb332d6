import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { mirrorInterface } from '../../scripts/run/network.ts';
import { Scene, sleep } from '../../scripts/run/scene.ts';
import type { SceneOptions } from '../../scripts/run/scene.ts';
import {
  assertHolds,
  assertOnceEach,
  framesOf,
  exportedLines,
  keptLines,
  lineOf,
  suntap,
  until,
} from './kept.ts';
import { skipLive } from './needs.ts';
import { readLogCalls, skipStrace, tracing } from './strace.ts';

const skip = skipLive();
const timeout = 60_000;
const cycleMs = 100;
const shippedCapture = 'test/captures/day.pcap';

const site: SceneOptions = {
  capture: 'libpcap',
  seed: 21,
  cycleMs,
  // One that was begun before suntap would be waited for, some seconds after each start.
  keepAlive: false,
  firstInterval: 150,
};

/** Opens a scene, uses it, and removes it whatever happens. */
async function inScene(
  options: Partial<SceneOptions>,
  use: (scene: Scene, printed: string[]) => Promise<void>,
): Promise<void> {
  const printed: string[] = [];
  const scene = await Scene.open({
    ...site,
    ...options,
    onRecord: (record) => {
      printed.push(lineOf(record));
      options.onRecord?.(record);
    },
  });
  try {
    await use(scene, printed);
  } finally {
    scene.close();
  }
}

async function stopped(scene: Scene): Promise<void> {
  const end = await scene.stopReader();
  assert.equal(end.code, 0, scene.readerTalk);
}

test(
  'what was read is kept once, over a restart and the replay of an outage',
  { skip, timeout },
  () => {
    let isAgain = false;
    const sentAgain = new Set<string>();
    return inScene(
      {
        rareTypes: true,
        stringInverter: true,
        onEvent: (event) => {
          if (isAgain && event.event === 'begin')
            for (const line of event.lines) sentAgain.add(line);
        },
      },
      async (scene, printed) => {
        const log = scene.logDirectory;
        await scene.startReader(['--log', log, '--commit-interval', '1']);
        scene.tell({ command: 'go' });
        await sleep(8 * cycleMs);
        // The records arrive, and suntap reads them; but nobody answers, so they are kept to be sent again.
        await scene.setFault('swallow');
        await scene.event('giving up', ({ event }) => event === 'gave-up', timeout);

        const holder = `in use by process ${scene.readerPid}`;
        const router = ['ip', 'netns', 'exec', scene.network.namespace('router')];
        const second = suntap(['run', '--interface', mirrorInterface, '--log', log], router);
        assert.equal(second.code, 2);
        assert.match(second.talk, new RegExp(holder));
        const imported = suntap(['import', shippedCapture, '--log', log]);
        assert.equal(imported.code, 2);
        assert.match(imported.talk, new RegExp(holder));

        await stopped(scene);
        const before = exportedLines(log);
        assertOnceEach(before, printed);
        assert.ok(before.length > 250, `${before.length} records`);

        await scene.startReader(['--log', log, '--commit-interval', '1']);
        isAgain = true;
        await scene.setFault('none');
        await sleep(8 * cycleMs);
        await scene.drain();
        assert.ok(await scene.caughtUp(5000), scene.readerTalk);
        await stopped(scene);
        const after = exportedLines(log);
        assertOnceEach(after, printed);
        assert.deepEqual(after.slice(0, before.length), before);
        assert.equal(scene.ledger.totals().duplicates, 0);
        assert.equal(scene.ledger.totals().invented, 0);
        // The case is only as good as what happened in it.
        const replayed = before.filter((line) => sentAgain.has(line)).length;
        assert.ok(replayed > 20, `${replayed} sent again that were kept`);
        assert.ok(!existsSync(join(log, 'lock')));
      },
    );
  },
);

test('what was called durable is there after SIGKILL', { skip, timeout }, () => {
  let onPrinted: (() => void) | undefined;
  return inScene({ seed: 22, onRecord: () => onPrinted?.() }, async (scene, printed) => {
    const log = scene.logDirectory;
    const options = ['--log', log, '--commit-interval', '1', '--output', 'durable'];
    const kill = () => process.kill(scene.readerPid, 'SIGKILL');
    scene.tell({ command: 'go' });
    for (const delayMs of [undefined, 0, 350, 700]) {
      await scene.startReader(options);
      const count = printed.length;
      await until('a commit', () => printed.length > count);
      if (delayMs === undefined) {
        // In the middle of what is printed of one commit, as near behind its fsync as can be.
        onPrinted = () => {
          onPrinted = undefined;
          kill();
        };
      } else {
        await sleep(delayMs);
        kill();
      }
      const end = await scene.readerEnded;
      assert.equal(end?.signal, 'SIGKILL', scene.readerTalk);
      assertHolds(keptLines(log), printed);
    }
    await scene.startReader(options);
    await sleep(4 * cycleMs);
    await scene.drain();
    await stopped(scene);
    assertHolds(exportedLines(log), printed);
    assert.equal(scene.ledger.totals().invented, 0);
    assert.equal(new Set(printed).size, printed.length, 'some were called durable twice');
    assert.ok(printed.length > 500, `${printed.length} records`);
  });
});

test('SIGHUP: another interval, another directory, a wrong one', { skip, timeout }, () =>
  inScene({ seed: 23 }, async (scene, printed) => {
    const config = join(scene.network.directory, 'suntap.config');
    const directories = ['one', 'two'].map((name) => join(scene.network.directory, name));
    const [one = '', two = ''] = directories;
    const configure = (directory: string, intervalSec: number) => {
      writeFileSync(
        config,
        `config suntap 'main'\n\toption enabled '1'\n` +
          `config log 'log'\n\toption directory '${directory}'\n` +
          `\toption commit_interval '${intervalSec}'\n`,
      );
    };
    const reload = (directory: string, intervalSec: number) => {
      configure(directory, intervalSec);
      process.kill(scene.readerPid, 'SIGHUP');
    };
    configure(one, 3600);
    await scene.startReader(['--config', config]);
    scene.tell({ command: 'go' });
    await until('records', () => printed.length > 100);

    // What waits for a commit that would come in an hour is not lost, and comes sooner now.
    reload(one, 1);
    await until('a commit', () => keptLines(one).length > 200);
    reload(two, 1);
    await until(
      'a commit in the other directory',
      () => existsSync(two) && keptLines(two).length > 100,
    );
    assert.ok(!existsSync(join(one, 'lock')));
    const inOne = keptLines(one);
    reload('/proc/suntap', 1);
    const goingOn = `Going on with the log in '${two}' as it was.`;
    await until(goingOn, () => scene.readerTalk.includes(goingOn));
    await until('another commit', () => keptLines(two).length > 300);

    await scene.drain();
    assert.ok(await scene.caughtUp(5000), scene.readerTalk);
    await stopped(scene);
    assert.deepEqual(keptLines(one), inOne);
    assertOnceEach([...inOne, ...exportedLines(two)], printed);
    assert.equal(scene.ledger.totals().duplicates, 0);
    assert.ok(!existsSync(join(two, 'lock')));
  }),
);

test(
  'one write and one fsync a commit, within the interval, and none without records',
  {
    skip: skip === false ? skipStrace() : skip,
    timeout,
  },
  async () => {
    const intervalSec = 2;
    const arrivedSec: number[] = [];
    const trace = tracing();
    const onRecord = () => arrivedSec.push(Date.now() / 1000);
    try {
      await inScene(
        { seed: 24, cycleMs: 2 * cycleMs, reader: trace.command, onRecord },
        async (scene, printed) => {
          const log = scene.logDirectory;
          const calls = () => readLogCalls(trace.read(), log);
          await scene.startReader(['--log', log, '--commit-interval', String(intervalSec)]);
          scene.tell({ command: 'go' });
          await until(
            'three commits',
            () => calls().filter(({ call }) => call === 'fsync').length > 3,
          );
          await scene.drain();
          assert.ok(await scene.caughtUp(5000), scene.readerTalk);
          await until('the last commit', () => keptLines(log).length === printed.length);
          const busy = calls();
          const lastArrivalSec = arrivedSec.at(-1) ?? 0;

          // Nothing comes: nothing is written, nor synced, nor opened.
          await sleep(1.5 * intervalSec * 1000);
          assert.equal(arrivedSec.at(-1), lastArrivalSec, 'the supervisor is not quiet');
          assert.deepEqual(calls().slice(busy.length), []);

          // The first record after a while is not written at once, and not later than the interval.
          const count = arrivedSec.length;
          scene.tell({ command: 'go' });
          await until('a record', () => arrivedSec.length > count);
          await scene.drain();
          assert.ok(await scene.caughtUp(5000), scene.readerTalk);
          await until('its commit', () => keptLines(log).length === printed.length);
          const waitedSec = (calls()[busy.length]?.timeSec ?? NaN) - (arrivedSec[count] ?? NaN);
          assert.ok(waitedSec > intervalSec / 2, `written after ${waitedSec} s`);
          // Slack for a machine that is busy, while the record was on its way to this test, too.
          assert.ok(waitedSec < intervalSec + 0.25, `written after ${waitedSec} s`);
          await stopped(scene);

          const names = calls().map(({ call }) => call);
          const writes = calls().filter(({ call }) => call === 'write');
          // A commit of more than 64 KiB of lines is several frames.
          assert.ok(writes.length <= framesOf(log), `${writes.length} writes`);
          assert.deepEqual(
            names.filter((call) => call !== 'directory'),
            writes.flatMap(() => ['write', 'fsync']),
          );
          assert.equal(
            names.filter((call) => call === 'directory').length,
            1,
            'the first segment is made',
          );
          for (const [i, { timeSec }] of writes.slice(1).entries()) {
            const sinceSec = timeSec - (writes[i]?.timeSec ?? 0);
            assert.ok(sinceSec > intervalSec / 2, `written twice within ${sinceSec} s`);
          }
        },
      );
    } finally {
      trace.close();
    }
  },
);
