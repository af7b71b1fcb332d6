/**
 * The native part of the `cap` package (libpcap), loaded from a file instead of node_modules, so
 * that a bundle can carry it.
 *
 * What has to be known of version 0.2.1 to live with it:
 * - An object's poll handle is part of it and never closed, so freeing one that was ever opened
 *   corrupts the event loop, and freeing one whose `open` threw reads memory that was never set.
 *   Objects are therefore kept for ever; `LibpcapSource` limits how many there are.
 * - It keeps the address of the buffer, but not the buffer.
 * - It asserts that polling succeeds, which an interface going down makes false. Only a build with
 *   NDEBUG, which leaves assertions out, is accepted.
 * - Inside one turn of the event loop it calls `emit` for as long as packets are there.
 * - It prints a warning of its own when an interface has no IPv4 address. That is harmless.
 */
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { CaptureFault } from './packet-source.ts';
import { systemWords } from './system-error.ts';

export interface CapHandle {
  /**
   * Returns the name of the link type. Packets go to the beginning of `buffer`.
   * @throws Error with libpcap's words
   */
  open(device: string, filter: string, bufferBytes: number, buffer: Uint8Array): string;
  close(): boolean;
  /** Ours: called by `emit` for each packet. */
  onPacket?: (capturedBytes: number, truncated: boolean) => void;
}

export interface CapAddon {
  Cap: new () => CapHandle;
}

export type CapAddonResult = { ok: true; addon: CapAddon } | { ok: false; fault: CaptureFault };

const loaded = new Map<string, CapAddon>();

/** Loads the addon once per path. */
export function loadCapAddon(path: string): CapAddonResult {
  const before = loaded.get(path);
  if (before !== undefined) return { ok: true, addon: before };
  if (!existsSync(path)) {
    return { ok: false, fault: { layer: 'capture', reason: 'addon-missing', subject: path } };
  }
  try {
    if (readFileSync(path).includes('status == 0')) {
      return failed(path, 'built without NDEBUG');
    }
    const module = { exports: {} };
    // Global: the addon looks for pcap_set_immediate_mode in what is loaded already where there is
    // no libpcap.so, a file that only development packages bring.
    process.dlopen(module, path, constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL);
    if (!isCapAddon(module.exports)) {
      return failed(path, 'not the addon of cap');
    }
    const addon = module.exports;
    Object.defineProperty(addon.Cap.prototype, 'emit', { value: emit });
    loaded.set(path, addon);
    return { ok: true, addon };
  } catch (error) {
    return failed(path, systemWords(error));
  }
}

function failed(path: string, detail: string): CapAddonResult {
  return { ok: false, fault: { layer: 'capture', reason: 'addon-failed', subject: path, detail } };
}

/** Looked up by the addon when an object is made; called with ('packet', length, truncated). */
function emit(this: CapHandle, _event: string, capturedBytes: number, truncated: boolean): void {
  this.onPacket?.(capturedBytes, truncated);
}

function isCapAddon(exports: object): exports is CapAddon {
  return 'Cap' in exports && typeof exports.Cap === 'function';
}
