import { Context } from '@temporalio/activity';
import { cancelSignal } from './activityContext.ts';
import type { OpenRuns } from './openRuns.ts';

/** Finds a wrong address, key or model before the first item; an endpoint that is not there yet is waited for. */
export function checkEndpoint(openRun: OpenRuns): (input: { readonly folder: string }) => Promise<void> {
  return async ({ folder }) => {
    const { model, record } = await openRun(folder, Context.current().info.taskQueue);
    if (record.request.regradeOf !== undefined) return;
    await model.check(cancelSignal());
  };
}
