/** Programs that are started and waited for. */

import { spawnSync } from 'node:child_process';

/** A program said no, or is not there. */
export class CommandError extends Error {
  readonly program: string;
  readonly detail: string;

  constructor(program: string, args: readonly string[], detail: string) {
    super(`${program} ${args.join(' ')}: ${detail}`);
    this.program = program;
    this.detail = detail;
  }
}

/**
 * Runs a program to its end, `input` on its standard input, and gives its standard output.
 *
 * @throws CommandError where it cannot be started or does not end with 0.
 */
export function runCommand(program: string, args: readonly string[], input = ''): string {
  const result = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  if (result.error !== undefined) throw new CommandError(program, args, result.error.message);
  if (result.status !== 0) throw new CommandError(program, args, result.stderr.trim());
  return result.stdout;
}

/** As `runCommand`, for what may well be impossible: undefined instead of an error. */
export function tryCommand(program: string, args: readonly string[]): string | undefined {
  try {
    return runCommand(program, args);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
