import { condition, makeContinueAsNewFunc } from '@temporalio/workflow';
import type { RunInput, RunResult } from '../src/core/flow/plans.ts';
import { endsGently } from './failures.ts';
import { OpenShards } from './openShards.ts';
import { modelSteps, steps } from './steps.ts';
import { withMetrics } from './withMetrics.ts';

/** One task, one model, one dataset: the endpoint is tried, the items run in shards, the tables are written. */
export async function benchRun(input: RunInput): Promise<RunResult> {
  return withMetrics(input.plan, () => runShards(input));
}

async function runShards(input: RunInput): Promise<RunResult> {
  const { plan } = input;
  const { run, folder } = plan;
  const shards = new OpenShards(input);
  if (plan.finishedBefore < plan.itemCount) await modelSteps(plan).checkEndpoint({ folder });

  shards.becomes('running');
  try {
    for (let range = shards.nextRange(); range && !shards.historyIsLong(); range = shards.nextRange()) {
      await condition(() => shards.mayOpenAnother());
      if (shards.stopReason !== null) break;
      await shards.open(range);
    }
  } catch (error) {
    // Stopping cancels what is being started: the reason counts, not the cancellation that follows from it.
    if (shards.stopReason === null) throw error;
  } finally {
    await shards.settle();
  }
  if (shards.stopReason !== null) {
    if (endsGently(shards.stopReason)) await steps.summarizeRun({ folder });
    shards.becomes('failed');
    throw shards.stopReason;
  }
  if (shards.nextRange() !== null) {
    const goOn = makeContinueAsNewFunc<typeof benchRun>({ memo: shards.memo() });
    return goOn(shards.carriedOver());
  }

  shards.becomes('writing results');
  const { headline } = await steps.summarizeRun({ folder });
  shards.becomes('finished');
  return { run, folder, counts: shards.counts(), headline };
}
