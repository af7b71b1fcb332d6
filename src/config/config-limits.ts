import type { FileError } from './config-error.ts';

/**
 * Limit of a configuration file, UCI or JSON. A larger one is refused unread; everything that is
 * built from a file is linear in it.
 */
export const MAX_CONFIG_BYTES = 256 * 1024;

export function fileTooLarge(file: string): FileError {
  return { layer: 'config', file, reason: 'too-large', limitBytes: MAX_CONFIG_BYTES };
}
