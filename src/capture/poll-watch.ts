/**
 * Whether the event loop still listens to a socket that native code opened.
 *
 * When an interface goes down the kernel puts its packet sockets into an error state, and libuv
 * stops polling them; nobody is told. If the interface is up again before anyone looks, nothing but
 * the loop's epoll set shows that no packet will ever come.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const DIRECTORY = '/proc/self/fd';

export class PollWatch {
  readonly #before: ReadonlySet<string>;
  #socket: string | undefined;
  #epolls: string[] = [];

  /** Create it just before the socket is opened. */
  constructor() {
    this.#before = new Set(descriptors('socket:'));
  }

  /** Call it just after. */
  opened(): void {
    this.#socket = descriptors('socket:').find((descriptor) => !this.#before.has(descriptor));
    this.#epolls = descriptors('anon_inode:[eventpoll]');
  }

  /** Meaningful from the next turn of the event loop on. True when /proc does not say. */
  isPolled(): boolean {
    if (this.#socket === undefined) return true;
    const entry = new RegExp(`^tfd:\\s*${this.#socket}\\s`, 'm');
    let readable = 0;
    for (const epoll of this.#epolls) {
      try {
        if (entry.test(readFileSync(`/proc/self/fdinfo/${epoll}`, 'latin1'))) return true;
        readable += 1;
      } catch {
        // An epoll set that was closed since, or no /proc.
      }
    }
    return readable === 0;
  }
}

/** Numbers of the open descriptors of one kind; none where there is no /proc. */
function descriptors(kind: string): string[] {
  let all: string[];
  try {
    all = readdirSync(DIRECTORY);
  } catch {
    return [];
  }
  return all.filter((descriptor) => {
    try {
      return readlinkSync(`${DIRECTORY}/${descriptor}`).startsWith(kind);
    } catch {
      return false;
    }
  });
}
