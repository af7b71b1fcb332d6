/** What host and guest tell each other: the job when the machine starts, events while it runs. */

export type FileSystem = 'jffs2' | 'ubifs';

/** The flash: `count` parts of equal size one after the other, each with a file system of its own. */
export interface FlashLayout {
  fileSystem: FileSystem;
  count: number;
  partBytes: number;
  eraseBlockBytes: number;
}

/** The daemon under load, until the power goes. */
export interface LoadJob {
  program: 'load';
  flash: FlashLayout;
  /** As --log-size takes it. */
  logSize: string;
  /** Interval of the simulated site with which the supervisor begins. */
  firstInterval: number;
  seed: number;
  /** The daemon is ended and started again this often; 0 for never. */
  restartMs: number;
}

/** Looks at what power cuts have left in each part of the flash. */
export interface CheckJob {
  program: 'check';
  flash: FlashLayout;
  logSize: string;
}

/** Appends days of records to a log and counts what that brings to the flash. */
export interface WearJob {
  program: 'wear';
  flash: FlashLayout;
  /** A day is counted for each of these. */
  intervalsPerCommit: number[];
}

export type Job = LoadJob | CheckJob | WearJob;

/** What the driver of the flash was asked to do. */
export interface FlashWrites {
  bytes: number;
  writes: number;
  erases: number;
}

/** How a command ended. */
export interface Outcome {
  /** -1 where a signal ended it, or its time was over. */
  status: number;
  /** What it printed, where that is looked at. */
  output: string;
  /** What it said on standard error. */
  talk: string;
}

export type GuestEvent =
  | { event: 'daemon-start' }
  | { event: 'listening' }
  /** Of a part whose file system is mounted; its records have been given before. */
  | {
      event: 'checked';
      part: number;
      /** Of all segments, before the daemon was started. */
      logBytes: number;
      /** What the file system said to be free then. */
      freeBytes: number;
      /** `log verify` on what the cut has left. */
      found: Outcome;
      /** The daemon, started and ended. */
      daemon: Outcome;
      /** `log verify` after that. */
      repaired: Outcome;
      /** The export that gave the records, after that. */
      exported: Outcome;
      /** Whether an export before the daemon gave the same, where there was something to repair. */
      sameExport: boolean;
    }
  | { event: 'unmountable'; part: number; reason: string }
  | {
      event: 'day';
      intervalsPerCommit: number;
      records: number;
      commits: number;
      written: FlashWrites;
    }
  /** The guest could not do its job, or the daemon ended on its own or not in order. */
  | { event: 'failed'; reason: string }
  | { event: 'done' };

/** For the kernel's command line, which knows neither spaces nor quotes in a value. */
export function jobArgument(job: Job): string {
  return Buffer.from(JSON.stringify(job)).toString('base64url');
}

/** @throws Error where `program` is not what the job is for. */
export function readJob<Program extends Job['program']>(
  program: Program,
  argument: string | undefined,
): Extract<Job, { program: Program }> {
  // Written by jobArgument of the same build.
  const job = JSON.parse(Buffer.from(argument ?? '', 'base64url').toString()) as Job;
  if (job.program !== program) throw new Error(`a job for ${job.program}, not for ${program}`);
  return job as Extract<Job, { program: Program }>;
}
