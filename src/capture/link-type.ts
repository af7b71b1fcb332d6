/** LINKTYPE_ values: what tells the next stage how a packet begins. */

export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_RAW = 101;

/**
 * The LINKTYPE_ value of a number out of a file. In a classic pcap header the upper 16 bits say
 * whether packets end in a frame check sequence (draft-ietf-opsawg-pcap, section 4), which the
 * IP total length makes harmless. Old writers put the platform's DLT_RAW (12 on most systems,
 * 14 on OpenBSD) where LINKTYPE_RAW belongs.
 */
export function linkTypeOf(value: number): number {
  const linkType = value & 0xffff;
  return linkType === 12 || linkType === 14 ? LINKTYPE_RAW : linkType;
}
