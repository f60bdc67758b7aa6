import {
  ApplicationFailure,
  ParentClosePolicy,
  condition,
  executeChild,
  isCancellation,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { SuitePlanned } from '../activities/activities.ts';
import { differingKeys, type SuiteIdentity } from '../src/core/flow/identity.ts';
import type { RunPlan, RunResult, SuiteInput } from '../src/core/flow/plans.ts';
import { WORKFLOW_VERSION } from '../src/core/flow/version.ts';
import type { benchRun } from './benchRun.ts';
import { failureOf } from './failures.ts';
import { joinSuite, suiteRuns } from './messages.ts';
import { steps } from './steps.ts';
import { runId } from './workflowIds.ts';

/** The one entry: resolves the config, checks everything that can be checked before money is spent, starts the runs. */
export async function benchSuite(input: SuiteInput): Promise<readonly RunResult[]> {
  let plan: SuitePlanned | null = null;
  let identity: SuiteIdentity | null = null;
  setHandler(joinSuite, async (other) => {
    await condition(() => identity !== null);
    return identity === null ? [] : differingKeys(identity, other);
  });

  setHandler(suiteRuns, () => plan);

  plan = await steps.planSuite(input);
  identity = plan.identity;
  setCurrentDetails(
    plan.runs.map(({ run, itemCount }) => `- \`bench/${run}\`: ${itemCount} items`).join('\n'),
  );

  const runs = await Promise.allSettled(plan.runs.map(startRun));
  const failed = runs.find((run) => run.status === 'rejected');
  if (failed) {
    if (isCancellation(failed.reason)) throw failed.reason;
    const { error, message } = failureOf(failed.reason);
    throw ApplicationFailure.nonRetryable(message, error);
  }
  return runs.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []));
}

function startRun(plan: RunPlan): Promise<RunResult> {
  return executeChild<typeof benchRun>('benchRun', {
    workflowId: runId(plan.run),
    args: [{ plan, version: WORKFLOW_VERSION }],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    memo: { modelQueue: plan.modelQueue, modelSlots: plan.modelSlots, folder: plan.folder },
    staticSummary: `${plan.task} with ${plan.model}, ${plan.itemCount} items`,
  });
}
