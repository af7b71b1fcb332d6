/** What the system knows of network interfaces, read from /sys/class/net. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CaptureFault } from './packet-source.ts';

/** Of an interface that is there and up. */
export interface InterfaceState {
  /** Changes when an interface is deleted and another of its name made. */
  index: number;
  /** Its packets begin with an Ethernet header. */
  ethernet: boolean;
}

/** libpcap's name for all interfaces at once, which is none itself. */
export const ANY_INTERFACE = 'any';

const DIRECTORY = '/sys/class/net';
/** IFF_UP of netdevice(7). */
const FLAG_UP = 1;
const ARPHRD_ETHER = 1;
const ARPHRD_LOOPBACK = 772;
/** libpcap shows both with an Ethernet header. */
const ETHERNET_TYPES = new Set([ARPHRD_ETHER, ARPHRD_LOOPBACK]);

export type InterfaceCheck =
  { ok: true; state: InterfaceState } | { ok: false; fault: CaptureFault };

/** Whether packets can be captured on the interface as it is now. */
export function checkInterface(name: string): InterfaceCheck {
  const names = interfaceNames();
  const about = { layer: 'capture', subject: name } as const;
  if (!names.includes(name)) {
    return { ok: false, fault: { ...about, reason: 'no-such-interface', alternatives: names } };
  }
  const flags = attribute(name, 'flags');
  // A jail may hide /sys: then opening the interface will show.
  if (flags !== undefined && (flags & FLAG_UP) === 0) {
    return { ok: false, fault: { ...about, reason: 'interface-down' } };
  }
  const ethernet = ETHERNET_TYPES.has(attribute(name, 'type') ?? ARPHRD_ETHER);
  return { ok: true, state: { index: attribute(name, 'ifindex') ?? 0, ethernet } };
}

/** The names of all interfaces, sorted. */
export function interfaceNames(): string[] {
  try {
    return readdirSync(DIRECTORY).sort();
  } catch {
    return namesFromProc().sort();
  }
}

function attribute(name: string, attribute: string): number | undefined {
  try {
    return Number(readFileSync(`${DIRECTORY}/${name}/${attribute}`, 'latin1'));
  } catch {
    return undefined;
  }
}

function namesFromProc(): string[] {
  try {
    const lines = readFileSync('/proc/net/dev', 'utf8').split('\n');
    return lines.flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
  } catch {
    return [];
  }
}
