/** The line between supervisor and collector: a namespace for the one, the machine for the other. */

import { runCommand } from '../../../scripts/run/command.ts';
import { pathMtuBytes } from '../../../scripts/run/network.ts';

export const supervisorAddress = '192.168.1.50';
export const collectorAddress = '192.168.1.1';
/** The machine's end of the line, on which the daemon listens. */
export const lineInterface = 'line0';
export const supervisorNamespace = 'supervisor';

export function makeLine(): void {
  runCommand('ip', ['netns', 'add', supervisorNamespace]);
  const mtu = ['mtu', String(pathMtuBytes)];
  const peer = ['peer', 'name', 'sup0', ...mtu, 'netns', supervisorNamespace];
  runCommand('ip', ['link', 'add', lineInterface, ...mtu, 'type', 'veth', ...peer]);
  runCommand('ip', ['addr', 'add', `${collectorAddress}/24`, 'dev', lineInterface]);
  runCommand('ip', ['link', 'set', lineInterface, 'up']);
  const inside = ['-n', supervisorNamespace];
  runCommand('ip', [...inside, 'addr', 'add', `${supervisorAddress}/24`, 'dev', 'sup0']);
  runCommand('ip', [...inside, 'link', 'set', 'sup0', 'up']);
}
