import { Context } from '@temporalio/activity';
import { shortDigest } from '../src/core/digest.ts';
import { cancelSignal } from './activityContext.ts';
import type { OpenRun, OpenRuns } from './openRuns.ts';

/**
 * Finds a wrong address, key or model before the first item; an endpoint that is not there yet is waited for. What its
 * servers say of themselves is kept beside the answers.
 */
export function checkEndpoint(openRun: OpenRuns): (input: { readonly folder: string }) => Promise<void> {
  return async ({ folder }) => {
    const run = await openRun(folder, Context.current().info.taskQueue);
    if (run.record.request.regradeOf !== undefined) return;
    await run.model.check(cancelSignal());
    await keepServers(run);
  };
}

/** Once for each kind of server: a run that goes on elsewhere names both. */
async function keepServers({ model, store }: OpenRun): Promise<void> {
  const servers = (await model.describe?.(cancelSignal())) ?? [];
  for (const server of servers) {
    await store.putOnce(`servers/${shortDigest(server)}.json`, JSON.stringify(server));
  }
}
