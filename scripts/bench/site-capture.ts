/**
 * The capture that replay is measured with: a site of 24 microinverters and 2 meters, a request
 * every five minutes over an MTU of 600 (MSS 536), each on a connection of its own. 60 days of it
 * are about 500,000 frames, 533,000 records and 175 MB. Made once and kept in build/bench.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../test/tools/message.ts';
import { pcapHeader, pcapRecord } from '../../src/capture/pcap-writer.ts';
import { Dialogue } from '../../test/tools/dialogue.ts';
import { PLAIN, encodeFrames } from '../../test/tools/frame.ts';
import { collectorAnswer, supervisorRequest } from '../../test/tools/message.ts';
import { Random } from '../../test/tools/random.ts';
import { utcDigits } from '../../test/tools/record-line.ts';
import { Site, intervalSec } from '../sim/site.ts';

/** Raise when what is made changes, so that a kept capture of the old kind is made again. */
const VERSION = 1;
const SEED = 20_260_510;
const FIRST_MS = Date.UTC(2026, 4, 10);
const INTERVALS_PER_DAY = 86_400 / intervalSec;

/** Integers of a status record; with these the capture reaches its size. */
const STATUS_FIELDS = 43;
/** Status records that did not get through to the supervisor. */
const STATUS_MISSED = 0.024;
/** Requests that got no answer and were sent again. */
const UNANSWERED = 0.01;

export interface SiteCapture {
  file: string;
  days: number;
  bytes: number;
  frames: number;
  /** Distinct records, in order of arrival. */
  records: number;
  /** SHA-256 of those, each as its line and a line feed. */
  digest: string;
}

function statusLine(reading: string, random: Random): string {
  const [, time = '', serial = '', model = ''] = reading.split('\t');
  const integers = Array.from({ length: STATUS_FIELDS }, () => String(random.int(0, 4_000_000)));
  return ['131', time, serial, model, ...integers].join('\t');
}

function linesAt(site: Site, interval: number, random: Random): string[] {
  return site
    .recordsAt(interval)
    .flatMap((line) =>
      line.startsWith('130\t') && !random.chance(STATUS_MISSED)
        ? [line, statusLine(line, random)]
        : [line],
    );
}

function openDialogue(startMs: number, number: number, random: Random): Dialogue {
  const dialogue = new Dialogue({
    supervisor: { address: '192.168.1.50', port: 1024 + (number % 60_000) },
    collector: { address: '198.51.100.66', port: 80 },
    isn: { toCollector: random.int(0, 0xffff_ffff), toSupervisor: random.int(0, 0xffff_ffff) },
    timestamps: false,
    startMs,
    nextSegmentBytes: () => 536,
    ackEvery: 2,
    stepMs: 2,
  });
  dialogue.handshake();
  return dialogue;
}

function exchange(request: Message, answer: Message | undefined, dialogue: Dialogue): Dialogue {
  dialogue.message('toCollector', request);
  if (answer === undefined) {
    dialogue.reset('toCollector');
  } else {
    dialogue.message('toSupervisor', answer);
    dialogue.finish('toCollector');
  }
  return dialogue.close();
}

function make(file: string, days: number): SiteCapture {
  const random = new Random(SEED);
  const site = new Site({ seed: SEED, inverters: 24, meters: true, startTimeSec: FIRST_MS / 1000 });
  const hash = createHash('sha256');
  const capture: SiteCapture = { file, days, bytes: 0, frames: 0, records: 0, digest: '' };
  const out = openSync(`${file}.part`, 'w');
  const write = (bytes: Uint8Array): void => {
    writeSync(out, bytes);
    capture.bytes += bytes.length;
  };
  write(pcapHeader(1));
  let connections = 0;
  for (let interval = 0; interval < days * INTERVALS_PER_DAY; interval++) {
    const lines = linesAt(site, interval, random);
    const sentMs = FIRST_MS + (interval + 1) * intervalSec * 1000 + random.int(2000, 9000);
    const sentDigits = utcDigits(sentMs);
    const request = supervisorRequest(lines, {
      supervisorSerial: site.supervisorSerial,
      sentDigits,
    });
    const dialogues: Dialogue[] = [];
    if (random.chance(UNANSWERED)) {
      dialogues.push(exchange(request, undefined, openDialogue(sentMs, connections++, random)));
    }
    const again = openDialogue(sentMs + dialogues.length * 120_000, connections++, random);
    dialogues.push(exchange(request, collectorAnswer(sentDigits), again));
    const frames = dialogues.flatMap(({ segments }) => encodeFrames(segments, PLAIN, random));
    write(Buffer.concat(frames.map(({ timeMs, bytes }) => pcapRecord(timeMs, bytes))));
    capture.frames += frames.length;
    capture.records += lines.length;
    for (const line of lines) hash.update(`${line}\n`);
  }
  closeSync(out);
  capture.digest = hash.digest('hex');
  renameSync(`${file}.part`, file);
  return capture;
}

/** Makes the capture of so many days, or takes the one made before. */
export function siteCapture(directory: string, days: number): SiteCapture {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `site-${days}-days-v${VERSION}.pcap`);
  const note = `${file}.json`;
  if (existsSync(file) && existsSync(note)) {
    return { ...(JSON.parse(readFileSync(note, 'utf8')) as SiteCapture), file };
  }
  const capture = make(file, days);
  writeFileSync(note, `${JSON.stringify(capture)}\n`);
  return capture;
}
