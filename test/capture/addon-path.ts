import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CANDIDATES = ['../../dist/cap.node', '../../node_modules/cap/build/Release/cap.node'];

/** The addon as it is shipped, or as the package manager built it; undefined if neither will do. */
export const addonPath = CANDIDATES.map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
).find((path) => existsSync(path) && !readFileSync(path).includes('status == 0'));

/** Why nothing can be captured live here; undefined if it can. */
export const noLiveCapture =
  process.getuid?.() !== 0
    ? 'needs root'
    : addonPath === undefined
      ? 'needs the capture addon: make build'
      : undefined;
