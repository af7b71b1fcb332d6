/** The contract, and what only live sources go through, on real interfaces. Needs root. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LibpcapSource } from '../../src/capture/libpcap-source.ts';
import type { CaptureEvent, PacketSource } from '../../src/capture/packet-source.ts';
import { TcpdumpSource } from '../../src/capture/tcpdump-source.ts';
import { addonPath, noLiveCapture } from './addon-path.ts';
import type { TestPacket } from './capture-bytes.ts';
import { CollectingSink } from './collecting-sink.ts';
import { experimentFrame, isProbe, sendFrames, untilCaptured } from './live-frames.ts';
import {
  addon,
  filter,
  kinds,
  libpcap,
  live,
  report,
  until,
  withSource,
  type LiveOptions,
} from './live-run.ts';
import { sourceContract } from './source-contract.ts';
import { VethPair } from './veth-pair.ts';

for (const { name, make } of kinds) {
  const traits = { ends: false, waits: name === 'tcpdump', skip: noLiveCapture };
  sourceContract(name, traits, () => {
    const pair = new VethPair();
    pair.create();
    const expected: TestPacket[] = [];
    return {
      source: make({ interface: pair.near, waitForInterface: false, report }),
      expected,
      // Time of arrival against time of sending, on a busy machine.
      resolutionMs: 500,
      ignore: isProbe,
      feed: async (sink: CollectingSink) => {
        await untilCaptured(pair, sink);
        sendFrames(pair, expected);
      },
      close: () => {
        pair.close();
      },
    };
  });
}

describe('interruptions', live, () => {
  for (const { name, make } of kinds) {
    test(`${name}: down for a while`, async () => {
      await withSource(make, async ({ pair, sink, events }) => {
        pair.setDown();
        await until(() => events.length > 0, 'interrupted');
        await sleep(3000);
        assert.deepEqual(events, ['interface-down']);
        pair.setUp();
        await until(() => events.length > 1, 'resumed');
        await untilCaptured(pair, sink);
        assert.deepEqual(events, ['interface-down', 'resumed']);
      });
    });

    test(`${name}: down for a moment`, async () => {
      await withSource(make, async ({ pair, sink, events }) => {
        pair.setDown();
        pair.setUp();
        await untilCaptured(pair, sink);
        assert.ok(['', 'interface-down,resumed'].includes(events.join()), events.join());
      });
    });

    test(`${name}: deleted, and made again`, async () => {
      await withSource(make, async ({ pair, sink, events }) => {
        pair.remove();
        await until(() => events.length > 0, 'interrupted');
        await sleep(3000);
        assert.equal(events.length, 1);
        pair.create();
        await until(() => events.length > 1, 'resumed');
        await untilCaptured(pair, sink);
        assert.equal(events.join(), 'no-such-interface,resumed');
      });
    });

    test(`${name}: replaced at once by another of the same name`, async () => {
      await withSource(make, async ({ pair, sink, events }) => {
        pair.remove();
        pair.create();
        await untilCaptured(pair, sink);
        assert.equal(events.length, 2, events.join());
        assert.equal(events[1], 'resumed');
      });
    });

    test(`${name}: twice in a row`, async () => {
      await withSource(make, async ({ pair, sink, events }) => {
        for (let turn = 1; turn <= 2; turn++) {
          pair.setDown();
          await until(() => events.length === 2 * turn - 1, 'interrupted');
          pair.setUp();
          await until(() => events.length === 2 * turn, 'resumed');
          await untilCaptured(pair, sink);
        }
        const once = ['interface-down', 'resumed'];
        assert.deepEqual(events, [...once, ...once]);
      });
    });

    test(`${name}: missing at the start, waited for`, async () => {
      const pair = new VethPair();
      const events: string[] = [];
      const stop = new AbortController();
      const sink = new CollectingSink();
      const report = (event: CaptureEvent): void => {
        events.push(event.kind);
      };
      const source = make({ interface: pair.near, waitForInterface: true, report });
      const running = source.run(sink, stop.signal);
      await until(() => events.length > 0, 'reported');
      await sleep(2500);
      assert.deepEqual(events, ['interrupted']);
      pair.create();
      await until(() => events.length > 1, 'resumed');
      await untilCaptured(pair, sink);
      stop.abort();
      assert.deepEqual(await running, { ok: true, warnings: [] });
      assert.deepEqual(events, ['interrupted', 'resumed']);
      pair.close();
    });
  }
});

describe('at the start', live, () => {
  const run = (source: PacketSource) =>
    source.run(new CollectingSink(), new AbortController().signal);

  for (const { name, make } of kinds) {
    test(`${name}: no such interface, with those there are`, async () => {
      const end = await run(make({ interface: 'stvnone', waitForInterface: false, report }));
      assert.ok(!end.ok);
      assert.equal(end.fault.reason, 'no-such-interface');
      assert.equal(end.fault.subject, 'stvnone');
      assert.ok(end.fault.alternatives?.includes('lo'));
    });

    test(`${name}: a name that is none`, async () => {
      for (const interfaceName of ['', '.', '..', '../lo', 'lo/../lo', '-D']) {
        const source = make({ interface: interfaceName, waitForInterface: false, report });
        const end = await run(source);
        assert.equal(end.ok ? 'ok' : end.fault.reason, 'no-such-interface');
      }
    });

    test(`${name}: an interface that is down`, async () => {
      const pair = new VethPair();
      pair.create();
      pair.setDown();
      const end = await run(make({ interface: pair.near, waitForInterface: false, report }));
      pair.close();
      assert.equal(end.ok ? 'ok' : end.fault.reason, 'interface-down');
    });
  }

  test('a filter that does not compile', async () => {
    const filter = { ethernet: 'tcp prt 80', other: '' };
    const options = { interface: 'lo', filter, waitForInterface: true, report };
    for (const source of [
      new TcpdumpSource(options),
      new LibpcapSource({ ...options, ...addon }),
    ]) {
      const end = await run(source);
      assert.equal(end.ok ? 'ok' : end.fault.reason, 'bad-filter');
    }
  });

  for (const waitForInterface of [true, false]) {
    test(`without CAP_NET_RAW, waiting ${waitForInterface ? 'or' : 'and'} not`, () => {
      const script = fileURLToPath(new URL('run-live-source.ts', import.meta.url));
      for (const kind of ['libpcap', 'tcpdump']) {
        const args = ['--bounding-set', '-net_raw', '--inh-caps', '-net_raw', process.execPath];
        args.push('--import', 'tsx', script, kind, 'lo', String(waitForInterface));
        const out = execFileSync('setpriv', args, { encoding: 'utf8' });
        assert.match(out, /"reason":"no-permission"/);
      }
    });
  }
});

describe('libpcap', live, () => {
  test('a packet arrives within 50 ms', async () => {
    await withSource(libpcap, async ({ pair, sink }) => {
      let arrivedMs = 0;
      sink.onPacket = () => {
        arrivedMs = performance.now();
      };
      for (let id = 0; id < 5; id++) {
        await sleep(120);
        const sentMs = performance.now();
        pair.send(experimentFrame(id));
        await until(() => arrivedMs > sentMs, 'arrived', 1000);
        assert.ok(arrivedMs - sentMs < 50, `${arrivedMs - sentMs} ms`);
      }
    });
  });

  test('a flood does not keep the event loop from turning', async () => {
    const make = (options: LiveOptions): LibpcapSource =>
      new LibpcapSource({ ...options, ...addon, filter, turnLimitMs: 20 });
    await withSource(make, async ({ pair, sink, events, source }) => {
      // Each packet takes a millisecond to read, and meanwhile the next one comes.
      let left = 400;
      sink.onPacket = () => {
        const endMs = performance.now() + 1;
        while (performance.now() < endMs);
        if (left-- > 0) pair.send(experimentFrame(left & 0x7f));
      };
      let longestMs = 0;
      let lastMs = performance.now();
      const timer = setInterval(() => {
        longestMs = Math.max(longestMs, performance.now() - lastMs);
        lastMs = performance.now();
      }, 5);
      pair.send(experimentFrame(1));
      await until(() => source.overruns > 0, 'broken off');
      clearInterval(timer);
      left = 0;
      assert.ok(longestMs < 200, `${longestMs} ms`);
      sink.onPacket = () => undefined;
      await untilCaptured(pair, sink);
      assert.deepEqual(events, []);
    });
  });

  test('no addon, something else, and one that would abort the process', async () => {
    const faultOf = async (addonPath: string): Promise<string> => {
      const options = { interface: 'lo', waitForInterface: true, report, addonPath };
      const end = await new LibpcapSource(options).run(
        new CollectingSink(),
        new AbortController().signal,
      );
      return end.ok ? 'ok' : end.fault.reason;
    };
    assert.equal(await faultOf('/nonexistent/cap.node'), 'addon-missing');
    assert.equal(await faultOf('/etc/passwd'), 'addon-failed');
    const directory = mkdtempSync(join(tmpdir(), 'suntap-addon-'));
    const asserting = join(directory, 'cap.node');
    writeFileSync(asserting, `${readFileSync(addonPath!, 'latin1')}status == 0`, 'latin1');
    assert.equal(await faultOf(asserting), 'addon-failed');
    rmSync(directory, { recursive: true });
    const options = { interface: 'lo', waitForInterface: true, report };
    const end = await new LibpcapSource(options).run(
      new CollectingSink(),
      new AbortController().signal,
    );
    assert.equal(end.ok ? 'ok' : end.fault.reason, 'addon-missing');
  });
});

test('the process may end once the source has', live, async () => {
  const script = fileURLToPath(new URL('run-live-source.ts', import.meta.url));
  for (const kind of ['libpcap', 'tcpdump']) {
    const args = ['--import', 'tsx', script, kind, 'lo', 'false', 'abort'];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    await until(() => child.exitCode !== null, 'exited', 10_000);
    assert.equal(child.exitCode, 0);
  }
});
