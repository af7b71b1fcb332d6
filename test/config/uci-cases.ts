/** What libuci made of 389 files: test/config/uci-cases.jsonl, one case a line. */
import { readFileSync } from 'node:fs';

/** Text, or bytes that are not UTF-8. */
export type CaseText = string | { b64: string };

export interface CaseSection {
  type: string;
  name: string | null;
  /** Of an unnamed section: the name libuci made up. */
  generated?: string;
  options: Record<string, CaseText | CaseText[]>;
}

export interface UciCase {
  name: string;
  tags?: string[];
  input?: string;
  input_b64?: string;
  expect:
    { sections: CaseSection[] } | { error: true; message: string; reason?: string; line?: number };
}

export const UCI_CASES: readonly UciCase[] = readFileSync(
  new URL('uci-cases.jsonl', import.meta.url),
  'utf8',
)
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as UciCase);

export function caseInput({ input, input_b64 }: UciCase): Buffer {
  return input_b64 === undefined ? Buffer.from(input ?? '') : Buffer.from(input_b64, 'base64');
}

export function caseBytes(text: CaseText): Buffer {
  return typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.b64, 'base64');
}
