/** What of a capture must not be found in the scrubbed one. */
import assert from 'node:assert/strict';
import type { CaptureCase } from '../tools/capture-case.ts';
import { parseAddress } from '../tools/bytes.ts';
import { packetsOf } from './scrubbed.ts';
import { CaptureWalk } from '../../src/scrub/capture-walk.ts';

/** As in test/tools/link-frame.ts. */
const MACS = ['0022f2010203', '02005e100001'].map((hex) => Buffer.from(hex, 'hex'));
const LEAST_PARTIAL = 6;

export interface PrivateParts {
  /** Serials, tokens, addresses as text, each whole. */
  texts: Set<string>;
  /** All pieces of serials of `LEAST_PARTIAL` characters. */
  pieces: Set<string>;
  /** Addresses as they stand in headers. */
  bytes: Buffer[];
}

export function privateParts(cases: readonly CaptureCase[]): PrivateParts {
  const texts = new Set<string>();
  const pieces = new Set<string>();
  const bytes = [...MACS];
  for (const connection of cases.flatMap(({ connections }) => connections)) {
    for (const { line } of connection.records) texts.add(line.split('\t')[2] ?? '');
    // Those that no chunk cuts in two.
    const stream = Buffer.from(connection.streams.toCollector).toString('latin1');
    for (const [, token] of stream.matchAll(/\n102\t(.{24})\r\n/g)) texts.add(token ?? '');
    for (const [, serial] of stream.matchAll(/\n100\tSPMS\t10\t(\w{11})\t/g)) {
      texts.add(serial ?? '');
    }
    for (const { address } of [connection.supervisor, connection.collector]) {
      texts.add(address);
      bytes.push(Buffer.from(parseAddress(address)));
    }
  }
  for (const text of texts) {
    for (let at = 0; /^\d{6}/.test(text) && at + LEAST_PARTIAL <= text.length; at++) {
      pieces.add(text.slice(at, at + LEAST_PARTIAL));
    }
  }
  return { texts, pieces, bytes };
}

/** Looks at the file as it is, and at its streams put together. */
export async function assertNothingPrivate(scrubbed: Buffer, parts: PrivateParts): Promise<void> {
  for (const address of parts.bytes) {
    assert.equal(scrubbed.indexOf(address), -1, `the address ${address.toString('hex')}`);
  }
  const streams = await streamsOf(scrubbed);
  for (const [name, text] of [['file', scrubbed.toString('latin1')] as const, ...streams]) {
    for (const part of [...parts.texts, ...parts.pieces]) {
      const at = text.indexOf(part);
      if (part.length < LEAST_PARTIAL || at < 0) continue;
      assert.fail(
        `${part} in ${name}: ${JSON.stringify(text.slice(Math.max(0, at - 60), at + 60))}`,
      );
    }
  }
}

/** All bytes of each direction as reassembled; gaps as `~`. */
async function streamsOf(capture: Buffer): Promise<[name: string, text: string][]> {
  const streams: { name: string; text: string }[] = [];
  const sink = (name: string) => {
    const stream = { name, text: '' };
    streams.push(stream);
    return {
      bytes: (data: Uint8Array, start: number, end: number) => {
        stream.text += Buffer.from(data.subarray(start, end)).toString('latin1');
      },
      gap: () => {
        stream.text += '~';
      },
      end: () => undefined,
    };
  };
  const walk = new CaptureWalk({
    supervisor: undefined,
    maxPackets: Infinity,
    visitor: {
      open: () => ({
        forward: sink('a stream forward'),
        backward: sink('a stream backward'),
        proven: false,
        heldBytes: 0,
        closed: () => undefined,
      }),
      segment: () => undefined,
      packet: () => undefined,
    },
  });
  for (const packet of await packetsOf(capture)) walk.packet(packet);
  walk.finish();
  return streams.map(({ name, text }) => [name, text]);
}
