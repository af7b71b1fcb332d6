/** Connections that began before the capture, or of which only one side was captured. */
import { type TcpCase } from './tcp-case.ts';

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
