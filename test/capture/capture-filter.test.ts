/** The filter as libpcap understands it: on files by tcpdump, live by the kernel. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import {
  captureFilter,
  type CaptureFilter,
  type CaptureFilterOptions,
} from '../../src/capture/capture-filter.ts';
import { LibpcapSource } from '../../src/capture/libpcap-source.ts';
import type { PacketSource } from '../../src/capture/packet-source.ts';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap-writer.ts';
import { SniffedReader } from '../../src/capture/sniffed-reader.ts';
import { TcpdumpSource } from '../../src/capture/tcpdump-source.ts';
import { addonPath, noLiveCapture } from './addon-path.ts';
import { CollectingSink } from './collecting-sink.ts';
import {
  addressBytes,
  foreignFrames,
  frameCases,
  rawCases,
  SUPERVISOR,
  type FrameCase,
} from './filter-frames.ts';
import { VethPair } from './veth-pair.ts';

const noTcpdump = spawnSync('tcpdump', ['--version']).error ? 'needs tcpdump' : false;

interface FilterCase {
  name: string;
  options: CaptureFilterOptions;
  passes: (frame: FrameCase) => boolean;
}

const v4 = addressBytes(SUPERVISOR.v4);
const v6 = addressBytes(SUPERVISOR.v6);

const filterCases: FilterCase[] = [
  {
    name: 'IPv4 address and port',
    options: { address: v4, port: 80 },
    passes: ({ version, ofHost, ofPort }) => version === 4 && ofHost && ofPort,
  },
  {
    name: 'IPv6 address and port',
    options: { address: v6, port: 80 },
    passes: ({ version, ofHost, ofPort }) => version === 6 && ofHost && ofPort,
  },
  {
    name: 'IPv4 address',
    options: { address: v4 },
    passes: ({ version, ofHost }) => version === 4 && ofHost,
  },
  {
    name: 'IPv6 address',
    options: { address: v6 },
    passes: ({ version, ofHost }) => version === 6 && ofHost,
  },
  { name: 'port', options: { port: 80 }, passes: ({ ofPort }) => ofPort },
];

/** What tcpdump lets through of frames of one link type. */
function filtered(linkType: number, frames: readonly Uint8Array[], filter: string): string[] {
  const records = frames.map((frame, i) => pcapRecord(i, frame));
  const input = Buffer.concat([pcapHeader(linkType), ...records]);
  const output = execFileSync('tcpdump', ['-r', '-', '-w', '-', filter], {
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 2 * input.length,
  });
  const sink = new CollectingSink();
  const reader = new SniffedReader({ subject: 'tcpdump', sink });
  reader.push(output);
  reader.end();
  return sink.packets.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
}

function assertPassed(
  frames: readonly FrameCase[],
  passed: string[],
  { passes }: FilterCase,
): void {
  const found = new Set(passed);
  const wrong = frames
    .map((frame) => ({ frame, isIn: found.has(frame.frame.toString('hex')) }))
    .filter(({ frame, isIn }) => isIn !== passes(frame))
    .map(({ frame, isIn }) => `${isIn ? 'let through' : 'lost'}: ${frame.name}`);
  assert.deepEqual(wrong, []);
}

describe('on files', { skip: noTcpdump }, () => {
  for (const filterCase of filterCases) {
    const filter = captureFilter(filterCase.options);

    test(`${filterCase.name}, Ethernet`, () => {
      const frames = frameCases.map(({ frame }) => frame);
      assertPassed(frameCases, filtered(1, frames, filter.ethernet), filterCase);
      assert.deepEqual(filtered(1, foreignFrames, filter.ethernet), []);
    });

    // With a header of zeros for Linux cooked captures, but for the protocol.
    const headers: [name: string, linkType: number, header: (frame: FrameCase) => Buffer][] = [
      ['raw IP', 101, () => Buffer.alloc(0)],
      ['null', 0, ({ version }) => Buffer.from([version === 4 ? 2 : 10, 0, 0, 0])],
      ['loopback', 108, ({ version }) => Buffer.from([0, 0, 0, version === 4 ? 2 : 24])],
      [
        'Linux cooked',
        113,
        ({ version }) => Buffer.from(`${'0'.repeat(28)}${version === 4 ? '0800' : '86dd'}`, 'hex'),
      ],
      [
        'Linux cooked v2',
        276,
        ({ version }) => Buffer.from(`${version === 4 ? '0800' : '86dd'}${'0'.repeat(36)}`, 'hex'),
      ],
    ];
    for (const [name, linkType, header] of headers) {
      test(`${filterCase.name}, ${name}`, () => {
        const cases = rawCases
          // tcpdump takes the families of the system it was built for: those of IPv6 differ.
          .filter(({ version }) => version === 4 || linkType > 108 || linkType === 101)
          .map((frame) => ({ ...frame, frame: Buffer.concat([header(frame), frame.frame]) }));
        const frames = cases.map(({ frame }) => frame);
        assertPassed(cases, filtered(linkType, frames, filter.other), filterCase);
        // The one for Ethernet must at least be understood, and lose nothing.
        const passed = filtered(linkType, frames, filter.ethernet);
        assertPassed(cases, passed, filterCase);
      });
    }
  }

  test('a plain filter would lose most of it', () => {
    const plain = `host ${SUPERVISOR.v4} and tcp port 80`;
    const frames = frameCases.map(({ frame }) => frame);
    const ours = filtered(1, frames, captureFilter({ address: v4, port: 80 }).ethernet);
    assert.ok(filtered(1, frames, plain).length * 10 < ours.length);
  });
});

test('no restriction is the empty filter', () => {
  assert.deepEqual(captureFilter({}), { ethernet: '', other: '' });
});

const kinds: [name: string, make: (near: string, filter: CaptureFilter) => PacketSource][] = [
  [
    'libpcap',
    (near, filter) =>
      new LibpcapSource({
        interface: near,
        filter,
        waitForInterface: false,
        report: () => undefined,
        ringBytes: 16 * 1024 * 1024,
        ...(addonPath === undefined ? {} : { addonPath }),
      }),
  ],
  [
    'tcpdump',
    (near, filter) =>
      new TcpdumpSource({
        interface: near,
        filter,
        waitForInterface: false,
        report: () => undefined,
      }),
  ],
];

const live = { skip: noLiveCapture ?? false, concurrency: true, timeout: 60_000 };

describe('live', live, () => {
  for (const [kind, make] of kinds) {
    for (const filterCase of filterCases) {
      test(`${kind}, ${filterCase.name}`, async () => {
        const pair = new VethPair();
        pair.create();
        const sink = new CollectingSink();
        const stop = new AbortController();
        const source = make(pair.near, captureFilter(filterCase.options));
        const running = source.run(sink, stop.signal);
        // A frame that passes is the sign that capturing has begun, another one that all is over.
        const probe = frameCases.find((frame) => filterCase.passes(frame))!.frame;
        const arrived = async (count: number): Promise<void> => {
          const endMs = performance.now() + 15_000;
          while (sink.packets.length < count && performance.now() < endMs) await pause(20);
        };
        for (let turn = 0; turn < 100 && sink.packets.length === 0; turn++) {
          pair.send(probe);
          await pause(100);
        }
        await pause(1500);
        sink.packets.length = 0;
        const expected = frameCases.filter((frame) => filterCase.passes(frame)).length;
        for (const { frame } of frameCases) {
          pair.send(frame);
          await pause(0);
        }
        for (const frame of foreignFrames) pair.send(frame);
        await arrived(expected);
        await pause(200);
        stop.abort();
        await running;
        pair.close();
        const passed = sink.packets.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
        assertPassed(frameCases, passed, filterCase);
        assert.equal(passed.length, expected);
      });
    }
  }
});

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
