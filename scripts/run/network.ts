/**
 * Three network namespaces: the supervisor's, the router's and the collector's, NAT on the router,
 * and the mirror of the supervisor's connections to an interface of its own.
 *
 *     sup0 192.168.1.50 -- lan0 192.168.1.1 [router] wan0 198.51.100.1 -- col0 198.51.100.9
 *                                              |
 *                                           suntap0
 *
 * Everything is synchronous: it also runs while the process is being ended.
 */

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand, tryCommand } from './command.ts';
import { isLeftover, newRunId } from './run-id.ts';

export const supervisorAddress = '192.168.1.50';
export const collectorAddress = '198.51.100.9';
/** The interface that suntap reads. */
export const mirrorInterface = 'suntap0';
/** The path between supervisor and collector, as owners' units have it. */
export const pathMtuBytes = 600;

/** Where the mirror sends its copies; nobody is there, its link address is made up. */
const mirrorTarget = { address: '192.0.2.2', link: '02:00:00:00:00:02' };
const namespaceDirectory = '/var/run/netns';

export type Place = 'supervisor' | 'router' | 'collector';

export interface Network {
  readonly id: string;
  /** For files of this run; goes with the network. */
  readonly directory: string;
  /** Kind of the mirror's interface. */
  readonly mirrorKind: 'dummy' | 'veth';
  /** Interface of the router into which frames are put that `suntap0` shall see. */
  readonly injectInterface: string;
  namespace(place: Place): string;
  /** Ends what runs in the namespaces and removes all that was made. Safe to call again. */
  readonly remove: () => void;
}

/** Runs several lines of ip(8) in a namespace. */
function ipIn(namespace: string, lines: readonly string[]): void {
  runCommand('ip', ['-n', namespace, '-batch', '-'], `${lines.join('\n')}\n`);
}

function execIn(namespace: string, command: readonly string[], input = ''): void {
  runCommand('ip', ['netns', 'exec', namespace, ...command], input);
}

function removeNamespace(name: string): void {
  const pids = tryCommand('ip', ['netns', 'pids', name]) ?? '';
  for (const pid of pids.split('\n').filter((text) => text !== '')) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
  tryCommand('ip', ['netns', 'del', name]);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/**
 * Removes namespaces (with the processes in them) and directories of runs whose process is gone,
 * and nothing else. Gives the names of what it removed.
 */
export function removeLeftovers(): string[] {
  const namespaces = namesIn(namespaceDirectory).filter(isLeftover);
  for (const name of namespaces) removeNamespace(name);
  const directories = namesIn(tmpdir()).filter(isLeftover);
  for (const name of directories) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  return [...namespaces, ...directories];
}

/** A dummy where the kernel has one, else a veth pair; gives the end that takes the copies. */
function makeMirrorInterface(router: string): { kind: 'dummy' | 'veth'; inject: string } {
  const link = ['-n', router, 'link', 'add', mirrorInterface];
  if (tryCommand('ip', [...link, 'type', 'dummy']) !== undefined) {
    return { kind: 'dummy', inject: mirrorInterface };
  }
  runCommand('ip', [...link, 'type', 'veth', 'peer', 'name', 'mirror0']);
  return { kind: 'veth', inject: 'mirror0' };
}

/** `ct original` is the connection's first direction, so that both of its directions match. */
function rules(copyTo: string): string {
  return `
table ip suntap_nat {
  chain postrouting {
    type nat hook postrouting priority 100; policy accept;
    oifname "wan0" masquerade
  }
}
table ip suntap_mirror {
  chain forward {
    type filter hook forward priority -10; policy accept;
    ct original ip saddr ${supervisorAddress} dup to ${mirrorTarget.address} device "${copyTo}"
  }
}
`;
}

/**
 * Makes the network. On failure everything made so far is removed again.
 *
 * @throws CommandError with what the system said.
 */
export function makeNetwork(): Network {
  const id = newRunId();
  const names = { supervisor: `${id}-sup`, router: `${id}-rtr`, collector: `${id}-col` };
  const directory = join(tmpdir(), id);
  const remove = (): void => {
    const present = new Set(namesIn(namespaceDirectory));
    for (const name of Object.values(names)) if (present.has(name)) removeNamespace(name);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    mkdirSync(directory, { mode: 0o700 });
    for (const name of Object.values(names)) runCommand('ip', ['netns', 'add', name]);
    const { supervisor, router, collector } = names;
    ipIn(router, [
      `link add lan0 mtu ${pathMtuBytes} type veth peer name sup0 netns ${supervisor} mtu ${pathMtuBytes}`,
      `link add wan0 mtu ${pathMtuBytes} type veth peer name col0 netns ${collector} mtu ${pathMtuBytes}`,
    ]);
    const mirror = makeMirrorInterface(router);
    const copies = new Set([mirrorInterface, mirror.inject]);
    // Small segments with right checksums cross the path, as from real network cards.
    const offload = ['tso', 'off', 'gso', 'off', 'gro', 'off', 'tx', 'off'];
    execIn(supervisor, ['ethtool', '-K', 'sup0', ...offload]);
    execIn(router, ['ethtool', '-K', 'lan0', ...offload]);
    execIn(router, ['ethtool', '-K', 'wan0', ...offload]);
    execIn(collector, ['ethtool', '-K', 'col0', ...offload]);
    // libpcap gives every packet a slot of 64 KiB where an interface offloads, else one of its MTU.
    for (const device of copies) execIn(router, ['ethtool', '-K', device, ...offload.slice(0, 6)]);
    const settings = ['echo 1 >/proc/sys/net/ipv4/ip_forward'];
    for (const device of copies) {
      // They shall carry nothing but copies. A kernel without IPv6 has nothing to switch off.
      const file = `/proc/sys/net/ipv6/conf/${device}/disable_ipv6`;
      settings.push(`if [ -e ${file} ]; then echo 1 >${file}; fi`);
    }
    execIn(router, ['sh', '-e'], settings.join('\n'));
    ipIn(supervisor, [
      'link set lo up',
      `addr add ${supervisorAddress}/24 dev sup0`,
      'link set sup0 up',
      'route add default via 192.168.1.1',
    ]);
    ipIn(router, [
      'link set lo up',
      'addr add 192.168.1.1/24 dev lan0',
      'addr add 198.51.100.1/24 dev wan0',
      'link set lan0 up',
      'link set wan0 up',
      ...[...copies].map((device) => `link set ${device} up`),
      `addr add 192.0.2.1/30 dev ${mirror.inject}`,
      `neigh add ${mirrorTarget.address} lladdr ${mirrorTarget.link} dev ${mirror.inject} nud permanent`,
    ]);
    ipIn(collector, [
      'link set lo up',
      `addr add ${collectorAddress}/24 dev col0`,
      'link set col0 up',
    ]);
    execIn(router, ['nft', '-f', '-'], rules(mirror.inject));
    return {
      id,
      directory,
      mirrorKind: mirror.kind,
      injectInterface: mirror.inject,
      namespace: (place) => names[place],
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}
