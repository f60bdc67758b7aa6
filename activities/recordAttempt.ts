import type { Attempt } from '../src/core/records.ts';
import type { Observer } from '../src/ports/observer.ts';
import type { AttemptInput } from './activities.ts';
import { keepTrying } from './activityContext.ts';
import type { OpenRuns } from './openRuns.ts';

/** Adds one file to an item's attempts; attempts are never overwritten. */
export function recordAttempt(
  openRun: OpenRuns,
  observer?: Observer,
): (input: AttemptInput) => Promise<void> {
  return async ({ folder, item, error, message }) => {
    const { store, record } = await openRun(folder);
    const attempt: Attempt = { schema: 1, item, error, message, endedAt: new Date().toISOString() };
    let number = (await store.list(`attempts/${item}`)).length;
    const write = (): Promise<boolean> =>
      store.putOnce(`attempts/${item}/${number}.json`, JSON.stringify(attempt));
    while (!(await keepTrying(write))) number += 1;
    observer?.itemUnscored(record, error);
  };
}
