/** A capture before and after scrubbing, and what a replay finds in either. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecentRecords } from '../../src/record/recent-records.ts';
import { RecordOutput } from '../../src/cli/record-output.ts';
import type { NoveltyCounts } from '../../src/cli/summary.ts';
import { FileSource } from '../../src/capture/file-source.ts';
import type { Packet } from '../../src/capture/packet-source.ts';
import { Pipeline } from '../../src/pipeline.ts';
import type { ScrubReport, ScrubResult } from '../../src/scrub/scrub-report.ts';
import { scrub } from '../../src/scrub/scrub.ts';

export const KEY = 'a key for tests';

export async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'suntap-scrub-'));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function scrubFile(input: string, output: string, key = KEY): Promise<ScrubResult> {
  return scrub({
    input,
    output,
    key,
    force: false,
    supervisor: undefined,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
}

export interface Scrubbed {
  bytes: Buffer;
  report: ScrubReport;
}

export function scrubBytes(capture: Uint8Array, key = KEY): Promise<Scrubbed> {
  return inDirectory(async (directory) => {
    const [input, output] = [join(directory, 'in'), join(directory, 'out')];
    writeFileSync(input, capture);
    const result = await scrubFile(input, output, key);
    assert.ok(result.ok, JSON.stringify(result));
    return { bytes: readFileSync(output), report: result.report };
  });
}

export interface Replayed {
  /** Lines of records in order of arrival, repeats included; Latin-1. */
  lines: string[];
  novelty: NoveltyCounts;
  pipeline: Pipeline;
}

export function replayed(capture: Uint8Array): Promise<Replayed> {
  return inDirectory(async (directory) => {
    const path = join(directory, 'capture');
    writeFileSync(path, capture);
    const lines: string[] = [];
    const recent = new RecentRecords(500_000);
    const output = new RecordOutput((line) => recent.note(line), undefined);
    const pipeline = new Pipeline({
      record: (line) => {
        lines.push(Buffer.from(line.data.subarray(line.start, line.end)).toString('latin1'));
        output.take(line);
      },
    });
    const end = await new FileSource({ path }).run(pipeline, new AbortController().signal);
    assert.ok(end.ok, JSON.stringify(end));
    pipeline.finish();
    return { lines, novelty: output.counts, pipeline };
  });
}

/** Copies of all packets of a capture. */
export function packetsOf(capture: Uint8Array): Promise<Packet[]> {
  return inDirectory(async (directory) => {
    const path = join(directory, 'capture');
    writeFileSync(path, capture);
    const packets: Packet[] = [];
    const sink = {
      packet: (packet: Packet) => {
        const data = new Uint8Array(packet.data.subarray(packet.start, packet.end));
        packets.push({ ...packet, data, start: 0, end: data.length });
      },
      ready: () => undefined,
    };
    const end = await new FileSource({ path }).run(sink, new AbortController().signal);
    assert.ok(end.ok, JSON.stringify(end));
    return packets;
  });
}

const MENTIONED_BYTES = 6;

/**
 * Which serial became which, out of the records found before and after; fails unless the records are
 * the same but for that, and unless the same serial always became the same.
 */
export function assertSameButForSerials(
  before: readonly string[],
  after: readonly string[],
): Map<string, string> {
  assert.equal(after.length, before.length, 'number of records');
  const serialOf = (line: string | undefined) => line?.split('\t')[2] ?? '';
  const pseudonyms = new Map<string, string>();
  before.forEach((line, index) => {
    const [serial, pseudonym] = [serialOf(line), serialOf(after[index])];
    assert.equal(pseudonyms.get(serial) ?? pseudonym, pseudonym, `the pseudonym of ${serial}`);
    pseudonyms.set(serial, pseudonym);
  });
  assert.equal(new Set(pseudonyms.values()).size, pseudonyms.size, 'no two became one');
  const rename = (field: string, place: number) =>
    place === 2 || field.length >= MENTIONED_BYTES ? (pseudonyms.get(field) ?? field) : field;
  const renamed = before.map((line) => line.split('\t').map(rename).join('\t'));
  assert.deepEqual(after, renamed);
  return pseudonyms;
}
