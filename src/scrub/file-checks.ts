/** Looks at both files before anything is read or written. */
import { statSync, type Stats } from 'node:fs';
import { systemCode, systemWords } from '../capture/system-error.ts';
import type { ScrubFault, ScrubFaultReason } from './scrub-report.ts';

const STANDARD_STREAM = '-';
const NOT_A_FILE = new Error('it has to be a file');

export function scrubFault(reason: ScrubFaultReason, subject: string, error?: unknown): ScrubFault {
  const fault: ScrubFault = { layer: 'scrub', reason, subject };
  return error === undefined ? fault : { ...fault, detail: systemWords(error) };
}

/** What speaks against reading `input` and writing `output`; undefined when nothing does. */
export function checkFiles(input: string, output: string, force: boolean): ScrubFault | undefined {
  const from = statOf(input);
  if (from === undefined && input === STANDARD_STREAM) return scrubFault('not-a-file', input);
  // A file that is missing or unreadable is reported by whoever reads it.
  if (from !== undefined && !from.isFile()) return scrubFault('not-a-file', input);
  const to = statOf(output);
  if (output === STANDARD_STREAM) return scrubFault('output-unwritable', output, NOT_A_FILE);
  if (to === undefined) return undefined;
  if (from?.ino === to.ino && from.dev === to.dev) return scrubFault('same-file', output);
  if (!to.isFile()) return scrubFault('output-unwritable', output, NOT_A_FILE);
  return force ? undefined : scrubFault('output-exists', output);
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
