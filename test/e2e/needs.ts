/** What the end-to-end tests need of the machine. */

import { existsSync } from 'node:fs';
import { tryCommand } from '../../scripts/run/command.ts';
import { suntapProgram } from '../../scripts/run/scene.ts';

/** False where the tests on real interfaces can run, else why they are skipped. */
export function skipLive(): string | false {
  if (process.getuid?.() !== 0) return 'needs root';
  for (const [program, ...args] of [
    ['ip', '-V'],
    ['nft', '-v'],
    ['ethtool', '--version'],
    ['tcpdump', '--version'],
  ] as const) {
    if (tryCommand(program, args) === undefined) return `${program} is not installed`;
  }
  return skipUnbuilt();
}

/** False where the bundle is there, else why tests of it are skipped. */
export function skipUnbuilt(): string | false {
  return existsSync(suntapProgram) ? false : 'dist/suntap is not built';
}
