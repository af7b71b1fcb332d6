/** Other connections on the same ports, and segments that belong to none. */
import { BOTH_CLOSE, FIRST, FIRST_EVENTS, HANDSHAKE, type TcpCase } from './tcp-case.ts';

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
