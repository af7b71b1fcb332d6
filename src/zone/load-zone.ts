/** The one place of `zone/` that touches the system: files of zones, and which zone is its own. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { intlZone } from './intl-zone.ts';
import { posixZone } from './posix-rule.ts';
import { fixedZone, UTC } from './zone.ts';
import { found, refused, type ZoneResult } from './zone-fault.ts';
import { MAX_ZONE_FILE_BYTES, parseZoneFile } from './zone-file.ts';

/** The packages of OpenWrt and of others put them into the first; musl looks into the next two as well. */
export const ZONE_DIRECTORIES: readonly string[] = [
  '/usr/share/zoneinfo',
  '/share/zoneinfo',
  '/etc/zoneinfo',
  '/tmp/zoneinfo',
];

/** The longest name there is has 32 characters. */
const MAX_NAME_CHARS = 64;
/** No dots: no file outside of the directory has such a name. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9][A-Za-z0-9_+-]*)*$/;
/** Need no file. OpenWrt writes the first one into /etc/TZ, where POSIX would have `UTC0`. */
const UTC_NAMES = new Set(['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT']);

/** Where a system says which zone it is in. */
export interface ZonePlaces {
  environment: Readonly<Record<string, string | undefined>>;
  /** A zone file, mostly a link to one. */
  localtimeFile: string;
  /** One line: a POSIX rule. */
  ruleFile: string;
  directories: readonly string[];
}

/**
 * The zone of an IANA name (`Europe/Berlin`, or as LuCI writes it `America/New York`) or of a POSIX
 * rule. A name may be both (`EST5EDT`): then the file counts, which knows former law as well. The first
 * directory that has the file decides, also when the file is broken.
 */
export function loadZone(
  name: string,
  directories: readonly string[] = ZONE_DIRECTORIES,
): ZoneResult {
  if (name.length > MAX_NAME_CHARS) return refused('bad-name', name.slice(0, MAX_NAME_CHARS));
  const fileName = name.replaceAll(' ', '_');
  if (!ZONE_NAME.test(fileName)) {
    const zone = posixZone(name);
    return zone === undefined ? refused('bad-name', name) : found(zone);
  }
  if (UTC_NAMES.has(fileName)) return found(fixedZone(fileName, 0));
  for (const directory of directories) {
    const result = readZoneFile(`${directory}/${fileName}`, fileName);
    if (result !== undefined) return result;
  }
  const zone = posixZone(fileName) ?? intlZone(fileName);
  return zone === undefined ? refused('unknown', name) : found(zone);
}

/**
 * The zone that the system is in, as a C library finds it: by the variable TZ, else by /etc/localtime,
 * else by /etc/TZ; UTC where nothing says. What says something that cannot be read is a fault.
 */
export function systemZone({
  environment = process.env,
  localtimeFile = '/etc/localtime',
  ruleFile = '/etc/TZ',
  directories = ZONE_DIRECTORIES,
}: Partial<ZonePlaces> = {}): ZoneResult {
  const variable = environment['TZ'];
  if (variable !== undefined) return zoneOfVariable(variable.replace(/^:/, ''), directories);
  const local = readZoneFile(localtimeFile, linkedName(localtimeFile));
  if (local !== undefined) return local;
  const line = readBytes(ruleFile, MAX_ZONE_FILE_BYTES);
  if (line === undefined) return found(UTC);
  if (typeof line === 'string') return refused('unreadable', ruleFile, line);
  const rule = line.toString('latin1').trim();
  return rule === '' ? found(UTC) : loadZone(rule, directories);
}

/** Empty, it means UTC; `:/etc/localtime` and the like name a file. */
function zoneOfVariable(text: string, directories: readonly string[]): ZoneResult {
  if (text === '') return found(UTC);
  if (!text.startsWith('/')) return loadZone(text, directories);
  if (text.includes('\0')) return refused('bad-name', text);
  return readZoneFile(text, linkedName(text)) ?? refused('unknown', text);
}

/** `Europe/Berlin` for a link to `/usr/share/zoneinfo/Europe/Berlin`; else the path itself. */
function linkedName(path: string): string {
  try {
    return /\/zoneinfo\/(.+)$/.exec(realpathSync(path))?.[1] ?? path;
  } catch {
    return path;
  }
}

/** undefined: there is no such file. */
function readZoneFile(path: string, name: string): ZoneResult | undefined {
  const data = readBytes(path, MAX_ZONE_FILE_BYTES + 1);
  if (data === undefined) return undefined;
  return typeof data === 'string'
    ? refused('unreadable', path, data)
    : parseZoneFile(data, name, path);
}

/** At most `limitBytes` of a file; undefined when there is none; a string: what the system said. */
function readBytes(path: string, limitBytes: number): Buffer | string | undefined {
  let file: number | undefined;
  try {
    // A pipe in the place of a file is not waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    // `Europe` is a directory, and no zone.
    const stat = fstatSync(file);
    if (!stat.isFile()) return undefined;
    const data = Buffer.alloc(Math.min(stat.size, limitBytes));
    let bytes = 0;
    while (bytes < data.length) {
      const read = readSync(file, data, bytes, data.length - bytes, null);
      if (read === 0) break;
      bytes += read;
    }
    return data.subarray(0, bytes);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // "ENOENT: no such file or directory, open '/x'"
    const [, code, words] = /^(E[A-Z0-9]+): ([^,]+)/.exec(message) ?? [];
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : (words ?? message);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
