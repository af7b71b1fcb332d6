/** A pair of virtual interfaces, without addresses, between which only what tests send passes. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { loadCapAddon, type CapHandle } from '../../src/capture/cap-addon.ts';
import { addonPath } from './addon-path.ts';

const PREFIX = 'stv';
/** Ethernet type for experiments (IEEE 802): nothing else sends it. */
const NO_PACKETS = 'ether proto 0x88b6';

/** Tests also put packets on the wire; the addon can, suntap never does. */
interface Injector extends CapHandle {
  send: (frame: Buffer) => void;
}

let pairs = 0;
/** For ever, as the addon demands. */
const injectors: CapHandle[] = [];
const unused = new Uint8Array(64);

export class VethPair {
  /** Where packets are captured. */
  readonly near: string;
  /** Where they are sent. */
  readonly far: string;
  #injector: Injector | undefined;

  constructor() {
    removeLeftOvers();
    pairs += 1;
    // Interface names have at most 15 characters.
    this.near = `${PREFIX}${process.pid}n${pairs}`;
    this.far = `${PREFIX}${process.pid}f${pairs}`;
  }

  /** Makes both interfaces; also again after `remove`. */
  create(): void {
    ip('link', 'add', this.near, 'type', 'veth', 'peer', 'name', this.far);
    for (const name of [this.near, this.far]) {
      ip('link', 'set', name, 'addrgenmode', 'none');
      ip('link', 'set', name, 'arp', 'off', 'up');
    }
    this.#injector = undefined;
  }

  remove(): void {
    ip('link', 'del', this.near);
  }

  setUp(): void {
    ip('link', 'set', this.near, 'up');
  }

  setDown(): void {
    ip('link', 'set', this.near, 'down');
  }

  /** Puts a frame on the wire, so that it arrives at `near`. */
  send(frame: Uint8Array): void {
    this.#injector ??= this.#openInjector();
    this.#injector.send(Buffer.from(frame));
  }

  close(): void {
    if (readdirSync('/sys/class/net').includes(this.near)) this.remove();
  }

  #openInjector(): Injector {
    const loading = loadCapAddon(addonPath ?? '');
    if (!loading.ok) throw new Error(`${loading.fault.reason}: ${loading.fault.detail ?? ''}`);
    const injector = new loading.addon.Cap() as Injector;
    injectors.push(injector);
    injector.open(this.far, NO_PACKETS, 65536, unused);
    return injector;
  }
}

/** Interfaces of test runs that were killed. */
function removeLeftOvers(): void {
  for (const name of readdirSync('/sys/class/net')) {
    const pid = new RegExp(`^${PREFIX}(\\d+)n\\d+$`).exec(name)?.[1];
    if (pid !== undefined && !readdirSync('/proc').includes(pid)) ip('link', 'del', name);
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
