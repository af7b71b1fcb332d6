/** Exit status of every command. */
export const DONE = 0;
export const NOTHING_FOUND = 1;
export const FAILED = 2;

export type ExitStatus = typeof DONE | typeof NOTHING_FOUND | typeof FAILED;
