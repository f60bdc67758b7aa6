import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  ParentClosePolicy,
  condition,
  isCancellation,
  makeContinueAsNewFunc,
  patched,
  setCurrentDetails,
  setHandler,
  startChild,
  workflowInfo,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import type { SuitePlanned } from '../activities/activities.ts';
import { describePlan } from '../src/core/flow/describe.ts';
import { isGradedElsewhere } from '../src/core/flow/decisions.ts';
import { differingKeys, type SuiteIdentity } from '../src/core/flow/identity.ts';
import type { RunPlan, RunResult, SuiteInput } from '../src/core/flow/plans.ts';
import { WORKFLOW_VERSION } from '../src/core/flow/version.ts';
import type { benchRun } from './benchRun.ts';
import { failureOf } from './failures.ts';
import { joinSuite, suiteRuns } from './messages.ts';
import { planningSteps, steps } from './steps.ts';
import { benchQueue, runId, versionQueue } from './workflowIds.ts';
import { runMemo } from './runMemo.ts';

/** The one entry: resolves the config, checks everything that can be checked before money is spent, starts the runs. */
export async function benchSuite(input: SuiteInput): Promise<readonly RunResult[]> {
  if (isAtTheEntry()) return makeContinueAsNewFunc<typeof benchSuite>({ taskQueue: versionQueue })(input);
  let plan: SuitePlanned | null = null;
  let identity: SuiteIdentity | null = null;
  setHandler(joinSuite, async (other) => {
    await condition(() => identity !== null);
    return identity === null ? [] : differingKeys(identity, other);
  });

  setHandler(suiteRuns, () => plan);

  const { planSuite } = input.suite !== undefined && isGradedElsewhere(input.suite) ? steps : planningSteps;
  plan = await planSuite(input);
  setCurrentDetails(describePlan(plan));
  const runs = await Promise.all(plan.runs.map(startRun));
  identity = plan.identity;

  const ends = await Promise.allSettled(runs.map((run) => run.result()));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) {
    if (isCancellation(failed.reason)) throw failed.reason;
    const { error, message } = failureOf(failed.reason);
    throw ApplicationFailure.nonRetryable(message, error);
  }
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}

/** Suites that were planned at the entry, before versions had queues, stay there. */
function isAtTheEntry(): boolean {
  return workflowInfo().taskQueue === benchQueue && patched('queue-of-version');
}

async function startRun(plan: RunPlan): Promise<ChildWorkflowHandle<typeof benchRun>> {
  try {
    return await startChild<typeof benchRun>('benchRun', {
      workflowId: runId(plan.run),
      args: [{ plan, version: WORKFLOW_VERSION }],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      memo: runMemo(plan, plan.modelSlots),
      staticSummary: `${plan.task} with ${plan.model}, ${plan.itemCount} items`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const message = `The run ${plan.run} is open in another suite: wait for it, cancel it with \`bench cancel ${plan.run}\`, or give this one a run_name.`;
    throw ApplicationFailure.nonRetryable(message, 'ConfigError');
  }
}
