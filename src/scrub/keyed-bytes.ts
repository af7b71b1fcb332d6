/** Bytes that depend on a key and a value and give neither away (HMAC-SHA-256, RFC 2104). */
import { createHmac, randomBytes } from 'node:crypto';

const DIGEST_BYTES = 32;
const RANDOM_KEY_BYTES = 32;

export class KeyedBytes {
  readonly #key: Uint8Array;

  /** @param key text, or undefined for a key that nobody will ever know */
  constructor(key: string | undefined) {
    this.#key = key === undefined ? randomBytes(RANDOM_KEY_BYTES) : Buffer.from(key);
  }

  /**
   * `length` bytes for a value. Values of different `domain`s, and the `attempt`s at one value,
   * have nothing to do with each other.
   */
  of(domain: string, value: Uint8Array | string, attempt: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(length / DIGEST_BYTES) * DIGEST_BYTES);
    for (let at = 0; at < bytes.length; at += DIGEST_BYTES) {
      const hmac = createHmac('sha256', this.#key);
      hmac.update(`${domain}/${attempt}/${at}/`);
      bytes.set(hmac.update(value).digest(), at);
    }
    return bytes.subarray(0, length);
  }
}
