/**
 * Makes the capture that ships with the project, and what must be read from it:
 *
 *     sudo node --import tsx scripts/run/record-day.ts
 *
 * A small site's day on the mirror of the simulated line, taken by tcpdump: before dawn, a morning,
 * an outage, and the backlog in bursts with some requests sent twice. What is expected comes from what
 * the supervisor noted of its sending, never from suntap.
 */

import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mirrorInterface, removeLeftovers } from './network.ts';
import { Part } from './part.ts';
import { Scene, sleep } from './scene.ts';

const target = fileURLToPath(new URL('../../test/captures/', import.meta.url));
const limitBytes = 300_000;
/** Chance decides which requests are sent twice; with fewer records than this, try again. */
const leastSentAgain = 150;
const cycleMs = 60;
const intervals = { beforeOutage: 56, refused: 20, unanswered: 60, afterOutage: 64 };

/** The record as `suntap replay --output records` prints it. */
function recordJson(line: string): string {
  const fields = line.split('\t');
  const [type = '', time = '', serial = ''] = fields;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(time) ?? [];
  return JSON.stringify({
    type: Number(type),
    time: `${year}-${month}-${day}T${hour}:${minute}:${second}Z`,
    serial,
    fields,
  });
}

removeLeftovers();
const scene = await Scene.open({
  capture: 'tcpdump',
  seed: 6,
  cycleMs,
  keepAlive: true,
  firstInterval: 48,
  inverters: 3,
  rareTypes: true,
});
try {
  const file = join(scene.network.directory, 'day.pcap');
  let nowListening = (): void => undefined;
  const listening = new Promise<void>((resolve) => {
    nowListening = resolve;
  });
  const tcpdump = new Part({
    name: 'tcpdump',
    namespace: scene.network.namespace('router'),
    command: ['tcpdump', '-Z', 'root', '-i', mirrorInterface, '-s', '0', '-U', '-w', file],
    onTalk: (text) => {
      if (text.includes('listening on')) nowListening();
    },
  });
  await Promise.race([listening, tcpdump.ended]);
  scene.tell({ command: 'go' });
  await sleep(intervals.beforeOutage * cycleMs);
  await scene.setFault('refuse');
  await sleep(intervals.refused * cycleMs);
  await scene.setFault('swallow');
  await sleep(intervals.unanswered * cycleMs);
  await scene.setFault('none');
  await sleep(intervals.afterOutage * cycleMs);
  await scene.drain();
  const truth = await scene.endSupervisor();
  // The last answer is on its way through the mirror still.
  await sleep(300);
  tcpdump.kill('SIGTERM');
  await tcpdump.ended;
  const sizeBytes = statSync(file).size;
  if (sizeBytes > limitBytes) throw new Error(`${sizeBytes} bytes are more than ${limitBytes}`);
  const sentAgain = truth.reduce((sum, { sent }) => sum + sent - 1, 0);
  if (sentAgain < leastSentAgain) throw new Error(`only ${sentAgain} records were sent again`);
  mkdirSync(target, { recursive: true });
  copyFileSync(file, join(target, 'day.pcap'));
  const expected = truth.map(({ line }) => `${recordJson(line)}\n`).join('');
  writeFileSync(join(target, 'day.expected.jsonl'), expected);
  console.log(`${sizeBytes} bytes, ${truth.length} records, ${sentAgain} sent again`);
} finally {
  scene.close();
}
