import { ModelError } from '../src/core/errors.ts';
import type { OpenRun } from './openRuns.ts';

/** Tells a fault of the endpoint, waited out for ever, from one that only this request meets. */
export interface PoisonWatch {
  succeeded(folder: string, key: string): void;
  /** The error itself, or one that ends the item when the endpoint serves others but keeps failing on this one. */
  judge(run: OpenRun, key: string, error: ModelError): ModelError;
}

/** Answers that say "not now" are never held against a request. */
const notNow: readonly (number | undefined)[] = [408, 409, 425, 429];

/** Keeps its counts in memory: after a restart a request simply has its retries again. */
export function createPoisonWatch(): PoisonWatch {
  const lastSuccess = new Map<string, number>();
  const faults = new Map<string, { count: number; lastAt: number }>();
  return {
    succeeded(folder, key) {
      lastSuccess.set(folder, Date.now());
      faults.delete(`${folder} ${key}`);
    },
    judge(run, key, error) {
      const id = `${run.folder} ${key}`;
      // A request that was never sent cannot be what the endpoint fails on.
      if (error.fault !== 'endpoint' || error.neverHeard || notNow.includes(error.status)) return error;
      const seen = faults.get(id) ?? { count: 0, lastAt: 0 };
      // Only a fault since whose predecessor others were answered is this request's own.
      const othersAreServed = seen.lastAt === 0 || (lastSuccess.get(run.folder) ?? 0) > seen.lastAt;
      if (othersAreServed) seen.count += 1;
      seen.lastAt = Date.now();
      faults.set(id, seen);
      if (!othersAreServed || seen.count <= run.record.request.model.maxRetries) return error;
      faults.delete(id);
      return new ModelError(`${error.message} (${seen.count} times, while other requests were answered)`, {
        fault: 'request',
        status: error.status,
      });
    },
  };
}
