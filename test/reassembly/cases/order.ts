/** Segments in any order: disorder, overlaps, probes, the wrap of sequence numbers. */
import { HANDSHAKE, type TcpCase } from './tcp-case.ts';

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
