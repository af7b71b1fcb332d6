import assert from 'node:assert/strict';
import test from 'node:test';
import { measureAttack } from '../../scripts/run/attack.ts';
import type { CaptureKind } from '../../scripts/run/scene.ts';
import { skipLive } from './needs.ts';

const skip = skipLive();
const mebibyte = 1024 * 1024;
/**
 * The budgets (6 and 8 MiB) are for a quiet machine, and `make bench` measures against them; here others
 * run beside. That of the idle daemon is missed (README): this limit only keeps it from growing.
 */
const idleLimitBytes = 10 * mebibyte;
/**
 * With tcpdump every packet comes through a pipe, into a buffer of 64 KiB of its own that waits for
 * the garbage collector; what it starts from is less than with libpcap, which has its ring.
 */
const attackLimitBytes: Record<CaptureKind, number> = {
  libpcap: 10 * mebibyte,
  tcpdump: 13 * mebibyte,
};

function mib(bytes: number): string {
  return `${(bytes / mebibyte).toFixed(1)} MiB`;
}

for (const capture of ['libpcap', 'tcpdump'] satisfies CaptureKind[]) {
  test(
    `${capture}: a flood neither grows memory nor hides the supervisor`,
    { skip, timeout: 90_000 },
    async (t) => {
      const figures = await measureAttack({ capture });
      const { bareBytes, idleBytes, peakBytes, framesSent, totals, exitCode, talk } = figures;
      t.diagnostic(
        `bare Node ${mib(bareBytes)}, idle ${mib(idleBytes)}, peak ${mib(peakBytes)}, ${framesSent} frames`,
      );
      assert.equal(exitCode, 0, talk);
      assert.ok(framesSent >= 20_000, `${framesSent} frames`);
      assert.ok(totals.read > 200, `${totals.read} records`);
      assert.deepEqual([totals.missing, totals.duplicates, totals.invented], [0, 0, 0]);
      assert.ok(idleBytes - bareBytes <= idleLimitBytes, `idle ${mib(idleBytes - bareBytes)} more`);
      assert.ok(
        peakBytes - idleBytes <= attackLimitBytes[capture],
        `peak ${mib(peakBytes - idleBytes)} more`,
      );
    },
  );
}
