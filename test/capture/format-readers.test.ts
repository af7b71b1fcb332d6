import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FormatReader, FormatReaderOptions } from '../../src/capture/format-reader.ts';
import { PcapReader } from '../../src/capture/pcap-reader.ts';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap-writer.ts';
import { PcapngReader } from '../../src/capture/pcapng-reader.ts';
import { SniffedReader } from '../../src/capture/sniffed-reader.ts';
import {
  PcapngSection,
  pcapFile,
  pcapngFile,
  pcapngMixture,
  randomFrom,
  somePackets,
  type TestPacket,
} from './capture-bytes.ts';
import { assertPackets, CollectingSink } from './collecting-sink.ts';

type ReaderClass = new (options: FormatReaderOptions) => FormatReader;

interface Case {
  name: string;
  reader: ReaderClass;
  bytes: Buffer;
  packets: readonly TestPacket[];
  resolutionMs?: number;
}

const packets = somePackets(24);

const writerFile = (nanoseconds: boolean): Buffer =>
  Buffer.concat([
    pcapHeader(1, { nanoseconds }),
    ...packets.map((p) => pcapRecord(p.timeMs, p.bytes, p.originalBytes, { nanoseconds })),
  ]);

const cases: Case[] = [
  ...[true, false].flatMap((littleEndian) => {
    const order = littleEndian ? 'little endian' : 'big endian';
    const mixture = pcapngMixture(packets, littleEndian);
    return [
      ...[true, false].map((nanoseconds) => ({
        name: `pcap, ${order}, ${nanoseconds ? 'nano' : 'micro'}seconds`,
        reader: PcapReader,
        bytes: pcapFile(packets, { littleEndian, nanoseconds }),
        packets,
      })),
      {
        name: `pcapng, ${order}`,
        reader: PcapngReader,
        bytes: pcapngFile(packets, littleEndian),
        packets,
      },
      {
        name: `pcapng, ${order} first, then the other, four interfaces, all blocks`,
        reader: PcapngReader,
        bytes: mixture.bytes,
        packets: mixture.packets,
        resolutionMs: 1,
      },
    ];
  }),
  { name: 'our own pcap writer', reader: PcapReader, bytes: writerFile(false), packets },
  {
    name: 'our own pcap writer, nanoseconds',
    reader: PcapReader,
    bytes: writerFile(true),
    packets,
    resolutionMs: 0.00025,
  },
];

/** Pushes the pieces through buffers that are overwritten afterwards, as sources reuse theirs. */
function feed(reader: FormatReader, pieces: Iterable<Uint8Array>): void {
  for (const piece of pieces) {
    const lent = Uint8Array.from(piece);
    reader.push(lent);
    lent.fill(0xa5);
  }
  reader.end();
}

function read(
  make: ReaderClass,
  pieces: Iterable<Uint8Array>,
): { reader: FormatReader; packets: TestPacket[] } {
  const sink = new CollectingSink();
  const reader = new make({ subject: 'case', sink });
  feed(reader, pieces);
  return { reader, packets: sink.packets };
}

function* piecesOf(bytes: Uint8Array, lengths: () => number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const length = lengths();
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

for (const { name, reader: make, bytes, packets: expected, resolutionMs } of cases) {
  describe(name, () => {
    const whole = read(make, [bytes]);

    test('whole', () => {
      assertPackets(whole.packets, expected, resolutionMs);
      assert.deepEqual(whole.reader.warnings, []);
      assert.equal(whole.reader.fault, undefined);
    });

    test('the format is found out', () => {
      assertPackets(read(SniffedReader, [bytes]).packets, whole.packets, 0);
      assertPackets(
        read(
          SniffedReader,
          piecesOf(bytes, () => 1),
        ).packets,
        whole.packets,
        0,
      );
    });

    test('byte by byte', () => {
      const { reader, packets } = read(
        make,
        piecesOf(bytes, () => 1),
      );
      assertPackets(packets, whole.packets, 0);
      assert.deepEqual(reader.warnings, []);
    });

    test('cut in two at every offset', () => {
      for (let cut = 0; cut <= bytes.length; cut++) {
        const { packets } = read(make, [bytes.subarray(0, cut), bytes.subarray(cut)]);
        assertPackets(packets, whole.packets, 0);
      }
    });

    test('in random pieces', () => {
      const seed = Date.now() >>> 0;
      const random = randomFrom(seed);
      for (let turn = 0; turn < 200; turn++) {
        const longest = 1 + Math.floor(random() * 900);
        const pieces = piecesOf(bytes, () => Math.floor(random() * (longest + 1)));
        const { packets } = read(make, pieces);
        assert.deepEqual(packets, whole.packets, `seed ${seed}`);
      }
    });

    test('each packet is delivered with its last byte', () => {
      const sink = new CollectingSink();
      const reader = new make({ subject: 'case', sink });
      let pushed = 0;
      const ends: number[] = [];
      sink.onPacket = () => {
        ends.push(pushed);
      };
      for (const byte of bytes) {
        pushed += 1;
        reader.push(Uint8Array.of(byte));
      }
      ends.forEach((end, i) => {
        const packet = Buffer.from(expected[i]!.bytes);
        assert.ok(bytes.subarray(end - packet.length, end).equals(packet));
      });
    });

    test('cut short at every offset: all before it, and one warning', () => {
      for (let cut = 0; cut < bytes.length; cut++) {
        const { reader, packets } = read(make, [bytes.subarray(0, cut)]);
        assert.equal(reader.fault, undefined);
        assert.deepEqual(packets, whole.packets.slice(0, packets.length));
        assert.ok(reader.warnings.length <= 1);
        for (const { reason, offsetBytes, needBytes = 0, haveBytes = 0 } of reader.warnings) {
          assert.equal(reason, 'cut-short');
          assert.equal(offsetBytes + haveBytes, cut);
          assert.ok(haveBytes < needBytes);
          // What was begun there is where a reader of the shorter file would have stopped.
          assert.deepEqual(read(make, [bytes.subarray(0, offsetBytes)]).reader.warnings, []);
        }
        if (packets.length === whole.packets.length) continue;
        const next = read(make, [bytes.subarray(0, cut + 1)]);
        const ended = reader.warnings.length === 0;
        assert.ok(!ended || next.reader.warnings.length === 1, `nothing was cut at ${cut}`);
      }
    });

    test('stopped in the middle of a piece', () => {
      const sink = new CollectingSink();
      const reader = new make({ subject: 'case', sink });
      sink.onPacket = () => {
        if (sink.packets.length === 5) reader.stop();
      };
      feed(reader, [bytes.subarray(0, bytes.length - 1), bytes.subarray(bytes.length - 1)]);
      assertPackets(sink.packets, whole.packets.slice(0, 5), 0);
      assert.deepEqual(reader.warnings, []);
    });
  });
}

describe('pcap', () => {
  const shape = { littleEndian: true, nanoseconds: false };

  test('link types', () => {
    const fields: [field: number, linkType: number][] = [
      [1, 1],
      [12, 101],
      [14, 101],
      [101, 101],
      [276, 276],
      // A frame check sequence of four bytes is said to follow each packet.
      [0x44000001, 1],
      [0x24000071, 113],
    ];
    for (const [linkTypeField, linkType] of fields) {
      const file = pcapFile(packets.slice(0, 1), { ...shape, linkTypeField });
      assert.equal(read(PcapReader, [file]).packets[0]?.linkType, linkType);
    }
  });

  test('times at the ends of their range', () => {
    for (const timeMs of [0, 999.999, 2 ** 32 * 1000 - 0.001, 1_699_999_999_999.9996]) {
      const file = Buffer.concat([pcapHeader(1), pcapRecord(timeMs, Uint8Array.of(1))]);
      const [packet] = read(PcapReader, [file]).packets;
      assert.ok(Math.abs(packet!.timeMs - timeMs) <= 0.0006, String(packet!.timeMs));
    }
  });

  test('an impossible length ends the reading and keeps what was before', () => {
    for (const claimed of [262145, 0x7fffffff, 0x80000000, 0xffffffff]) {
      const good = pcapFile(packets, shape);
      const bad = Buffer.alloc(16 + 400_000);
      bad.writeUInt32LE(claimed, 8);
      for (const pieces of [[Buffer.concat([good, bad])], [good, bad]]) {
        const { reader, packets: found } = read(PcapReader, pieces);
        assertPackets(found, packets);
        assert.deepEqual(
          reader.warnings.map(({ reason, offsetBytes }) => ({ reason, offsetBytes })),
          [{ reason: 'damaged', offsetBytes: good.length }],
        );
      }
    }
  });

  test('the longest possible packet, in pieces', () => {
    const longest = [{ ...packets[0]!, bytes: Buffer.alloc(262144, 7), originalBytes: 300_000 }];
    const file = pcapFile(longest, shape);
    assertPackets(read(PcapReader, [file]).packets, longest);
    const pieces = piecesOf(file, () => 1460);
    assertPackets(read(PcapReader, pieces).packets, longest);
  });

  test('an original length below the captured one is the captured one', () => {
    const file = pcapFile([{ ...packets[0]!, originalBytes: 0 }], shape);
    assert.equal(read(PcapReader, [file]).packets[0]?.originalBytes, packets[0]!.bytes.length);
  });

  test('another major version is refused', () => {
    const { fault } = read(PcapReader, [pcapFile([], { ...shape, majorVersion: 3 })]).reader;
    assert.equal(fault?.reason, 'unsupported-capture');
  });
});

describe('pcapng', () => {
  const first = packets[0]!;
  const start = (section: PcapngSection): Buffer[] => [
    section.header(),
    section.interface({ linkType: 1 }),
  ];

  test('a block of an unknown type is passed over without being held', () => {
    const section = new PcapngSection(true);
    const huge = section.block(0x0bad, Buffer.alloc(3_000_000, 0xff));
    const file = Buffer.concat([...start(section), huge, section.enhanced(0, first)]);
    assertPackets(read(PcapngReader, [file]).packets, [first]);
    const inPieces = read(
      PcapngReader,
      piecesOf(file, () => 5000),
    );
    assertPackets(inPieces.packets, [first]);
  });

  test('an enhanced packet block with far more options than we hold', () => {
    const section = new PcapngSection(false);
    const block = section.enhanced(0, first, Buffer.alloc(1_000_000, 0xff));
    const file = Buffer.concat([...start(section), block, section.enhanced(0, packets[4]!)]);
    const pieces = piecesOf(file, () => 700);
    assertPackets(read(PcapngReader, pieces).packets, [first, packets[4]!]);
  });

  test('a new section forgets the interfaces of the one before', () => {
    const one = new PcapngSection(true);
    const two = new PcapngSection(true);
    const second = [two.header(), two.interface({ linkType: 101 }), two.enhanced(0, first)];
    const file = Buffer.concat([...start(one), one.enhanced(0, first), ...second]);
    const linkTypes = read(PcapngReader, [file]).packets.map(({ linkType }) => linkType);
    assert.deepEqual(linkTypes, [1, 101]);
  });

  test('a block whose length is no multiple of four, though it is the same at both ends', () => {
    const section = new PcapngSection(true);
    const file = Buffer.concat([...start(section), section.block(0x0bad, Buffer.alloc(5))]);
    assert.equal(read(PcapngReader, [file]).reader.warnings[0]?.reason, 'damaged');
  });

  test('a packet of an undeclared interface is left out, with one warning', () => {
    const section = new PcapngSection(true);
    const blocks = [section.enhanced(9, first), section.enhanced(8, first)];
    const file = Buffer.concat([...start(section), ...blocks, section.enhanced(0, first)]);
    const { reader, packets: found } = read(PcapngReader, [file]);
    assertPackets(found, [first]);
    assert.equal(reader.warnings.length, 1);
    assert.equal(reader.warnings[0]?.reason, 'damaged');
  });

  test('a simple packet is as long as the snap length of the first interface says', () => {
    const section = new PcapngSection(true);
    const bytes = first.bytes.subarray(0, 40);
    const file = Buffer.concat([
      section.header(),
      section.interface({ linkType: 1, snapLengthBytes: 40 }),
      section.interface({ linkType: 101, snapLengthBytes: 20 }),
      section.simple({ ...first, bytes, originalBytes: 9000 }),
    ]);
    const { packets: found } = read(PcapngReader, [file]);
    assertPackets(found, [{ ...first, bytes, originalBytes: 9000, timeMs: 0 }], 0);
  });

  const damages: [name: string, damage: (file: Buffer, packetAt: number) => void][] = [
    ['the lengths of a block differ', (file) => file.writeUInt32LE(64, file.length - 4)],
    ['a block shorter than its header', (file, at) => file.writeUInt32LE(8, at + 4)],
    ['a block length that is no multiple of four', (file, at) => file.writeUInt32LE(93, at + 4)],
    ['more captured bytes than the block has', (file, at) => file.writeUInt32LE(65, at + 20)],
    ['more captured bytes than are possible', (file, at) => file.writeUInt32LE(-1 >>> 0, at + 20)],
  ];
  for (const [name, damage] of damages) {
    test(`${name}: all before it, then a warning`, () => {
      const section = new PcapngSection(true);
      const before = Buffer.concat([...start(section), section.enhanced(0, packets[4]!)]);
      const file = Buffer.concat([before, section.enhanced(0, first)]);
      damage(file, before.length);
      const more = new PcapngSection(true).header();
      const { reader, packets: found } = read(PcapngReader, [file, more]);
      assertPackets(found.slice(0, 1), [packets[4]!]);
      assert.equal(reader.warnings.length, 1);
      assert.equal(reader.warnings[0]?.reason, 'damaged');
      assert.equal(reader.warnings[0].offsetBytes, before.length);
    });
  }

  test('interfaces without end are damage', () => {
    const section = new PcapngSection(true);
    const one = section.interface({ linkType: 1 });
    const file = Buffer.concat([section.header(), ...Array<Buffer>(5000).fill(one)]);
    assert.equal(read(PcapngReader, [file]).reader.warnings[0]?.reason, 'damaged');
  });

  test('another major version is refused', () => {
    const { fault } = read(PcapngReader, [new PcapngSection(true).header(2)]).reader;
    assert.equal(fault?.reason, 'unsupported-capture');
  });
});
