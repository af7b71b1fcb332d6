/**
 * What `make run` starts: shows suntap reading a simulated supervisor off a mirrored interface.
 * Exit status: 0 all that was sent was read, 1 it was not, 2 the scene could not be set up.
 */

import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { removeLeftovers } from './network.ts';
import { providePrograms } from './programs.ts';
import { suntapProgram } from './scene.ts';
import { replayShipped } from './shipped-capture.ts';
import { Show } from './show.ts';
import { Terminal } from './terminal.ts';

const help = `Usage: sudo make run                                (about a minute)
   or: sudo node --import tsx scripts/run/main.ts [options]

  --seconds N        how long the scene takes, 20 or more (default 60)
  --forever          day after day, until ^C
  --capture KIND     libpcap or tcpdump (default libpcap)
  --replay           the replay of the shipped capture, which needs no root
  --help             this text
`;

const shortestSec = 20;

async function main(terminal: Terminal): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      forever: { type: 'boolean', default: false },
      capture: { type: 'string', default: 'libpcap' },
      replay: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    terminal.line(help.trimEnd());
    return 0;
  }
  const durationSec = Number(values.seconds);
  if (!(durationSec >= shortestSec)) {
    terminal.line(`--seconds is a number of ${shortestSec} or more, not '${values.seconds}'.`);
    return 2;
  }
  const { capture, forever } = values;
  if (capture !== 'libpcap' && capture !== 'tcpdump') {
    terminal.line(`--capture is libpcap or tcpdump, not '${capture}'.`);
    return 2;
  }
  if (!existsSync(suntapProgram)) {
    terminal.line('dist/suntap is not there. Build it first: make build');
    return 2;
  }
  if (values.replay) return (await replayShipped(terminal)) ? 0 : 1;
  if (process.getuid?.() !== 0) {
    terminal.line(
      'The scene makes network namespaces and a mirror, which needs root: sudo make run',
    );
    terminal.line('Without root, here is the replay of a capture of the same simulation:');
    terminal.line();
    return (await replayShipped(terminal)) ? 0 : 1;
  }
  const problem = providePrograms((text) => {
    terminal.line(text);
  });
  if (problem !== undefined) {
    terminal.line(problem);
    return 2;
  }
  const leftovers = removeLeftovers();
  if (leftovers.length > 0) {
    terminal.line(`Removed what an earlier run had left behind: ${leftovers.join(', ')}`);
  }
  const finish = new AbortController();
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => {
      // Where days follow one another, ^C is how the scene ends; elsewhere, and the second time,
      // everything is removed at once (the network's `exit` listener does it).
      if (forever && !finish.signal.aborted) finish.abort();
      else process.exit(code);
    });
  }
  const show = new Show({ terminal, capture, durationSec, forever, finish: finish.signal });
  return (await show.run()) ? 0 : 1;
}

const terminal = Terminal.standard();
try {
  process.exitCode = await main(terminal);
} catch (error) {
  terminal.line(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
