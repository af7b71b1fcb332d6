/** Why a packet was not read further. Facts only; counted as `layer/reason`. */

export type WireLayer = 'link' | 'ipv4' | 'ipv6' | 'tcp';

export type WireReason =
  | 'truncated' // fewer bytes captured than the header needs
  | 'unsupported-link-type'
  | 'not-ip' // ARP, LLDP, PPPoE discovery, ...
  | 'not-tcp' // UDP, ICMP, ...
  | 'bad-header'; // lengths that contradict each other or the protocol

export interface WireFault {
  readonly layer: WireLayer;
  readonly reason: WireReason;
  readonly needBytes?: number;
  readonly haveBytes?: number;
}

export function truncated(layer: WireLayer, needBytes: number, haveBytes: number): WireFault {
  return { layer, reason: 'truncated', needBytes, haveBytes };
}
