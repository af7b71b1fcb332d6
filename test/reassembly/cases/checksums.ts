/** Wrong checksums: a network card that fills them in later, or damage. */
import { FIRST, type TcpCase } from './tcp-case.ts';

export const CHECKSUMS: TcpCase[] = [
  {
    name: 'offloaded ones are taken as they come',
    steps: ['> S 99 offloaded', '> 100 "abc" offloaded', '> 103 "def" offloaded'],
    events: ['> "abcdef"'],
    counters: { checksumsOffloaded: 3, checksumsWrong: 0 },
  },
  {
    name: 'unknown ones are taken as they come',
    steps: [...FIRST, '> 103 "de" of 3 unknown', '> 105 "f"'],
    events: ['> "abcdef"'],
    counters: { doubtfulBytes: 0 },
  },
  {
    name: 'a damaged copy, then the good one',
    steps: [...FIRST, '> 103 "XXX" wrong', '> 106 "ghi"', 'mark held', '> 103 "def"'],
    events: ['> "abc"', '-- held', '> "defghi"'],
    counters: { checksumsWrong: 1, doubtfulBytes: 0, gaps: 0 },
  },
  {
    name: 'the good copy, then a damaged one',
    steps: [...FIRST, '> 106 "ghi"', '> 106 "XXX" wrong', '> 103 "def"'],
    events: ['> "abcdefghi"'],
    counters: { doubtfulBytes: 0 },
  },
  {
    name: 'a good copy with other boundaries replaces what it covers',
    steps: [...FIRST, '> 103 "XXXX" wrong', '> 107 "hi"', '> 102 "cde"', '> 105 "fg"'],
    events: ['> "abcdefghi"'],
  },
  {
    name: 'a damaged SYN, FIN or RST does nothing',
    steps: [...FIRST, '> F 103 wrong', '> R 103 wrong', '> S 90000 wrong', '> 103 "def"'],
    events: ['> "abcdef"'],
    counters: { connections: 1, checksumsWrong: 3 },
  },
  {
    name: 'damaged numbers: the bytes are not put anywhere far away',
    steps: [
      ...FIRST,
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
    steps: [...FIRST, '> 103 "def" wrong', '< 500 ack 106', 'wait 10000', 'sweep'],
    events: ['> "abcdef"'],
    counters: { doubtfulBytes: 3 },
  },
  {
    name: 'damaged, no good copy, not acknowledged: accepted all the same, after the long wait',
    steps: [
      ...FIRST,
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
      ...FIRST,
      '> 103 "XXX" wrong',
      '> 103 "def"',
      '> 106 "YYY" wrong',
      '> 109 "jkl" offloaded',
    ],
    events: ['> "abcdef"', '-- finish', '> gap 3', '> "jkl"'],
    counters: { segmentsRefused: 2, checksumsWrong: 2 },
  },
];
