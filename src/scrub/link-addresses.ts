/** Where hardware addresses stand in a captured packet. */
import type { Packet } from '../capture/packet-source.ts';
import { u16 } from '../wire/big-endian.ts';
import { LINKTYPE } from '../wire/link.ts';

const MAC_BYTES = 6;
/** The address field of both cooked headers. */
const COOKED_FIELD_BYTES = 8;
const COOKED_FIELDS_AT = new Map<number, number>([
  [LINKTYPE.linuxSll, 6],
  [LINKTYPE.linuxSll2, 12],
]);

type LinkHeader = Pick<Packet, 'linkType' | 'data' | 'start'>;

/** Offsets of the MAC addresses in `packet.data`; the packet is long enough for its link header. */
export function macPlaces({ linkType, data, start }: LinkHeader): readonly number[] {
  switch (linkType) {
    case LINKTYPE.ethernet:
      return [start, start + MAC_BYTES];
    case LINKTYPE.linuxSll:
      return u16(data, start + 4) === MAC_BYTES ? [start + 6] : [];
    case LINKTYPE.linuxSll2:
      return data[start + 11] === MAC_BYTES ? [start + 12] : [];
    default:
      return [];
  }
}

/** Wipes out what is no MAC address in the address field of a cooked header. */
export function clearForeignAddress(packet: LinkHeader): void {
  const { linkType, data, start } = packet;
  const fieldAt = COOKED_FIELDS_AT.get(linkType);
  if (fieldAt === undefined) return;
  const from = start + fieldAt + (macPlaces(packet).length > 0 ? MAC_BYTES : 0);
  data.fill(0, from, start + fieldAt + COOKED_FIELD_BYTES);
}
