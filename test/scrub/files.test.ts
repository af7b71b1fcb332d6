/** Files in and out: formats, times, what is refused, and that nothing half done is left behind. */
import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap-writer.ts';
import type { ScrubOptions } from '../../src/scrub/scrub.ts';
import { scrub } from '../../src/scrub/scrub.ts';
import type { ScrubResult } from '../../src/scrub/scrub-report.ts';
import { PcapngSection, pcapFile, pcapngFile, type TestPacket } from '../capture/capture-bytes.ts';
import { makeCase, pcapOfCases } from '../tools/capture-case.ts';
import { linkTypeOf, type LinkKind } from '../tools/link-frame.ts';
import { inDirectory, packetsOf, replayed, scrubBytes } from './scrubbed.ts';

const one = (link: LinkKind, number = 78_001) =>
  makeCase({ recipe: { name: 'plain' }, seed: 3, family: 4, link }, number);
const PLAIN = one('ethernet');
const CAPTURE = pcapOfCases([PLAIN], 'ethernet');

function run(
  input: string,
  output: string,
  options: Partial<ScrubOptions> = {},
): Promise<ScrubResult> {
  return scrub({
    input,
    output,
    key: 'key',
    force: false,
    supervisor: undefined,
    signal: new AbortController().signal,
    progress: () => undefined,
    ...options,
  });
}

/** The reason why it was refused; fails when it was not. */
async function refused(
  input: string,
  output: string,
  options: Partial<ScrubOptions> = {},
): Promise<string> {
  const result = await run(input, output, options);
  assert.ok(!result.ok);
  return result.fault.reason;
}

async function testPackets(capture: Uint8Array): Promise<TestPacket[]> {
  return (await packetsOf(capture)).map(({ data, ...packet }) => ({ ...packet, bytes: data }));
}

describe('scrub: what goes in', () => {
  test('pcap, pcapng and gzip of either give the same', async () => {
    const packets = await testPackets(CAPTURE);
    const inputs = [
      CAPTURE,
      gzipSync(CAPTURE),
      pcapngFile(packets, true),
      gzipSync(pcapngFile(packets, false)),
      pcapFile(packets, { littleEndian: false, nanoseconds: false }),
    ];
    const outputs = await Promise.all(inputs.map(async (bytes) => (await scrubBytes(bytes)).bytes));
    for (const bytes of outputs) assert.ok(outputs[0]?.equals(bytes));
  });

  test('the same key gives the same file, another key and no key another', async () => {
    const [first, again, other] = [
      await scrubBytes(CAPTURE),
      await scrubBytes(CAPTURE),
      await scrubBytes(CAPTURE, 'x'),
    ];
    assert.ok(first.bytes.equals(again.bytes));
    assert.ok(!first.bytes.equals(other.bytes));
    await inDirectory(async (directory) => {
      const [input, ...outputs] = ['in', 'a', 'b'].map((name) => join(directory, name));
      writeFileSync(input ?? '', CAPTURE);
      for (const output of outputs) await run(input ?? '', output, { key: undefined });
      const [a, b] = outputs.map((output) => readFileSync(output));
      assert.equal(a?.length, b?.length);
      assert.notDeepEqual(a, b);
    });
  });

  test('times stay, nanoseconds to a quarter of a microsecond', async () => {
    const packets = await testPackets(CAPTURE);
    for (const nanoseconds of [false, true]) {
      const shifted = packets.map((packet, index) => ({
        ...packet,
        timeMs: packet.timeMs + (nanoseconds ? (index % 7) * 0.00025 : (index % 7) * 0.001),
      }));
      const capture = pcapFile(shifted, { littleEndian: true, nanoseconds });
      const { bytes } = await scrubBytes(capture);
      const sent = await packetsOf(capture);
      assert.equal(bytes.readUInt32LE(0), nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
      (await packetsOf(bytes)).forEach((packet, index) => {
        const differenceMs = Math.abs(packet.timeMs - (sent[index]?.timeMs ?? 0));
        assert.ok(differenceMs <= (nanoseconds ? 0.0003 : 0), `${differenceMs}`);
      });
    }
  });

  test('lengths on the wire and the order of packets stay', async () => {
    const recipe = {
      name: 'snapped',
      frames: (frames: typeof PLAIN.frames) =>
        frames.map((frame) => ({ ...frame, capturedBytes: Math.min(frame.bytes.length, 500) })),
    };
    const capture = pcapOfCases(
      [makeCase({ recipe, seed: 3, family: 4, link: 'vlan' }, 78_001)],
      'vlan',
    );
    const { bytes } = await scrubBytes(capture);
    const shape = async (of: Uint8Array) =>
      (await packetsOf(of)).map(({ timeMs, end, originalBytes }) => ({
        timeMs,
        end,
        originalBytes,
      }));
    assert.deepEqual(await shape(bytes), await shape(capture));
  });

  test('a capture cut in the middle of a packet: all before it, and a warning', async () => {
    await inDirectory(async (directory) => {
      const [input, output] = [join(directory, 'in'), join(directory, 'out')];
      writeFileSync(input, CAPTURE.subarray(0, -7));
      const result = await run(input, output);
      assert.ok(result.ok);
      assert.deepEqual(
        result.warnings.map(({ reason }) => reason),
        ['cut-short'],
      );
      assert.ok(existsSync(output));
    });
  });

  test('interfaces of one kind are one capture, of several kinds none', async () => {
    const ethernet = await testPackets(CAPTURE);
    const other = await testPackets(pcapOfCases([one('cooked-v2', 78_002)], 'cooked-v2'));
    const mixed = (second: readonly TestPacket[], linkType: number): Buffer => {
      const section = new PcapngSection(true);
      const parts = [
        section.header(),
        section.interface({ linkType: 1 }),
        section.interface({ linkType }),
      ];
      ethernet.forEach((packet, index) => {
        parts.push(section.enhanced(0, packet));
        const beside = second[index];
        if (beside !== undefined) parts.push(section.enhanced(1, beside));
      });
      return Buffer.concat(parts);
    };
    const same = await scrubBytes(
      mixed(await testPackets(pcapOfCases([one('ethernet', 78_003)], 'ethernet')), 1),
    );
    assert.equal((await replayed(same.bytes)).pipeline.telemetry.counters.dataRequests > 4, true);
    await inDirectory(async (directory) => {
      const [input, output] = [join(directory, 'in'), join(directory, 'out')];
      writeFileSync(input, mixed(other, linkTypeOf('cooked-v2')));
      assert.equal(await refused(input, output), 'several-link-types');
      assert.deepEqual(readdirSync(directory), ['in']);
    });
    // Traffic of another kind that is left out anyway does not matter.
    const arp = ethernet.slice(0, 3).map((packet) => ({
      ...packet,
      linkType: 113,
      bytes: new Uint8Array(40),
      originalBytes: 40,
    }));
    assert.equal((await scrubBytes(mixed(arp, 113))).report.leftOut['other-traffic'], 3);
  });
});

describe('scrub: what is refused', () => {
  const cases: {
    name: string;
    reason: string;
    prepare: (directory: string) => [string, string, Partial<ScrubOptions>?];
  }[] = [
    {
      name: 'no such input',
      reason: 'file-missing',
      prepare: (d) => [join(d, 'none'), join(d, 'out')],
    },
    { name: 'a directory', reason: 'not-a-file', prepare: (d) => [d, join(d, 'out')] },
    { name: 'standard input', reason: 'not-a-file', prepare: (d) => ['-', join(d, 'out')] },
    { name: 'standard output', reason: 'output-unwritable', prepare: (d) => [join(d, 'in'), '-'] },
    {
      name: 'an output that exists',
      reason: 'output-exists',
      prepare: (d) => [join(d, 'in'), join(d, 'kept')],
    },
    {
      name: 'an output that is no file',
      reason: 'output-unwritable',
      prepare: (d) => [join(d, 'in'), join(d, 'folder'), { force: true }],
    },
    {
      name: 'an output in no directory',
      reason: 'output-unwritable',
      prepare: (d) => [join(d, 'in'), join(d, 'none', 'out')],
    },
    {
      name: 'the input itself',
      reason: 'same-file',
      prepare: (d) => [join(d, 'in'), join(d, 'in'), { force: true }],
    },
    {
      name: 'the input by a link',
      reason: 'same-file',
      prepare: (d) => [join(d, 'in'), join(d, 'link'), { force: true }],
    },
    {
      name: 'the input by its other name',
      reason: 'same-file',
      prepare: (d) => [join(d, 'in'), join(d, 'twin'), { force: true }],
    },
    {
      name: 'no capture',
      reason: 'not-a-capture',
      prepare: (d) => [join(d, 'kept'), join(d, 'out')],
    },
    {
      name: 'no telemetry',
      reason: 'nothing-found',
      prepare: (d) => [join(d, 'empty'), join(d, 'out')],
    },
    {
      name: 'no telemetry of that supervisor',
      reason: 'nothing-found',
      prepare: (d) => [
        join(d, 'in'),
        join(d, 'out'),
        { supervisor: { version: 4, bytes: Uint8Array.of(9, 9, 9, 9) } },
      ],
    },
    {
      name: 'interrupted',
      reason: 'interrupted',
      prepare: (d) => [join(d, 'in'), join(d, 'out'), { signal: AbortSignal.abort() }],
    },
  ];
  for (const { name, reason, prepare } of cases) {
    test(name, async () => {
      await inDirectory(async (directory) => {
        writeFileSync(join(directory, 'in'), CAPTURE);
        writeFileSync(join(directory, 'kept'), 'kept');
        writeFileSync(join(directory, 'empty'), pcapHeader(1));
        mkdirSync(join(directory, 'folder'));
        symlinkSync(join(directory, 'in'), join(directory, 'link'));
        linkSync(join(directory, 'in'), join(directory, 'twin'));
        const before = readdirSync(directory);
        const [input, output, options] = prepare(directory);
        assert.equal(await refused(input, output, options), reason);
        assert.deepEqual(readdirSync(directory), before, 'nothing is left behind');
        assert.ok(readFileSync(join(directory, 'in')).equals(CAPTURE));
        assert.equal(readFileSync(join(directory, 'kept'), 'utf8'), 'kept');
      });
    });
  }

  test('--force replaces what is there, with a whole file or not at all', async () => {
    await inDirectory(async (directory) => {
      const [input, output] = [join(directory, 'in'), join(directory, 'out')];
      writeFileSync(input, CAPTURE);
      writeFileSync(output, 'kept');
      const signal = AbortSignal.abort();
      assert.equal(await refused(input, output, { force: true, signal }), 'interrupted');
      assert.equal(readFileSync(output, 'utf8'), 'kept');
      assert.ok((await run(input, output, { force: true })).ok);
      assert.ok(readFileSync(output).length > 1000);
      assert.deepEqual(readdirSync(directory).sort(), ['in', 'out']);
    });
  });

  test('interrupted during each reading', async () => {
    for (const during of [1, 2, 3]) {
      await inDirectory(async (directory) => {
        const [input, output] = [join(directory, 'in'), join(directory, 'out')];
        writeFileSync(input, CAPTURE);
        const abort = new AbortController();
        const progress = (reading: number) => {
          if (reading === during) abort.abort();
        };
        assert.equal(
          await refused(input, output, { signal: abort.signal, progress }),
          'interrupted',
        );
        assert.deepEqual(readdirSync(directory), ['in']);
      });
    }
  });

  /** Writes `changed` over the input while reading `during` is under way, then gives the result. */
  async function changedDuring(during: number, changed: Uint8Array) {
    return inDirectory(async (directory) => {
      const [input, output] = [join(directory, 'in'), join(directory, 'out')];
      writeFileSync(input, CAPTURE);
      const progress = (reading: number) => {
        if (reading === during) writeFileSync(input, changed);
      };
      const result = await run(input, output, { progress });
      return { result, bytes: existsSync(output) ? readFileSync(output) : undefined };
    });
  }

  test('an input that shrinks between two readings', async () => {
    for (const during of [1, 2]) {
      const { result } = await changedDuring(during, CAPTURE.subarray(0, -300));
      assert.equal(result.ok ? 'ok' : result.fault.reason, 'input-changed');
    }
  });

  test('an input that grows is read as it was', async () => {
    const [first] = await testPackets(CAPTURE);
    assert.ok(first !== undefined);
    const longer = Buffer.concat([CAPTURE, pcapRecord(first.timeMs, first.bytes)]);
    const expected = await Promise.all(
      [CAPTURE, longer].map(async (capture) => (await scrubBytes(capture, 'key')).bytes),
    );
    for (const during of [1, 2]) {
      const { result, bytes } = await changedDuring(during, longer);
      assert.ok(result.ok && bytes !== undefined);
      // The first reading may just see what was added.
      const known = during === 1 ? expected : expected.slice(0, 1);
      assert.ok(known.some((whole) => whole.equals(bytes)));
    }
  });
});
