/** A pcap file that is either complete or not there: written beside its place and then moved. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { pcapHeader, pcapRecord, type PcapResolution } from '../capture/pcap-writer.ts';
import { writeAll } from './scratch-file.ts';

const BUFFER_BYTES = 256 * 1024;
/** Seconds have 32 bits. */
const MAX_TIME_MS = 0xffff_ffff * 1000;

export class OutputFile {
  readonly #path: string;
  readonly #temporaryPath: string;
  readonly #file: number;
  readonly #resolution: PcapResolution;
  #parts: Uint8Array[] = [];
  #partsBytes = 0;
  #isOpen = true;
  #finished = false;

  /** Throws the system's error when the file cannot be made, as `packet` and `finish` do. */
  constructor(path: string, linkType: number, resolution: PcapResolution) {
    this.#path = path;
    this.#temporaryPath = `${path}.tmp`;
    this.#resolution = resolution;
    // A link that somebody laid there is not followed.
    rmSync(this.#temporaryPath, { force: true });
    this.#file = openSync(this.#temporaryPath, 'wx');
    this.#put(pcapHeader(linkType, resolution));
  }

  packet(timeMs: number, data: Uint8Array, originalBytes: number): void {
    // A damaged capture may hold times that pcap cannot.
    const heldMs = Math.min(Math.max(timeMs, 0), MAX_TIME_MS);
    this.#put(pcapRecord(heldMs, data, originalBytes, this.#resolution));
  }

  /** Everything is written: the file takes its place. */
  finish(): void {
    this.#flush();
    fsyncSync(this.#file);
    this.#close();
    renameSync(this.#temporaryPath, this.#path);
    this.#finished = true;
  }

  /** Nothing is left behind. Does nothing after `finish`. */
  discard(): void {
    if (this.#finished) return;
    this.#close();
    rmSync(this.#temporaryPath, { force: true });
  }

  #put(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#partsBytes += bytes.length;
    if (this.#partsBytes >= BUFFER_BYTES) this.#flush();
  }

  #flush(): void {
    writeAll(this.#file, Buffer.concat(this.#parts), null);
    this.#parts = [];
    this.#partsBytes = 0;
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}
