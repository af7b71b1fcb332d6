/** The contract over files and streams. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { FileSource } from '../../src/capture/file-source.ts';
import type { PacketSource } from '../../src/capture/packet-source.ts';
import { StreamSource } from '../../src/capture/stream-source.ts';
import {
  pcapFile,
  pcapngFile,
  pcapngMixture,
  randomFrom,
  somePackets,
  type TestPacket,
} from './capture-bytes.ts';
import { assertPackets, CollectingSink } from './collecting-sink.ts';
import { sourceContract } from './source-contract.ts';

const directory = mkdtempSync(join(tmpdir(), 'suntap-capture-'));
after(() => {
  rmSync(directory, { recursive: true });
});

interface Capture {
  name: string;
  bytes: Buffer;
  packets: TestPacket[];
  resolutionMs: number;
}

const few = somePackets(40);
/** More than the pieces that files are read in. */
const many = somePackets(3000);
const resolutionMs = 0.0011;
const mixture = pcapngMixture(few, true);

const captures: Capture[] = [
  ...[true, false].flatMap((littleEndian) => {
    const order = littleEndian ? 'le' : 'be';
    return [
      {
        name: `us-${order}.pcap`,
        bytes: pcapFile(few, { littleEndian, nanoseconds: false }),
        packets: few,
        resolutionMs,
      },
      {
        name: `ns-${order}.pcap`,
        bytes: pcapFile(few, { littleEndian, nanoseconds: true }),
        packets: few,
        resolutionMs,
      },
      { name: `${order}.pcapng`, bytes: pcapngFile(few, littleEndian), packets: few, resolutionMs },
    ];
  }),
  { name: 'mixture.pcapng', bytes: mixture.bytes, packets: mixture.packets, resolutionMs: 1 },
  {
    name: 'large.pcap',
    bytes: pcapFile(many, { littleEndian: true, nanoseconds: false }),
    packets: many,
    resolutionMs,
  },
  { name: 'large.pcapng', bytes: pcapngFile(many, false), packets: many, resolutionMs },
];

for (const capture of [...captures]) {
  captures.push({ ...capture, name: `${capture.name}.gz`, bytes: gzipSync(capture.bytes) });
}

for (const { name, bytes, packets: expected, resolutionMs } of captures) {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  sourceContract(`file ${name}`, { ends: true, waits: true }, () => ({
    source: new FileSource({ path }),
    expected,
    resolutionMs,
  }));
}

/** A stream that gives the bytes in pieces, each a turn of the event loop after the other. */
function slowly(bytes: Buffer, length: () => number): Readable {
  let at = 0;
  return new Readable({
    read() {
      setImmediate(() => {
        const piece = bytes.subarray(at, at + length());
        at += piece.length;
        this.push(piece.length === 0 ? null : piece);
      });
    },
  });
}

const seed = Date.now() >>> 0;
const random = randomFrom(seed);
for (const { name, bytes, packets: expected, resolutionMs } of captures) {
  if (bytes.length > 50_000) continue;
  const make = (length: () => number) => () => ({
    source: new StreamSource({ stream: slowly(bytes, length), name: 'standard input' }),
    expected,
    resolutionMs,
  });
  const traits = { ends: true, waits: true };
  sourceContract(
    `stream of single bytes, ${name}`,
    traits,
    make(() => 1),
  );
  sourceContract(
    `stream of random pieces, ${name}, seed ${seed}`,
    traits,
    make(() => 1 + Math.floor(random() * 700)),
  );
}

describe('a stream that is still growing', () => {
  for (const { name, bytes, packets } of captures.filter(({ name }) => /^(us|le)/.test(name))) {
    if (name.endsWith('.gz')) continue;
    test(`${name}: each packet is delivered when its last byte has come`, async () => {
      const stream = new Readable({ read: () => undefined });
      const sink = new CollectingSink();
      const stop = new AbortController();
      const running = new StreamSource({ stream, name: 'standard input' }).run(sink, stop.signal);
      const lastBytes = Buffer.from(packets[3]!.bytes);
      const end = bytes.indexOf(lastBytes) + lastBytes.length;
      stream.push(bytes.subarray(0, end - 1));
      await sleep(10);
      assert.equal(sink.packets.length, 3);
      stream.push(bytes.subarray(end - 1, end));
      await sleep(10);
      assert.equal(sink.packets.length, 4);
      stop.abort();
      assert.deepEqual(await running, { ok: true, warnings: [] });
      assert.ok(stream.destroyed);
    });
  }

  test('a stream that breaks is cut short', async () => {
    const { bytes } = captures[0]!;
    const stream = new Readable({ read: () => undefined });
    const sink = new CollectingSink();
    const source = new StreamSource({ stream, name: 'standard input' });
    const running = source.run(sink, new AbortController().signal);
    stream.push(bytes);
    await sleep(10);
    stream.destroy(new Error('EIO: i/o error, read'));
    const end = await running;
    assert.equal(sink.packets.length, few.length);
    assert.ok(end.ok);
    assert.deepEqual(
      end.warnings.map(({ reason, detail, offsetBytes }) => ({ reason, detail, offsetBytes })),
      [{ reason: 'cut-short', detail: 'i/o error', offsetBytes: bytes.length }],
    );
  });
});

describe('a file that is no capture', () => {
  const run = (source: PacketSource) =>
    source.run(new CollectingSink(), new AbortController().signal);
  const fault = async (path: string): Promise<string | undefined> => {
    const end = await run(new FileSource({ path }));
    return end.ok ? undefined : `${end.fault.reason}: ${end.fault.detail ?? ''}`;
  };

  test('missing, a directory, beneath a file', async () => {
    const file = join(directory, captures[0]!.name);
    assert.equal(
      await fault(join(directory, 'nothing.pcap')),
      'file-missing: no such file or directory',
    );
    assert.equal(await fault(join(file, 'x')), 'file-missing: not a directory');
    assert.equal(await fault(directory), 'file-unreadable: illegal operation on a directory');
  });

  test('a named pipe that nobody writes to ends when aborted', async () => {
    const path = join(directory, 'fifo');
    execFileSync('mkfifo', [path]);
    const stop = new AbortController();
    const running = new FileSource({ path }).run(new CollectingSink(), stop.signal);
    await sleep(50);
    stop.abort();
    assert.deepEqual(await running, { ok: true, warnings: [] });
    // Lets go of the thread that still waits for a writer.
    closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
  });

  test('a named pipe is read as it is written', async () => {
    const { bytes, packets } = captures[0]!;
    const path = join(directory, 'fifo2');
    execFileSync('mkfifo', [path]);
    const sink = new CollectingSink();
    const running = new FileSource({ path }).run(sink, new AbortController().signal);
    const writer = await open(path, 'w');
    await writer.write(bytes.subarray(0, 500));
    await sleep(50);
    assert.ok(sink.packets.length > 0);
    await writer.write(bytes.subarray(500));
    await writer.close();
    assert.deepEqual(await running, { ok: true, warnings: [] });
    assertPackets(sink.packets, packets);
  });

  const inputs: [name: string, bytes: Uint8Array, fault: RegExp][] = [
    ['empty', Buffer.alloc(0), /^not-a-capture: empty$/],
    ['one byte', Buffer.from('a'), /^not-a-capture: text that begins with "a"$/],
    ['part of a magic number', Uint8Array.of(0xd4, 0xc3), /^not-a-capture: binary .* d4 c3$/],
    [
      'a text log',
      Buffer.from('100\tSPMS\t10\tTACLC1009999\t20240612190003\r\n130\t2024'),
      /^not-a-capture: text that begins with "100 SPMS 10 TACLC1009999 20240612190003 \.\.\."$/,
    ],
    [
      'text with quotes and escapes',
      Buffer.from('say "hi"\x1b[31m\nnow'),
      /^not-a-capture: text that begins with "say 'hi'\?\[31m now"$/,
    ],
    ['gzip of text', gzipSync('hello world'), /^not-a-capture: gzip: text .*"hello world"$/],
    ['gzip of nothing', gzipSync(''), /^not-a-capture: gzip: empty$/],
    ['a gzip magic number alone', Uint8Array.of(0x1f, 0x8b), /^not-a-capture: gzip: /],
    ['damaged gzip', Buffer.from('1f8b0800ffffffffffffffffffff', 'hex'), /^not-a-capture: gzip: /],
    ['ELF', Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), /^not-a-capture: an ELF/],
    ['zip', Buffer.from('PK\x03\x04\x14\0', 'latin1'), /^not-a-capture: a zip archive$/],
    ['xz', Buffer.from('\xfd7zXZ\0\0', 'latin1'), /^not-a-capture: xz-compressed data$/],
    ['snoop', Buffer.from('snoop\0\0\0\0\0\0\x02'), /^unsupported-capture: a snoop capture$/],
    ['btsnoop', Buffer.from('btsnoop\0\0\0\0\x01'), /^unsupported-capture: .*btsnoop/],
    [
      'ERF',
      Buffer.from('00000000a0b1c26602040050000000400000aabbccddeeff00112233445566778899', 'hex'),
      /^unsupported-capture: an ERF capture$/,
    ],
    ['modified pcap', Buffer.from('34cdb2a102000400', 'hex'), /^unsupported-capture: .*modified/],
    ['zeros', Buffer.alloc(100), /^not-a-capture: binary data that begins with 00 00/],
    ['pcapng without byte order', Buffer.from(`0a0d0d0a${'00'.repeat(30)}`, 'hex'), /^not-a-cap/],
    [
      'a pcap of another version',
      pcapFile(few, { littleEndian: true, nanoseconds: false, majorVersion: 543 }),
      /^unsupported-capture: pcap version 543$/,
    ],
  ];
  for (const [name, bytes, expected] of inputs) {
    test(name, async () => {
      const path = join(directory, 'input');
      writeFileSync(path, bytes);
      assert.match((await fault(path)) ?? 'no fault', expected);
      const stream = slowly(Buffer.from(bytes), () => 1_000_000);
      const end = await run(new StreamSource({ stream, name: 'standard input' }));
      assert.ok(!end.ok);
      assert.match(`${end.fault.reason}: ${end.fault.detail ?? ''}`, expected);
    });
  }
});

describe('gzip', () => {
  const { bytes, packets } = captures[0]!;

  const run = async (packed: Buffer, length = 100): Promise<[number, string[]]> => {
    const sink = new CollectingSink();
    const stream = slowly(packed, () => length);
    const source = new StreamSource({ stream, name: 'standard input' });
    const end = await source.run(sink, new AbortController().signal);
    assert.deepEqual(
      sink.packets.map((packet) => packet.originalBytes),
      packets.slice(0, sink.packets.length).map((packet) => packet.originalBytes),
    );
    if (!end.ok) return [sink.packets.length, [end.fault.reason]];
    return [sink.packets.length, end.warnings.map(({ reason }) => reason)];
  };

  test('members joined at any place', async () => {
    for (const cut of [1, 2, 24, 30, 1000, bytes.length - 1]) {
      const packed = Buffer.concat([
        gzipSync(bytes.subarray(0, cut)),
        gzipSync(bytes.subarray(cut)),
      ]);
      assert.deepEqual(await run(packed), [packets.length, []]);
      assert.deepEqual(await run(packed, gzipSync(bytes.subarray(0, cut)).length), [
        packets.length,
        [],
      ]);
    }
  });

  test('padded with zeros', async () => {
    const packed = Buffer.concat([gzipSync(bytes), Buffer.alloc(600)]);
    assert.deepEqual(await run(packed), [packets.length, []]);
  });

  test('something else behind it', async () => {
    const all = pcapFile(many, { littleEndian: true, nanoseconds: false });
    const packed = Buffer.concat([gzipSync(all), Buffer.from('and so on')]);
    const sink = new CollectingSink();
    const stream = slowly(packed, () => 5000);
    const source = new StreamSource({ stream, name: 'standard input' });
    const end = await source.run(sink, new AbortController().signal);
    assert.equal(end.ok && end.warnings.map(({ reason }) => reason).join(), 'damaged');
    assert.ok(sink.packets.length > many.length - 65536 / 200);
  });

  test('cut short at every offset: what is readable, then one warning', async () => {
    const packed = gzipSync(bytes);
    let most = 0;
    for (let cut = 2; cut < packed.length; cut += 7) {
      const [count, reasons] = await run(packed.subarray(0, cut), 5000);
      assert.ok(count >= most);
      most = count;
      assert.ok(['not-a-capture', 'cut-short'].includes(reasons.join()), reasons.join());
    }
    assert.ok(most > packets.length / 2);
  });

  test('damaged in the middle', async () => {
    const packed = gzipSync(pcapFile(many, { littleEndian: true, nanoseconds: false }));
    packed.fill(0xff, packed.length >> 1, (packed.length >> 1) + 50);
    const sink = new CollectingSink();
    const stream = slowly(packed, () => 4096);
    const source = new StreamSource({ stream, name: 'standard input' });
    const end = await source.run(sink, new AbortController().signal);
    assert.ok(end.ok);
    assert.deepEqual(
      end.warnings.map(({ reason }) => reason),
      ['damaged'],
    );
    assert.ok(sink.packets.length > 1000);
  });
});
