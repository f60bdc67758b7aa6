import { Problem } from './problem.ts';

/** Counts the items in the house, and sends away what would wait too long. */
export interface Admission {
  /** Throws Problem 429 when the queue is full. */
  admit<T>(work: () => Promise<T>): Promise<T>;
  readonly running: () => number;
  readonly waiting: () => number;
}

export interface AdmissionRules {
  readonly slots: number;
  readonly queueLength: number;
}

const longestRetrySeconds = 60;

/** The provider gives out the slots, and orders what waits for them; here it is only counted. */
export function createAdmission({ slots, queueLength }: AdmissionRules): Admission {
  let inside = 0;
  let meanSeconds = 1;
  const retryAfterSeconds = (): number =>
    Math.min(longestRetrySeconds, Math.max(1, Math.ceil((meanSeconds * (inside - slots)) / slots)));
  return {
    running: () => Math.min(inside, slots),
    waiting: () => Math.max(0, inside - slots),
    async admit(work) {
      if (inside >= slots + queueLength) {
        const detail = `${inside - slots} items wait already, and no more may (--queue). Ask again later.`;
        throw new Problem(429, 'queue_full', { detail, retryAfterSeconds: retryAfterSeconds() });
      }
      inside += 1;
      const started = performance.now();
      try {
        return await work();
      } finally {
        inside -= 1;
        meanSeconds = 0.9 * meanSeconds + (0.1 * (performance.now() - started)) / 1000;
      }
    },
  };
}
