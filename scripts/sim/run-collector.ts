/**
 * The simulated collector as a program:
 *
 *     node --import tsx scripts/sim/run-collector.ts --host 198.51.100.9 --port 80
 *
 * Events go to standard output as JSON lines, commands come on standard input with --control
 * (control.ts), which then is also its end; otherwise SIGTERM or SIGINT end it.
 */

import { parseArgs } from 'node:util';
import { Collector } from './collector.ts';
import { collectorCommand, readJsonLines, writeJsonLine } from './control.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '80' },
    'slow-ms': { type: 'string', default: '300' },
    control: { type: 'boolean', default: false },
  },
});

const collector = new Collector({
  host: values.host,
  port: Number(values.port),
  slowMs: Number(values['slow-ms']),
  onRequest: ({ path, lines, answered }) => {
    writeJsonLine({ event: 'request', path, records: lines.length, answered });
  },
});

async function end(): Promise<void> {
  await collector.close();
  process.stdin.destroy();
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end());
process.stdout.on('error', () => void end());

writeJsonLine({ event: 'listening', port: await collector.listen() });

if (values.control) {
  readJsonLines(
    process.stdin,
    (fields) => {
      const command = collectorCommand(fields);
      if (command?.command === 'end') void end();
      if (command?.command === 'fault') {
        void collector.setFault(command.fault).then(() => {
          writeJsonLine({ event: 'fault', fault: command.fault });
        });
      }
    },
    () => void end(),
  );
}
