/**
 * How a program and the simulated parts that it started talk: JSON objects, one a line. Commands
 * come on standard input, events go to standard output. The end of the input means "end".
 */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { collectorFaults } from './collector.ts';
import type { CollectorFault } from './collector.ts';

export type SupervisorCommand =
  | { command: 'pace'; cycleMs: number }
  | { command: 'pause' }
  | { command: 'go' }
  | { command: 'skip'; toInterval: number }
  | { command: 'drain' }
  | { command: 'end' };

export type CollectorCommand = { command: 'fault'; fault: CollectorFault } | { command: 'end' };

type Fields = Record<string, unknown>;

/** Calls `onLine` for each line that is a JSON object; others are left out. */
export function readJsonLines(
  input: Readable,
  onLine: (value: Fields) => void,
  onEnd: () => void,
): void {
  const lines = createInterface({ input, crlfDelay: Infinity });
  lines.on('line', (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof value === 'object' && value !== null) onLine(value as Fields);
  });
  lines.on('close', onEnd);
}

export function writeJsonLine(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** The command in what was read, or undefined where it is none. */
export function supervisorCommand(fields: Fields): SupervisorCommand | undefined {
  const { command, cycleMs, toInterval } = fields;
  switch (command) {
    case 'pace':
      return typeof cycleMs === 'number' && cycleMs > 0 ? { command, cycleMs } : undefined;
    case 'skip':
      return typeof toInterval === 'number' && Number.isInteger(toInterval) && toInterval >= 0
        ? { command, toInterval }
        : undefined;
    case 'pause':
    case 'go':
    case 'drain':
    case 'end':
      return { command };
    default:
      return undefined;
  }
}

/** The command in what was read, or undefined where it is none. */
export function collectorCommand(fields: Fields): CollectorCommand | undefined {
  if (fields['command'] === 'end') return { command: 'end' };
  const fault = collectorFaults.find((name) => name === fields['fault']);
  return fields['command'] === 'fault' && fault !== undefined
    ? { command: 'fault', fault }
    : undefined;
}
