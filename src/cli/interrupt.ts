import { Interrupted } from './failure.ts';

/** Aborted by the first Ctrl-C or SIGTERM; a second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // A terminal and a parent process may both pass on the same Ctrl-C.
      if (controller.signal.aborted && performance.now() - first < 1000) return;
      if (controller.signal.aborted) process.exit(130);
      first = performance.now();
      controller.abort();
      process.stderr.write('\nStopping: steps in flight come to their end (again Ctrl-C: at once).\n');
    });
  }
  return controller.signal;
}

/** Waits for the work, or ends at once when the signal comes first; the work itself goes on elsewhere or is resumed. */
export async function unlessInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const interrupted = new Promise<never>((_, reject) => {
    const give = (): void =>
      reject(new Interrupted('Stopped. Nothing is lost: the same command goes on where it stopped.'));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
  return Promise.race([work, interrupted]);
}
