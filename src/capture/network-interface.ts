/** What the system knows of network interfaces, read from /sys/class/net. */
import { readdirSync, readFileSync } from 'node:fs';
import type { CaptureFault } from './packet-source.ts';

export interface InterfaceState {
  /** Changes when an interface is deleted and another of its name made. */
  index: number;
  up: boolean;
  /** Its packets begin with an Ethernet header. */
  ethernet: boolean;
}

/** libpcap's name for all interfaces at once, which is none itself. */
export const ANY_INTERFACE = 'any';

const DIRECTORY = '/sys/class/net';
/** IFF_UP of netdevice(7). */
const FLAG_UP = 1;
/** ARPHRD_ETHER and ARPHRD_LOOPBACK, whose packets libpcap shows with an Ethernet header. */
const ETHERNET_TYPES = new Set([1, 772]);

/** Undefined when there is no such interface. */
export function interfaceState(name: string): InterfaceState | undefined {
  const names = interfaceNames();
  if (!names.includes(name)) return undefined;
  const number = (attribute: string): number | undefined => {
    try {
      return Number(readFileSync(`${DIRECTORY}/${name}/${attribute}`, 'utf8'));
    } catch {
      return undefined;
    }
  };
  const flags = number('flags');
  return {
    index: number('ifindex') ?? 0,
    // A jail may hide /sys: then opening it will show.
    up: flags === undefined || (flags & FLAG_UP) !== 0,
    ethernet: ETHERNET_TYPES.has(number('type') ?? 1),
  };
}

/** The names of all interfaces, sorted. */
export function interfaceNames(): string[] {
  try {
    return readdirSync(DIRECTORY).sort();
  } catch {
    return namesFromProc().sort();
  }
}

/** Why nothing can be captured on the interface as it is now; undefined if it can. */
export function interfaceFault(
  name: string,
  state: InterfaceState | undefined,
): CaptureFault | undefined {
  if (state === undefined) {
    const alternatives = interfaceNames();
    return { layer: 'capture', reason: 'no-such-interface', subject: name, alternatives };
  }
  return state.up ? undefined : { layer: 'capture', reason: 'interface-down', subject: name };
}

function namesFromProc(): string[] {
  try {
    const lines = readFileSync('/proc/net/dev', 'utf8').split('\n');
    return lines.flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? []);
  } catch {
    return [];
  }
}
