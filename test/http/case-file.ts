/**
 * Reads the cases in `cases/*.md`. A case is a heading of the second level, text for the reader, and
 * code blocks:
 *
 * - `to-collector`, `to-supervisor`: what goes that way next. Each line is sent with CR LF behind it.
 *   `\t` is a TAB, `\xNN` any byte; `\n` at the end of a line is a bare LF instead of CR LF; `\` at the
 *   end of a line means that nothing follows it. `{9000 x}` stands for 9000 times "x". A line
 *   `{gap 12}` or `{gap ?}` says that bytes are missing there; `{end}` that this side has closed. A
 *   block without a line says only that packets of that side were seen.
 * - `events`: what comes out, one a line, exactly.
 */
import assert from 'node:assert/strict';

export type Direction = 'to-collector' | 'to-supervisor';

export type Item =
  | { kind: 'bytes'; direction: Direction; bytes: Uint8Array }
  | { kind: 'gap'; direction: Direction; gapBytes: number | undefined }
  | { kind: 'end'; direction: Direction };

export interface HttpCase {
  name: string;
  items: Item[];
  /** Sides of which packets were seen. */
  heard: ReadonlySet<Direction>;
  events: string[];
}

const HEADING = /^## (.+)$/;
const FENCE = /^```(\S*)$/;

export function readCases(markdown: string): HttpCase[] {
  const cases: (HttpCase & { heard: Set<Direction> })[] = [];
  let block: { language: string; lines: string[] } | undefined;
  for (const line of markdown.split('\n')) {
    const fence = FENCE.exec(line);
    if (block !== undefined && fence === null) {
      block.lines.push(line);
    } else if (block !== undefined) {
      const current = cases.at(-1);
      assert.ok(current !== undefined, 'a block stands under a heading');
      addBlock(current, block.language, block.lines);
      block = undefined;
    } else if (fence !== null) {
      block = { language: fence[1] ?? '', lines: [] };
    } else {
      const name = HEADING.exec(line)?.[1];
      if (name !== undefined) cases.push({ name, items: [], heard: new Set(), events: [] });
    }
  }
  assert.equal(block, undefined, 'every block is closed');
  return cases;
}

function addBlock(
  current: HttpCase & { heard: Set<Direction> },
  language: string,
  lines: readonly string[],
): void {
  if (language === 'events') {
    current.events.push(...lines);
    return;
  }
  assert.ok(language === 'to-collector' || language === 'to-supervisor', `block ${language}`);
  current.heard.add(language);
  for (const line of lines) current.items.push(itemOf(line, language));
}

function itemOf(line: string, direction: Direction): Item {
  const gap = /^\{gap (\d+|\?)\}$/.exec(line)?.[1];
  if (gap !== undefined) {
    return { kind: 'gap', direction, gapBytes: gap === '?' ? undefined : Number(gap) };
  }
  if (line === '{end}') return { kind: 'end', direction };
  return { kind: 'bytes', direction, bytes: Buffer.from(sent(line), 'latin1') };
}

/** What is sent for a line. */
function sent(line: string): string {
  const [, text = '', end] = /^(.*?)(\\n|\\)?$/.exec(line) ?? [];
  const lineEnd = end === undefined ? '\r\n' : end === '\\n' ? '\n' : '';
  return `${text
    .replace(/\{(\d+) (.)\}/g, (_, count: string, what: string) => what.repeat(Number(count)))
    .replace(/\\t/g, '\t')
    .replace(/\\x(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))}${lineEnd}`;
}

/** One item for bytes that follow one another in the same direction. */
export function joined(items: readonly Item[]): Item[] {
  const out: Item[] = [];
  for (const item of items) {
    const last = out.at(-1);
    if (last?.kind === 'bytes' && item.kind === 'bytes' && last.direction === item.direction) {
      last.bytes = Uint8Array.from([...last.bytes, ...item.bytes]);
    } else {
      out.push({ ...item });
    }
  }
  return out;
}
