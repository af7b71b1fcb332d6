/** Size of the bundle, and how long it takes to start, beside a Node that does nothing. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Row } from './table.ts';
import { measuredRun } from './measured-run.ts';
import { median } from './table.ts';

const KIBIBYTE = 1024;

export function startRows(distribution: string, turns: number): Row[] {
  const bundle = join(distribution, 'suntap.js');
  const bare: number[] = [];
  const started: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    bare.push(measuredRun([process.execPath, '-e', '0']).wallMs);
    started.push(measuredRun([process.execPath, bundle, '--version']).wallMs);
  }
  const source = readFileSync(bundle);
  const addon = join(distribution, 'cap.node');
  const addonBytes = existsSync(addon) ? statSync(addon).size : 0;
  const kib = (bytes: number): string => `${(bytes / KIBIBYTE).toFixed(0)} KiB`;
  return [
    {
      what: 'bundle: suntap.js, compressed, and the addon beside it',
      measured: `${kib(source.length)}, ${kib(gzipSync(source).length)}, ${kib(addonBytes)}`,
      budget: '',
      ok: undefined,
    },
    {
      what: 'start (--version) against bare Node',
      measured: `${(median(started) / median(bare)).toFixed(2)} x ${median(bare).toFixed(0)} ms`,
      budget: '',
      ok: undefined,
    },
  ];
}
