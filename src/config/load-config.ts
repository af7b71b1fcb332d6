/** The one place of `config/` that touches the file system. */
import { open } from 'node:fs/promises';
import { MAX_CONFIG_BYTES } from './config-limits.ts';
import { parseRendered } from './render.ts';
import { resolve, type SettingsResult } from './resolve.ts';
import { parseUciFile } from './uci-file.ts';
import type { FileError } from './config-error.ts';

/** Reads settings from a UCI file, or from rendered JSON when the path ends in `.json`. */
export async function loadConfig(path: string): Promise<SettingsResult> {
  let data: Uint8Array;
  try {
    data = await readBounded(path, MAX_CONFIG_BYTES + 1);
  } catch (error) {
    return { ok: false, errors: [fileError(path, error)] };
  }
  return readConfig(data, path);
}

/** The same from bytes; `path` decides what they are. */
export function readConfig(data: Uint8Array, path: string): SettingsResult {
  if (path.endsWith('.json')) return parseRendered(data, path);
  const parsed = parseUciFile(data, path);
  return parsed.ok ? resolve(parsed.sections, path) : { ok: false, errors: [parsed.error] };
}

/** The file's bytes, at most `limitBytes` of them. Not by its size: a pipe has none. */
async function readBounded(path: string, limitBytes: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const data = new Uint8Array(limitBytes);
    let length = 0;
    while (length < limitBytes) {
      const { bytesRead } = await file.read(data, length, limitBytes - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return data.subarray(0, length);
  } finally {
    await file.close();
  }
}

function fileError(file: string, error: unknown): FileError {
  const message = error instanceof Error ? error.message : String(error);
  // "ENOENT: no such file or directory, open '/x'"
  const [, code, words] = /^(E[A-Z0-9]+): ([^,]+)/.exec(message) ?? [];
  if (code === 'ENOENT' || code === 'ENOTDIR') return { layer: 'config', file, reason: 'missing' };
  if (code === 'EISDIR') return { layer: 'config', file, reason: 'directory' };
  return { layer: 'config', file, reason: 'unreadable', systemWords: words ?? message };
}
