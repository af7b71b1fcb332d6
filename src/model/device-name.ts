/**
 * Which serials may name a device. They come from the wire and end up in topics, tables, pages and file
 * names; what no manufacturer prints on a label makes no device, and its records are only kept.
 */
import { latin1 } from '../base/ascii.ts';

export type NameRefusal =
  | 'too-long'
  | 'placeholder' // as n/a: what firmware says when it does not know
  | 'odd'; // control characters, slashes, bytes beyond ASCII: on no label

export const MAX_NAME_BYTES = 64;

const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9 ._:-]*[A-Za-z0-9])?$/;
const PLACEHOLDER = /^(?:n\/?a|nan|nil|none|null|undefined|unknown|0+)$/i;

export type DeviceName = { ok: true; serial: string } | { ok: false; reason: NameRefusal };

/** The serial in `data[start..end)`, which is not empty. */
export function deviceName(data: Uint8Array, start: number, end: number): DeviceName {
  if (end - start > MAX_NAME_BYTES) return { ok: false, reason: 'too-long' };
  const serial = latin1(data, start, end);
  if (PLACEHOLDER.test(serial)) return { ok: false, reason: 'placeholder' };
  if (!LABEL.test(serial) || serial.includes('..')) return { ok: false, reason: 'odd' };
  return { ok: true, serial };
}
