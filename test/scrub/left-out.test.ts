/** What `scrub` leaves out of a capture, and that nothing of it shows. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pcapRecord } from '../../src/capture/pcap-writer.ts';
import { scrub } from '../../src/scrub/scrub.ts';
import { makeCase, pcapOfCases } from '../tools/capture-case.ts';
import { parseAddress } from '../tools/bytes.ts';
import { ipPacket } from '../tools/ip-packet.ts';
import { linkFrame } from '../tools/link-frame.ts';
import { assertNothingPrivate, privateParts } from './private-parts.ts';
import {
  assertSameButForSerials,
  inDirectory,
  KEY,
  packetsOf,
  replayed,
  scrubBytes,
} from './scrubbed.ts';

const PLAIN = makeCase({ recipe: { name: 'plain' }, seed: 3, family: 4, link: 'ethernet' }, 78_001);
const CAPTURE = pcapOfCases([PLAIN], 'ethernet');

describe('scrub: what is left out', () => {
  const other = (
    source: string,
    destination: string,
    protocol: number,
    payload: Uint8Array,
  ): Buffer => {
    const path = {
      source: parseAddress(source),
      destination: parseAddress(destination),
      ipv4Options: new Uint8Array(0),
      ipv6Extensions: [],
    };
    const frame = linkFrame(
      'ethernet',
      ipPacket(path, protocol, payload, 1),
      true,
      new Uint8Array(1),
    );
    return pcapRecord(PLAIN.frames[0]?.timeMs ?? 0, frame.bytes);
  };

  test('other traffic and other hosts, and nothing of them shows', async () => {
    const secret = Buffer.from('the neighbours are away');
    const tcp = Buffer.concat([
      Buffer.from('9c4001bb00000001000000005018010000000000', 'hex'),
      secret,
    ]);
    const foreign = makeCase(
      {
        recipe: { name: 'other', conversation: { otherTraffic: true } },
        seed: 4,
        family: 4,
        link: 'ethernet',
      },
      78_009,
    );
    const extra = [
      other('192.168.7.7', '192.168.7.1', 17, secret),
      other('192.168.7.7', '203.0.113.9', 6, tcp),
      pcapRecord(
        PLAIN.frames[0]?.timeMs ?? 0,
        Buffer.concat([Buffer.alloc(12, 0xff), Buffer.from('0806', 'hex'), secret]),
      ),
    ];
    const capture = Buffer.concat([
      CAPTURE.subarray(0, 24),
      ...extra,
      CAPTURE.subarray(24),
      pcapOfCases([foreign], 'ethernet').subarray(24),
    ]);
    await inDirectory(async (directory) => {
      const [input, output] = [join(directory, 'in'), join(directory, 'out')];
      writeFileSync(input, capture);
      const bytes = parseAddress(PLAIN.connections[0]?.supervisor.address ?? '');
      const result = await scrub({
        input,
        output,
        key: KEY,
        force: false,
        supervisor: { version: 4, bytes },
        signal: new AbortController().signal,
        progress: () => undefined,
      });
      assert.ok(result.ok);
      assert.equal(result.report.written, PLAIN.frames.length);
      assert.equal(result.report.leftOut['other-traffic'], foreign.frames.length + extra.length);
      const scrubbed = readFileSync(output);
      assert.equal(scrubbed.indexOf('neighbours'), -1);
      await assertNothingPrivate(scrubbed, privateParts([PLAIN, foreign]));
      const lines = (await replayed(CAPTURE)).lines;
      assertSameButForSerials(lines, (await replayed(scrubbed)).lines);
    });
  });

  test('padding of short frames', async () => {
    const packets = await packetsOf((await scrubBytes(CAPTURE)).bytes);
    let padded = 0;
    for (const { data } of packets) {
      const end = 14 + ((data[16] ?? 0) << 8) + (data[17] ?? 0);
      if (end === data.length) continue;
      padded++;
      assert.ok(data.subarray(end).every((byte) => byte === 0));
    }
    assert.ok(padded > 0);
  });
});
