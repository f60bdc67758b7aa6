/** Aborted by the first Ctrl-C or SIGTERM; a second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
      process.stderr.write('\nStopping: steps in flight come to their end (again Ctrl-C: at once).\n');
    });
  }
  return controller.signal;
}
