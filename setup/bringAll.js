import { join } from 'node:path';
import { benchHome } from './home.js';
import { withLock } from './lock.js';

const lockWaitSeconds = 3600;

/** @typedef {import('./types.d.ts').Need} Need */
/** @typedef {{ need: Need, detail: string, hint: string }} Failure */

/**
 * Checks every need and brings what is missing, one set-up at a time. Returns the first that could not be brought:
 * nobody waits minutes for a build to be told of something else then.
 * @param {readonly Need[]} needs
 * @param {import('./types.d.ts').Say} say
 * @returns {Promise<Failure | null>}
 */
export async function bringAll(needs, say) {
  const checks = await Promise.all(needs.map((need) => need.check({ thorough: false })));
  if (checks.every((check) => check.works)) return null;
  const onWait = (/** @type {number} */ pid) => say(`waiting for another set-up, process ${pid}`);
  const path = join(benchHome(), 'setup.lock');
  return withLock({ path, waitSeconds: lockWaitSeconds, onWait }, async () => {
    for (const need of needs) {
      const failure = await bring(need, say);
      if (failure !== null) return failure;
    }
    return null;
  });
}

/**
 * @param {Need} need
 * @param {import('./types.d.ts').Say} say
 * @returns {Promise<Failure | null>}
 */
async function bring(need, say) {
  const found = await need.check({ thorough: false });
  if (found.works) return null;
  say(`${need.name}: ${found.detail}`);
  try {
    await need.bring(say);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { need, detail, hint: found.hint ?? need.hint };
  }
  const after = await need.check({ thorough: true });
  return after.works ? null : { need, detail: after.detail, hint: after.hint ?? need.hint };
}
