/**
 * TCP conversations as lines of text, for tables of cases:
 *
 *     > S 99              a segment of the first side: SYN, sequence number 99
 *     < SA 499 ack 100    one of the other side: SYN and ACK
 *     > 100 "GET /"       data; ACK is set where `ack` is given
 *     > F 105 "x"         FIN with data
 *     > 106 "abc" wrong   its checksum (right unless said): wrong, offloaded, unknown
 *     > 106 "abc" of 9    only "abc" was captured of nine bytes
 *     > 106 "abc" late 9  put together from fragments, of which the first came 9 ms earlier
 *     2> 100 "abc"        the same from another port
 *     wait 5000           so many milliseconds of packet time go by
 *     sweep               what the pipeline does now and then: looks for what is overdue
 *     mark later          an event `-- later`, to see what came before and what after
 *
 * Each segment comes one millisecond after the one before, in a buffer that is overwritten afterwards.
 */
import assert from 'node:assert/strict';
import { DEFAULT_REASSEMBLY_LIMITS, type ReassemblyLimits } from '../../src/reassembly/limits.ts';
import { TcpReassembler } from '../../src/reassembly/tcp-reassembler.ts';
import type { ChecksumVerdict } from '../../src/wire/tcp-checksum.ts';
import { emptyTcpSegment, type TcpSegment } from '../../src/wire/tcp.ts';
import { ACK, FIN, RST, SYN } from '../tools/tcp-segment.ts';
import { Recording } from './recording.ts';

const FLAGS: Record<string, number> = { S: SYN, A: ACK, F: FIN, R: RST };
const CHECKSUMS: readonly string[] = ['right', 'wrong', 'offloaded', 'unknown'];
const ADDRESS_BYTES = 4;
const SEGMENT = /^(\d*)([<>]) (?:([SAFR]+) )?(\d+)(?: "([^"]*)")?((?: \w+)*)$/;

export interface ScriptOptions {
  limits?: Partial<ReassemblyLimits>;
  refuseWrongChecksums?: boolean;
}

export class Script {
  readonly recording = new Recording();
  readonly reassembler: TcpReassembler;
  nowMs = 0;
  readonly #buffer = Buffer.alloc(70_000);

  constructor({ limits, refuseWrongChecksums = false }: ScriptOptions = {}) {
    this.reassembler = new TcpReassembler({
      limits: { ...DEFAULT_REASSEMBLY_LIMITS, ...limits },
      refuseWrongChecksums,
      open: () => this.recording.open(),
    });
  }

  step(line: string): void {
    const [verb, ...rest] = line.split(' ');
    if (verb === 'wait') {
      this.nowMs += Number(rest[0]);
    } else if (verb === 'sweep') {
      this.reassembler.sweep(this.nowMs);
    } else if (verb === 'mark') {
      this.recording.event(`-- ${rest.join(' ')}`);
    } else {
      this.nowMs++;
      const lateMs = Number(/ late (\d+)$/.exec(line)?.[1] ?? 0);
      const segment = this.#segment(line.replace(/ late \d+$/, ''));
      this.reassembler.segment(segment, this.nowMs, undefined, this.nowMs - lateMs);
      this.#buffer.fill('!');
    }
  }

  /**
   * Ends the capture. Bytes and gaps that only come now stand behind `-- finish`; that everything is
   * ended and closed now goes without saying.
   */
  finish(): void {
    const { events } = this.recording;
    const before = events.length;
    this.recording.event('-- finish');
    this.reassembler.finish();
    const isNews = (event: string) => !/( end|closed (both|one))$/.test(event);
    const news = events.splice(before + 1).filter(isNews);
    if (news.length === 0) events.pop();
    else events.push(...news);
    this.recording.assertOver();
    assert.equal(this.reassembler.heldBytes, 0, 'nothing is held at the end');
    assert.equal(this.reassembler.connectionCount, 0, 'no connection is left at the end');
  }

  #segment(line: string): TcpSegment {
    const match = SEGMENT.exec(line);
    assert.ok(match !== null, `no step: ${line}`);
    const [, connection = '', side, letters = '', seq, payload = '', words = ''] = match;
    const data = this.#buffer;
    const payloadStart = 2 * ADDRESS_BYTES;
    const segment = emptyTcpSegment();
    segment.data = data;
    data.set(side === '>' ? [10, 0, 0, 1, 10, 0, 0, 2] : [10, 0, 0, 2, 10, 0, 0, 1]);
    segment.sourceAt = 0;
    segment.destinationAt = ADDRESS_BYTES;
    const port = 40_000 + Number(connection || 1);
    segment.sourcePort = side === '>' ? port : 80;
    segment.destinationPort = side === '>' ? 80 : port;
    for (const letter of letters) segment.flags |= FLAGS[letter] ?? 0;
    segment.seq = Number(seq);
    segment.payloadStart = payloadStart;
    segment.payloadEnd = payloadStart + data.write(payload, payloadStart, 'latin1');
    segment.payloadBytes = payload.length;
    segment.checksum = 'right';
    const rest = words.trim() === '' ? [] : words.trim().split(' ');
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
      if (word === 'ack') {
        segment.flags |= ACK;
        segment.ack = Number(rest.shift());
      } else if (word === 'of') {
        segment.payloadBytes = Number(rest.shift());
      } else {
        assert.ok(CHECKSUMS.includes(word), `no such word: ${word}`);
        segment.checksum = word as ChecksumVerdict;
      }
    }
    return segment;
  }
}
