/**
 * The simulated supervisor as a program:
 *
 *     node --import tsx scripts/sim/run-supervisor.ts --host 198.51.100.9 --speed 300 --cycles 20
 *
 * Events go to standard output as JSON lines. With --control it obeys commands on standard input
 * (control.ts) and ends with it; otherwise it ends after --cycles, or on SIGTERM or SIGINT.
 */

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readJsonLines, supervisorCommand, writeJsonLine } from './control.ts';
import type { SupervisorCommand } from './control.ts';
import { intervalSec, Site } from './site.ts';
import { Supervisor } from './supervisor.ts';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '80' },
    seed: { type: 'string', default: '1' },
    inverters: { type: 'string', default: '24' },
    'string-inverter': { type: 'boolean', default: false },
    'rare-types': { type: 'boolean', default: false },
    /** When interval 0 begins, anything that Date understands. */
    start: { type: 'string', default: '2026-05-09T07:00:00Z' },
    'first-interval': { type: 'string', default: '0' },
    /** Simulated seconds a second. */
    speed: { type: 'string', default: '300' },
    /** A connection for each request. */
    'no-keep-alive': { type: 'boolean', default: false },
    /** File for what was sent, written at the end. */
    truth: { type: 'string' },
    cycles: { type: 'string' },
    control: { type: 'boolean', default: false },
    /** With --control: begin without waiting for `go`. */
    go: { type: 'boolean', default: false },
  },
});

const ending = new AbortController();
const cycleMs = (intervalSec * 1000) / Number(values.speed);
const seed = Number(values.seed);
const supervisor = new Supervisor({
  site: new Site({
    seed,
    inverters: Number(values.inverters),
    stringInverter: values['string-inverter'],
    rareTypes: values['rare-types'],
    startTimeSec: Date.parse(values.start) / 1000,
  }),
  seed,
  host: values.host,
  port: Number(values.port),
  cycleMs,
  keepAlive: !values['no-keep-alive'],
  firstInterval: Number(values['first-interval']),
  onEvent: (event) => {
    writeJsonLine(event);
    if (event.event === 'drained' && !values.control) ending.abort();
  },
});

function obey(command: SupervisorCommand): void {
  switch (command.command) {
    case 'pace':
      supervisor.cycleMs = command.cycleMs;
      return;
    case 'pause':
      supervisor.cycling = false;
      return;
    case 'go':
      supervisor.cycling = true;
      return;
    case 'skip':
      supervisor.skipTo(command.toInterval);
      return;
    case 'drain':
      supervisor.drain();
      return;
    case 'end':
      ending.abort();
  }
}

function end(): void {
  ending.abort();
}
process.on('SIGTERM', end);
process.on('SIGINT', end);
// A reader that is gone is the end too.
process.stdout.on('error', end);

writeJsonLine({ event: 'ready' });
if (values.control) {
  supervisor.cycling = values.go;
  readJsonLines(
    process.stdin,
    (fields) => {
      const command = supervisorCommand(fields);
      if (command !== undefined) obey(command);
    },
    end,
  );
} else if (values.cycles !== undefined) {
  setTimeout(
    () => {
      supervisor.drain();
    },
    (Number(values.cycles) - 0.5) * cycleMs,
  );
}

await supervisor.run(ending.signal);
if (values.truth !== undefined) writeFileSync(values.truth, supervisor.truth.toJsonLines());
writeJsonLine({ event: 'ended', records: supervisor.truth.size });
// Standard input may still be open; nothing is left to do.
process.stdin.destroy();
