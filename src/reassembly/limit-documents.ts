/** The limits of this stage for README: what each bounds, and what happens when it is reached. */
import { DEFAULT_REASSEMBLY_LIMITS, type ReassemblyLimits } from './limits.ts';

interface LimitDocument {
  what: string;
  whenReached: string;
  counter: string;
}

const DOCUMENTS: Readonly<Record<keyof ReassemblyLimits, LimitDocument>> = {
  handshakes: {
    what: 'SYNs remembered until their stream brings a byte',
    whenReached: 'the oldest makes room; its stream is read as if begun before',
    counter: 'midstream',
  },
  connections: {
    what: 'connections at once',
    whenReached: 'the one not heard for longest goes, those with telemetry last',
    counter: 'connectionsEvicted',
  },
  heldBytesPerDirection: {
    what: 'bytes of one direction waiting for missing ones',
    whenReached: 'the oldest missing range is given up',
    counter: 'gaps',
  },
  heldRunsPerDirection: {
    what: 'separate runs of such bytes',
    whenReached: 'the oldest missing range is given up',
    counter: 'gaps',
  },
  heldBytesTotal: {
    what: 'bytes waiting in all, unfinished lines included',
    whenReached: 'connections that hold some go, those with telemetry last',
    counter: 'connectionsEvicted',
  },
  windowBytes: {
    what: 'distance of a segment from where it is expected',
    whenReached: 'taken for another connection on the same ports, or dropped',
    counter: 'segmentsStray',
  },
  acknowledgedGapWaitMs: {
    what: 'wait for a range that the receiver has acknowledged',
    whenReached: 'given up: it was not captured',
    counter: 'gaps',
  },
  gapWaitMs: {
    what: 'wait for a range that nobody has acknowledged',
    whenReached: 'given up: it was never sent again',
    counter: 'gaps',
  },
  idleMs: {
    what: 'silence of a connection',
    whenReached: 'forgotten; read as if begun before when it speaks again',
    counter: 'connectionsIdle',
  },
  closedMs: {
    what: 'the same after its end',
    whenReached: 'forgotten',
    counter: '',
  },
  datagrams: {
    what: 'IP datagrams of which fragments wait',
    whenReached: 'the oldest is passed on with holes',
    counter: 'datagramsIncomplete',
  },
  fragmentBytesTotal: {
    what: 'bytes of such fragments',
    whenReached: 'the oldest datagram is passed on with holes',
    counter: 'datagramsIncomplete',
  },
  fragmentRuns: {
    what: 'separate runs of bytes of one datagram',
    whenReached: 'further ones are dropped',
    counter: 'fragmentsDropped',
  },
  datagramWaitMs: {
    what: 'wait for the rest of a datagram',
    whenReached: 'passed on with holes',
    counter: 'datagramsIncomplete',
  },
};

/** A Markdown table; ends in a line end. */
export function limitsTable(): string {
  const rows = Object.entries<LimitDocument>(DOCUMENTS).map(
    ([name, { what, whenReached, counter }]) =>
      `| ${what} | ${amount(name)} | ${whenReached} | ${counter === '' ? '' : `\`${counter}\``} |\n`,
  );
  return `| limit | default | when reached | counter |\n|---|---|---|---|\n${rows.join('')}`;
}

function amount(name: string): string {
  const value = new Map(Object.entries(DEFAULT_REASSEMBLY_LIMITS)).get(name) ?? Number.NaN;
  if (name.endsWith('Ms')) return value < 60_000 ? `${value / 1000} s` : `${value / 60_000} min`;
  if (!name.includes('ytes')) return `${value}`;
  return value < 1024 * 1024 ? `${value / 1024} KiB` : `${value / 1024 / 1024} MiB`;
}
