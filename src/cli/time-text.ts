/** RFC 3339, UTC, of seconds since 1970. */
export function rfc3339(timeSec: number): string {
  return new Date(timeSec * 1000).toISOString().replace('.000', '');
}
