/** What can happen on a connection, and what must come out. The notation is that of `script.ts`. */
import type { TcpCounters } from '../../src/reassembly/tcp-reassembler.ts';
import type { ScriptOptions } from './script.ts';

export interface TcpCase extends ScriptOptions {
  name: string;
  /** Known to fail, and why that was not mended yet. */
  todo?: string;
  steps: string[];
  events: string[];
  counters?: Partial<TcpCounters>;
}

const HANDSHAKE = ['> S 99', '< SA 499 ack 100', '> 100 ack 500'];
const BOTH_CLOSE = ['> F 103 ack 500', '< F 500 ack 104', '> 104 ack 501'];

export const ORDER: TcpCase[] = [
  {
    name: 'in order, both directions',
    steps: [...HANDSHAKE, '> 100 "GET "', '> 104 "/"', '< 500 "200"', '> 105 " HTTP"'],
    events: ['> "GET /"', '< "200"', '> " HTTP"'],
    counters: { segments: 7, connections: 1, gaps: 0, midstream: 0, overlapBytes: 0 },
  },
  {
    name: 'the side that speaks first is the first one, whoever began',
    steps: [...HANDSHAKE, '< 500 "220 hello"', '> 100 "abc"'],
    events: ['> "220 hello"', '< "abc"'],
  },
  {
    name: 'one side closes with a probe before the other speaks',
    steps: [...HANDSHAKE, '> F 99 "\0" ack 500', '< 500 "abc"'],
    events: ['> end', '< "abc"'],
  },
  {
    name: 'no bytes, no conversation',
    steps: [...HANDSHAKE, '> F 100 ack 500', '< F 500 ack 101'],
    events: [],
    counters: { connections: 0, handshakes: 2, segmentsUnattached: 3 },
  },
  {
    name: 'two segments change places',
    steps: [...HANDSHAKE, '> 103 "def"', '> 100 "abc"', '> 106 "ghi"'],
    events: ['> "abcdefghi"'],
    counters: { gaps: 0 },
  },
  {
    name: 'backwards',
    steps: ['> S 99', '> 104 "e"', '> 103 "d"', '> 102 "c"', '> 101 "b"', '> 100 "a"'],
    events: ['> "abcde"'],
  },
  {
    name: 'data before its SYN',
    steps: ['> 103 "def"', '> 100 "abc"', '> S 99', '> 106 "g"'],
    events: ['> "abcdefg"'],
    counters: { midstream: 0, gaps: 0 },
  },
  {
    name: 'data before the SYN-ACK that tells where it began',
    steps: ['> 103 "def" ack 500', '< SA 499 ack 100', '> 100 "abc" ack 500', 'mark done'],
    events: ['> "abcdef"', '-- done'],
  },
  {
    name: 'SYN with data',
    steps: ['> S 99 "abc"', '< SA 499 ack 100', '> 103 "def"'],
    events: ['> "abcdef"'],
  },
  {
    name: 'SYN with data that the SYN-ACK acknowledges (RFC 7413)',
    steps: ['> S 99 "abc"', '< SA 499 ack 103', '> 103 "def"'],
    events: ['> "abcdef"'],
    counters: { connections: 1 },
  },
  {
    name: 'a SYN sent twice',
    steps: ['> S 99', '> S 99', '< SA 499 ack 100', '< SA 499 ack 100', '> 100 "abc"'],
    events: ['> "abc"'],
    counters: { connections: 1 },
  },
  {
    name: 'a SYN that comes late, in the middle of the data',
    steps: ['> S 99', '> 100 "abc"', '> S 99', '> 103 "def"'],
    events: ['> "abcdef"'],
    counters: { connections: 1 },
  },
  {
    name: 'the SYN-ACK alone tells where both begin',
    steps: ['< SA 499 ack 100', '> 103 "def"', '> 100 "abc"', '< 503 "456"', '< 500 "123"'],
    events: ['> "abcdef"', '< "123456"'],
    counters: { midstream: 0 },
  },
  {
    name: 'an urgent pointer changes nothing',
    steps: [...HANDSHAKE, '> 100 "abc"', '> 103 "!"', '> 104 "def"'],
    events: ['> "abc!def"'],
  },
];

export const OVERLAPS: TcpCase[] = [
  {
    name: 'the same segment again',
    steps: [...HANDSHAKE, '> 100 "abc"', '> 100 "abc"', '> 103 "d"'],
    events: ['> "abcd"'],
    counters: { overlapBytes: 3, lateBytes: 0 },
  },
  {
    name: 'retransmitted with other boundaries',
    steps: [...HANDSHAKE, '> 100 "abc"', '> 103 "def"', '> 101 "bcdefgh"', '> 104 "ef"'],
    events: ['> "abcdefgh"'],
    counters: { overlapBytes: 7 },
  },
  {
    name: 'other bytes for what was delivered: the first arrival wins',
    steps: [...HANDSHAKE, '> 100 "abc"', '> 100 "XYZdef"'],
    events: ['> "abcdef"'],
  },
  {
    name: 'other bytes for what is held: the first arrival wins',
    steps: [...HANDSHAKE, '> 103 "def"', '> 100 "abcXYZ"'],
    events: ['> "abcdef"'],
    counters: { overlapBytes: 3 },
  },
  {
    name: 'other bytes around what is held: only the new ones count',
    steps: [...HANDSHAKE, '> 104 "ef"', '> 102 "CDXXGH"', '> 100 "abcd"'],
    events: ['> "abCDefGH"'],
    counters: { overlapBytes: 4 },
  },
  {
    name: 'other bytes over several held runs',
    steps: [...HANDSHAKE, '> 102 "c"', '> 104 "e"', '> 106 "g"', '> 100 "ABCDEFGH"'],
    events: ['> "ABcDeFgH"'],
  },
  {
    name: 'one byte at a time, each twice',
    steps: [
      ...HANDSHAKE,
      ...['abcdef'].flatMap((text) =>
        Array.from(text).flatMap((byte, i) => [`> ${100 + i} "${byte}"`, `> ${100 + i} "${byte}"`]),
      ),
    ],
    events: ['> "abcdef"'],
    counters: { overlapBytes: 6 },
  },
];

export const PROBES: TcpCase[] = [
  {
    name: 'keep-alive with a byte of old data that is none',
    steps: [...HANDSHAKE, '> 100 "abc"', '> 102 "\0" ack 500', '< 500 ack 103', '> 103 "def"'],
    events: ['> "abcdef"'],
    counters: { overlapBytes: 1, gaps: 0 },
  },
  {
    name: 'keep-alive without a byte',
    steps: [...HANDSHAKE, '> 100 "abc"', '> 102 ack 500', '< 500 ack 103', '> 103 "def"'],
    events: ['> "abcdef"'],
  },
  {
    name: 'keep-alive before the first byte: it is the number of the SYN',
    steps: [...HANDSHAKE, '> 99 "\0" ack 500', '> 100 "abc"'],
    events: ['> "abc"'],
  },
  {
    name: 'a zero window is probed with a byte that is sent again',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '< 500 ack 103',
      '> 103 "d"',
      '< 500 ack 103',
      '> 103 "def"',
    ],
    events: ['> "abcdef"'],
  },
];

export const WRAP: TcpCase[] = [
  {
    name: 'the sequence wraps between segments',
    steps: ['> S 4294967292', '> 4294967293 "abc"', '> 0 "def"', '> 3 "ghi"'],
    events: ['> "abcdefghi"'],
  },
  {
    name: 'the sequence wraps within a segment',
    steps: ['> S 4294967292', '> 4294967293 "abcdef"', '> 3 "ghi"'],
    events: ['> "abcdefghi"'],
  },
  {
    name: 'the SYN has the last number there is',
    steps: ['> S 4294967295', '< SA 4294967295 ack 0', '> 3 "def"', '> 0 "abc"', '< 0 "123"'],
    events: ['> "abcdef"', '< "123"'],
  },
  {
    name: 'disorder across the wrap',
    steps: ['> S 4294967292', '> 3 "ghi"', '> 0 "def"', '> 4294967293 "abc"'],
    events: ['> "abcdefghi"'],
  },
  {
    name: 'disorder across the wrap, begun in the middle',
    steps: ['> 3 "ghi"', '> 4294967293 "abcdef"', '> 6 "jkl"'],
    events: ['-- finish', '> gap ?', '> "abcdefghijkl"'],
  },
  {
    name: 'a SYN before the wrap comes after data behind it',
    steps: ['> 3 "ghi"', '> S 4294967292', '> 4294967293 "abcdef"'],
    events: ['> "abcdefghi"'],
  },
  {
    name: 'FIN behind the wrap',
    steps: ['> S 4294967292', '> F 0 "def"', '> 4294967293 "abc"'],
    events: ['> "abcdef"', '> end'],
  },
];

export const MIDSTREAM: TcpCase[] = [
  {
    name: 'begun before the capture: what comes first is held for what may belong before it',
    steps: ['> 200 "abc"', '> 203 "def"', 'mark held'],
    events: ['-- held', '-- finish', '> gap ?', '> "abcdef"'],
    counters: { midstream: 1, gaps: 0 },
  },
  {
    name: 'begun in the middle of disorder',
    steps: ['> 206 "ghi"', '> 200 "abc"', '> 203 "def"'],
    events: ['-- finish', '> gap ?', '> "abcdefghi"'],
  },
  {
    name: 'begun before, acknowledged: given up after that wait',
    steps: [
      '> 200 "abc"',
      '< 700 ack 203',
      'wait 9990',
      '> 203 "d"',
      'mark later',
      'wait 100',
      '> 204 "e"',
    ],
    events: ['-- later', '> gap ?', '> "abcde"'],
  },
  {
    name: 'begun before, not acknowledged: given up after the long wait',
    steps: ['> 200 "abc"', 'wait 119000', '> 203 "d"', 'mark later', 'wait 1000', '> 204 "e"'],
    events: ['-- later', '> gap ?', '> "abcde"'],
  },
  {
    name: 'begun with a segment that also closes',
    steps: ['> F 200 "abc" ack 700'],
    events: ['-- finish', '> gap ?', '> "abc"'],
  },
  {
    name: 'begun with the last segment, the one before it coming late',
    steps: ['< 700 "x" ack 206', '> F 206 ack 701', '> 203 "def" ack 701', '> 200 "abc" ack 701'],
    events: ['-- finish', '> gap ?', '> "x"', '< gap ?', '< "abcdef"'],
  },
  {
    name: 'begun with the bare end of a stream across the wrap',
    steps: ['< 700 "x" ack 2', '> F 2 ack 701', '> 4294967295 "abc" ack 701'],
    events: ['-- finish', '> gap ?', '> "x"', '< gap ?', '< "abc"'],
  },
  {
    name: 'begun with the bare end of a stream across the wrap, with a gap before it',
    steps: ['< 700 "x" ack 3', '> F 3 ack 701', '> 4294967294 "ab" ack 701', '> 1 "de" ack 701'],
    events: ['-- finish', '> gap ?', '> "x"', '< gap ?', '< "ab"', '< gap 1', '< "de"'],
  },
  {
    name: 'only one direction was captured',
    steps: [
      '> S 99',
      '> 100 "abc" ack 500',
      '> 103 "def" ack 900',
      '> F 106 ack 950',
      'wait 30000',
      'sweep',
    ],
    events: ['> "abcdef"', '> end'],
  },
  {
    name: 'only the answers were captured',
    steps: ['< SA 499 ack 100', '< 500 "abc" ack 200', '< F 503 ack 201'],
    events: ['> "abc"', '> end'],
  },
  {
    name: 'bare acknowledgements of an unknown connection open none',
    steps: ['> 200 ack 700', '< 700 ack 201', '> F 200 ack 700', '< R 700'],
    events: [],
    counters: { connections: 0, segmentsUnattached: 4 },
  },
];

export const GAPS: TcpCase[] = [
  {
    name: 'never filled: told at the end',
    steps: [...HANDSHAKE, '> 100 "abc"', '> 113 "def"'],
    events: ['> "abc"', '-- finish', '> gap 10', '> "def"'],
    counters: { gaps: 1, gapBytes: 10 },
  },
  {
    name: 'acknowledged: waited for 10 s',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '> 113 "def"',
      '< 500 ack 116',
      'wait 9900',
      '> 116 "g"',
      'mark later',
      'wait 100',
      '> 117 "h"',
    ],
    events: ['> "abc"', '-- later', '> gap 10', '> "defgh"'],
  },
  {
    name: 'acknowledged before what stands behind it came',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '< 500 ack 116',
      'wait 5000',
      '> 113 "def"',
      'wait 9990',
      'sweep',
      'mark later',
      'wait 10',
      'sweep',
    ],
    events: ['> "abc"', '-- later', '> gap 10', '> "def"'],
  },
  {
    name: 'acknowledged; an older acknowledgement that comes late takes nothing back',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '> 113 "def"',
      '< 500 ack 116',
      '< 500 ack 103',
      'wait 10000',
      'sweep',
      'mark later',
    ],
    events: ['> "abc"', '> gap 10', '> "def"', '-- later'],
  },
  {
    name: 'an acknowledgement far away acknowledges nothing',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '> 113 "def"',
      '< 500 ack 900000000',
      'wait 20000',
      'sweep',
      'mark later',
      'wait 100000',
      'sweep',
    ],
    events: ['> "abc"', '-- later', '> gap 10', '> "def"'],
  },
  {
    name: 'not acknowledged: waited for 120 s',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '> 113 "def"',
      '< 500 ack 103',
      'wait 119000',
      '> 116 "g"',
      'mark later',
      'wait 1000',
      '> 117 "h"',
    ],
    events: ['> "abc"', '-- later', '> gap 10', '> "defgh"'],
  },
  {
    name: 'acknowledged by and by: the wait begins when the gap itself is, and is not begun anew',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '> 113 "d"',
      '< 500 ack 114',
      'wait 4000',
      '> 114 "e"',
      '< 500 ack 115',
      'wait 4000',
      '> 115 "f"',
      '< 500 ack 116',
      'wait 4000',
      '> 116 "g"',
      '< 500 ack 117',
      'mark 12 s',
    ],
    events: ['> "abc"', '> gap 10', '> "defg"', '-- 12 s'],
  },
  {
    name: 'without another packet: the sweep gives it up',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '> 113 "def"',
      'wait 119990',
      'sweep',
      'mark later',
      'wait 10',
      'sweep',
    ],
    events: ['> "abc"', '-- later', '> gap 10', '> "def"'],
  },
  {
    name: 'without another packet of it: those of another connection tell the time',
    steps: [...HANDSHAKE, '> 100 "abc"', '> 113 "def"', 'wait 120000', '2> 100 "x"', 'mark later'],
    events: ['> "abc"', '> gap 10', '> "def"', '-- later', '-- finish', '2> gap ?', '2> "x"'],
  },
  {
    name: 'filled in time',
    steps: [...HANDSHAKE, '> 100 "abc"', '> 106 "ghi"', 'wait 100000', '> 103 "def"'],
    events: ['> "abcdefghi"'],
    counters: { gaps: 0 },
  },
  {
    name: 'two of them: each waits for itself',
    steps: [
      ...HANDSHAKE,
      '> 100 "a"',
      '> 102 "c"',
      '< 500 ack 200',
      'wait 6000',
      '> 104 "e"',
      'wait 4000',
      'sweep',
      'mark first',
      'wait 6000',
      'sweep',
    ],
    events: ['> "a"', '> gap 1', '> "c"', '-- first', '> gap 1', '> "e"'],
    counters: { gaps: 2, gapBytes: 2 },
  },
  {
    name: 'filled too late: counted, not used',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '> 106 "ghi"',
      'wait 120000',
      'sweep',
      '> 103 "def"',
      '> 100 "abc"',
      '> 109 "j"',
    ],
    events: ['> "abc"', '> gap 3', '> "ghij"'],
    counters: { lateBytes: 6 },
  },
  {
    name: 'filled in part too late: the new part counts',
    steps: [...HANDSHAKE, '> 100 "abc"', '> 106 "gh"', 'wait 120000', 'sweep', '> 104 "efghij"'],
    events: ['> "abc"', '> gap 3', '> "ghij"'],
  },
  {
    name: 'snapped segments: what was not captured is a gap',
    steps: [...HANDSHAKE, '> 100 "abc" of 10', '> 110 "def"'],
    events: ['> "abc"', '-- finish', '> gap 7', '> "def"'],
  },
  {
    name: 'a segment snapped before its payload',
    steps: [...HANDSHAKE, '> 100 "" of 10', '> 110 "def"'],
    events: ['-- finish', '> gap 10', '> "def"'],
  },
  {
    name: 'a snapped segment with FIN closes where it ended on the wire',
    steps: [...HANDSHAKE, '> F 100 "abc" of 10', '> 103 "defghij"'],
    events: ['> "abcdefghij"', '> end'],
  },
];

export const ENDS: TcpCase[] = [
  {
    name: 'FIN of both sides, then forgotten after a while',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      ...BOTH_CLOSE,
      'wait 19000',
      'sweep',
      'mark later',
      'wait 1500',
      'sweep',
    ],
    events: ['> "abc"', '> end', '< end', '-- later', 'closed both'],
  },
  {
    name: 'FIN with data',
    steps: [...HANDSHAKE, '> F 100 "abc"'],
    events: ['> "abc"', '> end'],
  },
  {
    name: 'FIN before the data it closes',
    steps: [...HANDSHAKE, '> 100 "abc"', '> F 106', '> 103 "def"'],
    events: ['> "abcdef"', '> end'],
  },
  {
    name: 'FIN sent twice',
    steps: [...HANDSHAKE, '> F 100 "abc"', '> F 100 "abc"', '> F 103'],
    events: ['> "abc"', '> end'],
    counters: { connections: 1 },
  },
  {
    name: 'two FINs that contradict each other: the first counts',
    steps: [...HANDSHAKE, '> 100 "abc"', '> F 109', '> F 103', '> 103 "defghi"'],
    events: ['> "abcdefghi"', '> end'],
  },
  {
    name: 'the other side goes on after a FIN',
    steps: [...HANDSHAKE, '> F 100 "abc" ack 500', '< 500 "def" ack 104', '< F 503 "g" ack 104'],
    events: ['> "abc"', '> end', '< "defg"', '< end'],
    counters: { connections: 1 },
  },
  {
    name: 'a gap before the FIN',
    steps: [...HANDSHAKE, '> 100 "abc"', '> F 113 "def"', '< 500 ack 117', 'wait 10000', 'sweep'],
    events: ['> "abc"', '> gap 10', '> "def"', '> end'],
  },
  {
    name: 'RST: the data before it that comes late still counts',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '> 106 "ghi"',
      '< R 500',
      '> 103 "def"',
      'mark later',
      'wait 20000',
      'sweep',
    ],
    events: ['> "abcdefghi"', '-- later', '> end', '< end', 'closed both'],
    counters: { connections: 1 },
  },
  {
    name: 'RST: what is held comes out with its gap',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      '> 106 "ghi"',
      '> R 109',
      'wait 20000',
      'sweep',
      'mark later',
    ],
    events: ['> "abc"', '> gap 3', '> "ghi"', '> end', '< end', 'closed both', '-- later'],
  },
  {
    name: 'data behind the FIN is another connection whose SYN was not captured',
    steps: [...HANDSHAKE, '> F 100 "abc"', '> 104 "def"'],
    events: ['> "abc"', '> end', '< end', 'closed both', '-- finish', '2> gap ?', '2> "def"'],
    counters: { connections: 2 },
  },
  {
    name: 'nothing heard for half an hour: forgotten',
    steps: [
      ...HANDSHAKE,
      '> 100 "abc"',
      'wait 1799000',
      'sweep',
      'mark later',
      'wait 2000',
      'sweep',
    ],
    events: ['> "abc"', '-- later', '> end', '< end', 'closed both'],
    counters: { connectionsIdle: 1 },
  },
  {
    name: 'one side heard, the other not',
    steps: ['> S 99', '> 100 "abc"', 'wait 1800000', 'sweep'],
    events: ['> "abc"', '> end', '< end', 'closed one'],
  },
  {
    name: 'the other side heard only by an acknowledgement',
    steps: ['> S 99', '> 100 "abc"', '< 500 ack 103', 'wait 1800000', 'sweep'],
    events: ['> "abc"', '> end', '< end', 'closed both'],
  },
  {
    name: 'the other side heard only by its SYN',
    steps: [...HANDSHAKE, '> 100 "abc"', 'wait 1800000', 'sweep'],
    events: ['> "abc"', '> end', '< end', 'closed both'],
  },
];

const FIRST = [...HANDSHAKE, '> 100 "abc"'];
const FIRST_EVENTS = ['> "abc"', '> end', '< end', 'closed both'];

export const REUSE: TcpCase[] = [
  {
    name: 'the same ports with another beginning',
    steps: [...FIRST, ...BOTH_CLOSE, '> S 80000', '< SA 5 ack 80001', '> 80001 "def"'],
    events: ['> "abc"', '> end', '< end', 'closed both', '2> "def"'],
    counters: { connections: 2 },
  },
  {
    name: 'another beginning although the first never closed',
    steps: [...FIRST, '> S 80000', '> 80001 "def"'],
    events: [...FIRST_EVENTS, '2> "def"'],
  },
  {
    name: 'another beginning just ahead, within the window',
    steps: [...FIRST, '> S 150', '> 151 "def"'],
    events: [...FIRST_EVENTS, '2> "def"'],
  },
  {
    name: 'a beginning far behind a connection begun before the capture',
    steps: ['> 80000000 "abc"', '> S 99', '> 100 "def"'],
    events: ['> gap ?', '> "abc"', '> end', '< end', 'closed one', '2> "def"'],
  },
  {
    name: 'the same beginning, a while after both closed',
    steps: [...FIRST, ...BOTH_CLOSE, 'wait 1500', ...HANDSHAKE, '> 100 "def"'],
    events: ['> "abc"', '> end', '< end', 'closed both', '2> "def"'],
    counters: { connections: 2 },
  },
  {
    name: 'the same beginning, at once: the SYN was late',
    steps: [...FIRST, ...BOTH_CLOSE, '> S 99'],
    events: ['> "abc"', '> end', '< end'],
    counters: { connections: 1 },
  },
  {
    name: 'SYN not captured, the SYN-ACK was: far ahead',
    steps: [...FIRST, ...BOTH_CLOSE, '< SA 70000000 ack 80000000', '> 80000000 "def"'],
    events: ['> "abc"', '> end', '< end', 'closed both', '2> "def"'],
  },
  {
    name: 'SYN not captured, the SYN-ACK was, the first never closed',
    steps: [...FIRST, '< SA 70000 ack 80000', '> 80000 "def"'],
    events: [...FIRST_EVENTS, '2> "def"'],
  },
  {
    name: 'neither SYN was captured: numbers far away after both closed',
    steps: [...FIRST, ...BOTH_CLOSE, '> 80000000 "def"'],
    events: ['> "abc"', '> end', '< end', 'closed both', '-- finish', '2> gap ?', '2> "def"'],
  },
  {
    name: 'neither SYN was captured: numbers far away after a reset',
    steps: [...FIRST, '< R 500', '> 80000000 "def"'],
    events: [...FIRST_EVENTS, '-- finish', '2> gap ?', '2> "def"'],
  },
  {
    name: 'neither SYN nor end: what is acknowledged lies elsewhere, too',
    steps: [...FIRST, '< 500 "123"', '> 80000000 "def" ack 90000000'],
    events: [
      '> "abc"',
      '< "123"',
      '> end',
      '< end',
      'closed both',
      '-- finish',
      '2> gap ?',
      '2> "def"',
    ],
  },
  {
    name: 'neither SYN nor end, after a long silence',
    steps: [...FIRST, 'wait 40000', '> 80000000 "def"'],
    events: [...FIRST_EVENTS, '-- finish', '2> gap ?', '2> "def"'],
  },
  {
    name: 'far ahead in a direction that has ended, the only one captured',
    steps: ['> S 99', '> F 100 "abc"', '> 80000000 "def"', '> 80000003 "ghi"'],
    events: ['> "abc"', '> end', '< end', 'closed one', '-- finish', '2> gap ?', '2> "defghi"'],
  },
  {
    name: 'a far jump counts once a second segment confirms it; nothing of it is lost',
    todo: 'the first segment of the jump is dropped',
    steps: [...FIRST, '> 80000000 "def"', '> 80000003 "ghi"'],
    events: [...FIRST_EVENTS, '-- finish', '2> gap ?', '2> "defghi"'],
  },
  {
    name: 'fragments that waited while their connection gave way to another: none of its bytes',
    steps: [
      ...FIRST,
      '> S 80000',
      '> 80001 "def"',
      '> 80004 "XXX" late 50',
      '> 80004 "ghi" late 1',
    ],
    events: [...FIRST_EVENTS, '2> "defghi"'],
    counters: { segmentsStray: 1 },
  },
  {
    name: 'fragments that began to come behind the SYN and before the first data',
    steps: [...HANDSHAKE, '> 103 "def"', '> 100 "abc" late 2'],
    events: ['> "abcdef"'],
    counters: { segmentsStray: 0, connections: 1 },
  },
  {
    name: 'fragments that began to come before the first data of a connection begun earlier',
    steps: ['> 103 "def"', '> 100 "abc" late 2'],
    events: ['-- finish', '> gap ?', '> "abcdef"'],
    counters: { segmentsStray: 0, connections: 1 },
  },
  {
    name: 'fragments that waited belong to the connection that was there when they came',
    steps: [...FIRST, 'wait 4000', '> 106 "ghi"', '> 103 "def" late 4000'],
    events: ['> "abcdefghi"'],
    counters: { segmentsStray: 0 },
  },
];

export const STRAYS: TcpCase[] = [
  {
    name: 'a number far away is dropped and counted',
    steps: [...FIRST, '> 80000000 "XXX"', '> 103 "def"'],
    events: ['> "abcdef"'],
    counters: { segmentsStray: 1, connections: 1 },
  },
  {
    name: 'such ones without payload, too',
    steps: [...FIRST, '> 80000000 ack 500', '< R 80000000', '> F 80000000', '> 103 "def"'],
    events: ['> "abcdef"'],
    counters: { segmentsStray: 3 },
  },
  {
    name: 'two far away in different places confirm nothing',
    steps: [
      ...FIRST,
      '> 80000000 "XXX"',
      '> 160000000 "YYY"',
      '> 103 "def"',
      '> 80000000 "ZZZ"',
      '> 106 "ghi"',
    ],
    events: ['> "abcdefghi"'],
    counters: { segmentsStray: 3, connections: 1 },
  },
  {
    name: 'a right one in between forgets the jump',
    steps: [...FIRST, '> 80000000 "XXX"', '> 103 "def"', '> 80000003 "YYY"', '> 106 "ghi"'],
    events: ['> "abcdefghi"'],
    counters: { connections: 1 },
  },
  {
    name: 'the window reaches as far as it says',
    limits: { windowBytes: 1000 },
    steps: [...FIRST, '> 1103 "XXX"', '> 1104 "YYY"', '> 103 "def"'],
    events: ['> "abcdef"', '-- finish', '> gap 997', '> "XXX"'],
    counters: { segmentsStray: 1 },
  },
];

/** A direction that has shown right checksums, and goes on at 103. */
const RIGHT = [...FIRST];

export const CHECKSUMS: TcpCase[] = [
  {
    name: 'offloaded ones are taken as they come',
    steps: ['> S 99 offloaded', '> 100 "abc" offloaded', '> 103 "def" offloaded'],
    events: ['> "abcdef"'],
    counters: { checksumsOffloaded: 3, checksumsWrong: 0 },
  },
  {
    name: 'unknown ones are taken as they come',
    steps: [...RIGHT, '> 103 "de" of 3 unknown', '> 105 "f"'],
    events: ['> "abcdef"'],
    counters: { doubtfulBytes: 0 },
  },
  {
    name: 'a damaged copy, then the good one',
    steps: [...RIGHT, '> 103 "XXX" wrong', '> 106 "ghi"', 'mark held', '> 103 "def"'],
    events: ['> "abc"', '-- held', '> "defghi"'],
    counters: { checksumsWrong: 1, doubtfulBytes: 0, gaps: 0 },
  },
  {
    name: 'the good copy, then a damaged one',
    steps: [...RIGHT, '> 106 "ghi"', '> 106 "XXX" wrong', '> 103 "def"'],
    events: ['> "abcdefghi"'],
    counters: { doubtfulBytes: 0 },
  },
  {
    name: 'a good copy with other boundaries replaces what it covers',
    steps: [...RIGHT, '> 103 "XXXX" wrong', '> 107 "hi"', '> 102 "cde"', '> 105 "fg"'],
    events: ['> "abcdefghi"'],
  },
  {
    name: 'a damaged SYN, FIN or RST does nothing',
    steps: [...RIGHT, '> F 103 wrong', '> R 103 wrong', '> S 90000 wrong', '> 103 "def"'],
    events: ['> "abcdef"'],
    counters: { connections: 1, checksumsWrong: 3 },
  },
  {
    name: 'damaged numbers: the bytes are not put anywhere far away',
    steps: [
      ...RIGHT,
      '> 900000000 "XXX" wrong',
      '> 103 "def"',
      'wait 130000',
      '> 106 "ghi"',
      '> 109 "jkl"',
    ],
    events: ['> "abcdefghijkl"'],
    counters: { gaps: 0, connections: 1 },
  },
  {
    name: 'all wrong (a sender that leaves them to its network card): taken from the third on',
    steps: [
      '> S 99 wrong',
      '> 100 "abc" wrong',
      'mark two',
      '> 103 "def" wrong',
      '> 106 "ghi" wrong',
    ],
    // The SYN, with a wrong sum, was not believed: the beginning is only known by its bytes.
    events: ['-- two', '-- finish', '> gap ?', '> "abcdefghi"'],
    counters: { checksumsWrong: 4, damagedBytes: 0 },
  },
  {
    name: 'one side right, the other all wrong',
    steps: [
      '> S 99 wrong',
      '< SA 499 ack 100',
      '> 100 ack 500 wrong',
      '> 100 "abc" wrong',
      '< 500 "123" ack 103',
      '> 103 "def" wrong',
      '< 503 "456" ack 106',
      '> 106 "ghi" wrong',
      '< 506 "789" ack 109',
    ],
    // The third wrong one says that this side leaves them to its network card.
    events: ['< "123456"', '> "abcdefghi"', '< "789"'],
    counters: { connections: 1 },
  },
  {
    name: 'the third wrong one without payload says it, too',
    steps: [
      '> S 99 offloaded',
      '> 100 "abc" wrong',
      '> 103 "def" wrong',
      'mark two',
      '> 106 ack 500 wrong',
      'mark three',
    ],
    events: ['-- two', '> "abcdef"', '-- three'],
  },
  {
    name: 'damaged, no good copy, but acknowledged: the receiver took it, the capture is at fault',
    steps: [...RIGHT, '> 103 "def" wrong', '< 500 ack 106', 'wait 10000', 'sweep'],
    events: ['> "abcdef"'],
    counters: { doubtfulBytes: 3 },
  },
  {
    name: 'damaged, no good copy, not acknowledged: accepted all the same, after the long wait',
    steps: [
      ...RIGHT,
      '< 500 ack 103',
      '> 103 "def" wrong',
      'wait 119990',
      'sweep',
      'mark later',
      'wait 10',
      'sweep',
    ],
    events: ['> "abc"', '-- later', '> "def"'],
    counters: { doubtfulBytes: 3, damagedBytes: 0 },
  },
  {
    name: 'a wrong one as the very first of a capture',
    steps: ['> 100 "abc" wrong', '> 103 "def" wrong'],
    events: ['-- finish', '> gap ?', '> "abcdef"'],
    counters: { doubtfulBytes: 6 },
  },
  {
    name: 'wrong checksums where others are right, nothing acknowledged: no bytes of this connection',
    steps: ['2> S 99', '2> 100 "right"', '> 300 "abc" wrong', '> 303 "def" wrong'],
    events: ['> "right"'],
    counters: { damagedBytes: 6 },
  },
  {
    name: 'refused where that was asked for',
    refuseWrongChecksums: true,
    steps: [
      ...RIGHT,
      '> 103 "XXX" wrong',
      '> 103 "def"',
      '> 106 "YYY" wrong',
      '> 109 "jkl" offloaded',
    ],
    events: ['> "abcdef"', '-- finish', '> gap 3', '> "jkl"'],
    counters: { segmentsRefused: 2, checksumsWrong: 2 },
  },
];
