/** Waiting that an AbortSignal ends. Nothing stays attached to the signal afterwards. */

/** Asked afresh each time: the compiler takes `signal.aborted` for constant between two tests. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Settles with `promise`, or as undefined once `signal` is aborted. */
export async function abortable<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  if (signal.aborted) {
    promise.catch(() => undefined);
    return undefined;
  }
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      resolve(undefined);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}

/** Settles after `ms`, or at once when `signal` is or becomes aborted. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
