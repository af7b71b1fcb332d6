/** On a router this is in memory; who may not write there has a directory of his own for such files. */
export const STATUS_FILE = '/var/run/suntap/status.json';

export function defaultStatusFile(): string {
  const own = process.env['XDG_RUNTIME_DIR'];
  return process.getuid?.() === 0 || own === undefined || own === ''
    ? STATUS_FILE
    : `${own}/suntap/status.json`;
}
