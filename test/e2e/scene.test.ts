import assert from 'node:assert/strict';
import test from 'node:test';
import { runCommand } from '../../scripts/run/command.ts';
import { Ledger } from '../../scripts/run/ledger.ts';
import type { ReadRecord } from '../../scripts/run/ledger.ts';
import {
  collectorAddress,
  mirrorInterface,
  pathMtuBytes,
  supervisorAddress,
} from '../../scripts/run/network.ts';
import { Part } from '../../scripts/run/part.ts';
import { Scene, sleep } from '../../scripts/run/scene.ts';
import type { CaptureKind } from '../../scripts/run/scene.ts';
import { skipLive } from './needs.ts';

const skip = skipLive();
const cycleMs = 100;

const cases: { capture: CaptureKind; keepAlive: boolean }[] = [
  { capture: 'libpcap', keepAlive: true },
  { capture: 'libpcap', keepAlive: false },
  { capture: 'tcpdump', keepAlive: true },
  { capture: 'tcpdump', keepAlive: false },
];

for (const { capture, keepAlive } of cases) {
  const name = `${capture} reads every record once through an outage, keep-alive ${keepAlive}`;
  test(name, { skip, timeout: 60_000 }, async () => {
    const read: ReadRecord[] = [];
    const kinds = new Set<string>();
    const scene = await Scene.open({
      capture,
      seed: 11,
      cycleMs,
      keepAlive,
      firstInterval: 150,
      stringInverter: true,
      rareTypes: true,
      onRecord: (record) => {
        read.push(record);
      },
      onEvent: (event) => {
        if ('kind' in event) kinds.add(event.kind);
      },
    });
    try {
      await scene.startReader();
      scene.tell({ command: 'go' });
      await sleep(10 * cycleMs);
      for (const [fault, cycles] of [
        ['refuse', 8],
        ['cut', 8],
        ['swallow', 16],
      ] as const) {
        await scene.setFault(fault);
        await sleep(cycles * cycleMs);
      }
      await scene.setFault('none');
      await sleep(12 * cycleMs);
      await scene.drain();
      await scene.caughtUp(5000);
      const end = await scene.stopReader();
      assert.equal(end.code, 0, scene.readerTalk);
      const truth = await scene.endSupervisor();
      const ledger = new Ledger();
      ledger.addTruth(truth);
      for (const record of read) ledger.countRead(record);
      const totals = ledger.totals();
      assert.deepEqual(ledger.missing(3), []);
      assert.equal(totals.read, truth.length);
      assert.equal(totals.duplicates, 0);
      assert.equal(totals.invented, 0);
      // The case is only as good as what happened in it.
      assert.ok(truth.length > 500, `${truth.length} records`);
      assert.ok(totals.timesSent - totals.sent > 50, `${totals.timesSent} sent in all`);
      for (const kind of ['live', 'retry', 'backlog']) assert.ok(kinds.has(kind), kind);
    } finally {
      scene.close();
    }
  });
}

test('started in the middle of a connection', { skip, timeout: 60_000 }, async () => {
  let connections = 0;
  const scene = await Scene.open({
    capture: 'libpcap',
    seed: 12,
    cycleMs,
    keepAlive: true,
    firstInterval: 150,
  });
  try {
    scene.tell({ command: 'go' });
    await sleep(8 * cycleMs);
    const router = scene.network.namespace('router');
    const syns = new Part({
      name: 'tcpdump',
      namespace: router,
      command: ['tcpdump', '-Z', 'root', '-n', '-i', 'lan0', 'tcp[13] & 2 != 0'],
    });
    await scene.startReader();
    await sleep(15 * cycleMs);
    await scene.drain();
    await scene.caughtUp(5000);
    syns.kill('SIGTERM');
    await syns.ended;
    connections = Number(/^(\d+) packets? captured/m.exec(syns.talk)?.[1]);
    const end = await scene.stopReader();
    assert.equal(end.code, 0, scene.readerTalk);
    const totals = scene.ledger.totals();
    assert.equal(connections, 0, 'the connection is the one from before');
    assert.deepEqual(scene.ledger.missing(3), []);
    assert.equal(totals.duplicates + totals.invented, 0);
    assert.ok(totals.read > 300 && totals.read < totals.sent, `${totals.read} of ${totals.sent}`);
  } finally {
    scene.close();
  }
});

test(
  'the mirror has both directions, in small segments, and nothing else',
  { skip, timeout: 60_000 },
  async () => {
    const scene = await Scene.open({
      capture: 'tcpdump',
      seed: 13,
      cycleMs,
      keepAlive: false,
      firstInterval: 150,
    });
    try {
      const file = `${scene.network.directory}/mirror.pcap`;
      const tcpdump = new Part({
        name: 'tcpdump',
        namespace: scene.network.namespace('router'),
        command: ['tcpdump', '-Z', 'root', '-U', '-i', mirrorInterface, '-w', file],
      });
      while (!tcpdump.talk.includes('listening on')) await sleep(50);
      scene.tell({ command: 'go' });
      await sleep(10 * cycleMs);
      await scene.drain();
      await sleep(200);
      tcpdump.kill('SIGTERM');
      await tcpdump.ended;
      const count = (filter: string): number =>
        runCommand('tcpdump', ['-n', '-r', file, ...filter.split(' ')]).split('\n').length - 1;
      const up = `src host ${supervisorAddress} and dst host ${collectorAddress} and tcp dst port 80`;
      const down = `src host ${collectorAddress} and dst host ${supervisorAddress} and tcp src port 80`;
      assert.ok(count(up) > 50, `${count(up)} packets`);
      assert.ok(count(down) > 30, `${count(down)} packets`);
      assert.equal(count(`not (${up}) and not (${down})`), 0);
      assert.equal(count(`greater ${pathMtuBytes + 15}`), 0);
      const handshakes = count('tcp[13] & 2 != 0');
      assert.ok(handshakes > 10 && handshakes % 2 === 0, `${handshakes} with SYN`);
    } finally {
      scene.close();
    }
  },
);
