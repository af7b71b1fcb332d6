/** Measures suntap while its line is flooded: what memory it takes, and whether it goes on reading. */

import { fileURLToPath } from 'node:url';
import type { Totals } from './ledger.ts';
import { bareNodePrivateBytes, privateBytes, watchPrivateBytes } from './memory.ts';
import { collectorAddress, supervisorAddress } from './network.ts';
import { Part } from './part.ts';
import { Scene, sleep } from './scene.ts';
import type { CaptureKind } from './scene.ts';

export interface AttackOptions {
  capture: CaptureKind;
  /** Default 1. */
  seed?: number;
  /** Different half-open flows. Default 10,000. */
  flows?: number;
  /** Default 4000, of which every other one opens a flow. */
  framesPerSec?: number;
  /** Default 6. */
  durationSec?: number;
  /** Default: `dist/suntap`. */
  reader?: readonly string[];
}

export interface AttackFigures {
  /** Private memory of a Node that does nothing, of suntap before, and at most during the attack. */
  bareBytes: number;
  idleBytes: number;
  peakBytes: number;
  framesSent: number;
  /** The real supervisor's records, sent before, during and after. */
  totals: Totals;
  /** What suntap said. */
  talk: string;
  exitCode: number | undefined;
}

/** Requests that suntap has read when it counts as idle, and the time it is given to settle. */
const requestsBefore = 4;
const settleMs = 2500;
const cycleMs = 250;

/**
 * Runs the attack; needs root. Idle is suntap after some requests, so that all its code is loaded.
 *
 * @throws Error where the scene cannot be set up.
 */
export async function measureAttack(options: AttackOptions): Promise<AttackFigures> {
  const { capture, seed = 1, flows = 10_000, framesPerSec = 4000, durationSec = 6 } = options;
  const bareBytes = await bareNodePrivateBytes();
  const scene = await Scene.open({
    capture,
    seed,
    cycleMs,
    keepAlive: true,
    firstInterval: 150,
    ...(options.reader === undefined ? {} : { reader: options.reader }),
  });
  try {
    await scene.startReader();
    scene.tell({ command: 'go' });
    await sleep(requestsBefore * cycleMs);
    scene.tell({ command: 'pause' });
    await sleep(settleMs);
    const idleBytes = privateBytes(scene.readerPid) ?? 0;

    const watch = watchPrivateBytes(scene.readerPid);
    scene.tell({ command: 'go' });
    let framesSent = 0;
    const flood = new Part({
      name: 'the flood',
      namespace: scene.network.namespace('router'),
      command: [
        process.execPath,
        ...['--import', 'tsx'],
        fileURLToPath(new URL('../sim/run-flood.ts', import.meta.url)),
        ...['--interface', scene.network.injectInterface],
        ...['--supervisor', supervisorAddress, '--collector', collectorAddress],
        ...['--seed', String(seed), '--flows', String(flows)],
        ...['--frames-per-sec', String(framesPerSec), '--seconds', String(durationSec)],
      ],
      onLine: (fields) => {
        framesSent = Number(fields['frames']);
      },
    });
    const { code } = await flood.ended;
    if (code !== 0) throw new Error(`the flood ended early: ${flood.talk}`);
    await scene.drain();
    await scene.caughtUp(5000);
    const peakBytes = watch.stop();
    const end = await scene.stopReader();
    return {
      bareBytes,
      idleBytes,
      peakBytes,
      framesSent,
      totals: scene.ledger.totals(),
      talk: scene.readerTalk,
      exitCode: end.code,
    };
  } finally {
    scene.close();
  }
}
