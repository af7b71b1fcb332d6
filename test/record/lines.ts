/** Lines of telemetry as text, in buffers with other bytes around them. */
import assert from 'node:assert/strict';
import {
  emptyRecordLine,
  readIdentity,
  readType,
  type RecordLine,
} from '../../src/record/record-line.ts';
import { pieceOf } from '../base/cuttings.ts';

/** `|` stands for TAB, as in the examples of PROTOCOL.md. */
export function tabbed(text: string): string {
  return text.replaceAll('|', '\t');
}

/** The line read; it must be a record. */
export function recordOf(text: string | Uint8Array): RecordLine {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  const { data, start, end } = pieceOf(bytes);
  const line = emptyRecordLine();
  assert.ok(readType(data, start, end, line) !== undefined, 'has a type');
  assert.equal(readIdentity(line), undefined);
  return line;
}

/** The bytes that `record-json.ts` wrote for a text. */
export function bytesOf(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) bytes.push(code - 0xdc00);
    else bytes.push(...Buffer.from(character));
  }
  return Uint8Array.from(bytes);
}
