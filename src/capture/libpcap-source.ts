/** Packets off a network interface by libpcap, through the addon beside the bundle. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sleep } from './abortable.ts';
import { loadCapAddon, type CapAddon, type CapHandle } from './cap-addon.ts';
import type { CaptureFilter } from './capture-filter.ts';
import { newPacket } from './format-reader.ts';
import { linkTypeOf, LINKTYPE_ETHERNET, LINKTYPE_RAW } from './link-type.ts';
import {
  ANY_INTERFACE,
  interfaceFault,
  interfaceState,
  type InterfaceState,
} from './network-interface.ts';
import { Outage } from './outage.ts';
import type {
  CaptureEnd,
  CaptureEvent,
  CaptureFault,
  PacketSink,
  PacketSource,
} from './packet-source.ts';
import { PollWatch } from './poll-watch.ts';

/** What the addon sets as snap length. */
const SNAP_LENGTH_BYTES = 65535;
/** How often the interface is looked at. */
const WATCH_MS = 2000;
/**
 * When packets have come without a pause for so long, capturing is broken off to let the event
 * loop turn, and taken up again after a pause that doubles while that goes on.
 */
const TURN_LIMIT_MS = 200;
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 1000;
const CALM_MS = 10_000;
/**
 * Objects of the addon cannot be freed. One that was closed costs a few hundred bytes; one whose
 * opening failed may hold a socket and its ring. Past these numbers the source ends with a fault:
 * a new process begins at zero.
 */
const MAX_CLOSED = 4096;
const MAX_FAILED = 16;

/** For ever: see `cap-addon.ts`. */
const kept: { handle: CapHandle; buffer: Uint8Array }[] = [];
